"""The conditions that make a write safe: it happens only to what the person was shown."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.core.diff import AttributeChange
from dashboard.core.dynamodb import Table
from dashboard.core.expressions import (
    Action,
    And,
    Compare,
    Condition,
    Exists,
    Not,
    NotExists,
    Or,
    Remove,
    Set,
)
from dashboard.core.wire import Item, Wire

MAX_OPERATORS = 300
"""Operators and functions in one expression (Developer Guide, "Quotas", expression parameters)."""
MAX_EXPRESSION_BYTES = 4096
"""Bytes of one expression's text; values count separately, 2 MB (the same page)."""
MAX_GUARDED = (MAX_OPERATORS - 1) // 2
"""Attributes that one condition can guard: a comparison and an AND each, and that the item is there."""


def equals(name: str, value: Wire | None) -> Condition:
    """The top-level attribute still has that value, or still is not there."""
    return NotExists((name,)) if value is None else Compare((name,), "=", value)


def item_exists(table: Table) -> Condition:
    """There is an item under the key; without this an update would make one."""
    return Exists((table.partition.name,))


def item_absent(table: Table) -> Condition:
    """There is no item under the key; without this a put would replace it."""
    return NotExists((table.partition.name,))


def unchanged(table: Table, item: Item) -> Condition:
    """Every attribute of ``item`` is as it was shown. The key attributes are what the item was found by."""
    guards = [equals(name, value) for name, value in item.items() if name not in table.key_names]
    return And((item_exists(table), *guards)) if guards else item_exists(table)


def unchanged_where(table: Table, changes: Iterable[AttributeChange]) -> Condition:
    """The item is there and the attributes that ``changes`` name are as they were shown."""
    return And((item_exists(table), *(equals(change.name, change.before) for change in changes)))


def actions_of(changes: Iterable[AttributeChange]) -> tuple[Action, ...]:
    """What UpdateItem must do for ``changes`` and nothing else."""
    return tuple(
        Remove((change.name,)) if change.after is None else Set((change.name,), change.after)
        for change in changes
    )


def operators(condition: Condition) -> int:
    """How many operators and functions the condition's expression has."""
    if isinstance(condition, And):
        return sum(map(operators, condition.all)) + len(condition.all) - 1
    if isinstance(condition, Or):
        return sum(map(operators, condition.any)) + len(condition.any) - 1
    if isinstance(condition, Not):
        return operators(condition.of) + 1
    return 1
