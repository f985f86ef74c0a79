"""An item as it was at a moment, told from our own record; no call of AWS but the one that reads how it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.core.diff import AttributeChange, diff_items
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item, same_item
from dashboard.history.models import Change
from dashboard.history.operations.reading import about
from dashboard.tables.core.itemkeys import key_of
from dashboard.tables.core.plans import MOVE, Effect
from dashboard.tables.core.timeline import Entry, Moment, at, breaks, in_order
from dashboard.tables.operations import items
from dashboard.tables.operations.items import Conflict, Exists, Saved, Shown

MOST = 1_000
"""Changes of one item that are looked at, the newest first."""


@dataclass(frozen=True)
class Step:
    """One line of the item's story. ``outside`` says that it did not find what the line before it left behind."""

    change: Change
    entry: Entry
    outside: bool


@dataclass(frozen=True)
class Story:
    """What the record knows of an item, in its order. ``begins_here`` is False when there are more changes than were looked at."""

    steps: tuple[Step, ...]
    whole: bool

    @property
    def moved_to(self) -> str:
        """The key (URL text) that the item got when it left this one for good; empty when its last change here was another."""
        last = next((step for step in reversed(self.steps) if step.entry.settled), None)
        if last is None or last.change.action != MOVE or last.entry.after is not None:
            return ""
        return last.change.subject.rpartition(" ")[2]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """For the fold."""
        return tuple(step.entry for step in self.steps)


def story(actor: Actor, place: Place, table: Table, key_text: str) -> Story:
    """The recorded changes of the item: those made here and settled, those of unknown end, and refused ones that tell what stood there."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    key = decode_key(key_text, table.key_names)
    rows = Change.objects.filter(
        about(key_text),
        connection=place.connection.slug,
        region=place.region,
        resource=f"table:{table.name}",
    )
    newest = list(rows.select_related("outcome").order_by("-time", "-id")[: MOST + 1])
    changes = {str(row.pk): row for row in newest[:MOST]}
    entries = _entries(list(reversed(newest[:MOST])), table, key)
    outside = breaks(entries)
    steps = tuple(Step(changes[entry.id], entry, entry.id in outside) for entry in in_order(entries))
    return Story(steps, len(newest) <= MOST)


def as_of(known: Story, moment: datetime, shown: Shown | None) -> Moment:
    """The item at ``moment``; ``shown`` is how it is now, None when that could not be read."""
    return at(known.entries, moment, shown.item if shown is not None else None, now_known=shown is not None)


def differences(then: Item | None, now: Item | None) -> tuple[AttributeChange, ...]:
    """What bringing it back would change: from now to then."""
    return diff_items(now, then)


def bring_back(
    actor: Actor, place: Place, table: str, key_text: str, then: Item, now: Item | None, reason: str
) -> Saved | Conflict | Exists:
    """Make the item what it was: an update of the attributes that differ from ``now`` (what was shown), or a put if there was none.

    The ordinary conditional writes, with their record and undo. Raises Refused, InputError, AwsError.
    """
    if now is None:
        return items.create_item(actor, place, table, then, reason)
    if same_item(then, now):
        raise InputError("draft", "Nothing would change: the item is now as it was then.")
    return items.save_item(actor, place, table, key_text, now, then, reason)


def _entries(rows: Sequence[Change], table: Table, key: Item) -> list[Entry]:
    found: list[Entry] = []
    left: Item | None = None
    for row in rows:
        entry = _entry(row, table, key, left)
        if entry is not None:
            found.append(entry)
            left = entry.after
    return found


def _entry(row: Change, table: Table, key: Item, left: Item | None) -> Entry | None:
    """What a change tells about the item; None when it tells nothing. ``left`` is what the one before it left behind."""
    outcome = getattr(row, "outcome", None)
    if outcome is None:
        effect = Effect(row.action, _here(row.shown, table, key), _here(row.intended, table, key))
        if row.action == "item.update":
            effect = Effect(row.action, row.shown, row.intended)
            return Entry(str(row.pk), row.time, row.time, left, effect.after_of(left), settled=False)
        return Entry(str(row.pk), row.time, row.time, effect.shown, effect.intended, settled=False)
    if outcome.result == "done":
        return Entry(
            str(row.pk),
            row.time,
            outcome.time,
            _here(outcome.before, table, key),
            _here(outcome.after, table, key),
        )
    if outcome.result == "refused" and outcome.before is not None:
        met = _here(outcome.before, table, key)
        # What a refused move met may be the item under its other key, which says nothing about this one.
        return None if met is None else Entry(str(row.pk), row.time, outcome.time, met, met)
    return None


def _here(item: Item | None, table: Table, key: Item) -> Item | None:
    """The item if it stood under this key; a key change has it before under the old one, after under the new one."""
    if item is None:
        return None
    try:
        return item if same_item(key_of(table, item), key) else None
    except InputError:
        return None  # not an item of the table as it is made now
