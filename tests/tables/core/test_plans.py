"""Writes decided before they are sent: the condition, the actions, and how to tell whether they happened."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from dashboard.core.diff import diff_items
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, Compare, Exists, Not, NotExists, Or, Remove, Set
from dashboard.core.wire import Item, same_item
from dashboard.tables.core.conditions import MAX_GUARDED, operators, unchanged
from dashboard.tables.core.itemkeys import canonical_key, index_problems, key_of, readable_key
from dashboard.tables.core.plans import (
    Effect,
    Plan,
    plan_create,
    plan_delete,
    plan_move,
    plan_parts,
    plan_update,
    plan_wide_delete,
)
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


def everything(plan: Plan) -> bool:
    return True


def test_a_key_change_is_a_move_of_all_that_was_shown() -> None:
    draft = {**ITEM, "sk": {"S": "other"}, "new": {"N": "1"}}
    plan = plan_move(PARCELS, KEY, ITEM, draft)
    assert (plan.kind, plan.key, plan.to) == ("move", KEY, {"pk": KEY["pk"], "sk": {"S": "other"}})
    assert plan.item == draft
    assert plan.condition == unchanged(PARCELS, ITEM)
    effect = plan.effect
    assert effect.moved(None, draft) and not effect.moved(ITEM, draft) and not effect.moved(None, None)
    assert effect.stayed(ITEM, None) and effect.stayed({**ITEM, "more": {"N": "1"}}, ITEM)
    assert not effect.stayed(ITEM, draft) and not effect.stayed(None, None)
    assert not effect.stayed({**ITEM, "state": {"S": "else"}}, None)


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        ({**ITEM, "state": {"S": "x"}}, "stays where it is"),
        ({**ITEM, "pk": {"S": ""}}, "must not be empty"),
        ({name: value for name, value in ITEM.items() if name != "sk"}, "sort key"),
        ({**ITEM, "pk": {"S": "new"}, "x": {"N": "NaN"}}, "not a number"),
    ],
)
def test_a_move_that_is_refused(draft: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        plan_move(PARCELS, KEY, ITEM, draft)


def test_a_move_of_an_item_too_wide_says_the_way_on() -> None:
    plan_move(PARCELS, KEY, wide(MAX_GUARDED), wide(MAX_GUARDED) | {"sk": {"S": "x"}})
    with pytest.raises(InputError, match="Duplicate the item under the new key"):
        plan_move(PARCELS, KEY, wide(MAX_GUARDED + 1), wide(MAX_GUARDED + 1) | {"sk": {"S": "x"}})


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (MAX_GUARDED, [149]), (150, [75, 75]), (500, [125] * 4)]
)
def test_an_edit_is_saved_in_as_few_parts_as_are_possible(count: int, sizes: list[int]) -> None:
    parts = plan_parts(PARCELS, KEY, wide(count), wide(count, "new"), everything)
    assert [len(part) for part in parts] == sizes
    assert {change.name for part in parts for change in part} == {f"a{number}" for number in range(count)}


def test_parts_that_do_not_fit_are_made_smaller() -> None:
    parts = plan_parts(PARCELS, KEY, wide(100), wide(100, "new"), lambda plan: len(plan.changes) <= 30)
    assert [len(part) for part in parts] == [25, 25, 25, 25]


def test_what_makes_the_item_smaller_is_saved_first() -> None:
    before = wide(200, "x" * 1000)
    after = {**KEY, **{f"b{number}": {"S": "y" * 1000} for number in range(200)}}
    parts = plan_parts(PARCELS, KEY, before, after, everything)
    assert [change.kind for part in parts for change in part] == ["removed"] * 200 + ["added"] * 200


@pytest.mark.parametrize(
    ("draft", "says"),
    [(ITEM, "Nothing was changed"), ({**ITEM, "sk": {"S": "x"}}, "cannot be changed by an update")],
)
def test_parts_that_are_refused(draft: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        plan_parts(PARCELS, KEY, ITEM, draft, everything)


def test_a_wide_delete_guards_as_much_as_fits_and_names_the_rest() -> None:
    item = {**wide(200), "depot": {"S": "Kiel"}, "weight": {"N": "1"}}
    plan = plan_wide_delete(PARCELS, KEY, item, everything)
    assert len(plan.unguarded) == 202 - MAX_GUARDED
    assert operators(plan.condition) <= 300
    assert not {"depot", "weight"} & set(plan.unguarded), "keys of indexes are guarded before others"
    assert plan.effect.shown == item
    assert plan_wide_delete(PARCELS, KEY, wide(100), everything).unguarded == ()
