"""What differs between two items."""

from __future__ import annotations

from hypothesis import given

from dashboard.core.diff import AttributeChange, apply_changes, diff_items, reverse_changes
from dashboard.core.wire import Item, same_item
from tests.values import ITEMS

OLD: Item = {"pk": {"S": "a"}, "n": {"N": "1"}, "gone": {"S": "x"}, "set": {"SS": ["a", "b"]}}
NEW: Item = {"new": {"NULL": True}, "set": {"SS": ["b", "a"]}, "pk": {"S": "a"}, "n": {"N": "2"}}


def test_it_works() -> None:
    assert diff_items(OLD, NEW) == (
        AttributeChange("n", "changed", {"N": "1"}, {"N": "2"}),
        AttributeChange("gone", "removed", {"S": "x"}, None),
        AttributeChange("new", "added", None, {"NULL": True}),
    )


def test_the_same_number_in_another_spelling_is_no_change() -> None:
    assert diff_items({"n": {"N": "1"}}, {"n": {"N": "1.0"}}) == ()


def test_no_item_is_an_item_without_attributes() -> None:
    assert [change.kind for change in diff_items(None, OLD)] == ["added"] * 4
    assert [change.kind for change in diff_items(OLD, None)] == ["removed"] * 4


@given(ITEMS, ITEMS)
def test_a_diff_applied_leads_there_and_reversed_leads_back(before: dict, after: dict) -> None:
    changes = diff_items(before, after)
    assert same_item(apply_changes(before, changes), after)
    assert same_item(apply_changes(after, reverse_changes(changes)), before)
    assert bool(changes) != same_item(before, after)


@given(ITEMS, ITEMS, ITEMS)
def test_attributes_nobody_changed_stay(before: dict, after: dict, other: dict) -> None:
    changes = diff_items(before, after)
    named = {change.name for change in changes}
    result = apply_changes(other, changes)
    assert all(result[name] == value for name, value in other.items() if name not in named)
