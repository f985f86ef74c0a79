"""Two texts line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.textdiff import text_diff

TEXT = st.lists(st.sampled_from(["a", "b", "", "  c"]), max_size=30).map("\n".join)


def shown(before: str, after: str) -> list[str]:
    signs = {"same": " ", "removed": "-", "added": "+"}
    return [
        f"~{line.passed_over}" if line.kind == "gap" else signs[line.kind] + line.text
        for line in text_diff(before, after)
    ]


def test_it_works() -> None:
    assert shown("a\nb\nc", "a\nX\nc") == [" a", "-b", "+X", " c"]
    assert [(line.before, line.after) for line in text_diff("a\nb", "b\nc")] == [(1, None), (2, 1), (None, 2)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("", "a\nb", ["+a", "+b"]),
        ("a\nb", "", ["-a", "-b"]),
        (
            "\n".join("123456789") + "\nx",
            "\n".join("123456789") + "\ny",
            ["~6", " 7", " 8", " 9", "-x", "+y"],
        ),
        (
            "x\n" + "\n".join("123456789"),
            "y\n" + "\n".join("123456789"),
            ["-x", "+y", " 1", " 2", " 3", "~6"],
        ),
        ("x\n1\n2\n3\n4\nz", "y\n1\n2\n3\n4\nq", ["-x", "+y", " 1", " 2", " 3", " 4", "-z", "+q"]),
        ("1\n2\n3\n4\nz", "1\n2\n3\n4\nq", [" 1", " 2", " 3", " 4", "-z", "+q"]),
        ("a\n b", "a\nb", [" a", "- b", "+b"]),
    ],
)
def test_only_the_surroundings_of_a_change_are_shown(before: str, after: str, found: list[str]) -> None:
    assert shown(before, after) == found


@given(TEXT, TEXT)
def test_the_shown_lines_and_the_counted_ones_are_both_texts(before: str, after: str) -> None:
    for side, text in (("before", before), ("after", after)):
        was = text.splitlines()
        at = 0
        for line in text_diff(before, after):
            if line.passed_over:
                at += line.passed_over
            elif (number := getattr(line, side)) is not None:
                at += 1
                assert (number, line.text) == (at, was[at - 1])
        assert at == len(was)
