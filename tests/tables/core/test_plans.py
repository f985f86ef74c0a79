"""Writes decided before they are sent: the condition, the actions, and how to tell whether they happened."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from dashboard.core.diff import diff_items
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, Compare, Exists, Not, NotExists, Or, Remove, Set
from dashboard.core.wire import Item, same_item
from dashboard.tables.core.conditions import MAX_GUARDED, operators
from dashboard.tables.core.itemkeys import canonical_key, index_problems, key_of, readable_key
from dashboard.tables.core.plans import Effect, plan_create, plan_delete, plan_update
from tests.tables.tables import COUNTERS, PARCELS
from tests.values import ITEMS

KEY: Item = {"pk": {"S": "P#1"}, "sk": {"S": "META"}}
ITEM: Item = {**KEY, "state": {"S": "sorted"}, "weight": {"N": "2.50"}, "tags": {"SS": ["a", "b"]}}


def test_it_works() -> None:
    draft = {**KEY, "state": {"S": "lost"}, "weight": {"N": "2.5"}, "note": {"S": "x"}}
    plan = plan_update(PARCELS, KEY, ITEM, draft)
    assert plan.kind == "update" and plan.key == KEY
    assert plan.actions == (Set(("state",), {"S": "lost"}), Remove(("tags",)), Set(("note",), {"S": "x"}))
    assert plan.condition == And(
        (
            Exists(("pk",)),
            Compare(("state",), "=", {"S": "sorted"}),
            Compare(("tags",), "=", {"SS": ["a", "b"]}),
            NotExists(("note",)),
        )
    )
    assert plan.effect.shown == {"state": {"S": "sorted"}, "tags": {"SS": ["a", "b"]}}
    assert plan.effect.intended == {"state": {"S": "lost"}, "note": {"S": "x"}}


def test_a_create_leaves_what_is_there_alone() -> None:
    plan = plan_create(PARCELS, ITEM)
    assert (plan.kind, plan.key, plan.item, plan.condition) == ("put", KEY, ITEM, NotExists(("pk",)))


def test_a_delete_is_of_what_was_shown() -> None:
    plan = plan_delete(PARCELS, KEY, ITEM)
    assert plan.condition == And(
        (
            Exists(("pk",)),
            Compare(("state",), "=", {"S": "sorted"}),
            Compare(("weight",), "=", {"N": "2.50"}),
            Compare(("tags",), "=", {"SS": ["a", "b"]}),
        )
    )
    assert plan_delete(PARCELS, KEY, KEY).condition == Exists(("pk",))


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (ITEM, "Nothing was changed"),
        ({**ITEM, "weight": {"N": "2.5"}}, "Nothing was changed"),
        ({**ITEM, "pk": {"S": "P#2"}}, "pk: The key of an item cannot be changed"),
        ({**ITEM, "sk": {"S": ""}}, "sk: The value must not be empty. It is the table's sort key"),
        (
            {**ITEM, "pk": {"N": "1"}},
            "pk: The value is a number and must be a string. It is the table's partition key",
        ),
        (
            {"pk": KEY["pk"], "state": {"S": "x"}},
            "sk: The item needs this attribute: it is the table's sort key",
        ),
        ({}, "pk: The item needs this attribute"),
        (
            {**ITEM, "depot": {"N": "1"}},
            "depot: The value is a number and must be a string. It is a key of the index by-depot",
        ),
        ({**ITEM, "depot": {"S": ""}}, "depot: The value must not be empty"),
        ({**ITEM, "weight": {"S": "2"}}, "weight: The value is a string and must be a number"),
        ({**ITEM, "code": {"S": "x"}}, "code: The value is a string and must be a binary"),
        ({**ITEM, "x": {"SS": []}}, "x: A string set cannot be empty"),
        ({**ITEM, "x": {"S": "x" * 409_600}}, "at most 409,600"),
        ({**ITEM, "x": "x"}, "x: A value is one of"),
    ],
)
def test_an_edit_that_is_refused(draft: dict, says: str) -> None:
    with pytest.raises(InputError) as refused:
        plan_update(PARCELS, KEY, ITEM, draft)
    assert refused.value.field == "draft"
    assert says in refused.value.rule


def test_a_create_needs_a_key_that_fits() -> None:
    for item, says in (
        ({}, "id: The item needs"),
        ({"id": {"S": "1"}}, "id: The value is a string and must be a number"),
    ):
        with pytest.raises(InputError, match=says):
            plan_create(COUNTERS, item)
    with pytest.raises(InputError, match="2,049 bytes and at most 2,048"):
        plan_create(PARCELS, {**ITEM, "pk": {"S": "x" * 2049}})
    with pytest.raises(InputError, match="1,025 bytes and at most 1,024"):
        plan_create(PARCELS, {**ITEM, "sk": {"S": "x" * 1025}})


def wide(count: int, value: str = "old") -> dict:
    return {**KEY, **{f"a{number}": {"S": value} for number in range(count)}}


def test_an_edit_wider_than_one_condition_is_refused_with_the_way_on() -> None:
    assert operators(plan_update(PARCELS, KEY, wide(MAX_GUARDED), wide(MAX_GUARDED, "new")).condition) <= 300
    with pytest.raises(InputError, match=f"changes {MAX_GUARDED + 1} attributes.*Save in parts"):
        plan_update(PARCELS, KEY, wide(MAX_GUARDED + 1), wide(MAX_GUARDED + 1, "new"))


def test_a_wide_item_can_be_edited_but_not_deleted_at_once() -> None:
    item = wide(500)
    assert len(plan_update(PARCELS, KEY, item, {**item, "a7": {"S": "new"}}).actions) == 1
    with pytest.raises(InputError, match="Delete page offers a delete that checks"):
        plan_delete(PARCELS, KEY, item)
    plan_delete(PARCELS, KEY, wide(MAX_GUARDED))


def test_operators_are_counted() -> None:
    one = Exists(("a",))
    assert operators(one) == 1
    assert operators(And((one, one, one))) == 5
    assert operators(Or((one, Not(one)))) == 4


@given(ITEMS, ITEMS, ITEMS)
def test_an_update_is_seen_to_have_landed_or_not(original: dict, draft: dict, others: dict) -> None:
    changes = diff_items(original, draft)
    assume(changes)
    shown = {change.name: change.before for change in changes if change.before}
    intended = {change.name: change.after for change in changes if change.after}
    effect = Effect("item.update", shown, intended)
    rest = {name: value for name, value in others.items() if name not in {change.name for change in changes}}
    assert effect.landed({**rest, **intended}) and not effect.untouched({**rest, **intended})
    assert effect.untouched({**rest, **shown}) and not effect.landed({**rest, **shown})
    assert not effect.landed(None) and not effect.untouched(None)
    assert same_item(effect.after_of({**rest, **shown}), {**rest, **intended})
    assert same_item(effect.before_of({**rest, **intended}), {**rest, **shown})


def test_a_create_and_a_delete_are_seen_to_have_landed_or_not() -> None:
    create, delete = Effect("item.create", None, ITEM), Effect("item.delete", ITEM, None)
    other = {**ITEM, "state": {"S": "other"}}
    assert create.landed(ITEM) and not create.landed(None) and not create.landed(other)
    assert create.untouched(None) and not create.untouched(ITEM) and not create.untouched(other)
    assert delete.landed(None) and not delete.landed(ITEM) and not delete.landed(other)
    assert delete.untouched(ITEM) and not delete.untouched(None) and not delete.untouched(other)
    assert (create.before_of(ITEM), create.after_of(None)) == (None, ITEM)
    assert (delete.before_of(None), delete.after_of(ITEM)) == (ITEM, None)


def test_keys_are_read_by_people() -> None:
    assert readable_key(KEY, ("pk", "sk")) == "P#1 / META"
    assert readable_key({"id": {"N": "1.50"}}, ("id",)) == "1.50"
    assert readable_key({"id": {"B": "AAH/"}}, ("id",)) == "binary AAH/"
    assert readable_key({"id": {"S": "a\n\x00\u202eb"}}, ("id",)) == "a\\n\\x00\\u202eb"


def test_keys_have_one_spelling() -> None:
    assert canonical_key({"id": {"N": "1.50"}}) == {"id": {"N": "1.5"}}
    assert canonical_key(KEY) == KEY


def test_key_of_and_index_problems() -> None:
    assert key_of(PARCELS, ITEM) == KEY
    assert index_problems(PARCELS, ITEM) == ()
