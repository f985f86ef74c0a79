"""What is left of a quota: counters by (plan, key, day), periods in UTC.

AWS documents neither the zone nor the week's first day; UTC and Monday are assumed, and said so wherever they are shown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dashboard.localaws.apigateway.store import Json, Region


def today() -> date:
    """The day of the counters, in UTC."""
    return datetime.now(UTC).date()


def period_start(period: str, day: date) -> date:
    """The first day of the period in which ``day`` is."""
    if period == "MONTH":
        return day.replace(day=1)
    if period == "WEEK":
        return day - timedelta(days=day.weekday())
    return day


def left(region: Region, plan: Json, key_id: str, day: date) -> int | None:
    """Requests left to a key at the end of ``day`` (now, for today); None for a plan without a quota. Never below 0.

    The offset is taken off the first period in which the key was in the plan.
    """
    if "limit" not in plan.get("quota", {}):
        return None
    return max(0, _balance(region, plan, key_id, day))


def _balance(region: Region, plan: Json, key_id: str, day: date) -> int:
    """The same, below 0 when more was served than the quota, as happens when the quota was lowered."""
    quota = plan["quota"]
    start = period_start(quota.get("period", "MONTH"), day)
    since = region.more.get("plan_key_since", {}).get(f"{plan['id']}/{key_id}", "")
    first = bool(since) and period_start(quota.get("period", "MONTH"), date.fromisoformat(since)) == start
    balance: int = quota["limit"] - (quota.get("offset", 0) if first else 0)
    while start <= day:
        place = (plan["id"], key_id, start.isoformat())
        balance += region.grants.get(place, 0) - region.usage.get(place, 0)
        start += timedelta(days=1)
    return balance


def set_left(region: Region, plan: Json, key_id: str, remaining: int) -> None:
    """Make ``remaining`` what is left in the current period."""
    day = today()
    place = (plan["id"], key_id, day.isoformat())
    gap = remaining - _balance(region, plan, key_id, day)
    region.grants[place] = region.grants.get(place, 0) + gap
