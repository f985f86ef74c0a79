"""The same operations against the embedded AWS: every type, awkward keys, conflicts, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.aws.calls import collect
from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.expressions import And, Compare
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item, same_item
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.core.drafts import FORMS, parse, to_text
from dashboard.tables.core.search import where_text
from dashboard.tables.operations import catalogue, items
from dashboard.tables.operations.items import Conflict, Exists, Saved
from tests.tables.operations import live
from tests.tables.searching import find

pytestmark = [pytest.mark.localaws]

ZOO = Table(
    "zoo",
    "ACTIVE",
    KeyPart("pk", "S"),
    KeyPart("sk", "S"),
    (
        Index("by-kind", (KeyPart("kind", "S"),), (KeyPart("age", "N"),), True, "ALL"),
        Index("local", (KeyPart("pk", "S"),), (KeyPart("age", "N"),), False, "KEYS_ONLY"),
    ),
)
NUMBERED = replace(ZOO, name="numbered", partition=KeyPart("id", "N"), sort=None, indexes=())
BINARY = replace(ZOO, name="binary", partition=KeyPart("id", "B"), sort=KeyPart("n", "N"), indexes=())
EVERY: Item = {
    "s": {"S": "x\n<img src=x onerror=alert(1)>"},
    "empty": {"S": ""},
    "n": {"N": "12345678901234567890123456789012345678"},
    "d": {"N": "0.30000000000000000001"},
    "b": {"B": "AAH/"},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["AA==", "AQ=="]},
    "m": {"M": {"a.b": {"L": [{"NULL": True}]}, "x[0]": {"M": {}}, "S": {"S": "S"}}},
    "l": {"L": [{"N": "1"}, {"S": "2"}, {"BOOL": False}, {"L": []}]},
    "yes": {"BOOL": True},
    "nul": {"NULL": True},
    "a.b": {"S": "dotted"},
    "we[0]ird": {"S": "bracketed"},
    "<img src=x onerror=alert(1)>": {"S": "named"},
    "size": {"S": "a reserved word"},
}
AWKWARD = [
    "a/b",
    "?x=1&y",
    "100%",
    "%2F",
    "#",
    "a,b",
    "..",
    ".",
    "'\"`",
    "line\nbreak",
    "👩‍🚀",
    "tab\t",
    " ",
    "~41",
    "Ünï",
    "\\",
]


def keyed(partition: str, sort: str, **more: dict) -> Item:
    return {"pk": {"S": partition}, "sk": {"S": sort}, **more}


@pytest.fixture
def zoo(localaws: str) -> str:
    """A table with a global and a local index."""
    return live.make(localaws, ZOO)


def test_it_works(localaws: str, zoo: str, live_place: Place, actor: Actor) -> None:
    """Create, read, change, conflict, undo, delete, undo: with every type, nothing lost."""
    item = keyed("a/b", "..", **EVERY)
    created = items.create_item(actor, live_place, zoo, item, "new")
    assert isinstance(created, Saved)
    shown = items.get_item(actor, live_place, zoo, created.key_text)
    assert shown.item is not None and same_item(shown.item, item)
    for form in FORMS:
        assert same_item(parse(to_text(shown.item, form), form), item)
    draft = {**shown.item, "s": {"S": "changed"}, "we[0]ird": {"N": "7"}, "new.attr": {"SS": ["z"]}}
    del draft["ss"]
    with collect() as calls:
        saved = items.save_item(actor, live_place, zoo, created.key_text, shown.item, draft, "edit")
    assert isinstance(saved, Saved) and [call.operation for call in calls.made] == ["UpdateItem"]
    assert same_item(live.get(localaws, zoo, shown.key), draft)
    stale = items.save_item(
        actor, live_place, zoo, created.key_text, shown.item, {**shown.item, "s": {"S": "y"}}, ""
    )
    assert isinstance(stale, Conflict) and stale.merge.conflicts == ("s",)
    assert undo(actor, Change.objects.get(pk=saved.change_id), "").done
    assert same_item(live.get(localaws, zoo, shown.key), item)
    deleted = items.delete_item(actor, live_place, zoo, created.key_text, item, "gone")
    assert isinstance(deleted, Saved) and live.get(localaws, zoo, shown.key) is None
    assert undo(actor, Change.objects.get(pk=deleted.change_id), "").done
    assert same_item(live.get(localaws, zoo, shown.key), item)
    assert undo(actor, Change.objects.get(pk=created.change_id), "").done
    assert live.get(localaws, zoo, shown.key) is None


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_keys(localaws: str, zoo: str, live_place: Place, actor: Actor, text: str) -> None:
    item = keyed(text, text, n={"N": "1"})
    created = items.create_item(actor, live_place, zoo, item, "")
    assert isinstance(created, Saved)
    assert isinstance(items.create_item(actor, live_place, zoo, {**item, "n": {"N": "9"}}, ""), Exists)
    key = where_text(And((Compare(("pk",), "=", {"S": text}), Compare(("sk",), "=", {"S": text}))))
    found = find(actor, live_place, zoo, key)
    assert found.plan.way == "get"
    assert found.items == (item,)
    assert encode_key(found.items[0], ZOO.key_names) == created.key_text
    saved = items.save_item(actor, live_place, zoo, created.key_text, item, {**item, "n": {"N": "2"}}, "")
    assert isinstance(saved, Saved)
    assert isinstance(
        items.delete_item(actor, live_place, zoo, created.key_text, {**item, "n": {"N": "2"}}, ""), Saved
    )
    assert items.get_item(actor, live_place, zoo, created.key_text).item is None


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (NUMBERED, {"id": {"N": "12345678901234567890123456789012345678"}}),
        (NUMBERED, {"id": {"N": "-0.00000000000000000001"}}),
        (NUMBERED, {"id": {"N": "1.50E2"}}),
        (BINARY, {"id": {"B": "AAH/"}, "n": {"N": "-1"}}),
        (BINARY, {"id": {"B": "/w=="}, "n": {"N": "1E+20"}}),
    ],
)
def test_number_and_binary_keys(
    localaws: str, live_place: Place, actor: Actor, table: Table, key: Item
) -> None:
    name = live.make(localaws, table)
    created = items.create_item(actor, live_place, name, {**key, "x": {"S": "1"}}, "")
    assert isinstance(created, Saved)
    (row,) = find(actor, live_place, name).items
    assert encode_key(row, table.key_names) == created.key_text
    shown = items.get_item(actor, live_place, name, created.key_text)
    assert shown.item == row
    saved = items.save_item(actor, live_place, name, created.key_text, row, {**row, "x": {"S": "2"}}, "")
    assert isinstance(saved, Saved)
    assert undo(actor, Change.objects.get(pk=saved.change_id), "").done
    assert isinstance(items.delete_item(actor, live_place, name, created.key_text, row, ""), Saved)
    assert find(actor, live_place, name).items == ()


def test_pages_of_a_table_and_of_every_index_lead_through_all_of_it_once(
    localaws: str, zoo: str, live_place: Place, actor: Actor
) -> None:
    every = [keyed("P", f"{n:03}", kind={"S": "cat"}, age={"N": str(n)}) for n in range(25)]
    live.put(localaws, zoo, *every)
    for where, via, backward in (
        ("", "", False),
        ("pk = 'P'", "", False),
        ("kind = 'cat'", "index:by-kind", True),
        ("pk = 'P' AND age >= 0", "index:local", False),
        ("", "scan:by-kind", False),
    ):
        seen: list[str] = []
        cursor, pages = None, 0
        while pages == 0 or cursor:
            with collect() as calls:
                rows = find(actor, live_place, zoo, where, cursor, via=via, backward=backward, limit=10)
            seen += [row["sk"]["S"] for row in rows.items]
            cursor, pages = rows.next, pages + 1
            assert [call.operation for call in calls.made if call.operation != "DescribeTable"] == [
                "Query" if where else "Scan"
            ]
        expected = [item["sk"]["S"] for item in every]
        assert (seen if where else sorted(seen)) == (expected[::-1] if backward else expected)


@pytest.mark.parametrize(
    ("compared", "found"),
    [
        ("= 7", [7]),
        ("< 2", [0, 1]),
        ("<= 2", [0, 1, 2]),
        ("> 8", [9]),
        (">= 8", [8, 9]),
        ("BETWEEN 3 AND 5.0", [3, 4, 5]),
    ],
)
def test_comparisons_on_an_index(
    localaws: str, zoo: str, live_place: Place, actor: Actor, compared: str, found: list[int]
) -> None:
    live.put(localaws, zoo, *(keyed("P", str(n), kind={"S": "cat"}, age={"N": str(n)}) for n in range(10)))
    rows = find(actor, live_place, zoo, f"kind = 'cat' AND age {compared}")
    assert rows.plan.index == "by-kind"
    assert [int(row["age"]["N"]) for row in rows.items] == found


def test_two_editors_of_different_attributes_both_succeed(
    localaws: str, zoo: str, live_place: Place, actor: Actor
) -> None:
    item = keyed("p", "s", a={"N": "1"}, b={"N": "1"})
    live.put(localaws, zoo, item)
    text = encode_key(item, ZOO.key_names)
    assert isinstance(
        items.save_item(actor, live_place, zoo, text, item, {**item, "a": {"N": "2"}}, ""), Saved
    )
    assert isinstance(
        items.save_item(actor, live_place, zoo, text, item, {**item, "b": {"N": "2"}}, ""), Saved
    )
    assert live.get(localaws, zoo, keyed("p", "s")) == {**item, "a": {"N": "2"}, "b": {"N": "2"}}


def test_two_editors_of_one_attribute(localaws: str, zoo: str, live_place: Place, actor: Actor) -> None:
    item = keyed("p", "s", a={"N": "1"})
    live.put(localaws, zoo, item)
    text = encode_key(item, ZOO.key_names)
    assert isinstance(
        items.save_item(actor, live_place, zoo, text, item, {**item, "a": {"N": "2"}}, ""), Saved
    )
    conflict = items.save_item(actor, live_place, zoo, text, item, {**item, "a": {"N": "3"}}, "")
    assert isinstance(conflict, Conflict) and conflict.theirs is not None
    assert conflict.theirs["a"] == {"N": "2"} and conflict.merge.merged["a"] == {"N": "3"}
    assert live.get(localaws, zoo, keyed("p", "s")) == {**item, "a": {"N": "2"}}
    again = items.save_item(
        actor, live_place, zoo, text, conflict.theirs, conflict.merge.merged, "mine after all"
    )
    assert isinstance(again, Saved)
    assert live.get(localaws, zoo, keyed("p", "s")) == {**item, "a": {"N": "3"}}


def test_saving_a_deleted_item_does_not_bring_it_back(
    localaws: str, zoo: str, live_place: Place, actor: Actor
) -> None:
    item = keyed("p", "s")
    live.put(localaws, zoo, item)
    text = encode_key(item, ZOO.key_names)
    assert isinstance(items.delete_item(actor, live_place, zoo, text, item, ""), Saved)
    conflict = items.save_item(actor, live_place, zoo, text, item, {**item, "new": {"S": "x"}}, "")
    assert isinstance(conflict, Conflict) and conflict.theirs is None
    assert isinstance(items.delete_item(actor, live_place, zoo, text, item, ""), Conflict)
    assert live.get(localaws, zoo, item) is None


def test_as_many_attributes_as_one_write_can_guard(
    localaws: str, zoo: str, live_place: Place, actor: Actor
) -> None:
    from dashboard.tables.core.conditions import MAX_GUARDED

    item = keyed("p", "s", **{f"a{n}": {"N": "1"} for n in range(MAX_GUARDED)})
    live.put(localaws, zoo, item)
    text = encode_key(item, ZOO.key_names)
    draft = keyed("p", "s", **{f"a{n}": {"N": "2"} for n in range(MAX_GUARDED)})
    assert isinstance(items.save_item(actor, live_place, zoo, text, item, draft, ""), Saved)
    assert isinstance(items.delete_item(actor, live_place, zoo, text, draft, ""), Saved)


def test_a_large_item(localaws: str, zoo: str, live_place: Place, actor: Actor) -> None:
    item = keyed("p", "s", doc={"S": "ü" * 195_000}, n={"N": "1"})
    created = items.create_item(actor, live_place, zoo, item, "")
    assert isinstance(created, Saved)
    shown = items.get_item(actor, live_place, zoo, created.key_text)
    assert shown.item == item and 390_000 < shown.size < 390_050
    saved = items.save_item(actor, live_place, zoo, created.key_text, item, {**item, "n": {"N": "2"}}, "")
    assert isinstance(saved, Saved)
    assert undo(actor, Change.objects.get(pk=saved.change_id), "").done
    assert isinstance(items.delete_item(actor, live_place, zoo, created.key_text, item, ""), Saved)


def test_names_and_facts(localaws: str, zoo: str, live_place: Place) -> None:
    assert zoo in catalogue.refresh_names(live_place).names
    known = catalogue.facts(live_place, zoo).table
    assert (known.partition, known.sort) == (ZOO.partition, ZOO.sort)
    assert {(index.name, index.projection) for index in known.indexes} == {
        ("by-kind", "ALL"),
        ("local", "KEYS_ONLY"),
    }
    assert catalogue.time_to_live(live_place, zoo) == ""
    live.client(localaws).update_time_to_live(
        TableName=zoo, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    assert catalogue.time_to_live(live_place, zoo, fresh=True) == "expires"
