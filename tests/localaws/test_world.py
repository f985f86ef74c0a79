"""The demo's world: the same every time, whole, believable in its references, filled once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.localaws.server import running
from dashboard.localaws.world import fill
from dashboard.localaws.world.parcels import TOTAL, parcels
from dashboard.localaws.world.plain import AWKWARD, NUMBERS, labels, seals
from dashboard.localaws.world.schema import LABELS, PARCELS, SEALS
from tests.localaws.support import client

TODAY = datetime(2026, 11, 21, tzinfo=UTC)


def tags(value: Any) -> set[str]:
    """Every type tag in an attribute value."""
    tag, inner = next(iter(value.items()))
    nested = inner.values() if tag == "M" else inner if tag == "L" else ()
    return {tag}.union(*(tags(each) for each in nested))


def test_it_works() -> None:
    with running() as endpoint:
        first = fill(endpoint, TODAY)
        assert first.items == TOTAL + len(labels()) + len(seals())
        dynamodb = client(endpoint)
        for name, count in ((PARCELS, TOTAL), (LABELS, len(labels())), (SEALS, len(seals()))):
            assert dynamodb.describe_table(TableName=name)["Table"]["ItemCount"] == count
        table = dynamodb.describe_table(TableName=PARCELS)["Table"]
        assert table["StreamSpecification"]["StreamEnabled"]
        assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {
            "by-customer",
            "by-depot-status",
        }
        assert (
            dynamodb.describe_time_to_live(TableName=PARCELS)["TimeToLiveDescription"]["TimeToLiveStatus"]
            == "ENABLED"
        )
        place = {"pk": {"S": "DEPOT#HAM1"}, "sk": {"S": "META"}}
        dynamodb.put_item(TableName=PARCELS, Item=place | {"city": {"S": "edited"}})
        assert fill(endpoint, TODAY).items == 0
        assert dynamodb.get_item(TableName=PARCELS, Key=place)["Item"]["city"] == {"S": "edited"}


def test_a_filling_that_was_interrupted_is_done_again() -> None:
    with running() as endpoint:
        fill(endpoint, TODAY)
        dynamodb = client(endpoint)
        arn = dynamodb.describe_table(TableName=SEALS)["Table"]["TableArn"]
        dynamodb.untag_resource(ResourceArn=arn, TagKeys=["world-complete"])
        place = {"pk": {"S": "DEPOT#HAM1"}, "sk": {"S": "META"}}
        dynamodb.delete_item(TableName=PARCELS, Key=place)
        assert fill(endpoint, TODAY).items > TOTAL
        assert "Item" in dynamodb.get_item(TableName=PARCELS, Key=place)


def test_the_same_day_has_the_same_items() -> None:
    assert parcels(TODAY) == parcels(TODAY)
    assert labels() == labels()
    assert seals() == seals()


def test_the_single_table_holds_its_kinds_and_no_key_twice() -> None:
    items = parcels(TODAY)
    kinds = Counter(item["entity"]["S"] for item in items)
    assert len(items) == len({(item["pk"]["S"], item["sk"]["S"]) for item in items}) == TOTAL
    assert kinds.keys() == {"customer", "depot", "tour", "parcel", "event", "session", "belt"}
    customers = {item["customer_id"]["S"] for item in items if item["entity"]["S"] == "customer"}
    assert {item["customer_id"]["S"] for item in items if item["entity"]["S"] == "parcel"} <= customers
    expiries = [int(item["expires_at"]["N"]) for item in items if "expires_at" in item]
    assert len(expiries) == kinds["session"]
    assert min(expiries) > TODAY.timestamp() + 86_400


def test_a_parcels_status_is_that_of_its_last_scan() -> None:
    items = parcels(TODAY)
    scans: dict[str, list[Any]] = {}
    for item in items:
        if item["entity"]["S"] == "event":
            scans.setdefault(item["pk"]["S"], []).append(item)
    for item in items:
        if item["entity"]["S"] == "parcel":
            last = max(scans[item["pk"]["S"]], key=lambda scan: scan["sk"]["S"])
            assert item["depot_status"]["S"].endswith(f"#{item['status']['S']}")
            assert last["sk"]["S"].split("#")[1] <= f"{TODAY:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("items", [labels(), seals()], ids=[LABELS, SEALS])
def test_the_plain_tables_hold_every_type(items: list[Any]) -> None:
    found = {tag for item in items for value in item.values() for tag in tags(value)}
    assert found == {"S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"}
    assert any("<img src=x onerror=alert(1)>" in item for item in items)


def test_the_awkward_keys_are_there() -> None:
    assert set(AWKWARD) <= {item["label"]["S"] for item in labels()}
    assert set(NUMBERS) == {item["seal_number"]["N"] for item in seals() if "string" in item}
