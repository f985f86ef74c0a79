"""The values of a query: texts, numbers (never float), truths, moments; how they compare and how they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?")
_CHUNK = re.compile(r"(\d+)|([A-Za-z]+)|([^A-Za-z\d]+)")
_PLACES = Decimal("0.0001")
_WIDE = Context(prec=60)


@dataclass(frozen=True, order=True)
class Moment:
    """A time in milliseconds since 1970, shown as ``2026-01-31 12:00:00.000`` (UTC)."""

    millis: int

    def __str__(self) -> str:
        try:
            return (_EPOCH + timedelta(milliseconds=self.millis)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        except OverflowError:
            return str(self.millis)


Value = str | Decimal | bool | Moment | None


def number(value: Value) -> Decimal | None:
    """The value as a number; None for a text that is none, and for nothing."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Moment):
        return Decimal(value.millis)
    if isinstance(value, Decimal):
        return value
    if value is None or not _NUMBER.fullmatch(value.strip()):
        return None
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        return None


def text(value: Value) -> str:
    """The value as a result shows it; a truth is 1 or 0, as Logs Insights shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def rounded(value: Decimal) -> Decimal:
    """A calculated number with four places at most, without zeros at its end."""
    try:
        short = value.quantize(_PLACES, ROUND_HALF_UP, _WIDE)
    except InvalidOperation:  # more digits than anybody reads: as it is
        return value
    whole = short.to_integral_value()
    return whole if short == whole else short.normalize(_WIDE)


def true(value: Value) -> bool:
    """Whether a condition's value counts as true."""
    found = number(value)
    return found != 0 if found is not None else value is not None and value != "" and value != "false"


def compare(operator: str, left: Value, right: Value) -> bool:
    """One of = != < <= > >=: as numbers when both are, else as texts. Nothing is equal to nothing else, and unordered."""
    if left is None or right is None:
        same = left is right
        return same if operator == "=" else not same if operator == "!=" else False
    one, other = number(left), number(right)
    a: Any
    b: Any
    a, b = (one, other) if one is not None and other is not None else (text(left), text(right))
    results = {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    return bool(results[operator])


def order(value: Value) -> tuple[Any, ...]:
    """A key for sorting: texts in natural order, then numbers by value (nothing is sorted apart)."""
    found = number(value)
    if found is not None:
        return (1, found)
    chunks = []
    for match in _CHUNK.finditer(text(value)):
        digits = match[1]
        # a run of digits stands where its first character does; among runs, the longer is the later
        chunks.append((0, "0", len(digits), digits) if digits else (0, match[0], 0, ""))
    return (0, chunks)
