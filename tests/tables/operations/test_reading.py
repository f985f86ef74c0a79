"""Pages of items: one call each, and cursors that are good for one person and one query only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection, User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.aws.calls import Calls
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.tables.models import TableFacts
from dashboard.tables.operations.catalogue import facts, listing
from dashboard.tables.operations.reading import Query, read_page
from tests.stub.server import StubAws
from tests.tables.tables import PARCELS, description

ITEMS = [
    {"pk": {"S": "P#1"}, "sk": {"S": "../a b%2F"}, "raw": {"B": "AAH/"}},
    {"pk": {"S": "P#2"}, "sk": {"S": "x"}, "n": {"N": "12345678901234567890123456789012345678"}},
]
LAST = {"pk": {"S": "P#2"}, "sk": {"S": "👩‍🚀 \n"}}
PAGE = {
    "Items": ITEMS,
    "ScannedCount": 2,
    "ConsumedCapacity": {"CapacityUnits": 0.5},
    "LastEvaluatedKey": LAST,
}
QUERY = Query(mode="query", partition="P#1")
BY_DEPOT = Query(mode="query", index="by-depot", partition="HAM")


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known already."""
    facts(place, "parcels")
    tables.reply("Scan", PAGE)
    tables.reply("Query", PAGE)
    tables.requests.clear()
    return tables


def test_it_works(warm: StubAws, place: Place, actor: Actor, calls: Calls) -> None:
    rows = read_page(actor, place, "parcels", Query())
    assert rows.items == tuple(ITEMS)
    assert (rows.table, rows.scanned, rows.units, rows.index) == (PARCELS, 2, 0.5, "")
    assert rows.request_id.startswith("STUB")
    assert [call.operation for call in calls.made] == ["Scan"]


@pytest.mark.parametrize("query", [Query(), QUERY, BY_DEPOT])
def test_every_further_page_is_one_call_that_starts_where_the_last_one_ended(
    warm: StubAws, place: Place, actor: Actor, query: Query
) -> None:
    first = read_page(actor, place, "parcels", query)
    assert first.next is not None
    operation = "Scan" if query.mode == "scan" else "Query"
    warm.reply(operation, {"Items": [], "ScannedCount": 0})
    second = read_page(actor, place, "parcels", query, first.next)
    assert second.next is None and second.items == ()
    assert warm.count() == 2
    assert warm.of(operation)[1]["ExclusiveStartKey"] == LAST
    assert warm.of(operation)[1]["Limit"] == 100
    assert warm.of(operation)[1].get("IndexName", "") == query.index


def test_backward(warm: StubAws, place: Place, actor: Actor) -> None:
    read_page(actor, place, "parcels", replace(QUERY, backward=True))
    assert warm.of("Query")[0]["ScanIndexForward"] is False


def test_a_table_nobody_has_opened_costs_one_call_more(tables: StubAws, place: Place, actor: Actor) -> None:
    tables.reply("Scan", PAGE)
    read_page(actor, place, "parcels", Query())
    assert [request.operation for request in tables.requests] == ["DescribeTable", "Scan"]


def other_person(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return Actor(User.objects.get(username="reader"), "r"), place, "parcels", query


def other_region(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return actor, Place(place.connection, "us-east-1"), "parcels", query


def other_connection(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    row = Connection.objects.create(
        slug="other", name="Other", regions=["eu-central-1"], endpoint=place.connection.endpoint
    )
    return actor, Place(row, place.region), "parcels", query


def other_table(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return actor, place, "counters", query


def other_index(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return actor, place, "parcels", replace(query, index="by-code")


def other_value(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return actor, place, "parcels", replace(query, partition="P#2")


def other_order(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return actor, place, "parcels", replace(query, backward=True)


def other_mode(actor: Actor, place: Place, query: Query) -> tuple[Actor, Place, str, Query]:
    return actor, place, "parcels", Query()


OTHERS = [
    other_person,
    other_region,
    other_connection,
    other_table,
    other_index,
    other_value,
    other_order,
    other_mode,
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.__name__)
def test_a_cursor_of_another_question_is_refused(
    warm: StubAws, place: Place, actor: Actor, reader: User, other: Callable
) -> None:
    cursor = read_page(actor, place, "parcels", QUERY).next
    warm.requests.clear()
    with pytest.raises(InputError) as refused:
        who, where, table, query = other(actor, place, QUERY)
        read_page(who, where, table, query, cursor)
    assert refused.value.field == "cursor" and "was made for another query" in refused.value.rule
    assert warm.count() == 0


@pytest.mark.parametrize(
    "alter",
    [lambda c: c[:-1], lambda c: "x" + c, lambda c: c[:5] + "A" + c[6:], lambda c: "..", lambda c: "ü\0"],
)
def test_an_altered_cursor_is_refused(
    warm: StubAws, place: Place, actor: Actor, alter: Callable[[str], str]
) -> None:
    cursor = read_page(actor, place, "parcels", QUERY).next
    assert cursor is not None and alter(cursor) != cursor
    warm.requests.clear()
    with pytest.raises(InputError) as refused:
        read_page(actor, place, "parcels", QUERY, alter(cursor))
    assert refused.value.field == "cursor" and "altered" in refused.value.rule
    assert warm.count() == 0


def test_a_cursor_is_good_for_seven_days(warm: StubAws, place: Place, actor: Actor) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        cursor = read_page(actor, place, "parcels", QUERY).next
    with time_machine.travel(now + timedelta(days=6, hours=23), tick=False):
        read_page(actor, place, "parcels", QUERY, cursor)
    with (
        time_machine.travel(now + timedelta(days=7, seconds=2), tick=False),
        pytest.raises(InputError, match="older than 7 days"),
    ):
        read_page(actor, place, "parcels", QUERY, cursor)


def test_a_value_that_is_no_key_costs_no_call(warm: StubAws, place: Place, actor: Actor) -> None:
    with pytest.raises(InputError) as refused:
        read_page(actor, place, "parcels", replace(BY_DEPOT, sort_op="=", sort="heavy"))
    assert refused.value.field == "sort"
    assert warm.count() == 0


def test_an_index_we_do_not_know_may_be_new(warm: StubAws, place: Place, actor: Actor) -> None:
    made = description(PARCELS)
    made["Table"]["GlobalSecondaryIndexes"].append(
        {**made["Table"]["GlobalSecondaryIndexes"][0], "IndexName": "brand-new"}
    )
    warm.reply("DescribeTable", made)
    rows = read_page(actor, place, "parcels", replace(BY_DEPOT, index="brand-new"))
    assert rows.index == "brand-new"
    assert [request.operation for request in warm.requests] == ["DescribeTable", "Query"]
    with pytest.raises(InputError) as refused:
        read_page(actor, place, "parcels", replace(BY_DEPOT, index="never-was"))
    assert refused.value.field == "index"
    assert warm.count("Query") == 1


def test_a_stranger_is_refused_before_anything_is_called(warm: StubAws, place: Place, stranger: User) -> None:
    with pytest.raises(Refused) as refused:
        read_page(Actor(stranger, ""), place, "parcels", Query())
    assert not refused.value.seen
    assert warm.count() == 0


@pytest.mark.parametrize(
    ("code", "kind", "sent"),
    [
        ("ProvisionedThroughputExceededException", Kind.THROTTLED, None),
        ("AccessDeniedException", Kind.DENIED, 1),
        ("ExpiredTokenException", Kind.EXPIRED, 1),
    ],
)
def test_aws_refuses(
    warm: StubAws, place: Place, actor: Actor, code: str, kind: Kind, sent: int | None
) -> None:
    warm.fail("Scan", code, "no")
    with pytest.raises(AwsError) as refused:
        read_page(actor, place, "parcels", Query())
    assert refused.value.kind is kind and refused.value.request_id
    assert warm.count("Scan") == (sent or refused.value.attempts)
    assert TableFacts.objects.filter(name="parcels").exists()


def test_a_table_deleted_meanwhile_is_forgotten(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("ListTables", {"TableNames": ["counters", "parcels"]})
    listing(place)
    warm.fail("Scan", "ResourceNotFoundException", "Requested resource not found")
    with pytest.raises(AwsError) as gone:
        read_page(actor, place, "parcels", Query())
    assert gone.value.kind is Kind.NOT_FOUND
    assert not TableFacts.objects.filter(name="parcels").exists()
    assert listing(place).names == ("counters",)


def test_a_table_made_anew_with_other_keys_is_described_again(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.fail("Query", "ValidationException", "Query condition missed key schema element: id", times=1)
    with pytest.raises(AwsError) as refused:
        read_page(actor, place, "parcels", QUERY)
    assert refused.value.kind is Kind.VALIDATION
    warm.requests.clear()
    read_page(actor, place, "parcels", QUERY)
    assert [request.operation for request in warm.requests] == ["DescribeTable", "Query"]
