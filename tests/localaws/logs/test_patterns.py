"""Filter patterns as tables."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.logs.errors import LogsError
from dashboard.localaws.logs.patterns import matcher

LINE = '{"status": 429, "path": "/pets/1", "ok": true, "none": null, "identity": {"ip": "10.0.0.1"}, "tags": ["a", "b"]}'


def test_it_works() -> None:
    assert matcher('{ $.status = 429 && $.path = "/pets/*" }')(LINE)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("{ $.status = 429.0 }", True),
        ("{ $.status != 200 }", True),
        ("{ $.status >= 400 && $.status < 500 }", True),
        ("{ $.status > 429 }", False),
        ("{ $.status <= 428 || $.ok IS TRUE }", True),
        ("{ $.ok IS FALSE }", False),
        ("{ $.none IS NULL }", True),
        ("{ $.path IS NULL }", False),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.none NOT EXISTS }", False),
        ("{ $.missing != 1 }", False),
        ('{ $.identity.ip = "10.*" }', True),
        ('{ $["identity"]["ip"] = 10.0.0.1 }', True),
        ('{ $.tags[1] = "b" }', True),
        ('{ $.tags[2] = "b" }', False),
        ('{ $.path = "/pets/?" }', False),
        ("{ $.status = 1 || $.status = 429 && $.ok IS TRUE }", True),
        ("{ ($.status = 1 || $.status = 429) && $.ok IS FALSE }", False),
    ],
)
def test_selectors(pattern: str, wanted: bool) -> None:
    assert matcher(pattern)(LINE) is wanted


@pytest.mark.parametrize("line", ["plain", "", "[", "1", '"text"', "null", "[" * 100_000])
def test_a_line_that_is_no_object_matches_no_selector(line: str) -> None:
    assert not matcher("{ $.status = 429 }")(line)


@pytest.mark.parametrize(
    ("pattern", "line", "wanted"),
    [
        ("", "anything", True),
        ("error", "an error here", True),
        ("ERROR", "an error here", False),
        ("error here", "here: error", True),
        ('"error here"', "here: error", False),
        ("error -debug", "debug error", False),
        ("?a ?z", "xyz", True),
        ("?a ?b", "xyz", False),
        (r'"say \"hi\""', 'say "hi"', True),
    ],
)
def test_words(pattern: str, line: str, wanted: bool) -> None:
    assert matcher(pattern)(line) is wanted


@pytest.mark.parametrize(
    "pattern",
    [
        "{",
        "{ }",
        "{ $.a }",
        "{ $.a = }",
        "{ = 1 }",
        "{ $.a > x }",
        "{ $.a = 1 && }",
        "{ ($.a = 1 }",
        '"open',
        "{ $.a = 1 2 }",
        "{ $.a NOT THERE }",
        "{ $.a && 1 }",
    ],
)
def test_a_broken_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(LogsError):
        matcher(pattern)


@given(st.text(alphabet='{}$.=!<>&|()[]"\\ab1 -?', max_size=30))
def test_nothing_but_a_refusal_comes_of_any_pattern(pattern: str) -> None:
    with contextlib.suppress(LogsError):
        matcher(pattern)(LINE)
