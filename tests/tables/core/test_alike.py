"""What is said of one edit of many items before it is made."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.core.wire import Wire
from dashboard.tables.core.alike import MOST_NAMES, names_of, names_text, notes

NEW = "is new: none of these items has an attribute of that name."
A: dict[str, Wire] = {"pk": {"S": "a"}, "city": {"S": "Lübeck"}, "count": {"N": "1"}}
B: dict[str, Wire] = {"pk": {"S": "b"}, "city": {"S": "Kiel"}, "count": {"S": "1"}}


def test_it_works() -> None:
    assert notes({"city": {"S": "Bonn"}, "count": {"N": "2"}, "town": {"S": "Bonn"}}, [A, B, None]) == (
        "count changes its type: it is string in 1 of the 2 items that have it, and becomes number.",
        f"town {NEW}",
    )


@pytest.mark.parametrize(
    ("sets", "shown", "said"),
    [
        ({"citty": {"S": "x"}}, [A], f"citty {NEW} Did you mean city?"),
        ({"owner": {"S": "x"}, "ownr": {"S": "x"}}, [{"owner": {"S": "y"}}], f"ownr {NEW}"),
        ({"owners": {"S": "x"}}, [A], f"owners {NEW} Did you mean owner?"),
        (
            {"city.zip": {"S": "x"}},
            [A],
            f"city.zip {NEW} It is a name of its own, no place inside city: for that, set city whole.",
        ),
        (
            {"count": {"S": "x"}},
            [A],
            "count changes its type: it is number now, and becomes string.",
        ),
        (
            {"city": {"N": "1"}},
            [A, B],
            "city changes its type: it is string in all of the 2 items that have it, and becomes number.",
        ),
    ],
)
def test_each_sentence(sets: dict[str, Wire], shown: list[Any], said: str) -> None:
    assert notes(sets, shown, ["owner"]) == (said,)


def test_what_changes_nothing_of_that_is_not_talked_about() -> None:
    assert notes({"city": {"S": "x"}}, [A, B, None]) == ()


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[" * 5_000, "null"])
def test_names_that_are_none(text: str) -> None:
    assert names_of(text) == ()


def test_removing_what_none_has() -> None:
    assert notes({}, [A, B], (), ["city", "citi"]) == (
        "There is no citi to remove: none of these items has it.",
    )
    assert notes({}, [A, None], (), ["citi"]) == (
        "There is no citi to remove: none of these items has it. Did you mean city?",
    )


def test_names_come_back_as_they_were() -> None:
    names = ['a"b', "<b>", "ü", "a\nb"]
    assert names_of(names_text(names)) == tuple(names)
    assert len(names_of(names_text([str(number) for number in range(500)]))) == MOST_NAMES
    assert names_of(names_text(["x" * 65_000, "x" * 255])) == ("x" * 255,)
    assert names_of('["a", 1, null, "b"]') == ("a", "b")
