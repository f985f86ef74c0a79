"""Answers kept for a while: each part of what is known of a place, with its age, and each failing alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apiconfig.models import Remembered
from dashboard.accounts.models import Connection
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, Kind

LAST = timedelta(minutes=10)
"""How long a part is used before a page reads it again."""
FAILURE_LAST = timedelta(minutes=1)
"""The same for a part that could not be read: a denied part costs no call at every look."""
AT_ONCE = 4
"""Calls that one page has under way at a time."""
Read = Callable[[], Any]
_SAID = ("code", "message", "permanent", "retry_after", "request_id", "service", "operation", "resource")


@dataclass(frozen=True)
class Part:
    """``payload`` is None while it was never read; ``failure`` is why the last try failed (then ``payload`` may be an older one)."""

    payload: Any = None
    fetched: datetime | None = None
    failure: AwsError | None = None


def forget_connection(connection: Connection) -> None:
    """The connection leads into another account: nothing that was read in the one before is true there."""
    Remembered.objects.filter(connection=connection).delete()


def recall(place: Place, subject: str) -> dict[str, Part]:
    """Every part that is kept of ``subject``. No AWS call."""
    return {row.part: part_of(row) for row in _rows(place, subject)}


def reading(
    place: Place,
    subject: str,
    parts: Mapping[str, Read],
    *,
    last: timedelta | None = LAST,
    fresh: bool = False,
) -> dict[str, Part]:
    """Each part: the kept one while it is younger than ``last`` (None: for ever), else what ``parts`` reads, all at once.

    Nothing of AWS's is raised: what failed says so beside the older answer, if there is one.
    """
    kept = {row.part: row for row in _rows(place, subject)}
    wanted = {name: read for name, read in parts.items() if fresh or _stale(kept.get(name), last)}
    found = {name: part_of(kept[name]) for name in parts if name in kept and name not in wanted}
    for name, answer in together(wanted).items():
        older = kept.get(name)
        found[name] = keep(place, subject, name, answer, older)
    return {name: found[name] for name in parts}


def together(reads: Mapping[str, Read]) -> dict[str, Any]:
    """The answers, or the AwsError, of calls made side by side; other errors are raised. The calls are counted as always."""
    if len(reads) <= 1:
        return {name: _attempt(read) for name, read in reads.items()}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = {name: pool.submit(copy_context().run, _attempt, read) for name, read in reads.items()}
        return {name: future.result() for name, future in waiting.items()}


def keep(place: Place, subject: str, part: str, answer: Any, older: Remembered | None = None) -> Part:
    """Write an answer, or an AwsError beside the older answer, to its row."""
    now = timezone.now()
    fields: dict[str, Any] = {"tried": now}
    if isinstance(answer, AwsError):
        fields["failure"] = {**{name: getattr(answer, name) for name in _SAID}, "kind": str(answer.kind)}
    else:
        fields |= {"payload": answer, "fetched": now, "failure": None}
    Remembered.objects.update_or_create(
        connection=place.connection, region=place.region, subject=subject, part=part, defaults=fields
    )
    if isinstance(answer, AwsError):
        return Part(older.payload if older else None, older.fetched if older else None, answer)
    return Part(answer, now)


def doubt(place: Place, subject: str, parts: Iterable[str]) -> None:
    """These parts may have changed: the next look reads them. Until then the lists have what was known, with its age."""
    Remembered.objects.filter(
        connection=place.connection, region=place.region, subject=subject, part__in=tuple(parts)
    ).update(tried=None)


def forget(place: Place, subject: str, parts: Iterable[str] = ()) -> None:
    """These parts (none named: all) are not used any more."""
    rows = Remembered.objects.filter(connection=place.connection, region=place.region, subject=subject)
    names = tuple(parts)
    (rows.filter(part__in=names) if names else rows).delete()


def part_of(row: Remembered) -> Part:
    """A row as a part."""
    return Part(row.payload, row.fetched, _error(row.failure))


def _rows(place: Place, subject: str) -> Iterable[Remembered]:
    return Remembered.objects.filter(connection=place.connection, region=place.region, subject=subject)


def _stale(row: Remembered | None, last: timedelta | None) -> bool:
    if row is None or row.tried is None:
        return True
    if row.failure is not None:
        return timezone.now() - row.tried >= FAILURE_LAST
    return row.fetched is None or (last is not None and timezone.now() - row.fetched >= last)


def _attempt(read: Read) -> Any:
    try:
        return read()
    except AwsError as error:
        return error


def _error(stored: dict[str, Any] | None) -> AwsError | None:
    if stored is None:
        return None
    return AwsError(**{name: stored[name] for name in _SAID}, kind=Kind(stored["kind"]))
