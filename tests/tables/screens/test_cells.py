"""What a value looks like in a cell: short, typed, whatever its size."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.wire import Item
from dashboard.tables.screens.cells import COLUMNS, ROOM, brief, cell, grid

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
        ({"S": " a\nb\0\u202ec "}, ("", " a\\nb\\x00\\u202ec ")),
        ({"S": BIG}, ("", "x" * ROOM + "… 390\u00a0KB")),
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


def test_columns_keys_first_then_the_most_frequent() -> None:
    items: list[Item] = [
        {"rare": {"S": "1"}, "often": {"S": "1"}, "sk": {"N": "1"}, "pk": {"S": "a"}},
        {"often": {"S": "2"}, "gsi": {"S": "g"}, "pk": {"S": "a"}, "sk": {"N": "2"}},
    ]
    shown = grid(items, ("pk", "sk"), ("gsi", "pk"))
    assert [column.name for column in shown.columns] == ["pk", "sk", "gsi", "often", "rare"]
    assert [column.css for column in shown.columns] == ["key", "key num", "key", "", ""]
    assert shown.rows[0].keys == (("", "a"), ("N", "1"))
    assert shown.rows[0].cells == (("", ""), ("", "1"), ("", "1"))
    assert shown.rows[1].cells == (("", "g"), ("", "2"), ("", ""))
    assert [row.key for row in shown.rows] == ["sa.n1", "sa.n2"]


def test_many_attributes_are_folded_and_counted() -> None:
    items: list[Item] = [
        {"pk": {"S": str(n)}} | {f"a{n}_{m}": {"S": "x"} for m in range(3)} for n in range(20)
    ]
    shown = grid(items, ("pk",))
    assert len(shown.columns) == COLUMNS
    assert shown.folded == 61 - COLUMNS
    assert shown.total == 61
    assert shown.rows[19].more == "+3: a19_0, a19_1, a19_2"
    assert shown.rows[0].more == ""
    assert len(grid(items, ("pk",), most=120).columns) == 61


def test_one_attribute_too_many_is_shown_rather_than_folded() -> None:
    item: Item = {"pk": {"S": "1"}} | {f"a{m}": {"S": "x"} for m in range(COLUMNS)}
    shown = grid([item], ("pk",))
    assert len(shown.columns) == COLUMNS + 1
    assert shown.folded == 0


def test_an_empty_page_has_the_key_columns() -> None:
    assert [column.name for column in grid([], ("pk", "sk")).columns] == ["pk", "sk"]
