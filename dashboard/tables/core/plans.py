"""A write of one item, decided before it is sent: what it does, on what condition, and how to see whether it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.core.diff import AttributeChange, apply_changes, diff_items, reverse_changes
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import Action, Condition
from dashboard.core.wire import Item, same_item
from dashboard.tables.core.conditions import (
    MAX_GUARDED,
    MAX_OPERATORS,
    actions_of,
    item_absent,
    operators,
    unchanged,
    unchanged_where,
)
from dashboard.tables.core.itemkeys import check_same_key, index_problems, key_of
from dashboard.tables.core.values import FIELD, check_item

UPDATE, CREATE, DELETE = "item.update", "item.create", "item.delete"


@dataclass(frozen=True)
class Effect:
    """What a write is meant to do, enough to tell from the item whether it did.

    For an update ``shown`` and ``intended`` hold only the attributes that change, as they were and as they shall be (an attribute
    that is missing is not there); ``intended`` is None when only DynamoDB can compute it. For a create ``shown`` is None, for a delete ``intended`` is None, the other is the whole item.
    """

    action: str
    shown: Item | None
    intended: Item | None

    def landed(self, found: Item | None) -> bool:
        """Whether ``found`` is what the write was to leave behind."""
        if self.action != UPDATE:
            return same_item(found, self.intended)
        return found is not None and self.intended is not None and self._agree(found, self.intended)

    def untouched(self, found: Item | None) -> bool:
        """Whether ``found`` is what the write found, so that it did not happen."""
        if self.action == CREATE or found is None:
            return self.action == CREATE and found is None
        return self._agree(found, self.shown)

    def before_of(self, found: Item | None) -> Item | None:
        """What the write replaced, worked out from what it left behind when AWS's own answer was lost."""
        if self.action != UPDATE:
            return self.shown
        return apply_changes(found, reverse_changes(diff_items(self.shown, self.intended)))

    def after_of(self, before: Item | None) -> Item | None:
        """What stands there after the write, given what AWS says it replaced."""
        if self.action != UPDATE:
            return self.intended
        return apply_changes(before, diff_items(self.shown, self.intended))

    def _agree(self, found: Item, wanted: Item | None) -> bool:
        names = {*(self.shown or {}), *(self.intended or {})}
        return same_item(
            {name: found[name] for name in names if name in found},
            {name: value for name, value in (wanted or {}).items() if name in names},
        )


@dataclass(frozen=True)
class Plan:
    """One write ready to be sent. ``item`` is what a create puts, ``actions`` is what an update does."""

    kind: Literal["update", "put", "delete"]
    key: Item
    condition: Condition
    effect: Effect
    changes: tuple[AttributeChange, ...]
    actions: tuple[Action, ...] = ()
    item: Item | None = None


def plan_update(table: Table, key: Item, original: Item, draft: Item) -> Plan:
    """Turn ``original`` into ``draft`` by the attributes that differ, if those are as in ``original`` still."""
    check_draft(table, draft)
    check_same_key(table, key, draft)
    changes = diff_items(original, draft)
    if not changes:
        raise InputError(FIELD, "Nothing was changed: the item is as it was.")
    return update_of(table, key, changes)


def update_of(table: Table, key: Item, changes: tuple[AttributeChange, ...]) -> Plan:
    """The update that makes ``changes`` if every attribute they name is as it was. InputError when it is too wide."""
    condition = unchanged_where(table, changes)
    if operators(condition) > MAX_OPERATORS:
        raise too_wide_update(len(changes))
    shown = {change.name: change.before for change in changes if change.before is not None}
    intended = {change.name: change.after for change in changes if change.after is not None}
    return Plan("update", key, condition, Effect(UPDATE, shown, intended), changes, actions_of(changes))


def plan_create(table: Table, item: Item) -> Plan:
    """Put ``item`` if there is none under its key."""
    check_draft(table, item)
    return create_of(table, item)


def create_of(table: Table, item: Item) -> Plan:
    """The same for an item that stood there once, which is put back as it was."""
    effect = Effect(CREATE, None, item)
    return Plan("put", key_of(table, item), item_absent(table), effect, diff_items(None, item), item=item)


def plan_delete(table: Table, key: Item, original: Item) -> Plan:
    """Delete the item if every attribute that was shown is as it was shown."""
    condition = unchanged(table, original)
    if operators(condition) > MAX_OPERATORS:
        raise too_wide_delete(len(original))
    return Plan("delete", key, condition, Effect(DELETE, original, None), diff_items(original, None))


def check_draft(table: Table, item: Item) -> None:
    """InputError for the first reason why the table would not take ``item``."""
    check_item(item)
    key_of(table, item)
    for problem in index_problems(table, item):
        raise InputError(FIELD, problem)


def too_wide_update(count: int) -> InputError:
    """The refusal of an update whose condition DynamoDB would not take; it is never sent without one."""
    return InputError(
        FIELD,
        f"This edit changes {count} attributes. One conditional write of DynamoDB can guard at most {MAX_GUARDED} of them "
        f"(4 KB and {MAX_OPERATORS} operators in an expression), and Gatehouse never writes without the condition. Save in "
        f"parts: change at most {MAX_GUARDED} attributes, save, then the next ones.",
    )


def too_wide_delete(count: int) -> InputError:
    """The refusal of a delete whose condition DynamoDB would not take."""
    return InputError(
        FIELD,
        f"This item has {count} attributes. One conditional delete of DynamoDB can check at most {MAX_GUARDED} of them "
        f"(4 KB and {MAX_OPERATORS} operators in an expression), and Gatehouse deletes only what is unchanged. Remove "
        f"attributes first, at most {MAX_GUARDED} at a time, with Edit; then delete the item.",
    )
