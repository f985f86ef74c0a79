"""Sizes by DynamoDB's rule."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given

from dashboard.core.wire import from_bytes
from dashboard.tables.core.size import item_size, value_size
from tests.values import ITEMS, NAMES, VALUES


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "ü€👩"}, 2 + 3 + 4),
        ({"N": "0"}, 1),
        ({"N": "1"}, 2),
        ({"N": "12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-123"}, 4),
        ({"N": "100"}, 2),
        ({"N": "0.0012"}, 2),
        ({"N": "1" * 38}, 20),
        ({"B": ""}, 0),
        ({"B": "AA=="}, 1),
        ({"B": "AAA="}, 2),
        ({"B": "AAAA"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "123"]}, 5),
        ({"BS": ["AA==", "AAAA"]}, 4),
        ({"M": {}}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "abc"}]}, 3 + 1 + 3),
        ({"M": {"ab": {"S": "abc"}}}, 3 + 1 + 2 + 3),
    ],
)
def test_it_works(value: dict, size: int) -> None:
    assert value_size(value) == size


def test_names_count() -> None:
    assert item_size({"pk": {"S": "abc"}, "ü": {"NULL": True}}) == 2 + 3 + 2 + 1


@given(ITEMS, NAMES, VALUES)
def test_an_attribute_adds_its_name_and_its_value(item: dict, name: str, value: dict) -> None:
    without = {other: held for other, held in item.items() if other != name}
    assert item_size({**without, name: value}) == item_size(without) + len(name.encode()) + value_size(value)


@given(VALUES)
def test_a_list_adds_four_bytes(value: dict) -> None:
    assert value_size({"L": [value]}) == 4 + value_size(value)


@pytest.mark.parametrize("length", range(12))
def test_binary_is_its_bytes(length: int) -> None:
    assert value_size({"B": from_bytes(b"x" * length)}) == length
    assert len(base64.b64decode(from_bytes(b"x" * length))) == length
