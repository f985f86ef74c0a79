"""Wire values: an attribute value exactly as it stands in DynamoDB's JSON.

``{"S": "x"}``, ``{"N": "12.50"}``, ``{"B": "<base64 text>"}``, ``{"SS": [...]}``, ``{"M": {...}}`` and so on.
Everywhere in Gatehouse (pages, records, jobs, the database) a value has this form and binary is base64 **text**;
only ``dashboard.aws`` turns it into bytes at the last moment. Numbers stay text. So an item can be written as JSON
and read back without a change.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.core import numbers

Wire = dict[str, Any]
"""One attribute value: a dict with exactly one of TAGS."""
Item = dict[str, Wire]
"""Attribute name to value."""

TAGS = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL")
TYPE_NAMES = {
    "S": "string",
    "N": "number",
    "B": "binary",
    "SS": "string set",
    "NS": "number set",
    "BS": "binary set",
    "M": "map",
    "L": "list",
    "BOOL": "boolean",
    "NULL": "null",
}


def tag_of(value: Wire) -> str:
    """The type tag of a wire value."""
    return next(iter(value))


def walk(value: Wire) -> Iterator[Wire]:
    """The value and every value nested in it, depth first."""
    yield value
    tag = tag_of(value)
    if tag == "M":
        for inner in value["M"].values():
            yield from walk(inner)
    elif tag == "L":
        for inner in value["L"]:
            yield from walk(inner)


def to_bytes(text: str) -> bytes:
    """Base64 text to bytes; ValueError when it is not canonical base64."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one; text outside ASCII gives another
        raise ValueError("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not canonical base64")
    return raw


def from_bytes(raw: bytes) -> str:
    """Bytes to base64 text."""
    return base64.b64encode(raw).decode()


def same(a: Wire | None, b: Wire | None) -> bool:
    """Whether two values are equal to DynamoDB: sets have no order, ``1.0`` is ``1``, everything else is compared as it stands."""
    if a is None or b is None:
        return a is b
    tag = tag_of(a)
    if tag != tag_of(b):
        return False
    if tag == "N":
        return numbers.same_number(a["N"], b["N"])
    if tag == "NS":
        return sorted(map(numbers.canonical, a["NS"])) == sorted(map(numbers.canonical, b["NS"]))
    if tag in ("SS", "BS"):
        return sorted(a[tag]) == sorted(b[tag])
    if tag == "M":
        return a["M"].keys() == b["M"].keys() and all(same(v, b["M"][k]) for k, v in a["M"].items())
    if tag == "L":
        return len(a["L"]) == len(b["L"]) and all(same(x, y) for x, y in zip(a["L"], b["L"], strict=True))
    return bool(a[tag] == b[tag])


def same_item(a: Mapping[str, Wire] | None, b: Mapping[str, Wire] | None) -> bool:
    """Whether two items have the same attributes with the same values."""
    if a is None or b is None:
        return a is b
    return a.keys() == b.keys() and all(same(value, b[name]) for name, value in a.items())


def compact(value: Any) -> str:
    """Wire JSON on one line, names in their order, non-ASCII as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
