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
    """A record of the stream, its item's key as URL text, and who made it."""

    record: Record
    key: str
    author: Author


@dataclass(frozen=True)
class Step:
    """What one step found, and where the next begins. ``ended`` says why there is none: ``end``, ``time`` or ``gone``."""

    seen: tuple[Seen, ...]
    reading: Reading
    cursor: str | None
    ended: str = ""
    calls: int = 0


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
    until = (timezone.now() + FOLLOWED_FOR).isoformat() if live else ""
    reading = core.begun(stream.arn, stream.shards, live=live, key=key, until=until)
    return _sign(actor, place, table, reading)


def standing(actor: Actor, place: Place, table: Table, cursor: str) -> Reading:
    """How far a reading is. No AWS call. Raises Refused, InputError (``cursor``)."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    return _open(actor, place, table, cursor)


def step(actor: Actor, place: Place, table: Table, cursor: str) -> Step:
    """Read each of up to AT_ONCE shards once: at most two calls a shard, and one DescribeStream after a shard ended."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    reading = _open(actor, place, table, cursor)
    if reading.live and datetime.fromisoformat(reading.until) < timezone.now():
        return Step((), reading, None, "time")
    found: list[Record] = []
    calls, ended = 0, False
    for spot in core.due(reading):
        records, used = _read(place.target, reading, spot)
        calls += used
        reading = core.advanced(reading, spot.shard, records.next, records.records)
        ended = ended or records.next is None
        found += records.records
    if ended:  # its children, which may be new
        reading = core.taken_in(reading, door.describe_stream(place.target, reading.arn).shards)
        calls += 1
    found.sort(key=lambda record: record.time)  # a stable sort: within a second and a shard the order stays
    seen = _with_authors(place, table, reading.key, found)
    reading = replace(reading, found=reading.found + len(seen))
    if reading.caught_up or not reading.places:
        return Step(seen, reading, None, "end" if reading.caught_up else "gone", calls)
    return Step(seen, reading, _sign(actor, place, table, reading), "", calls)


def _read(target: Target, reading: Reading, spot: core.Place) -> tuple[Records, int]:
    """One answer for a shard, and the calls it took; an iterator that ran out is made anew from the last record seen."""
    if spot.iterator:
        try:
            return door.get_records(target, reading.arn, spot.iterator), 1
        except AwsError as error:
            if error.code != "ExpiredIteratorException":
                return _trimmed(error), 1
    try:
        iterator = door.shard_iterator(target, reading.arn, spot.shard, *_beginning(spot))
        return door.get_records(target, reading.arn, iterator), 2
    except AwsError as error:
        return _trimmed(error), 2


def _beginning(spot: core.Place) -> tuple[str, str]:
    if spot.sequence:
        return "AFTER_SEQUENCE_NUMBER", spot.sequence
    return ("TRIM_HORIZON" if spot.whole else "LATEST"), ""


def _trimmed(error: AwsError) -> Records:
    """A shard that AWS keeps no longer is at its end; any other failure is raised."""
    if error.kind is Kind.NOT_FOUND or error.code == "TrimmedDataAccessException":
        return Records((), None)
    raise error


def _with_authors(place: Place, table: Table, key: str, records: list[Record]) -> tuple[Seen, ...]:
    texts = [encode_key(record.keys, table.key_names) for record in records]
    kept = [(record, text) for record, text in zip(records, texts, strict=True) if not key or text == key]
    if not kept:
        return ()
    deeds = _deeds(place, table, kept)
    known = core.authors(
        (record for record, _ in kept), deeds, lambda keys: encode_key(keys, table.key_names)
    )
    return tuple(Seen(record, text, author) for (record, text), author in zip(kept, known, strict=True))


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
