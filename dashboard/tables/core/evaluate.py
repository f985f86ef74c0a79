"""Whether a condition holds for an item, by DynamoDB's own rules.

It is for what DynamoDB does not filter itself: GetItem takes no filter, and a Query takes none on its own key attributes ("Filter
Expression can only contain non-primary key attributes"). A missing attribute makes every comparison false but ``<>``, which is the
opposite of ``=`` (Developer Guide, "Comparison operator and function reference"). The size of a string counts characters; the guide
does not say how it counts those outside the basic plane, so there it is uncertain.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any

from dashboard.core import numbers
from dashboard.core.expressions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Exists,
    In,
    Not,
    NotExists,
    Or,
    Path,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import Item, Wire, same, tag_of, to_bytes

_ORDERED = ("S", "N", "B")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def value_at(item: Item, path: Path) -> Wire | None:
    """The value under ``path``, None when there is none."""
    value: Wire = {"M": item}
    for part in path:
        inner = value.get("M" if isinstance(part, str) else "L")
        if isinstance(part, str):
            if not isinstance(inner, dict) or part not in inner:
                return None
            value = inner[part]
        else:
            if not isinstance(inner, list) or part >= len(inner):
                return None
            value = inner[part]
    return value


def order_of(value: Wire) -> tuple[int, int, str] | bytes:
    """A sort key for strings, numbers and binary of one type, in DynamoDB's order."""
    tag = tag_of(value)
    if tag == "N":
        return numbers.order(value["N"])
    return to_bytes(value["B"]) if tag == "B" else str(value["S"]).encode("utf-8", "surrogatepass")


def ordered(a: Wire | None, op: str, b: Wire | None) -> bool:
    """``a op b`` with op one of ``< <= > >=``; false unless both are there and of one type that has an order."""
    if a is None or b is None or tag_of(a) != tag_of(b) or tag_of(a) not in _ORDERED:
        return False
    return _TESTS[op](order_of(a), order_of(b))


@singledispatch
def _holds(condition: Any, item: Item) -> bool:
    raise TypeError(f"not a condition: {type(condition).__name__}")


def holds(condition: Condition | None, item: Item) -> bool:
    """Whether ``item`` fulfils ``condition``; every item fulfils none."""
    return condition is None or _holds(condition, item)


@_holds.register
def _(condition: Compare, item: Item) -> bool:
    left, right = _operand(condition.left, item), _operand(condition.right, item)
    if condition.op == "=":
        return left is not None and same(left, right)
    if condition.op == "<>":
        return left is None or not same(left, right)
    return ordered(left, condition.op, right)


@_holds.register
def _(condition: Between, item: Item) -> bool:
    value = _operand(condition.left, item)
    return ordered(value, ">=", condition.low) and ordered(value, "<=", condition.high)


@_holds.register
def _(condition: In, item: Item) -> bool:
    value = _operand(condition.left, item)
    return value is not None and any(same(value, one) for one in condition.values)


@_holds.register
def _(condition: BeginsWith, item: Item) -> bool:
    value = value_at(item, condition.path)
    tag = tag_of(condition.prefix)
    if value is None or tag_of(value) != tag or tag not in ("S", "B"):
        return False
    if tag == "S":
        return str(value["S"]).startswith(condition.prefix["S"])
    return to_bytes(value["B"]).startswith(to_bytes(condition.prefix["B"]))


@_holds.register
def _(condition: Contains, item: Item) -> bool:
    value, wanted = value_at(item, condition.path), condition.value
    tag = "" if value is None else tag_of(value)
    if value is None or (tag in ("S", "B") and tag_of(wanted) != tag):
        return False
    if tag == "S":
        return wanted["S"] in value["S"]
    if tag == "B":
        return to_bytes(wanted["B"]) in to_bytes(value["B"])
    if tag == "L":
        return any(same(one, wanted) for one in value["L"])
    return tag in ("SS", "NS", "BS") and any(same({tag[0]: one}, wanted) for one in value[tag])


@_holds.register
def _(condition: TypeIs, item: Item) -> bool:
    value = value_at(item, condition.path)
    return value is not None and tag_of(value) == condition.tag


@_holds.register
def _(condition: Exists, item: Item) -> bool:
    return value_at(item, condition.path) is not None


@_holds.register
def _(condition: NotExists, item: Item) -> bool:
    return value_at(item, condition.path) is None


@_holds.register
def _(condition: Not, item: Item) -> bool:
    return not _holds(condition.of, item)


@_holds.register
def _(condition: And, item: Item) -> bool:
    return all(_holds(part, item) for part in condition.all)


@_holds.register
def _(condition: Or, item: Item) -> bool:
    return any(_holds(part, item) for part in condition.any)


def _operand(operand: Path | Size | PathOperand | Wire, item: Item) -> Wire | None:
    if isinstance(operand, Size):
        return _size(value_at(item, operand.path))
    if isinstance(operand, PathOperand):
        return value_at(item, operand.path)
    return value_at(item, operand) if isinstance(operand, tuple) else operand


def _size(value: Wire | None) -> Wire | None:
    if value is None or (tag := tag_of(value)) in ("N", "BOOL", "NULL"):
        return None
    return {"N": str(len(to_bytes(value["B"]) if tag == "B" else value[tag]))}
