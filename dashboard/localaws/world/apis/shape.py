"""How many requests the carrier's APIs get, and when it goes wrong: pure functions of the time, for the past and for the generator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAYS = 30
"""Of generated past."""
QUIETEST, BUSIEST = 1.0, 3.0
"""Requests a second of all APIs together."""
_WEEKEND = 0.4
INCIDENT_DAYS_AGO = 9


@dataclass(frozen=True)
class Incident:
    """The hour in which tracking failed: from ``start`` to ``end``."""

    start: datetime
    end: datetime

    def on(self, when: datetime) -> bool:
        """Whether it goes wrong at ``when``."""
        return self.start <= when < self.end


def midnight(now: datetime) -> datetime:
    """The begin of the day, in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def incident(today: datetime) -> Incident:
    """The incident as seen from ``today`` (midnight UTC)."""
    start = today - timedelta(days=INCIDENT_DAYS_AGO) + timedelta(hours=13, minutes=15)
    return Incident(start, start + timedelta(hours=1))


def per_second(when: datetime) -> float:
    """Expected requests a second: a quiet night, a high before and after noon, half as much at the weekend."""
    hour = when.hour + when.minute / 60
    shape = 0.95 * _bell(hour, 9.5, 2.2) + _bell(hour, 15.0, 2.8)
    if when.weekday() >= 5:
        shape *= _WEEKEND
    return min(BUSIEST, QUIETEST + (BUSIEST - QUIETEST) * shape)


def _bell(hour: float, middle: float, width: float) -> float:
    away = min(abs(hour - middle), 24 - abs(hour - middle))
    return math.exp(-((away / width) ** 2) / 2)


def slots(today: datetime, now: datetime) -> list[tuple[datetime, int]]:
    """Begin and seconds of each slot of the past, oldest first: quarters of an hour, five minutes in the last week. The slot that
    still runs is not in it.
    """
    found: list[tuple[datetime, int]] = []
    when = today - timedelta(days=DAYS)
    while True:
        seconds = 300 if when >= today - timedelta(days=7) else 900
        if when + timedelta(seconds=seconds) > now:
            return found
        found.append((when, seconds))
        when += timedelta(seconds=seconds)
