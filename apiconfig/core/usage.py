"""What keys used of their plans, day by day, out of GetUsage.

The days are AWS's; that they are UTC days, and when a quota starts anew, AWS does not state: it is assumed and said so. The lag of the
counters is not stated either. *Used* is what AWS counted for the day and is never computed from *remaining*, which an administrator can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from apiconfig.core.plans import Plan, Quota

LONGEST_DAYS = 366
"""Of one report. AWS states no longest range."""
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
    """One key's row. ``name`` and ``customer`` are empty for a key that is gone."""

    key: str
    name: str
    customer: str
    days: tuple[Day, ...]
    enabled: bool = True

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
    answer: Mapping[str, object], names: Mapping[str, tuple[str, str, bool]], *, quota: Quota | None
) -> tuple[KeyUsage, ...]:
    """GetUsage's map as rows, most used first; ``names`` are key id → (name, customer, enabled)."""
    raise NotImplementedError


def quota_period(quota: Quota, today: date) -> Period:
    """The quota's period that ``today`` is in, by the UTC calendar (assumed); a week is taken to start on Monday (assumed)."""
    raise NotImplementedError


def csv_rows(usage: Usage) -> Iterator[tuple[str, ...]]:
    """A header, then a line a key and day; no cell begins like a formula."""
    raise NotImplementedError


def no_formula(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it."""
    raise NotImplementedError


def near_quota(rows: Iterable[KeyUsage], quota: Quota | None, share: float = 0.2) -> tuple[KeyUsage, ...]:
    """The keys with at most ``share`` of the quota left."""
    raise NotImplementedError
