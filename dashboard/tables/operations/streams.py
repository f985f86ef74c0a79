"""Reading a table's stream in steps, each change with its author as far as our record knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws.dynamodb import streams as door
from dashboard.aws.target import Target
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.streams import Record, Records, Stream
from dashboard.history.models import Change, Outcome
from dashboard.tables.core import streams as core
from dashboard.tables.core.plans import MOVE
from dashboard.tables.core.streams import Author, Deed, Reading
from dashboard.tables.operations import sealed

FOLLOWED_FOR = timedelta(minutes=10)
"""How long one press of Follow lasts."""
RENEWED, TRIMMED = "ExpiredIteratorException", "TrimmedDataAccessException"
SLACK = timedelta(minutes=15)
"""A write of ours is looked for this long before the record's time: it may have been retried, and clocks differ."""
_GONE = "This reading is older than a day, or its address was altered. Begin again."
_CURSOR = sealed.Seal(
    salt="gatehouse.tables.stream",
    lasts=timedelta(days=1),
    field="cursor",
    altered=_GONE,
    expired=_GONE,
    foreign="This reading belongs to another person, table or place. Begin again.",
)


@dataclass(frozen=True)
class Seen:
    """A record of the stream, its item's key as URL text, who made it, and the shard that it is in."""

    record: Record
    key: str
    author: Author
    shard: str = ""


@dataclass(frozen=True)
class Step:
    """What one step found, and where the next begins. ``ended`` says why there is none: ``end``, ``time`` or ``gone``.

    ``rest`` is the cursor of a reading whose time is over, for ``longer``. ``gap`` says that AWS threw records away before they were read.
    """

    seen: tuple[Seen, ...]
    reading: Reading
    cursor: str | None
    ended: str = ""
    calls: int = 0
    gap: bool = False
    rest: str = ""


@dataclass(frozen=True)
class _Answer:
    """What a shard answered, from which place it was read, in how many calls, and whether something before it was thrown away."""

    records: Records
    spot: core.Place
    calls: int
    gap: bool = False

    @property
    def new(self) -> tuple[Record, ...]:
        """Without what is older than the reading."""
        return tuple(record for record in self.records.records if record.time >= self.spot.since)


def stream_of(actor: Actor, place: Place, table: Table) -> Stream | None:
    """The table's stream as it stands, one DescribeStream for each 100 shards; None when the table has none."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    return door.describe_stream(place.target, table.stream_arn) if table.stream_arn else None


def begin(actor: Actor, place: Place, table: Table, *, live: bool, key: str = "") -> str:
    """The cursor of a new reading; one DescribeStream. Raises Refused, InputError, AwsError."""
    stream = stream_of(actor, place, table)
    if stream is None:
        raise InputError(
            "stream", "This table has no stream. An administrator can switch one on under Structure."
        )
    began = timezone.now()
    until = (began + FOLLOWED_FOR).isoformat() if live else ""
    since = began.isoformat(timespec="seconds")
    reading = core.begun(stream.arn, stream.shards, live=live, key=key, until=until, began=since)
    return _sign(actor, place, table, reading)


def standing(actor: Actor, place: Place, table: Table, cursor: str) -> Reading:
    """How far a reading is. No AWS call. Raises Refused, InputError (``cursor``)."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    return _open(actor, place, table, cursor)


def step(actor: Actor, place: Place, table: Table, cursor: str, *, longer: bool = False) -> Step:
    """Read each of up to AT_ONCE shards once: one call a shard as a rule, five at most, and one DescribeStream after a shard ended.

    ``longer`` follows for FOLLOWED_FOR from now, from where the reading is.
    """
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    reading = _open(actor, place, table, cursor)
    if reading.live and longer:
        reading = replace(reading, until=(timezone.now() + FOLLOWED_FOR).isoformat())
    if reading.live and datetime.fromisoformat(reading.until) < timezone.now():
        return Step((), reading, None, "time", rest=cursor)
    found: list[tuple[Record, str]] = []
    calls, ended, gap = 0, False, False
    for spot in core.due(reading):
        answer = _read(place.target, reading, spot)
        reading = core.advanced(reading, answer.spot, answer.records.next, answer.records.records)
        calls += answer.calls
        ended = ended or answer.records.next is None
        gap = gap or answer.gap
        found += ((record, spot.shard) for record in answer.new)
    if ended:  # its children, which may be new
        reading = core.taken_in(reading, door.describe_stream(place.target, reading.arn).shards)
        calls += 1
    found.sort(key=lambda pair: pair[0].time)  # a stable sort: within a second and a shard the order stays
    seen = _with_authors(place, table, reading.key, found)
    reading = replace(reading, found=reading.found + len(seen))
    if reading.caught_up or not reading.places:
        return Step(seen, reading, None, "end" if reading.caught_up else "gone", calls, gap)
    return Step(seen, reading, _sign(actor, place, table, reading), "", calls, gap)


def _read(target: Target, reading: Reading, spot: core.Place) -> _Answer:
    """One answer for a shard. An iterator that ran out is made anew from the last record seen; where AWS keeps that no longer, from the
    oldest that it keeps.
    """
    calls, trimmed = 0, False
    if spot.iterator:
        try:
            return _Answer(door.get_records(target, reading.arn, spot.iterator), spot, 1)
        except AwsError as error:
            if error.code not in (RENEWED, TRIMMED):
                return _Answer(_ended(error), spot, 1)
            calls, trimmed = 1, error.code == TRIMMED
            spot = spot.renewed(reading.began)
    kind, sequence = _beginning(spot)
    try:
        return _Answer(_from(target, reading, spot, kind, sequence), spot, calls + 2, trimmed)
    except AwsError as error:
        if error.code != TRIMMED or kind == "TRIM_HORIZON":
            return _Answer(_ended(error), spot, calls + 2, trimmed)
    try:
        return _Answer(_from(target, reading, spot, "TRIM_HORIZON", ""), spot, calls + 4, True)
    except AwsError as error:
        return _Answer(_ended(error), spot, calls + 4, True)


def _from(target: Target, reading: Reading, spot: core.Place, kind: str, sequence: str) -> Records:
    iterator = door.shard_iterator(target, reading.arn, spot.shard, kind, sequence)
    return door.get_records(target, reading.arn, iterator)


def _beginning(spot: core.Place) -> tuple[str, str]:
    if spot.sequence:
        return "AFTER_SEQUENCE_NUMBER", spot.sequence
    return ("TRIM_HORIZON" if spot.whole else "LATEST"), ""


def _ended(error: AwsError) -> Records:
    """A shard that AWS keeps no longer is at its end; any other failure is raised."""
    if error.kind is Kind.NOT_FOUND or error.code == TRIMMED:
        return Records((), None)
    raise error


def _with_authors(place: Place, table: Table, key: str, found: list[tuple[Record, str]]) -> tuple[Seen, ...]:
    """The records, each given with its shard, of one item or all, with their authors."""
    texts = [encode_key(record.keys, table.key_names) for record, _ in found]
    kept = [(*pair, text) for pair, text in zip(found, texts, strict=True) if not key or text == key]
    if not kept:
        return ()
    deeds = _deeds(place, table, [(record, text) for record, _, text in kept])
    known = core.authors(
        (record for record, _, _ in kept), deeds, lambda keys: encode_key(keys, table.key_names)
    )
    return tuple(
        Seen(record, text, author, shard) for (record, shard, text), author in zip(kept, known, strict=True)
    )


def _deeds(place: Place, table: Table, kept: list[tuple[Record, str]]) -> dict[str, list[Deed]]:
    """Our writes of these items around the time of the records, by key; one query of the record."""
    times = [datetime.fromisoformat(record.time) for record, _ in kept if record.time]
    rows = Change.objects.filter(
        Q(subject__in={text for _, text in kept}) | Q(action=MOVE),
        connection=place.connection.slug,
        region=place.region,
        resource=f"table:{table.name}",
        outcome__result=Outcome.Result.DONE,
        time__gte=min(times) - SLACK,
        time__lte=max(times) + SLACK,
    ).select_related("outcome")
    found: dict[str, list[Deed]] = {}
    for row in rows[:2000]:
        deed = Deed(str(row.pk), row.user_name, row.time, row.outcome.before, row.outcome.after)
        if row.action == MOVE:  # to the stream it is a deletion under one key and a creation under another
            old, new = row.subject.split(" ")
            found.setdefault(old, []).append(replace(deed, after=None))
            found.setdefault(new, []).append(replace(deed, before=None))
        else:
            found.setdefault(row.subject, []).append(deed)
    return found


def _sign(actor: Actor, place: Place, table: Table, reading: Reading) -> str:
    return _CURSOR.sign({"reading": reading.to_json()}, sealed.binding(actor, place, table.name))


def _open(actor: Actor, place: Place, table: Table, cursor: str) -> Reading:
    return Reading.from_json(_CURSOR.open(cursor, sealed.binding(actor, place, table.name))["reading"])
