"""Wire values: equality as DynamoDB has it, base64 text, JSON without loss."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.wire import compact, from_bytes, same, same_item, tag_of, to_bytes, walk
from tests.values import ITEMS, VALUES


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"N": "1"}, {"N": "1.0"}),
        ({"NS": ["1", "2.50"]}, {"NS": ["2.5", "1E0"]}),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1.00"}]}),
        ({"M": {"a": {"SS": ["x", "y"]}, "b": {"S": ""}}}, {"M": {"b": {"S": ""}, "a": {"SS": ["y", "x"]}}}),
        (None, None),
    ],
)
def test_it_works(a: dict | None, b: dict | None) -> None:
    assert same(a, b) and same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"N": "1"}, {"S": "1"}),
        ({"N": "1"}, {"N": "1." + "0" * 36 + "1"}),
        ({"SS": ["a"]}, {"SS": ["a", "b"]}),
        ({"NS": ["1", "2"]}, {"NS": ["1", "3"]}),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}),
        ({"M": {"a": {"S": ""}}}, {"M": {}}),
        ({"S": ""}, None),
        ({"BOOL": True}, {"BOOL": False}),
        ({"NULL": True}, None),
    ],
)
def test_what_is_not_the_same(a: dict | None, b: dict | None) -> None:
    assert not same(a, b) and not same(b, a)


def test_items() -> None:
    assert same_item({"a": {"N": "1"}}, {"a": {"N": "1.0"}})
    assert not same_item({"a": {"N": "1"}}, {"a": {"N": "1"}, "b": {"S": ""}})
    assert not same_item({}, None)
    assert same_item(None, None)


@given(VALUES, VALUES)
def test_the_same_is_an_equivalence(a: dict, b: dict) -> None:
    assert same(a, json.loads(compact(a)))
    assert same(a, b) == same(b, a)


@given(ITEMS)
def test_json_loses_nothing(item: dict) -> None:
    assert json.loads(compact(item)) == item


@given(st.binary())
def test_binary_is_base64_text(raw: bytes) -> None:
    assert to_bytes(from_bytes(raw)) == raw


@pytest.mark.parametrize("text", ["A", "AA=", "AB==", "A A=", "AA==\n", "-_==", "ä", "===="])
def test_what_is_not_base64(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        to_bytes(text)


def test_walk_reaches_every_value() -> None:
    value = {"L": [{"M": {"a": {"S": "x"}, "b": {"L": []}}}, {"N": "1"}]}
    assert [tag_of(inner) for inner in walk(value)] == ["L", "M", "S", "L", "N"]
