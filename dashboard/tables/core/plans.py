"""A write of one item, decided before it is sent: what it does, on what condition, and how to see whether it happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
from dashboard.tables.core.itemkeys import check_same_key, has_key, index_problems, key_of
from dashboard.tables.core.size import item_size
from dashboard.tables.core.values import FIELD, check_item

UPDATE, CREATE, DELETE, MOVE = "item.update", "item.create", "item.delete", "item.move"


@dataclass(frozen=True)
class Effect:
    """What a write is meant to do, enough to tell from the item whether it did.

    For an update ``shown`` and ``intended`` hold only the attributes that change, as they were and as they shall be (an attribute
    that is missing is not there); where only DynamoDB can compute them ``intended`` is None and ``shown`` the whole item. For a create
    ``shown`` is None, for a delete ``intended`` is None, the other is the whole item.
    For a move both are whole: ``shown`` under the old key, ``intended`` under the new one; ask ``moved`` and ``stayed``.
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
        if self.action == UPDATE and self.intended is None:
            return same_item(found, self.shown)
        return self._agree(found, self.shown)

    def moved(self, here: Item | None, there: Item | None) -> bool:
        """Whether a move was carried out: nothing under the old key, the intended item under the new one."""
        return here is None and same_item(there, self.intended)

    def stayed(self, here: Item | None, there: Item | None) -> bool:
        """Whether a move did not happen: the old item is still there as it was shown, the new one is not as intended."""
        return here is not None and self._agree(here, self.shown) and not same_item(there, self.intended)

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
    """One write ready to be sent. ``item`` is what a create or a move puts, ``actions`` is what an update does.

    ``to`` is the new key of a move. ``unguarded`` are the attributes of a very wide delete that its condition had no room for.
    """

    kind: Literal["update", "put", "delete", "move"]
    key: Item
    condition: Condition
    effect: Effect
    changes: tuple[AttributeChange, ...]
    actions: tuple[Action, ...] = ()
    item: Item | None = None
    to: Item | None = None
    unguarded: tuple[str, ...] = ()


Fits = Callable[[Plan], bool]
"""Whether DynamoDB would take the plan's expressions; the door knows their length."""


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


def plan_parts(
    table: Table, key: Item, original: Item, draft: Item, fits: Fits
) -> tuple[tuple[AttributeChange, ...], ...]:
    """The edit as successive updates of which each ``fits``, as alike in number as can be; one when it fits whole.

    What makes the item smaller comes first, so that it is not too large on the way.
    """
    check_draft(table, draft)
    check_same_key(table, key, draft)
    changes = diff_items(original, draft)
    if not changes:
        raise InputError(FIELD, "Nothing was changed: the item is as it was.")
    parts = -(-len(changes) // MAX_GUARDED)
    ordered = changes if parts == 1 else tuple(sorted(changes, key=_growth))
    while True:
        chunks = _chunks(ordered, parts)
        if all(_possible(table, key, chunk) and fits(update_of(table, key, chunk)) for chunk in chunks):
            return chunks
        parts += 1
        ordered = tuple(sorted(changes, key=_growth))


def _growth(change: AttributeChange) -> int:
    """Bytes by which the change makes the item larger."""
    old, new = change.before, change.after
    return (item_size({change.name: new}) if new else 0) - (item_size({change.name: old}) if old else 0)


def _chunks(changes: Sequence[AttributeChange], parts: int) -> tuple[tuple[AttributeChange, ...], ...]:
    size, more = divmod(len(changes), parts)
    ends = [place * size + min(place, more) for place in range(parts + 1)]
    return tuple(tuple(changes[start:end]) for start, end in pairwise(ends))


def _possible(table: Table, key: Item, changes: tuple[AttributeChange, ...]) -> bool:
    return len(changes) == 1 or operators(unchanged_where(table, changes)) <= MAX_OPERATORS


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
    plan = _delete_of(table, key, original, ())
    if operators(plan.condition) > MAX_OPERATORS:
        raise too_wide_delete(len(original))
    return plan


def plan_wide_delete(table: Table, key: Item, original: Item, fits: Fits) -> Plan:
    """The delete of an item whose every attribute does not fit into one condition: as many as possible, keys of indexes first.

    ``unguarded`` are the others; the caller compares them in a read just before and says so.
    """
    first = {part.name for index in table.indexes for part in (*index.partition, *index.sort)}
    names = sorted(
        (name for name in original if name not in table.key_names), key=lambda name: name not in first
    )
    room = min(len(names), MAX_GUARDED)
    while True:
        plan = _delete_of(table, key, original, tuple(names[room:]))
        if room == 0 or (operators(plan.condition) <= MAX_OPERATORS and fits(plan)):
            return plan
        room -= 1


def _delete_of(table: Table, key: Item, original: Item, unguarded: tuple[str, ...]) -> Plan:
    left = set(unguarded)
    condition = unchanged(table, {name: value for name, value in original.items() if name not in left})
    effect, changes = Effect(DELETE, original, None), diff_items(original, None)
    return Plan("delete", key, condition, effect, changes, unguarded=unguarded)


def plan_move(table: Table, key: Item, original: Item, draft: Item) -> Plan:
    """Give the item another key: put ``draft`` if nothing is under its key, delete the old one if it is as shown; both or neither."""
    check_draft(table, draft)
    if has_key(table, key, draft):
        raise InputError(FIELD, "The key was not changed, so the item stays where it is.")
    condition = unchanged(table, original)
    if operators(condition) > MAX_OPERATORS:
        raise too_wide_move(len(original))
    effect, changes = Effect(MOVE, original, draft), diff_items(original, draft)
    return Plan("move", key, condition, effect, changes, item=draft, to=key_of(table, draft))


def check_draft(table: Table, item: Item) -> None:
    """InputError for the first reason why the table would not take ``item``."""
    check_item(item)
    key_of(table, item)
    for problem in index_problems(table, item):
        raise problem


def too_wide_update(count: int) -> InputError:
    """The refusal of an update whose condition DynamoDB would not take; it is never sent without one."""
    return InputError(
        FIELD,
        f"This edit changes {count} attributes. One conditional write of DynamoDB can guard at most {MAX_GUARDED} of them "
        f"(4 KB and {MAX_OPERATORS} operators in an expression), and Gatehouse never writes without the condition. Save in "
        "parts: the preview offers it, or change fewer attributes at a time.",
    )


def too_wide_delete(count: int) -> InputError:
    """The refusal of a delete whose condition DynamoDB would not take."""
    return InputError(
        FIELD,
        f"This item has {count} attributes. The condition of one delete can check about {MAX_GUARDED} of them "
        f"(4 KB and {MAX_OPERATORS} operators in an expression). The item's Delete page offers a delete that checks as many "
        "as fit and compares the others in a read just before.",
    )


class TooWideMove(InputError):
    """A key change whose condition DynamoDB would not take; the same can be done in two writes, a new item and a delete."""


def too_wide_move(count: int) -> TooWideMove:
    """The refusal of a key change whose condition DynamoDB would not take."""
    return TooWideMove(
        FIELD,
        f"This item has {count} attributes. A change of its key deletes the item under the old key, and the condition of that can check "
        f"at most {MAX_GUARDED} attributes (4 KB and {MAX_OPERATORS} operators in an expression). Duplicate the item under the new key, "
        "then delete this one.",
    )
