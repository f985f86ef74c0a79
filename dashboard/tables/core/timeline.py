"""An item as it was at a moment, folded out of what the record knows: the item before and after each change made here.

Pure. The record knows nothing of changes that were made elsewhere; what it can tell is whether the item was, before each change made
here, what the change before it left behind. Where it was not, something outside Gatehouse changed it in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from dashboard.core.wire import Item, same_item


class Certainty(StrEnum):
    """How sure the answer is."""

    CERTAIN = "certain"  # what was left behind before the moment was met again after it; shown as "Confirmed"
    DOUBTFUL = "doubtful"  # something that the record does not know happened around the moment
    UNKNOWN = "unknown"  # the record does not reach to the moment


@dataclass(frozen=True)
class Entry:
    """One change of the item, or a look at it when ``before`` and ``after`` are the same.

    It happened between ``began`` and ``ended``. ``before`` and ``after`` are whole items, None when there was no item. ``settled`` is
    False for a change of which nobody knows whether it happened; then they are what it was meant to replace and to leave behind.
    """

    id: str
    began: datetime
    ended: datetime
    before: Item | None
    after: Item | None
    settled: bool = True


@dataclass(frozen=True)
class Moment:
    """The item at a moment. ``item`` is None when there was none; it means nothing while ``certainty`` is UNKNOWN and ``guess`` False.

    ``since`` and ``until`` are the ids of the entries on either side; ``other`` is the other state it may have had, if ``has_other``.
    """

    item: Item | None
    certainty: Certainty
    why: str
    guess: bool = True
    since: str = ""
    until: str = ""
    other: Item | None = None
    has_other: bool = False


WHY_CERTAIN = (
    "What the change before this moment left behind is what the next one found. Only a change made elsewhere and taken back again "
    "in between would not show."
)
WHY_CERTAIN_NOW = (
    "What the last change made here left behind is what stands there now. Only a change made elsewhere and taken back again since "
    "would not show."
)
WHY_OUTSIDE = (
    "Something outside Gatehouse changed the item between the change before this moment and the next one: the record cannot tell "
    "whether that was before or after the moment."
)
WHY_OUTSIDE_NOW = (
    "Something outside Gatehouse changed the item since the last change made here: the record cannot tell whether that was before or "
    "after the moment."
)
WHY_DURING = "A change was being made at this very moment: the item was as before it or as after it."
WHY_UNSETTLED = "Nobody knows whether a change made here just before this moment was carried out."
WHY_EARLIER = (
    "The record of this item begins after this moment. This is what the first change made here found; what stood there before, the "
    "record does not know."
)
WHY_NOTHING = "The record knows no change of this item, so it cannot tell how it was."


def in_order(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """By the time they ended; of two that overlapped, the one that the other found comes first."""
    rows = sorted(entries, key=lambda entry: (entry.ended, entry.began))
    place = 1
    while place < len(rows):
        first, second = rows[place - 1], rows[place]
        overlap = second.began < first.ended
        if overlap and not same_item(first.after, second.before) and same_item(second.after, first.before):
            rows[place - 1], rows[place] = second, first
        place += 1
    return tuple(rows)


def breaks(entries: Sequence[Entry]) -> frozenset[str]:
    """The ids of the entries that did not find what the one before them left behind: something else changed it in between."""
    rows = [entry for entry in in_order(entries) if entry.settled]
    return frozenset(
        later.id for earlier, later in pairwise(rows) if not same_item(earlier.after, later.before)
    )


def at(entries: Sequence[Entry], moment: datetime, now: Item | None, *, now_known: bool = True) -> Moment:
    """The item at ``moment``. ``now`` is what stands there at present (``now_known`` False when that could not be read)."""
    rows = in_order(entries)
    under_way = next((row for row in rows if row.began <= moment < row.ended and _changes(row)), None)
    if under_way is not None and under_way.settled:
        return Moment(
            under_way.before,
            Certainty.DOUBTFUL,
            WHY_DURING,
            since=under_way.id,
            until=under_way.id,
            other=under_way.after,
            has_other=True,
        )
    settled = [row for row in rows if row.settled]
    before = [row for row in settled if row.ended <= moment or (row.began <= moment and not _changes(row))]
    after = [row for row in settled if row not in before]
    last, following = (before[-1] if before else None), (after[0] if after else None)
    if last is None:
        return _earlier(following)
    unsettled = _unsettled(rows, last, following, moment)
    if unsettled is not None:
        return Moment(
            last.after,
            Certainty.DOUBTFUL,
            WHY_UNSETTLED,
            since=last.id,
            until=unsettled.id,
            other=unsettled.after,
            has_other=True,
        )
    if following is not None:
        return _between(last, following.before, following.id, WHY_CERTAIN, WHY_OUTSIDE)
    if not now_known:
        why = "What stands there now could not be read, so nothing confirms what the last change made here left behind."
        return Moment(last.after, Certainty.DOUBTFUL, why, since=last.id)
    return _between(last, now, "", WHY_CERTAIN_NOW, WHY_OUTSIDE_NOW)


def _between(last: Entry, met: Item | None, until: str, certain: str, outside: str) -> Moment:
    if same_item(last.after, met):
        return Moment(last.after, Certainty.CERTAIN, certain, since=last.id, until=until)
    return Moment(
        last.after, Certainty.DOUBTFUL, outside, since=last.id, until=until, other=met, has_other=True
    )


def _earlier(first: Entry | None) -> Moment:
    if first is None:
        return Moment(None, Certainty.UNKNOWN, WHY_NOTHING, guess=False)
    return Moment(first.before, Certainty.UNKNOWN, WHY_EARLIER, until=first.id)


def _unsettled(rows: Sequence[Entry], last: Entry, following: Entry | None, moment: datetime) -> Entry | None:
    """A change of unknown end that may lie between the last known state and the moment, unless what was met later settles it."""
    found = [row for row in rows if not row.settled and last.ended <= row.began <= moment]
    if not found or (following is not None and same_item(last.after, following.before)):
        return None
    return found[-1]


def _changes(row: Entry) -> bool:
    return not same_item(row.before, row.after)
