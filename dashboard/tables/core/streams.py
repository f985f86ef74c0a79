"""Following a table's stream: which shards are read next, and who made a change.

A stream is a forest of shards: records of one item are in order only if a shard is read after its parent. Where reading stands is a value,
``Reading``, that goes to the browser and back; each step of it reads a few shards once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.core.streams import Record, Shard
from dashboard.core.wire import Item, same_item

AT_ONCE = 4
"""Shards that one step reads."""
QUIET = 3
"""Empty answers of an open shard after which its end is taken as reached: AWS answers empty pages in between, and does not tell which."""
NEAR = timedelta(seconds=60)
"""How far the time of a record may be from that of a change of ours, when there is no image to compare; and how much clocks may differ."""


@dataclass(frozen=True)
class Place:
    """Where reading stands in a shard: the iterator, or the last sequence number when that has run out.

    ``quiet`` counts empty answers in a row; ``whole`` means from the shard's beginning, otherwise from when the reading began.
    ``since`` (ISO time, to the second) leaves out what is older, where the beginning has to be found again among what the shard holds.
    """

    shard: str
    iterator: str = ""
    sequence: str = ""
    quiet: int = 0
    whole: bool = True
    since: str = ""

    def renewed(self, began: str) -> Place:
        """The place without its iterator, which ran out: where no record marks it, everything since the reading ``began`` is read."""
        if self.sequence or self.whole:
            return replace(self, iterator="")
        return replace(self, iterator="", whole=True, since=began)


@dataclass(frozen=True)
class Reading:
    """A reading of a stream. ``live`` begins now (``began``) and goes on until ``until`` (ISO times); otherwise it begins at the oldest
    record kept.

    ``places`` are the shards under way, ``waiting`` those whose turn comes after their parent, ``done`` those read to their end.
    ``key`` (URL text) narrows to one item; ``read`` and ``found`` count records.
    """

    arn: str
    live: bool = False
    key: str = ""
    until: str = ""
    places: tuple[Place, ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()
    done: tuple[str, ...] = ()
    read: int = 0
    found: int = 0
    began: str = ""

    @property
    def caught_up(self) -> bool:
        """Whether a reading from the oldest has come to where nothing new is, as far as can be told."""
        return not self.live and not self.waiting and all(place.quiet >= QUIET for place in self.places)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for the browser."""
        return {
            "arn": self.arn,
            "live": self.live,
            "key": self.key,
            "until": self.until,
            "places": [[p.shard, p.iterator, p.sequence, p.quiet, p.whole, p.since] for p in self.places],
            "waiting": [list(pair) for pair in self.waiting],
            "done": list(self.done),
            "read": self.read,
            "found": self.found,
            "began": self.began,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Reading:
        """The value of ``to_json``'s."""
        return cls(
            **{
                **stored,
                "places": tuple(Place(*one) for one in stored["places"]),
                "waiting": tuple((shard, parent) for shard, parent in stored["waiting"]),
                "done": tuple(stored["done"]),
            }
        )


def begun(
    arn: str, shards: Sequence[Shard], *, live: bool, key: str = "", until: str = "", began: str = ""
) -> Reading:
    """A reading of these shards: of the open ones from now on, or of all from the oldest record kept."""
    reading = Reading(arn, live, key, until, began=began)
    if live:
        return replace(reading, places=tuple(Place(shard.id, whole=False) for shard in shards if shard.open))
    return taken_in(reading, shards)


def taken_in(reading: Reading, shards: Sequence[Shard]) -> Reading:
    """The reading with shards it did not know; each waits for its parent, if that is still to be read."""
    known = (
        {place.shard for place in reading.places}
        | {shard for shard, _ in reading.waiting}
        | set(reading.done)
    )
    fresh = [shard for shard in shards if shard.id not in known]
    if (
        reading.live
    ):  # a shard that is new since we follow is read from its beginning, if its parent was one of ours
        fresh = [shard for shard in fresh if shard.parent in known]
    waiting = (*reading.waiting, *((shard.id, shard.parent) for shard in fresh))
    return _promoted(replace(reading, waiting=waiting))


def _promoted(reading: Reading) -> Reading:
    """Those waiting whose parent is read, or is not kept any more, come under way."""
    blocking = {place.shard for place in reading.places} | {shard for shard, _ in reading.waiting}
    ready = tuple(Place(shard) for shard, parent in reading.waiting if parent not in blocking)
    left = tuple(pair for pair in reading.waiting if pair[1] in blocking)
    if not ready:
        return reading
    return replace(reading, places=(*reading.places, *ready), waiting=left)


def due(reading: Reading) -> tuple[Place, ...]:
    """The places that the next step reads: the least quiet first, in turn."""
    return tuple(sorted(reading.places, key=lambda place: place.quiet))[:AT_ONCE]


def advanced(reading: Reading, place: Place, iterator: str | None, records: Sequence[Record]) -> Reading:
    """The reading after an answer for ``place``, which is where its shard was read: ``iterator`` is the next one, None at its end."""
    others = tuple(other for other in reading.places if other.shard != place.shard)
    after = replace(reading, read=reading.read + len(records))
    if iterator is None:
        return _promoted(replace(after, places=others, done=(*reading.done, place.shard)))
    sequence = records[-1].sequence if records else place.sequence
    moved = replace(place, iterator=iterator, sequence=sequence, quiet=0 if records else place.quiet + 1)
    return replace(after, places=(*others, moved))


@dataclass(frozen=True)
class Deed:
    """A write of ours as the record has it: ``before`` and ``after`` are whole items, ``time`` when it was sent."""

    change: str
    who: str
    time: datetime
    before: Item | None
    after: Item | None


@dataclass(frozen=True)
class Author:
    """Who made a change: a name and our change's id, or neither for one made elsewhere. ``sure`` is False for a guess by the time alone."""

    who: str = ""
    change: str = ""
    sure: bool = True
    expired: bool = False


def _possible(record: Record, deed: Deed) -> bool:
    if (record.kind == "INSERT") != (deed.before is None) or (record.kind == "REMOVE") != (
        deed.after is None
    ):
        return False
    if datetime.fromisoformat(record.time) < deed.time - NEAR:
        return False  # it happened before we sent anything, however much the clocks differ
    if record.old is None and record.new is None:
        return abs(deed.time - datetime.fromisoformat(record.time)) <= NEAR
    old = record.old is None or same_item(record.old, deed.before)
    new = record.new is None or same_item(record.new, deed.after)
    return old and new


def authors(records: Iterable[Record], deeds: dict[str, list[Deed]], key_text: Any) -> list[Author]:
    """The author of each record; ``deeds`` by the key's URL text, which ``key_text(record.keys)`` makes.

    A deed explains one record at most, a record has one deed at most, and those nearest in time belong together: the same change can be
    made here and elsewhere.
    """
    known = list(records)
    pairs = sorted(
        (abs(deed.time - datetime.fromisoformat(record.time)), place, order, deed)
        for place, record in enumerate(known)
        if not record.expired
        for order, deed in enumerate(deeds.get(key_text(record.keys), ()))
        if _possible(record, deed)
    )
    found = [Author(expired=record.expired) for record in known]
    used: set[str] = set()
    for _, place, _, deed in pairs:
        # A key change is under two keys, as two records: each has its part of it.
        part = f"{deed.change} {deed.before is None} {deed.after is None}"
        if found[place].change or part in used:
            continue
        used.add(part)
        record = known[place]
        found[place] = Author(deed.who, deed.change, sure=record.old is not None or record.new is not None)
    return found
