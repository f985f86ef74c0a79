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
from dashboard.core.dynamodb import KeyPart
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.tables.models import TableFacts
from dashboard.tables.operations.catalogue import facts, listing
from dashboard.tables.operations.reading import approve, prepare
from tests.stub.server import StubAws
from tests.tables.searching import find, looking_for
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
KEY = "pk = 'P#1'"
BY_DEPOT = "depot = 'HAM' AND weight > 3"


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known already."""
    facts(place, "parcels")
    tables.reply("Scan", PAGE)
    tables.reply("Query", PAGE)
    tables.requests.clear()
    return tables


def test_it_works(warm: StubAws, place: Place, actor: Actor, calls: Calls) -> None:
    found = find(actor, place, "parcels")
    assert found.items == tuple(ITEMS)
    assert (found.table, found.read, found.units, found.calls, found.plan.way) == (PARCELS, 2, 0.5, 1, "scan")
    assert (found.state, found.matched_so_far, found.read_so_far, found.units_so_far) == ("page", 2, 2, 0.5)
    assert found.request_id.startswith("STUB")
    assert [call.operation for call in calls.made] == ["Scan"]


@pytest.mark.parametrize("where", ["", KEY, BY_DEPOT])
def test_every_further_page_is_one_call_that_starts_where_the_last_one_ended(
    warm: StubAws, place: Place, actor: Actor, where: str
) -> None:
    first = find(actor, place, "parcels", where)
    assert first.next is not None
    operation = "Query" if where else "Scan"
    warm.reply(operation, {"Items": [], "ScannedCount": 0})
    second = find(actor, place, "parcels", where, first.next)
    assert (second.next, second.items, second.state) == (None, (), "end")
    assert warm.count() == 2
    assert warm.of(operation)[1]["ExclusiveStartKey"] == LAST
    assert warm.of(operation)[1]["Limit"] == 100
    assert warm.of(operation)[1].get("IndexName", "") == ("by-depot" if where == BY_DEPOT else "")


def test_backward(warm: StubAws, place: Place, actor: Actor) -> None:
    find(actor, place, "parcels", KEY, backward=True)
    assert warm.of("Query")[0]["ScanIndexForward"] is False


def test_a_table_nobody_has_opened_costs_one_call_more(tables: StubAws, place: Place, actor: Actor) -> None:
    tables.reply("Scan", PAGE)
    find(actor, place, "parcels")
    assert [request.operation for request in tables.requests] == ["DescribeTable", "Scan"]


Asked = tuple[Actor, Place, str, str, dict]


def other_person(actor: Actor, place: Place) -> Asked:
    return Actor(User.objects.get(username="reader"), "r"), place, "parcels", KEY, {}


def other_region(actor: Actor, place: Place) -> Asked:
    return actor, Place(place.connection, "us-east-1"), "parcels", KEY, {}


def other_account(actor: Actor, place: Place) -> Asked:
    row = Connection.objects.create(
        slug="other", name="Other", regions=["eu-central-1"], endpoint=place.connection.endpoint
    )
    return actor, Place(row, place.region), "parcels", KEY, {}


def other_table(actor: Actor, place: Place) -> Asked:
    return actor, place, "counters", "", {}


def other_way(actor: Actor, place: Place) -> Asked:
    return actor, place, "parcels", KEY, {"via": "scan"}


def other_value(actor: Actor, place: Place) -> Asked:
    return actor, place, "parcels", "pk = 'P#2'", {}


def other_order(actor: Actor, place: Place) -> Asked:
    return actor, place, "parcels", KEY, {"backward": True}


def other_fields(actor: Actor, place: Place) -> Asked:
    return actor, place, "parcels", KEY, {"fields": (("raw",),)}


def no_condition(actor: Actor, place: Place) -> Asked:
    return actor, place, "parcels", "", {}


OTHERS = [
    other_person,
    other_region,
    other_account,
    other_table,
    other_way,
    other_value,
    other_order,
    other_fields,
    no_condition,
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.__name__)
def test_a_cursor_of_another_question_is_refused(
    warm: StubAws, place: Place, actor: Actor, reader: User, other: Callable
) -> None:
    cursor = find(actor, place, "parcels", KEY).next
    who, there, table, where, more = other(actor, place)
    facts(there, table)
    warm.requests.clear()
    with pytest.raises(InputError) as refused:
        find(who, there, table, where, cursor, **more)
    assert refused.value.field == "cursor" and "was made for another query" in refused.value.rule
    assert warm.count() == 0


@pytest.mark.parametrize(
    "alter",
    [lambda c: c[:-1], lambda c: "x" + c, lambda c: c[:5] + "A" + c[6:], lambda c: "..", lambda c: "ü\0"],
)
def test_an_altered_cursor_is_refused(
    warm: StubAws, place: Place, actor: Actor, alter: Callable[[str], str]
) -> None:
    cursor = find(actor, place, "parcels", KEY).next
    assert cursor is not None and alter(cursor) != cursor
    warm.requests.clear()
    with pytest.raises(InputError) as refused:
        find(actor, place, "parcels", KEY, alter(cursor))
    assert refused.value.field == "cursor" and "altered" in refused.value.rule
    assert warm.count() == 0


def test_a_cursor_is_good_for_seven_days(warm: StubAws, place: Place, actor: Actor) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        cursor = find(actor, place, "parcels", KEY).next
    with time_machine.travel(now + timedelta(days=6, hours=23), tick=False):
        find(actor, place, "parcels", KEY, cursor)
    with (
        time_machine.travel(now + timedelta(days=7, seconds=2), tick=False),
        pytest.raises(InputError, match="older than 7 days"),
    ):
        find(actor, place, "parcels", KEY, cursor)


@pytest.mark.parametrize(
    ("where", "more", "field"),
    [
        ("pk = 5", {}, "where"),
        ("a < true", {}, "where"),
        ("a = 1", {"via": "table"}, "via"),
        ("", {"via": "index:never-was"}, "via"),
    ],
)
def test_what_cannot_be_read_costs_no_call(
    warm: StubAws, place: Place, actor: Actor, where: str, more: dict, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        find(actor, place, "parcels", where, **more)
    assert refused.value.field == field
    assert warm.count("Query") == warm.count("Scan") == 0


def test_an_index_we_do_not_know_may_be_new(warm: StubAws, place: Place, actor: Actor) -> None:
    made = description(PARCELS)
    made["Table"]["GlobalSecondaryIndexes"].append(
        {**made["Table"]["GlobalSecondaryIndexes"][0], "IndexName": "brand-new"}
    )
    warm.reply("DescribeTable", made)
    found = find(actor, place, "parcels", BY_DEPOT, via="index:brand-new")
    assert found.plan.index == "brand-new"
    assert [request.operation for request in warm.requests] == ["DescribeTable", "Query"]


def test_a_stranger_is_refused_before_anything_is_called(warm: StubAws, place: Place, stranger: User) -> None:
    with pytest.raises(Refused) as refused:
        find(Actor(stranger, ""), place, "parcels")
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
        find(actor, place, "parcels")
    assert refused.value.kind is kind and refused.value.request_id
    assert warm.count("Scan") == (sent or refused.value.attempts)
    assert TableFacts.objects.filter(name="parcels").exists()


def test_a_table_deleted_meanwhile_is_forgotten(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("ListTables", {"TableNames": ["counters", "parcels"]})
    listing(place)
    warm.fail("Scan", "ResourceNotFoundException", "Requested resource not found")
    with pytest.raises(AwsError) as gone:
        find(actor, place, "parcels")
    assert gone.value.kind is Kind.NOT_FOUND
    assert not TableFacts.objects.filter(name="parcels").exists()
    assert listing(place).names == ("counters",)


def test_an_index_deleted_between_two_pages_is_said_at_the_place(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    """What we know of the table still names the index, so AWS refuses; its words alone would lead to nothing that helps."""
    last = {"pk": {"S": "a"}, "sk": {"S": "b"}, "depot": {"S": "HH"}, "weight": {"N": "1"}}
    warm.reply("Query", {"Items": [last], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": last})
    first = find(actor, place, "parcels", BY_DEPOT, limit=1)
    assert first.plan.index == "by-depot" and first.next
    warm.fail("Query", "ValidationException", "The table does not have the specified index: by-depot")
    warm.reply("DescribeTable", description(replace(PARCELS, indexes=PARCELS.indexes[1:])))
    with pytest.raises(InputError, match="is not there any more") as refused:
        find(actor, place, "parcels", BY_DEPOT, first.next, limit=1)
    assert refused.value.field == "cursor"


def test_a_table_made_anew_with_other_keys_is_described_and_read_again(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    """The description we have is an hour old at most; a refusal that it explains costs the reader nothing."""
    warm.fail("Query", "ValidationException", "Query condition missed key schema element: id", times=1)
    anew = replace(PARCELS, partition=KeyPart("id", "S"), sort=None, indexes=())
    warm.reply("DescribeTable", description(anew))
    found = find(actor, place, "parcels", KEY)
    assert found.plan.way == "scan" and found.table.key_names == ("id",)
    assert [request.operation for request in warm.requests][:3] == ["Query", "DescribeTable", "Scan"]


def test_a_refusal_that_the_description_does_not_explain_is_shown(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.fail("Query", "ValidationException", "no")
    with pytest.raises(AwsError) as refused:
        find(actor, place, "parcels", KEY)
    assert refused.value.kind is Kind.VALIDATION
    assert warm.count("Query") == 1 and not TableFacts.objects.filter(name="parcels").exists()


def test_a_whole_key_is_one_getitem(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("GetItem", {"Item": ITEMS[0], "ConsumedCapacity": {"CapacityUnits": 0.5}})
    where = f"{KEY} AND sk = '../a b%2F'"
    found = find(actor, place, "parcels", where)
    assert (found.items, found.state, found.units, found.read) == ((ITEMS[0],), "end", 0.5, 1)
    assert warm.of("GetItem")[0]["Key"] == {name: ITEMS[0][name] for name in ("pk", "sk")}
    assert not warm.of("GetItem")[0]["ConsistentRead"]
    assert find(actor, place, "parcels", f"{where} AND raw <> b'AAH/'").items == ()
    found = find(actor, place, "parcels", where, fields=(("raw",),), consistent=True)
    sent = warm.of("GetItem")[-1]
    assert sent["ConsistentRead"] and sent["ProjectionExpression"] == "#0, #1, #2"
    warm.reply("GetItem", {})
    assert find(actor, place, "parcels", where).items == ()


def test_what_a_query_cannot_filter_is_compared_here(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("Query", {**PAGE, "LastEvaluatedKey": None})
    found = find(actor, place, "parcels", f"{KEY} AND contains(sk, '%2F')")
    assert (found.items, found.read, found.state) == ((ITEMS[0],), 2, "end")
    assert "FilterExpression" not in warm.of("Query")[0]


def test_preparing_costs_no_call(warm: StubAws, place: Place, actor: Actor) -> None:
    prepared = prepare(actor, place, "parcels", looking_for(KEY))
    assert (prepared.plan.way, prepared.asks, prepared.budget, prepared.probe) == ("query", False, 100, None)
    assert warm.count() == 0
    prepared = prepare(actor, place, "parcels", looking_for(f"{KEY} AND n > 1"), probe=True)
    assert warm.count() == 1 and prepared.probe is not None
    assert (prepared.probe.scanned, prepared.probe.matched, prepared.probe.units) == (2, 2, 0.5)
    assert "One page read 2 items, 2 matched" in prepared.plan.cost.basis


def test_a_stranger_may_not_even_plan(warm: StubAws, place: Place, stranger: User) -> None:
    for act in (
        lambda: prepare(Actor(stranger, ""), place, "parcels", looking_for(KEY)),
        lambda: approve(Actor(stranger, ""), place, "parcels", looking_for(KEY), 10),
    ):
        with pytest.raises(Refused):
            act()
    assert warm.count() == 0
