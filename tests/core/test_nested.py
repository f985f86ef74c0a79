"""What differs inside a value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from dashboard.core.nested import MOST, Place, places
from dashboard.core.wire import Wire, same
from tests.values import VALUES


def n(text: str) -> Wire:
    return {"N": text}


def many(*texts: str) -> Wire:
    return {"L": [n(text) for text in texts]}


CASES: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    ({"M": {"a": n("1"), "b": n("2")}}, {"M": {"a": n("1.0"), "b": n("3")}}, [(".b", "changed")]),
    ({"M": {"a": n("1")}}, {"M": {"a.b": n("1")}}, [(".a", "removed"), ("['a.b']", "added")]),
    (many("1", "2", "3"), many("1", "9", "2", "3"), [("[1]", "added")]),
    (many("1", "2", "3"), many("2", "3"), [("[0]", "removed")]),
    (many("1", "2", "3"), many("1", "5", "3"), [("[1]", "changed")]),
    (
        {"M": {"stops": {"L": [{"M": {"at": n("1"), "ok": {"BOOL": True}}}]}}},
        {"M": {"stops": {"L": [{"M": {"at": n("2"), "ok": {"BOOL": True}}}]}}},
        [(".stops[0].at", "changed")],
    ),
    ({"SS": ["a", "b"]}, {"SS": ["c", "b"]}, [("", "removed"), ("", "added")]),
    ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}, []),
    ({"M": {"a": {"S": "1"}}}, {"M": {"a": n("1")}}, [(".a", "changed")]),
    ({"S": "a"}, {"S": "b"}, []),
    ({"M": {}}, {"L": []}, []),
    (None, {"M": {}}, []),
]


@pytest.mark.parametrize(("before", "after", "found"), CASES)
def test_it_works(before: Wire | None, after: Wire | None, found: list[tuple[str, str]]) -> None:
    assert [(place.text, place.kind) for place in places(before, after)] == found


@given(VALUES, VALUES)
def test_collections_that_differ_have_a_place_and_equal_ones_have_none(one: Wire, other: Wire) -> None:
    before, after = {"M": {"x": one}}, {"M": {"x": other}}
    found = places(before, after)
    assert bool(found) is not same(before, after)
    assert all(not same(place.before, place.after) for place in found)


@given(VALUES, VALUES)
def test_the_places_lead_from_one_map_to_the_other(one: Wire, other: Wire) -> None:
    """What is told of a map is enough to make the other of it, as far as maps go."""
    before, after = {"M": {"x": one, "gone": n("1")}}, {"M": {"x": one, "new": other}}
    assert [(place.path, place.before, place.after) for place in places(before, after)] == [
        (("gone",), n("1"), None),
        (("new",), None, other),
    ]


def test_very_many_places_are_not_counted_out() -> None:
    before = {"L": [n("1")] * 1000}
    assert len(places(before, {"L": [n("2")] * 1000})) == MOST + 1


def test_a_place_of_the_value_itself_has_no_text() -> None:
    assert Place((), "added", None, n("1")).text == ""
