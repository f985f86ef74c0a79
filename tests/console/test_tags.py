"""Tags and filters, as tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from dashboard.console.templatetags.console import (
    ago,
    icon,
    laid_out,
    number,
    size,
    type_name,
    wire_line,
    wire_text,
    with_columns,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_it_works():
    assert icon("table").startswith(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5h16'
    )


def test_an_icon_that_speaks_escapes_its_title():
    assert 'role="img" aria-label="&lt;b&gt;&quot;"' in icon("lock", '<b>"')


def test_an_unknown_icon_is_an_error():
    with pytest.raises(KeyError):
        icon("no-such-icon")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ("", "–"),
        (0, "0"),
        (999, "999"),
        (5000, "5,000"),
        (-1234567, "-1,234,567"),
        (
            Decimal("12345678901234567890123456789012345678"),
            "12,345,678,901,234,567,890,123,456,789,012,345,678",
        ),
        ("1234.50", "1,234.50"),
        ("many", "many"),
    ],
)
def test_number(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0\u00a0bytes"),
        (1, "1\u00a0byte"),
        (1023, "1023\u00a0bytes"),
        (1024, "1.0\u00a0KB"),
        (409_600, "400\u00a0KB"),
        (5 * 1024**3, "5.0\u00a0GB"),
    ],
)
def test_size(value, text):
    assert size(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (86400 * 3, "3 days ago"),
        (-5, "just now"),
        (-600, "in the future"),
    ],
)
def test_ago(seconds, text):
    with time_machine.travel(NOW, tick=False):
        assert ago(NOW - timedelta(seconds=seconds)) == text


def test_ago_of_nothing():
    assert ago(None) == "never"


@pytest.mark.parametrize(
    ("value", "text", "line"),
    [
        ({"S": "a\nb"}, "a\nb", "a\nb"),
        ({"S": ""}, "", ""),
        ({"N": "1E+2"}, "1E+2", "1E+2"),
        ({"B": "AAE="}, "AAE=", "AAE="),
        ({"NULL": True}, "null", "null"),
        ({"BOOL": False}, "false", "false"),
        ({"SS": ["a", "ü"]}, '["a", "ü"]', '["a", "ü"]'),
        ({"M": {"k": {"N": "1"}}}, '{"k": {"N": "1"}}', '{"k": {"N": "1"}}'),
        (None, "", ""),
    ],
)
def test_wire(value, text, line):
    assert wire_text(value) == text
    assert wire_line(value) == line


def test_what_does_not_fit_a_line_is_broken():
    value = {"L": [{"S": "x" * 30}, {"M": {"a": {"S": "y" * 30}, "b": {"SS": ["z" * 40]}}}, {"L": []}]}
    assert wire_text(value).split("\n") == [
        "[",
        '  {"S": "' + "x" * 30 + '"},',
        "  {",
        '    "M": {',
        '      "a": {"S": "' + "y" * 30 + '"},',
        '      "b": {"SS": ["' + "z" * 40 + '"]}',
        "    }",
        "  },",
        '  {"L": []}',
        "]",
    ]


@given(st.recursive(st.text() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_laying_out_changes_nothing(value):
    assert json.loads(laid_out(value)) == value


def test_type_name():
    assert type_name({"NS": ["1"]}) == "number set"


def test_cells_must_fit_the_columns():
    assert with_columns([["a", {"text": "b"}]], ["x", "y"]) == [[("x", {"text": "a"}), ("y", {"text": "b"})]]
    with pytest.raises(ValueError, match="shorter"):
        with_columns([["a"]], ["x", "y"])
