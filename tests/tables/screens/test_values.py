"""A value in full, as flat lines."""

from __future__ import annotations

import base64
from typing import Any

from dashboard.core.wire import Item
from dashboard.tables.screens.values import MOST_LINES, Line, attributes, key_label


def one(value: dict[str, Any]) -> Any:
    return attributes({"a": value}, ())[0]


def test_keys_first_then_by_name() -> None:
    item: Item = {"z": {"S": ""}, "b": {"S": ""}, "sk": {"N": "1"}, "pk": {"S": "x"}}
    assert [(each.name, each.is_key) for each in attributes(item, ("pk", "sk"))] == [
        ("pk", True),
        ("sk", True),
        ("b", False),
        ("z", False),
    ]


def test_a_nested_value_becomes_lines_with_a_depth() -> None:
    value = {
        "M": {
            "tags": {"SS": ["x", "y"]},
            "list": {"L": [{"M": {"n": {"N": "1.50"}}}, {"NULL": True}]},
            "no": {"M": {}},
        }
    }
    assert one(value).lines == (
        Line(0, "tags", "SS", "2 entries"),
        Line(1, "", "S", "x"),
        Line(1, "", "S", "y"),
        Line(0, "list", "L", "2 entries"),
        Line(1, "[0]", "M", "1 entry"),
        Line(2, "n", "N", "1.50"),
        Line(1, "[1]", "NULL", "null"),
        Line(0, "no", "M", "{}"),
    )


def test_the_deepest_nesting_that_dynamodb_takes_is_drawn() -> None:
    value: dict[str, Any] = {"S": "bottom"}
    for _ in range(32):
        value = {"L": [value]}
    lines = one(value).lines
    assert len(lines) == 32
    assert lines[-1].text == "bottom"
    assert max(line.depth for line in lines) == 12
    assert lines[-1].name == "(depth 31) [0]"


def test_a_long_string_is_folded_and_whole() -> None:
    shown = one({"S": "é" * 199_000})
    assert shown.folded
    assert shown.text == "é" * 199_000
    assert len(shown.summary) == 101
    assert shown.size == "389\u00a0KB"


def test_binary_shows_base64_hex_head_and_size() -> None:
    raw = bytes(range(40))
    shown = one({"B": base64.b64encode(raw).decode()})
    assert shown.text == base64.b64encode(raw).decode()
    assert shown.hex.startswith("00 01 02 03")
    assert shown.hex.endswith("1e 1f … 40 bytes in all")


def test_too_many_lines_are_counted() -> None:
    shown = one({"NS": [str(n) for n in range(MOST_LINES + 7)]})
    assert len(shown.lines) == MOST_LINES
    assert shown.left_out == 7
    assert shown.folded
    assert shown.summary.startswith("3,007 entries: {0, 1, ")


def test_a_label_is_one_line_and_not_too_long() -> None:
    assert key_label({"pk": {"S": "a\nb"}, "sk": {"N": "3"}}, ("pk", "sk")) == "a\\nb / 3"
    assert len(key_label({"pk": {"S": "x" * 2048}}, ("pk",))) == 121
