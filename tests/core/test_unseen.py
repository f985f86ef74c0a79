"""What a text holds that nobody sees, and where two long texts part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.unseen import AROUND, MOST_APART, apart, parted, unseen, unseen_name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain text, ünïcode 🚚", ""),
        ("two\nlines\tand a tab", ""),
        ("a\r\nb ", "1 carriage return (CR), blank space at an end"),
        ("in\u200bvis", "1 invisible character (U+200B)"),
        ("no\u00a0break", "1 invisible character (U+00A0)"),  # looks like a space and is none
        ("\x01\x02\x03\x04\x05", "1 more kinds of invisible characters"),
    ],
)
def test_what_is_not_seen_is_said(text: str, words: str) -> None:
    assert unseen(text).endswith(words)
    assert bool(unseen(text)) is bool(words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("name", ""),
        ("a\u200bb", "U+200B"),
        (" a", "blank space at an end"),
        ("\u00a0", "U+00A0, blank space at an end"),
    ],
)
def test_names(name: str, words: str) -> None:
    assert unseen_name(name) == words


@pytest.mark.parametrize(
    ("before", "after", "start", "one", "other"),
    [
        ("abc", "abd", 2, "abc", "abd"),
        (
            "x" * 100 + "1" + "y" * 100,
            "x" * 100 + "22" + "y" * 100,
            100,
            f"…{'x' * 40}1{'y' * 40}…",
            f"…{'x' * 40}22{'y' * 40}…",
        ),
        ("x" * 100, "x" * 101, 100, f"…{'x' * 40}", f"…{'x' * 40}x"),
        ("aa", "aaa", 2, "aa", "aaa"),
        ("", "new", 0, "", "new"),
    ],
)
def test_where_they_part(before: str, after: str, start: int, one: str, other: str) -> None:
    assert parted(before, after) == (start, one, other)


@given(st.text("ab", max_size=2000), st.text("ab", max_size=2000))
def test_what_differs_is_always_shown(before: str, after: str) -> None:
    start, one, other = parted(before, after)
    assert before[:start] == after[:start]
    assert (one == other) is (before == after)
    assert max(len(one), len(other)) <= MOST_APART + 2 * AROUND + 2


@pytest.mark.parametrize(
    ("texts", "start"),
    [(["a"], 0), (["a", "a"], 0), (["x" * 99 + "1", "x" * 99 + "2", "x" * 50 + "3"], 10), (["", "b"], 0)],
)
def test_where_several_begin_to_differ(texts: list[str], start: int) -> None:
    assert apart(texts) == start
