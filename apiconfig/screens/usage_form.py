"""What a usage report is asked for: the URL's plan, days and key, each with its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from apiconfig.operations.usage import default_range
from apiconfig.screens.shared import API_ID

MOST_DAYS = 90
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
LABELS = {"start": "From", "end": "To"}


@dataclass(frozen=True)
class Asked:
    """What was entered (``start_text``, ``end_text``, ``plan``, ``key``) and what it means; ``wrong`` is a sentence by field.

    ``start`` and ``end`` hold only while nothing is wrong with them.
    """

    plan: str
    key: str
    start_text: str
    end_text: str
    start: date
    end: date
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def days(self) -> int:
        """How many, both ends included."""
        return (self.end - self.start).days + 1


def asked(data: Mapping[str, str], today: date) -> Asked:
    """Out of the URL; without days the last 30. ``today`` is UTC's."""
    first, last = default_range(today)
    texts = {
        "start": data.get("start", "").strip() or first.isoformat(),
        "end": data.get("end", "").strip() or last.isoformat(),
    }
    wrong: dict[str, str] = {}
    found = {"start": first, "end": last}
    for name, text in texts.items():
        read = day_of(text)
        if read is None:
            wrong[name] = f"{LABELS[name]}: enter a day as year-month-day, for example {today.isoformat()}."
        else:
            found[name] = read
    if not wrong:
        wrong = _order(found["start"], found["end"], today)
    plan, key = data.get("plan", "").strip(), data.get("key", "").strip()
    for name, text, what in (("plan", plan, "usage plan"), ("key", key, "API key")):
        if text and not re.fullmatch(API_ID, text, re.ASCII):
            wrong[name] = f"No {what} can have this id."
    return Asked(plan, key, texts["start"], texts["end"], found["start"], found["end"], wrong)


def day_of(text: str) -> date | None:
    """A day of the calendar, None for anything else."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def presets(today: date) -> tuple[tuple[str, str, str], ...]:
    """Words, first day and last day of what is asked for most."""
    spans = [(f"{count} days", today - timedelta(days=count - 1)) for count in (7, 30, MOST_DAYS)]
    return tuple(
        (words, first.isoformat(), today.isoformat())
        for words, first in (*spans, ("This month", today.replace(day=1)))
    )


def _order(start: date, end: date, today: date) -> dict[str, str]:
    if end > today:
        return {"end": f"To: must not be after today, which is {today.isoformat()} in UTC."}
    if start > end:
        return {"start": "From: must not be after the last day."}
    days = (end - start).days + 1
    if days > MOST_DAYS:
        return {"start": f"From: a report has at most {MOST_DAYS} days; this would be {days:,} days."}
    return {}
