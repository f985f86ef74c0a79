"""Searches close to one that found nothing: the same value under another key, as a part of a text, with other capitals. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.expressions import (
    And,
    BeginsWith,
    Compare,
    Condition,
    Contains,
    Not,
    Or,
    PathOperand,
)
from dashboard.core.wire import Wire
from dashboard.tables.core.parts import conjuncts
from dashboard.tables.core.ways import READABLE

LONGEST = 100
"""Characters of a text that is tried with other capitals."""


def elsewhere(table: Table, index: Index | None, where: Condition | None) -> Iterator[tuple[str, Condition]]:
    """The value of the partition key of ``index`` (None: of the table) as the key of the others: (``Search.via``, condition)."""
    value = _key_value(table, index, where)
    if value is None:
        return
    used = _partition(table, index)
    names = {used.name} if used is not None else set()
    ways: list[tuple[str, Index | None]] = [
        ("table", None),
        *((f"index:{one.name}", one) for one in table.indexes),
    ]
    for via, other in ways:
        part = _partition(table, other)
        if other is not None and other.status not in READABLE:
            continue
        if part is not None and used is not None and part.tag == used.tag and part.name not in names:
            names.add(part.name)
            yield via, Compare((part.name,), "=", value)


def key_holding(table: Table, index: Index | None, where: Condition | None) -> Condition | None:
    """The partition keys that hold the value somewhere inside; None when it is no text."""
    value, part = _key_value(table, index, where), _partition(table, index)
    if value is None or part is None or "S" not in value:
        return None
    return Contains((part.name,), value)


def other_capitals(where: Condition | None) -> Condition | None:
    """Each text with small letters, capitals and first letters of words large as well; None when that changes nothing."""
    return _changed(where, _any_capitals)


def as_part(where: Condition | None, keys: frozenset[str]) -> Condition | None:
    """Texts that an attribute equals as texts that it contains; None when there is none. ``keys`` are left alone."""

    def contains(one: Condition) -> Condition:
        if (
            isinstance(one, Compare)
            and one.op == "="
            and isinstance(one.left, tuple)
            and one.left[0] not in keys
        ):
            value = one.right
            if isinstance(value, dict) and value.get("S"):
                return Contains(one.left, value)
        return one

    return _changed(where, contains)


def as_text(where: Condition | None) -> Condition | None:
    """Other attributes that are compared with, taken for texts: what ``a = "b"`` says to who meant ``a = 'b'``; None for none."""

    def text(one: Condition) -> Condition:
        if isinstance(one, Compare) and isinstance(one.right, PathOperand) and len(one.right.path) == 1:
            return replace(one, right={"S": str(one.right.path[0])})
        return one

    return _changed(where, text)


def _partition(table: Table, index: Index | None) -> KeyPart | None:
    """The one partition key; None where several make it."""
    parts = index.partition if index is not None else (table.partition,)
    return parts[0] if len(parts) == 1 else None


def _key_value(table: Table, index: Index | None, where: Condition | None) -> Wire | None:
    part = _partition(table, index)
    for one in conjuncts(where):
        if part is not None and isinstance(one, Compare) and one.op == "=" and one.left == (part.name,):
            return one.right if isinstance(one.right, dict) else None
    return None


def _any_capitals(one: Condition) -> Condition:
    if isinstance(one, Compare) and one.op == "=" and isinstance(one.right, dict):
        made: list[Condition] = [replace(one, right=value) for value in _capitals(one.right)]
    elif isinstance(one, Contains):
        made = [replace(one, value=value) for value in _capitals(one.value)]
    elif isinstance(one, BeginsWith):
        made = [replace(one, prefix=value) for value in _capitals(one.prefix)]
    else:
        return one
    return Or(tuple(made)) if len(made) > 1 else one


def _capitals(value: Wire) -> tuple[Wire, ...]:
    text = value.get("S")
    if not isinstance(text, str) or not text or len(text) > LONGEST:
        return (value,)
    return tuple({"S": one} for one in dict.fromkeys((text, text.lower(), text.upper(), text.title())))


def _changed(where: Condition | None, change: Callable[[Condition], Condition]) -> Condition | None:
    if where is None:
        return None
    made = _each(where, change)
    return made if made != where else None


def _each(where: Condition, change: Callable[[Condition], Condition]) -> Condition:
    """``change`` for every simple condition that is not under a NOT."""
    if isinstance(where, And):
        return And(tuple(_each(one, change) for one in where.all))
    if isinstance(where, Or):
        return Or(tuple(_each(one, change) for one in where.any))
    return where if isinstance(where, Not) else change(where)
