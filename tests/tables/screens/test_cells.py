"""What a value looks like in a cell: short, typed, whatever its size."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.tables.screens.cells import ROOM, brief, cell

BIG = "x" * 399_360


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ("", "")),
        ({"S": "plain"}, ("", "plain")),
        ({"S": "<img src=x onerror=alert(1)>"}, ("", "<img src=x onerror=alert(1)>")),
        ({"S": ""}, ("S", "empty")),
        ({"S": " a\nb\0\u202ec "}, ("T", " a\\nb\\x00\\u202ec ")),
        ({"S": BIG}, ("T", "x" * ROOM + "… 390\u00a0KB")),
        ({"N": "12345678901234567890123456789012345678"}, ("N", "12345678901234567890123456789012345678")),
        ({"N": "1E+125"}, ("N", "1E+125")),
        ({"BOOL": True}, ("BOOL", "true")),
        ({"BOOL": False}, ("BOOL", "false")),
        ({"NULL": True}, ("NULL", "null")),
        ({"B": b64(b"\0\xff")}, ("B", "AP8= (2\u00a0bytes)")),
        ({"B": ""}, ("B", " (0\u00a0bytes)")),
        ({"B": b64(b"\0" * 3000)}, ("B", "A" * 24 + "… (2.9\u00a0KB)")),
        ({"SS": ["a", "b"]}, ("SS", "{a, b}")),
        ({"NS": ["1", "2.50"]}, ("NS", "{1, 2.50}")),
        ({"BS": ["AA=="]}, ("BS", "{AA== (1\u00a0byte)}")),
        ({"L": [{"S": "a"}, {"N": "1"}, {"NULL": True}]}, ("L", "[a, 1, null]")),
        ({"L": []}, ("L", "[]")),
        ({"M": {}}, ("M", "{}")),
        ({"M": {"a": {"N": "1"}, "b": {"L": [{"BOOL": True}]}}}, ("M", "{a: 1, b: [true]}")),
    ],
)
def test_cell(value: Any, shown: tuple[str, str]) -> None:
    assert cell(value) == shown


def test_a_long_collection_says_how_many_it_has() -> None:
    text = brief({"L": [{"N": str(n)} for n in range(40_000)]})
    assert text.startswith("[0, 1, 2, ")
    assert text.endswith("… 40,000 in all]")
    assert len(text) < 2 * ROOM


scalars = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=300)),
    st.builds(lambda number: {"N": str(number)}, st.integers()),
    st.builds(lambda raw: {"B": b64(raw)}, st.binary(max_size=200)),
    st.just({"NULL": True}),
    st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.builds(lambda each: {"L": each}, st.lists(inner, max_size=30))
        | st.builds(lambda each: {"M": each}, st.dictionaries(st.text(max_size=100), inner, max_size=10))
    ),
    max_leaves=60,
)


@given(values)
def test_no_value_makes_a_wide_cell(value: dict[str, Any]) -> None:
    assert len(cell(value)[1]) < 3 * ROOM + 60
