"""What the keys used of their plans, day by day, so that it fits the requests of the stage."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from dashboard.localaws.world.apis.past import Slot
from dashboard.localaws.world.apis.plans import CUSTOMERS, NEARLY, QUOTAS, Customer, Plans

GOLD = 0.68
"""The part of the stage's requests that come with a key of the plan gold."""
TRIAL_A_DAY = 2600
"""Requests of all trial keys but the one that is near its quota."""
_GONE = 12
"""Days since the disabled key's last request."""
_MOST_A_DAY = 4000


def usage(plans: Plans, prod: Sequence[Slot], today: datetime) -> Iterator[tuple[str, str, str, int]]:
    """Plan id, key id, day, requests."""
    by_day: dict[date, int] = {}
    for slot in prod:
        by_day[slot.when.date()] = by_day.get(slot.when.date(), 0) + slot.requests
    whole = sorted(by_day.values())[-1] or 1
    for customer in CUSTOMERS:
        dice = random.Random(customer.number)
        for day, requests in sorted(by_day.items()):
            used = _used(customer, day, today.date(), requests, requests / whole, dice.uniform(0.88, 1.1))
            if used:
                yield plans.plans[customer.plan], plans.keys[customer.number], day.isoformat(), used


def _used(customer: Customer, day: date, today: date, requests: int, busy: float, noise: float) -> int:
    """``busy`` is the day against the busiest one."""
    if customer.near:
        return _near(day, today, busy)
    if customer.plan == "gold":
        return int(requests * GOLD * customer.share * noise)
    if not customer.enabled and (today - day).days < _GONE:
        return 0
    return int(TRIAL_A_DAY * busy * customer.share * noise)


def _near(day: date, today: date, busy: float) -> int:
    """In this month as much as leaves a little of the quota, as far as a day can hold it; before, an ordinary month's."""
    if (day.year, day.month) != (today.year, today.month):
        return int(720 * busy)
    spent = QUOTAS["trial"] - NEARLY
    return min(_MOST_A_DAY, spent // today.day)


def near(plans: Plans) -> list[tuple[str, str, int]]:
    """Plan id, key id and what is left to the key that is near its quota. At the begin of a month it is as after UpdateUsage."""
    return [
        (plans.plans[customer.plan], plans.keys[customer.number], NEARLY)
        for customer in CUSTOMERS
        if customer.near
    ]
