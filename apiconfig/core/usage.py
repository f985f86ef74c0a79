"""What keys used of their plans, day by day, out of GetUsage.

The days are AWS's; that they are UTC days, and when a quota starts anew, AWS does not state: it is assumed and said so. The lag of
the counters is not stated either. *Used* is what AWS counted for the day and is never computed from *remaining*, which an
administrator can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apiconfig.core.plans import Plan, Quota

LONGEST_DAYS = 366
"""Of one report. AWS states no longest range."""
NEAR_SHARE = 0.2
"""A key with so little of its quota left is shown as near it."""
NOTES = (
    "Days and quota periods are counted in UTC; AWS does not state this, so it is assumed.",
    "AWS does not state how far its counters trail the requests; the last minutes, sometimes hours, may be missing.",
)


@dataclass(frozen=True)
class Day:
    """One key on one day. ``remaining`` is what was left of the quota at its end, None where the plan has no quota."""

    day: date
    used: int
    remaining: int | None = None


@dataclass(frozen=True)
class KeyUsage:
    """One key's row. ``gone``: the plan does not have it any more, its name and customer are not known."""

    key: str
    name: str
    customer: str
    days: tuple[Day, ...]
    enabled: bool = True
    gone: bool = False

    @property
    def total(self) -> int:
        """Requests in the range."""
        return sum(day.used for day in self.days)

    @property
    def left(self) -> int | None:
        """What AWS last said is left of the current quota period."""
        return next((day.remaining for day in reversed(self.days) if day.remaining is not None), None)

    @property
    def title(self) -> str:
        """The name, or the id."""
        return self.name.strip() or self.key


@dataclass(frozen=True)
class Period:
    """A quota's period: its first day and the day on which the next one starts."""

    start: date
    end: date


@dataclass(frozen=True)
class Usage:
    """The report on a plan from ``start`` to ``end`` (both included). ``as_of`` is when AWS was asked.

    ``rows`` are the keys, most used first. ``period`` is the quota's current one, assumed (see ``notes``).
    """

    plan: Plan
    start: date
    end: date
    rows: tuple[KeyUsage, ...]
    as_of: datetime
    period: Period | None = None
    notes: tuple[str, ...] = NOTES

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the range."""
        return days_between(self.start, self.end)

    @property
    def totals(self) -> tuple[int, ...]:
        """Requests of all keys, by day."""
        return tuple(sum(row.days[number].used for row in self.rows) for number in range(len(self.days)))


def days_between(start: date, end: date) -> tuple[date, ...]:
    """Both included."""
    return tuple(date.fromordinal(number) for number in range(start.toordinal(), end.toordinal() + 1))


def rows_of(
    items: Mapping[str, Sequence[Sequence[int]]],
    names: Mapping[str, tuple[str, str, bool]],
    start: date,
    end: date,
    *,
    quota: Quota | None,
) -> tuple[KeyUsage, ...]:
    """GetUsage's map as rows, most used first; ``names`` are key id → (name, customer, enabled) of the plan's keys.

    A key of the plan that AWS does not mention used nothing; a key that AWS mentions and the plan no longer has keeps its row.
    """
    days = days_between(start, end)
    rows = []
    for key in dict.fromkeys((*items, *names)):
        name, customer, enabled = names.get(key, ("", "", True))
        counted = tuple(
            _day(day, items.get(key, ()), number, quota is not None) for number, day in enumerate(days)
        )
        rows.append(KeyUsage(key, name, customer, counted, enabled, gone=key not in names))
    return tuple(sorted(rows, key=lambda row: (-row.total, row.title.casefold(), row.key)))


def quota_period(quota: Quota, today: date) -> Period:
    """The quota's period that ``today`` is in, by the UTC calendar (assumed); a week is taken to start on Monday (assumed)."""
    if quota.period == "MONTH":
        first = today.replace(day=1)
        return Period(first, (first + timedelta(days=32)).replace(day=1))
    if quota.period == "WEEK":
        monday = today - timedelta(days=today.weekday())
        return Period(monday, monday + timedelta(days=7))
    return Period(today, today + timedelta(days=1))


CSV_HEADER = ("plan_id", "plan", "key_id", "key", "customer", "day", "used", "remaining")


def csv_rows(usage: Usage) -> Iterator[tuple[str, ...]]:
    """A header, then a line a key and day; no cell begins like a formula."""
    yield CSV_HEADER
    for row in usage.rows:
        of_key = tuple(
            no_formula(text) for text in (usage.plan.id, usage.plan.name, row.key, row.name, row.customer)
        )
        for day in row.days:
            remaining = "" if day.remaining is None else str(day.remaining)
            yield (*of_key, day.day.isoformat(), str(day.used), remaining)


def no_formula(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA else text


_FORMULA = frozenset("=+-@\t\r\n\0＝＋－＠")


def near_quota(
    rows: Iterable[KeyUsage], quota: Quota | None, share: float = NEAR_SHARE
) -> tuple[KeyUsage, ...]:
    """The keys with at most ``share`` of the quota left."""
    if quota is None:
        return ()
    return tuple(row for row in rows if row.left is not None and row.left <= quota.limit * share)


def _day(day: date, counted: Sequence[Sequence[int]], number: int, has_quota: bool) -> Day:
    """AWS sends a pair a day from the first; days it does not send have no requests and tell nothing of the quota."""
    if number >= len(counted):
        return Day(day, 0)
    pair = counted[number]
    remaining = int(pair[1]) if has_quota and len(pair) > 1 else None
    return Day(day, int(pair[0]) if pair else 0, remaining)
