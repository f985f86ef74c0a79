"""A value in full, as flat lines."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.template.loader import render_to_string

from dashboard.core.wire import Item
from dashboard.tables.screens.values import MOST_LINES, MOST_SHOWN, Line, attributes, key_label


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
    assert shown.summary == "199,000 characters: " + "é" * 100 + "…"
    assert shown.size == "389\u00a0KB"


def test_binary_shows_base64_hex_head_and_size() -> None:
    raw = bytes(range(40))
    shown = one({"B": base64.b64encode(raw).decode()})
    assert shown.text == base64.b64encode(raw).decode()
    assert shown.hex[0] == "00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  |................|"
    assert shown.hex[2] == "00000020  20 21 22 23 24 25 26 27                          | !\"#$%&'|"
    assert shown.note == "40 bytes"


def test_large_binary_shows_the_first_kilobyte_as_hex() -> None:
    assert len(one({"B": base64.b64encode(bytes(5000)).decode()}).hex) == 64


def test_binary_and_folded_texts_can_be_taken_away() -> None:
    value = {"M": {"a.b": {"L": [{"B": "AA=="}, {"S": "x"}]}, "set": {"BS": ["AQ=="]}}}
    item: Item = {"m": value, "b": {"B": "AA=="}, "short": {"S": "x"}, "long": {"S": "x" * 500}}
    shown = {each.name: each for each in attributes(item, (), lambda *path: repr(path))}
    assert [line.download for line in shown["m"].lines if line.download] == [
        "('m', 'a.b', 0)",
        "('m', 'set', 0)",
    ]
    assert [shown[name].download for name in ("b", "short", "long")] == ["('b',)", "", "('long',)"]


def test_what_the_eye_does_not_see_is_said() -> None:
    assert one({"S": "a\r\nb "}).note == "1 carriage return (CR), blank space at an end"
    assert one({"S": "a\nb\tc"}).note == ""
    assert one({"S": "a\x00b\x00"}).note == "2 invisible characters (U+0000)"
    assert one({"S": "\u202eabc"}).note == "1 invisible character (U+202E)"
    assert one({"S": "\x01\x02\x03\x04\x05\x06"}).note.endswith("2 more kinds of invisible characters")


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("weight kg", ""),
        ("مرحبا", ""),
        ("a\x00b", "U+0000"),
        ("a\u200bb\u202e", "U+200B, U+202E"),
        ("\t", "U+0009, blank space at an end"),
        (" a", "blank space at an end"),
        ("\x01\x02\x03\x04\x05", "U+0001, U+0002, U+0003, U+0004, …"),
    ],
)
def test_what_the_eye_does_not_see_in_a_name_is_said(name: str, note: str) -> None:
    assert attributes({name: {"S": "x"}}, ())[0].name_note == note


def test_too_many_lines_are_counted() -> None:
    shown = one({"NS": [str(n) for n in range(MOST_LINES + 7)]})
    assert len(shown.lines) == MOST_LINES
    assert shown.left_out == 7
    assert shown.folded
    assert shown.summary.startswith("3,007 entries: {0, 1, ")


def test_a_label_is_one_line_and_not_too_long() -> None:
    assert key_label({"pk": {"S": "a\nb"}, "sk": {"N": "3"}}, ("pk", "sk")) == "a\\nb / 3"
    assert len(key_label({"pk": {"S": "x" * 2048}}, ("pk",))) == 121


def test_what_the_eye_does_not_see_inside_a_map_or_a_set_is_said() -> None:
    inner = {
        "hid\u200bden": {"S": "z"},
        "plain": {"S": "in\u200bvis "},
        "l": {"L": [{"S": "x"}]},
        "k ": {"M": {"a": {"NULL": True}}},
    }
    assert {line.name: line.note for line in one({"M": inner}).lines} == {
        "hid\u200bden": "its name holds U+200B",
        "plain": "holds 1 invisible character (U+200B), blank space at an end",
        "l": "",
        "[0]": "",
        "k ": "its name holds blank space at an end",
        "a": "",
    }
    assert [line.note for line in one({"SS": ["a", "a "]}).lines] == ["", "holds blank space at an end"]


def test_of_very_many_attributes_the_first_are_drawn_and_the_others_counted() -> None:
    item: Item = {"pk": {"S": "x"}} | {
        f"a{number:05}": {"N": str(number)} for number in range(MOST_SHOWN + 7)
    }
    shown = attributes(item, ("pk",))
    assert (len(shown), len(shown.rows), shown.left) == (MOST_SHOWN + 8, MOST_SHOWN, 8)
    assert [each.name for each in shown.rows][:2] == ["pk", "a00000"]
    page = render_to_string("tables/attributes.html", {"attributes": shown})
    assert page.count("<tr") == MOST_SHOWN + 1
    assert "8 more attributes are not drawn here" in page
    assert "not drawn" not in render_to_string("tables/attributes.html", {"attributes": attributes({}, ())})
