"""Searches on the embedded DynamoDB: reserved words as names, missing paths, limits, heavy items, indexes that come and go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection
from dashboard.accounts.place import Place
from dashboard.aws.calls import collect
from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.wire import Item
from dashboard.tables.core.evaluate import holds
from dashboard.tables.core.search import parse_path, parse_where
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.reading import approve, prepare
from tests.tables.operations import live
from tests.tables.searching import find, looking_for, pages

pytestmark = [pytest.mark.localaws]

WORDS = Table(
    "words",
    "ACTIVE",
    KeyPart("order", "S"),
    KeyPart("size", "N"),
    (Index("by-status", (KeyPart("status", "S"),), (KeyPart("timestamp", "N"),), True, "ALL"),),
)
ITEMS: list[Item] = [
    {
        "order": {"S": f"o{number % 3}"},
        "size": {"N": str(number)},
        "status": {"S": "open" if number % 2 else "done"},
        "timestamp": {"N": str(1000 + number)},
        "name": {"S": f"Name {number}"},
        "a.b": {"S": "dotted"},
        "values": {"L": [{"N": str(number)}, {"M": {"select": {"S": "x" * (number % 4)}}}]},
        "<img src=x>": {"SS": ["a", f"n{number % 5}"]},
        **({"data": {"B": "AAH/"}} if number % 4 == 0 else {}),
    }
    for number in range(24)
]


@pytest.fixture(scope="module")
def words(localaws: str) -> str:
    """A table whose every name is a reserved word, or worse."""
    here = live.make(localaws, WORDS)
    live.put(localaws, here, *ITEMS)
    return here


def shown(found: list[Item]) -> list[int]:
    return sorted(int(item["size"]["N"]) for item in found)


SEARCHES = [
    ("order = 'o1' AND size = 4", "get"),
    ("order = 'o1' AND size > 4 AND size < 20", "query"),
    ("order = 'o1' AND status = 'open'", "query"),
    ("status = 'open' AND timestamp BETWEEN 1003 AND 1011", "query"),
    ("status = 'done' AND timestamp > 0 AND name IN ('Name 2', 'Name 4')", "query"),
    ("\"a.b\" = 'dotted' AND NOT begins_with(name, 'Name 1')", "scan"),
    ("values[0] >= 20", "scan"),
    ("size(values[1].select) > 2", "scan"),
    ("contains(\"<img src=x>\", 'n3')", "scan"),
    ("attribute_exists(data) OR timestamp < 1003", "scan"),
    ("attribute_type(data, 'B')", "scan"),
    ("missing.path[3].deep = 1", "scan"),
    ("attribute_not_exists(missing.path[3].deep) AND size = 3", "scan"),
    ("missing <> 1 AND size < 3", "scan"),
    ("NOT missing = 1 AND size < 3", "scan"),
    ("values[7] = 1", "scan"),
    ("timestamp = values[0]", "scan"),
    ("values[0] = size", "scan"),
    ("order IN ('o0', 'o2') AND size BETWEEN 3 AND 8", "query"),
    ("status IN ('open', 'done') AND timestamp < 1005", "query"),
]


@pytest.mark.parametrize(("where", "way"), SEARCHES, ids=[where for where, _ in SEARCHES])
def test_it_works(words: str, live_place: Place, actor: Actor, where: str, way: str) -> None:
    """Names are only ever names, and what DynamoDB finds is what our own evaluation says."""
    found = pages(actor, live_place, words, where, limit=5)
    condition = parse_where(where)
    assert shown([item for page in found for item in page]) == shown(
        [item for item in ITEMS if holds(condition, item)]
    )
    assert all(len(page) == 5 for page in found[:-1])
    assert prepare(actor, live_place, words, looking_for(where)).plan.way == way


def test_fields_alone_come_with_the_key(words: str, live_place: Place, actor: Actor) -> None:
    fields = tuple(map(parse_path, ("values[1].select", '"a.b"', "order")))
    found = find(actor, live_place, words, "name = 'Name 3'", fields=fields)
    assert found.items == (
        {
            "order": {"S": "o0"},
            "size": {"N": "3"},
            "a.b": {"S": "dotted"},
            "values": {"L": [{"M": {"select": {"S": "xxx"}}}]},
        },
    )
    (item,) = find(actor, live_place, words, "order = 'o0' AND size = 3", fields=fields[1:2]).items
    assert set(item) == {"order", "size", "a.b"}


def test_backward_and_consistent(words: str, live_place: Place, actor: Actor) -> None:
    found = find(actor, live_place, words, "order = 'o1'", backward=True, consistent=True, limit=3)
    assert [int(item["size"]["N"]) for item in found.items] == [22, 19, 16]
    assert found.state == "page"
    with pytest.raises(InputError) as refused:
        find(actor, live_place, words, "status = 'open'", via="index:by-status", consistent=True)
    assert refused.value.field == "via"


@pytest.mark.parametrize(
    "where",
    [
        "a = " + "9" * 39,
        "a = 1E+126",
        "a = NaN",
        "a = " + "[" * 33 + "]" * 33,
        "a < <<'x'>>",
        " OR ".join(f"attribute_exists(a{number})" for number in range(151)),
        " AND ".join(f"contains(a{number}, 'x') AND a{number} <> 'y'" for number in range(140)),
    ],
    ids=["39 digits", "1E+126", "NaN", "33 levels", "a set in order", "301 operators", "over 4 KB"],
)
def test_what_dynamodb_would_refuse_is_never_sent(
    words: str, live_place: Place, actor: Actor, where: str
) -> None:
    catalogue.facts(live_place, words)
    with collect() as calls, pytest.raises(InputError) as refused:
        find(actor, live_place, words, where)
    assert refused.value.field == "where" and not calls.made


def test_the_longest_condition_that_is_taken(words: str, live_place: Place, actor: Actor) -> None:
    where = " AND ".join(f"attribute_not_exists(a{number})" for number in range(125))
    assert len(find(actor, live_place, words, where).items) == 24


@pytest.fixture
def heavy(localaws: str) -> Iterator[str]:
    """Seven items of 390 KB."""
    here = live.make(localaws, replace(WORDS, name="heavy", indexes=()))
    for number in range(7):
        live.put(localaws, here, {**keyed(number), "blob": {"S": "x" * 390_000}})
    yield here
    live.client(localaws).delete_table(TableName=here)


ALL = "attribute_exists(blob)"


def keyed(number: int) -> Item:
    return {"order": {"S": "o"}, "size": {"N": str(number)}}


def test_heavy_items_make_short_pages_and_none_is_lost(heavy: str, live_place: Place, actor: Actor) -> None:
    approved = approve(actor, live_place, heavy, looking_for(ALL, limit=5), 1000)
    for where in ("", "order = 'o'"):
        with collect() as calls:
            found = pages(actor, live_place, heavy, where)
        assert shown([item for page in found for item in page]) == list(range(7))
        reads = [call for call in calls.made if call.operation in ("Scan", "Query")]
        assert len(reads) == len(found) >= 3
    filled = find(actor, live_place, heavy, ALL, limit=5, approved=approved)
    assert (len(filled.items), filled.state) == (5, "page")  # a filtered page fills up from several calls
    rest = find(actor, live_place, heavy, ALL, filled.next, limit=5, approved=approved)
    assert shown([*filled.items, *rest.items]) == list(range(7))


def change_index(localaws: str, table: str, what: dict) -> None:
    live.client(localaws).update_table(
        TableName=table,
        AttributeDefinitions=[
            {"AttributeName": "order", "AttributeType": "S"},
            {"AttributeName": "size", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexUpdates=[what],
    )


MAKE = {
    "Create": {
        "IndexName": "by-status",
        "KeySchema": [
            {"AttributeName": "status", "KeyType": "HASH"},
            {"AttributeName": "timestamp", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }
}
WHERE = "status = 'open' AND timestamp > 0"


def test_an_index_is_made_and_deleted_under_the_reader(
    localaws: str, live_place: Place, actor: Actor
) -> None:
    here = live.make(localaws, replace(WORDS, name="moving", indexes=()))
    live.put(localaws, here, *ITEMS)
    everything = shown([item for item in ITEMS if item["status"]["S"] == "open"])
    before = find(actor, live_place, here, WHERE, limit=5)
    assert before.plan.way == "scan"
    change_index(localaws, here, MAKE)
    catalogue.forget_facts(live_place, here)
    plan = prepare(actor, live_place, here, looking_for(WHERE)).plan
    if plan.way == "scan":  # while it is being made
        assert "being made" in next(one.reason for one in plan.options if one.name == "index:by-status")
    found = pages(actor, live_place, here, WHERE, limit=5)
    assert shown([item for page in found for item in page]) == everything
    step = wait_for_the_index(actor, live_place, here)
    assert step.plan.index == "by-status"
    change_index(localaws, here, {"Delete": {"IndexName": "by-status"}})
    again = after_it_is_gone(actor, live_place, here)
    assert again.plan.way == "scan"
    with pytest.raises((InputError, AwsError)) as refused:
        find(actor, live_place, here, WHERE, step.next, limit=5)
    assert isinstance(refused.value, InputError) and refused.value.field == "cursor"
    rest, cursor = list(before.items), before.next
    while cursor:  # a run that began as a scan goes on as one
        further = find(actor, live_place, here, WHERE, cursor, limit=5)
        rest, cursor = [*rest, *further.items], further.next
    assert shown(rest) == everything


def wait_for_the_index(actor: Actor, place: Place, here: str):
    for _ in range(600):
        catalogue.forget_facts(place, here)
        step = find(actor, place, here, WHERE, limit=5)
        if step.plan.index:
            return step
        time.sleep(0.1)
    raise AssertionError("the index was never ready")


def after_it_is_gone(actor: Actor, place: Place, here: str):
    """What we know of the table still names the index: the refusal is explained by describing it anew."""
    for _ in range(600):
        found = find(actor, place, here, WHERE, limit=5)
        if found.plan.way == "scan":
            return found
        time.sleep(0.1)
    raise AssertionError("the index never went away")


def test_a_table_of_another_account_shares_nothing(
    words: str, localaws: str, live_place: Place, actor: Actor
) -> None:
    """The same endpoint under another connection, as if the role led elsewhere: cursors of one are refused in the other."""
    other = Connection.objects.create(
        slug="elsewhere", name="Elsewhere", regions=["eu-central-1"], endpoint=localaws
    )
    step = find(actor, live_place, words, limit=5)
    with pytest.raises(InputError) as refused:
        find(actor, Place(other, live_place.region), words, "", step.next, limit=5)
    assert refused.value.field == "cursor" and "another query, table, place or person" in refused.value.rule
