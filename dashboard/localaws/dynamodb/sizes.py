"""How large items and index entries are, by the rules of "DynamoDB item sizes and formats". Pure.

Names and texts count their UTF-8 bytes, binary its bytes, a number one byte for two digits and one more, a list or map three bytes
and one for each element.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dashboard.localaws.dynamodb.engine import Item, Table

GLOBAL, LOCAL = "GlobalSecondaryIndexes", "LocalSecondaryIndexes"


def _text(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _binary(text: str) -> int:
    return len(text) * 3 // 4 - text[-2:].count("=")


@functools.lru_cache(8192)
def number_size(text: str) -> int:
    """Bytes of a number: pairs of its significant digits counted from the point, one more, one more when negative."""
    mantissa, _, exponent = text.strip().lstrip("+-").lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return 1
    power = int(exponent or 0) - len(fraction) + len(digits) - len(significant)
    length = len(significant) + power % 2
    return 1 + (length + 1) // 2 + text.strip().startswith("-")


_MEMBER_SIZES: dict[str, Callable[[str], int]] = {"SS": _text, "NS": number_size, "BS": _binary}


def value_size(value: Any) -> int:
    """Bytes of one attribute value in wire form (binary is base64 text)."""
    for tag, inner in value.items():
        if tag == "S":
            return _text(inner)
        if tag == "N":
            return number_size(inner)
        if tag == "M":
            return 3 + sum(1 + _text(name) + value_size(one) for name, one in inner.items())
        if tag == "L":
            return 3 + sum(1 + value_size(one) for one in inner)
        if tag == "B":
            return _binary(inner)
        if tag in _MEMBER_SIZES:
            return sum(map(_MEMBER_SIZES[tag], inner))
    return 1


def item_size(item: Item | None) -> int:
    """Bytes of an item: its attributes' names and values; 0 for none."""
    return sum(_text(name) + value_size(value) for name, value in item.items()) if item else 0


@dataclass(frozen=True)
class Index:
    """What an index takes of an item: nothing unless all ``keys`` are there, then ``projected`` (None: everything)."""

    name: str
    kind: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """The item as the index holds it, None when the index does not hold it."""
        if not item or not all(key in item for key in self.keys):
            return None
        if self.projected is None:
            return item
        return {name: value for name, value in item.items() if name in self.projected}


def indexes(table: Table) -> Iterator[Index]:
    """The secondary indexes of a table as the engine keeps it."""
    for kind in (GLOBAL, LOCAL):
        for given in table.get(kind) or ():
            yield index_of(table, given, kind)


def index_of(table: Table, given: dict[str, Any], kind: str) -> Index:
    """One index by its description."""
    keys = tuple(part["AttributeName"] for part in given.get("KeySchema") or ())
    projection = given.get("Projection") or {}
    projected = None
    if projection.get("ProjectionType", "ALL") != "ALL":
        base = {table["pk_name"], table.get("sk_name")} - {None}
        projected = frozenset({*keys, *base, *(projection.get("NonKeyAttributes") or ())})
    return Index(given["IndexName"], kind, keys, projected)
