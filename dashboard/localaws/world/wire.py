"""Short ways to write attribute values as boto3's client takes them (binary as bytes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Value = dict[str, Any]
BotoItem = dict[str, Value]


def s(text: str) -> Value:
    """A string."""
    return {"S": text}


def n(number: object) -> Value:
    """A number, as its text."""
    return {"N": str(number)}


def b(raw: bytes) -> Value:
    """A binary."""
    return {"B": raw}


def flag(value: bool) -> Value:
    """A boolean."""
    return {"BOOL": value}


def m(values: Mapping[str, Value]) -> Value:
    """A map."""
    return {"M": dict(values)}


def many(values: Sequence[Value]) -> Value:
    """A list."""
    return {"L": list(values)}
