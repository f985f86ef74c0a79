"""Pages that fill up: how many calls they take, that nothing comes twice or is left out, whatever the density and the weather."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, Kind
from dashboard.core.wire import Item
from dashboard.tables.operations import chain
from tests.stub.server import StubAws
from tests.tables.operations.canned import Shelf, numbered
from tests.tables.searching import find, pages
from tests.tables.tables import PARCELS

SMALL = replace(PARCELS, size_bytes=1000)
"""So small that nothing asks for its budget first; the shelf may hold more, as AWS's figures are old."""
RARE, HALF = "n = 1", "n < 5"


@pytest.fixture(autouse=True)
def _rich(settings: object) -> None:
    """Budgets have their own tests."""
    settings.READ_BUDGET_UNITS = 1_000_000  # type: ignore[attr-defined]


def sent(stub: StubAws) -> int:
    return stub.count("Scan") + stub.count("Query")


def test_it_works(stub: StubAws, place: Place, actor: Actor) -> None:
    shelf = Shelf(stub, numbered(1000), pageful=100, fits=lambda item: item["n"]["N"].endswith("7"))
    first = find(actor, place, "parcels", RARE, known=SMALL, limit=5)
    assert [item["n"]["N"] for item in first.items] == ["7", "17", "27", "37", "47"]
    assert (first.state, first.calls, first.matched_so_far, first.read_so_far) == ("page", 1, 5, 100)
    second = find(actor, place, "parcels", RARE, first.next, known=SMALL, limit=5)
    assert [item["n"]["N"] for item in second.items] == ["57", "67", "77", "87", "97"]
    assert second.matched_so_far == 10 and second.units_so_far == first.units + second.units
    assert shelf.faults == 0


def test_a_filter_that_matches_one_item_takes_as_many_calls_as_there_are_megabytes(
    stub: StubAws, place: Place, actor: Actor
) -> None:
    Shelf(stub, numbered(1000), pageful=70, fits=lambda item: item["n"]["N"] == "777")
    found = pages(actor, place, "parcels", RARE, known=SMALL)
    assert [[item["n"]["N"] for item in page] for page in found] == [["777"]]
    assert sent(stub) == 15  # 1000 / 70
    assert all("Limit" not in body for body in stub.of("Scan"))


def test_a_browser_request_makes_a_few_calls_and_says_how_far_it_is(
    stub: StubAws, place: Place, actor: Actor
) -> None:
    Shelf(stub, numbered(1000), pageful=70, fits=lambda item: item["n"]["N"] == "777")
    step = find(actor, place, "parcels", RARE, known=SMALL)
    assert (step.state, step.calls, step.items) == ("more", chain.MOST_CALLS, ())
    assert (step.read_so_far, step.matched_so_far) == (280, 0)
    step = find(actor, place, "parcels", RARE, step.next, known=SMALL)
    assert (step.read, step.read_so_far, step.units_so_far) == (280, 560, 2 * step.units)


def test_a_slow_table_is_read_one_call_at_a_time(
    stub: StubAws, place: Place, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shelf(stub, numbered(1000), pageful=70, fits=lambda item: False)
    monkeypatch.setattr(chain, "MOST_SECONDS", 0.0)
    step = find(actor, place, "parcels", RARE, known=SMALL)
    assert (step.state, step.calls) == ("more", 1)


def test_where_matches_lie_dense_only_as_much_is_read_as_it_takes(
    stub: StubAws, place: Place, actor: Actor
) -> None:
    Shelf(stub, numbered(2000), pageful=1000, fits=lambda item: int(item["n"]["N"]) % 2 == 0)
    found = pages(actor, place, "parcels", HALF, known=SMALL, limit=50)
    assert [item["n"]["N"] for page in found for item in page] == [str(n) for n in range(0, 2000, 2)]
    limits = [body.get("Limit") for body in stub.of("Scan")]
    assert limits[0] is None and all(limit and limit < 130 for limit in limits[1:])
    last = found[-1]
    assert len(found) == 20 and len(last) == 50


def test_an_unfiltered_page_is_one_call_of_its_limit(stub: StubAws, place: Place, actor: Actor) -> None:
    Shelf(stub, numbered(250), pageful=1000)
    found = pages(actor, place, "parcels", known=SMALL)
    assert [len(page) for page in found] == [100, 100, 50]
    assert [body["Limit"] for body in stub.of("Scan")] == [100, 100, 100]


def test_a_page_of_items_of_1_mb_is_one_call_and_no_less_than_what_came(
    stub: StubAws, place: Place, actor: Actor
) -> None:
    """Three items of 390 KB are more than 1 MB: the page ends early and says that it goes on."""
    heavy = numbered(7, blob={"S": "x" * 390_000})
    Shelf(stub, heavy, pageful=2)
    found = pages(actor, place, "parcels", known=SMALL)
    assert [len(page) for page in found] == [2, 2, 2, 1]
    assert [item for page in found for item in page] == heavy


def test_several_keys_are_queried_one_after_the_other(stub: StubAws, place: Place, actor: Actor) -> None:
    Shelf(stub, numbered(30), pageful=1000)
    step = find(actor, place, "parcels", "pk IN ('p', 'q', 'r')", known=SMALL, limit=40)
    assert (len(step.items), step.calls, step.state) == (40, 2, "page")
    assert [body["Limit"] for body in stub.of("Query")] == [40, 10]
    rest = find(actor, place, "parcels", "pk IN ('p', 'q', 'r')", step.next, known=SMALL, limit=40)
    assert [item["n"]["N"] for item in rest.items[:20]] == [str(n) for n in range(10, 30)]
    assert stub.of("Query")[2]["ExclusiveStartKey"]["sk"] == {"S": "000009"}
    assert "ExclusiveStartKey" not in stub.of("Query")[3]
    values = [list(body["ExpressionAttributeValues"].values()) for body in stub.of("Query")]
    assert values == [[{"S": "p"}], [{"S": "q"}], [{"S": "q"}], [{"S": "r"}]]
    assert rest.state == "end" or rest.next


def through(actor: Actor, place: Place, where: str, limit: int) -> tuple[list[Item], int]:
    """All items of a search by a reader who presses *Try again* where it fails; and how often it did."""
    items: list[Item] = []
    cursor: str | None = None
    failed = 0
    while True:
        try:
            step = find(actor, place, "parcels", where, cursor, known=SMALL, limit=limit)
        except AwsError as error:
            assert error.kind in (Kind.THROTTLED, Kind.LOST, Kind.UNREACHABLE)
            failed += 1
            continue
        items += step.items
        if step.state == "end":
            return items, failed
        cursor = step.next


@pytest.mark.parametrize("where", ["", "pk = 'p'", RARE, HALF, "pk = 'p' AND n > 3"])
def test_20_percent_throttled_and_5_percent_dropped_lose_nothing_and_show_nothing_twice(
    stub: StubAws, place: Place, actor: Actor, where: str
) -> None:
    rule = 97 if where == RARE else 2
    shelf = Shelf(stub, numbered(3000), pageful=40, fits=lambda item: int(item["n"]["N"]) % rule == 0)
    shelf.trouble(throttled=0.2, dropped=0.05)
    items, _ = through(actor, place, where, limit=30)
    filtered = "n" in where
    expected = [n for n in range(3000) if not filtered or n % rule == 0]
    assert [int(item["n"]["N"]) for item in items] == expected
    assert shelf.faults > 10


def test_a_failure_after_the_first_call_keeps_what_was_found(
    stub: StubAws, place: Place, actor: Actor
) -> None:
    Shelf(stub, numbered(100), pageful=10, fits=lambda item: int(item["n"]["N"]) % 5 == 0)
    stub.fail("Scan", "AccessDeniedException", "no")
    stub.reply("Scan", stub_page(), times=1)
    step = find(actor, place, "parcels", RARE, known=SMALL)
    assert (step.state, len(step.items), step.calls) == ("more", 1, 1)
    with pytest.raises(AwsError) as refused:
        find(actor, place, "parcels", RARE, step.next, known=SMALL)
    assert refused.value.kind is Kind.DENIED


def stub_page() -> dict:
    (item,) = numbered(1)
    key = {name: item[name] for name in ("pk", "sk")}
    return {
        "Items": [item],
        "ScannedCount": 10,
        "ConsumedCapacity": {"CapacityUnits": 1},
        "LastEvaluatedKey": key,
    }


def test_a_run_goes_on_as_it_began_when_a_better_index_appears(
    stub: StubAws, place: Place, actor: Actor
) -> None:
    """The cursor's key is of the table; a plan that now prefers an index may not use it there."""
    Shelf(stub, numbered(100), pageful=10, fits=lambda item: True)
    without: Table = replace(SMALL, indexes=())
    where = "depot = 'H' AND weight > 1"
    step = find(actor, place, "parcels", where, known=without, limit=5)
    assert step.plan.way == "scan"
    again = find(actor, place, "parcels", where, step.next, known=SMALL, limit=5)
    assert again.plan.way == "scan" and stub.count("Query") == 0
    assert find(actor, place, "parcels", where, known=SMALL, limit=5).plan.index == "by-depot"


def test_a_run_whose_index_is_gone_starts_again_in_words(stub: StubAws, place: Place, actor: Actor) -> None:
    Shelf(stub, numbered(100), pageful=10)
    where = "depot = 'H' AND weight > 1"
    step = find(actor, place, "parcels", where, known=SMALL, limit=5)
    assert step.plan.index == "by-depot"
    from dashboard.core.errors import InputError

    for indexes in ((), tuple(replace(index, status="DELETING") for index in SMALL.indexes)):
        with pytest.raises(InputError) as refused:
            find(actor, place, "parcels", where, step.next, known=replace(SMALL, indexes=indexes), limit=5)
        assert refused.value.field == "cursor" and "Start again" in refused.value.rule
