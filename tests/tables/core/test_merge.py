"""Three-way comparison of an item two people changed."""

from __future__ import annotations

from hypothesis import given

from dashboard.core.wire import same, same_item
from dashboard.tables.core.merge import three_way
from tests.values import ITEMS

ORIGINAL = {
    "pk": {"S": "a"},
    "mine": {"N": "1"},
    "theirs": {"N": "1"},
    "both": {"N": "1"},
    "alike": {"N": "1"},
}


def test_it_works() -> None:
    yours = {
        "pk": {"S": "a"},
        "mine": {"N": "2"},
        "theirs": {"N": "1"},
        "both": {"N": "2"},
        "alike": {"N": "5"},
    }
    theirs = {
        "pk": {"S": "a"},
        "mine": {"N": "1"},
        "both": {"N": "3"},
        "alike": {"N": "5.0"},
        "new": {"S": "x"},
    }
    merge = three_way(ORIGINAL, yours, theirs)
    assert [(row.name, row.by, row.conflict) for row in merge.rows] == [
        ("mine", "you", False),
        ("theirs", "them", False),
        ("both", "both", True),
        ("alike", "both", False),
        ("new", "them", False),
    ]
    assert merge.conflicts == ("both",)
    assert same_item(
        merge.merged,
        {"pk": {"S": "a"}, "mine": {"N": "2"}, "both": {"N": "2"}, "alike": {"N": "5"}, "new": {"S": "x"}},
    )


def test_a_deleted_item_leaves_the_draft_whole() -> None:
    yours = {**ORIGINAL, "mine": {"N": "2"}}
    merge = three_way(ORIGINAL, yours, None)
    assert merge.gone and merge.merged == yours
    assert [row.name for row in merge.rows if row.conflict] == ["mine"]


def test_a_removal_against_a_change_is_a_conflict() -> None:
    merge = three_way({"a": {"N": "1"}}, {}, {"a": {"N": "2"}})
    assert merge.conflicts == ("a",)
    assert merge.merged == {}


@given(ITEMS, ITEMS, ITEMS)
def test_who_changed_nothing_decides_nothing(original: dict, one: dict, other: dict) -> None:
    assert same_item(three_way(original, one, original).merged, one)
    assert same_item(three_way(original, original, other).merged, other)
    assert same_item(three_way(original, one, one).merged, one)
    assert not three_way(original, one, one).conflicts


@given(ITEMS, ITEMS, ITEMS)
def test_every_attribute_goes_to_who_changed_it(original: dict, yours: dict, theirs: dict) -> None:
    merge = three_way(original, yours, theirs)
    for name in {*original, *yours, *theirs}:
        wanted = theirs if same(original.get(name), yours.get(name)) else yours
        assert same(merge.merged.get(name), wanted.get(name))
    conflicts = {
        name
        for name in {*original, *yours, *theirs}
        if not same(original.get(name), yours.get(name))
        and not same(original.get(name), theirs.get(name))
        and not same(yours.get(name), theirs.get(name))
    }
    assert set(merge.conflicts) == conflicts
