"""What differs between two items, attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dashboard.core.wire import Item, Wire, same

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class AttributeChange:
    """One attribute that differs: ``before`` is None when it was added, ``after`` None when it was removed."""

    name: str
    kind: Kind
    before: Wire | None
    after: Wire | None


def diff_items(before: Item | None, after: Item | None) -> tuple[AttributeChange, ...]:
    """The attributes that differ to DynamoDB, in the order of ``before``, then what ``after`` adds. None means no item."""
    old, new = before or {}, after or {}
    return tuple(
        AttributeChange(name, _kind(old.get(name), new.get(name)), old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if not same(old.get(name), new.get(name))
    )


def apply_changes(item: Item | None, changes: Iterable[AttributeChange]) -> Item:
    """``item`` with every change's ``after``; attributes that no change names stay as they are."""
    result = dict(item or {})
    for change in changes:
        if change.after is None:
            result.pop(change.name, None)
        else:
            result[change.name] = change.after
    return result


def reverse_changes(changes: Iterable[AttributeChange]) -> tuple[AttributeChange, ...]:
    """The changes that lead back."""
    return tuple(
        AttributeChange(change.name, _kind(change.after, change.before), change.after, change.before)
        for change in changes
    )


def _kind(before: Wire | None, after: Wire | None) -> Kind:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"
