"""What an item's time-to-live value means: when DynamoDB may delete the item, or why it will not.

Source: DynamoDB Developer Guide, "Time to Live (TTL)": a Number, seconds since 1970; an item is deleted within a few days of that time; one
whose time is more than five years in the past is left alone; any other type is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from dashboard.core import numbers
from dashboard.core.wire import TYPE_NAMES, Wire, tag_of

TOO_OLD = timedelta(days=5 * 365)
FAR = timedelta(days=20 * 365)
"""A time further away than this is more likely a mistake than a plan."""
MILLISECONDS = 100_000_000_000
"""Seconds from here on are after the year 5138; as milliseconds they are times since 1973."""
_SPANS = ((86400 * 365, "year"), (86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True)
class Expiry:
    """``state``: ``ahead``, ``expired``, or ``wrong`` when DynamoDB will not do what was probably meant. ``at`` is None without a time."""

    state: Literal["ahead", "expired", "wrong"]
    at: datetime | None
    text: str


def expiry(value: Wire, now: datetime) -> Expiry:
    """What the value of the TTL attribute means at ``now`` (aware)."""
    tag = tag_of(value)
    if tag != "N":
        return Expiry(
            "wrong",
            None,
            f"a {TYPE_NAMES[tag]}, not a number: DynamoDB ignores it and the item never expires",
        )
    parsed = numbers.parse(value["N"])
    if parsed is None:
        return Expiry("wrong", None, "not a number")
    negative, digits, power = parsed
    if digits and len(digits) + power > 15:
        return Expiry("wrong", None, "too far away to be a time in seconds: the item never expires")
    seconds = int(Decimal(f"{'-' if negative else ''}{digits or '0'}E{power}"))
    if seconds >= MILLISECONDS:
        return _milliseconds(seconds)
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return Expiry("wrong", None, "outside the years 1 to 9999")
    return _dated(at, now)


def _milliseconds(seconds: int) -> Expiry:
    try:
        meant = datetime.fromtimestamp(seconds // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return Expiry("wrong", None, "too far away to be a time in seconds: the item never expires")
    return Expiry(
        "wrong",
        meant,
        f"looks like milliseconds ({meant:%Y-%m-%d %H:%M:%S} UTC); DynamoDB reads seconds, so the item will not expire",
    )


def _dated(at: datetime, now: datetime) -> Expiry:
    away = at - now
    if away <= -TOO_OLD:
        return Expiry(
            "wrong",
            at,
            f"{_span(-away)} ago; DynamoDB leaves items alone that expired more than five years ago",
        )
    if away <= timedelta(0):
        return Expiry(
            "expired", at, f"expired {_span(-away)} ago; DynamoDB deletes it within a few days of that"
        )
    if away > FAR:
        return Expiry("wrong", at, f"in {_span(away)}: is that meant?")
    return Expiry("ahead", at, f"expires in {_span(away)}; DynamoDB deletes it within a few days of that")


def _span(away: timedelta) -> str:
    seconds = int(away.total_seconds())
    for span, name in _SPANS:
        if seconds >= span:
            count = seconds // span
            return f"{count:,} {name}{'' if count == 1 else 's'}"
    return "less than a minute"
