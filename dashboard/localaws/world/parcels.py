"""The single table ``parcels``: customers, depots, tours, parcels, their scan events and tracking sessions.

The same seed and the same day give the same 5,000 items.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from dashboard.localaws.world.carrier import COURIERS, DEPOTS, FAMILY, GIVEN, SERVICES, SHOPS, STREETS, Depot
from dashboard.localaws.world.schema import TTL_ATTRIBUTE
from dashboard.localaws.world.wire import BotoItem, Value, b, flag, m, many, n, s

TOTAL = 5000
CUSTOMERS, PARCELS, SESSIONS = 320, 540, 150
_JOURNEY = (
    ("announced", "Shipment data received"),
    ("picked_up", "Picked up from sender"),
    ("sorted", "Sorted in depot"),
    ("in_transit", "On the way to the destination depot"),
    ("arrived", "Arrived in destination depot"),
    ("out_for_delivery", "Out for delivery"),
    ("delivered", "Delivered"),
)


def parcels(today: datetime, seed: int = 20) -> list[BotoItem]:
    """Exactly TOTAL items. ``today`` is midnight UTC; everything happened before or is due after it."""
    dice = random.Random(seed)
    customers = list(_customers(dice, today))
    items = [*_depots(dice, today), *customers]
    ids = [item["customer_id"]["S"] for item in customers]
    journeys = [_parcel(dice, today, number, dice.choice(ids)) for number in range(PARCELS)]
    items += [item for journey in journeys for item in journey]
    items += _sessions(dice, today, [journey[0]["tracking"]["S"] for journey in journeys])
    items += _depot_scans(dice, today, TOTAL - len(items))
    return items


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(dice: random.Random, name: str, depot: Depot) -> Value:
    return m(
        {
            "name": s(name),
            "street": s(
                f"{dice.choice(STREETS)} {dice.randint(1, 180)}{dice.choice(['', '', '', 'a', ' b'])}"
            ),
            "postcode": s(depot.postcode),
            "city": s(depot.city),
            "country": s(depot.country),
        }
    )


def _person(dice: random.Random) -> str:
    return f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"


def _depots(dice: random.Random, today: datetime) -> Iterator[BotoItem]:
    for depot in DEPOTS:
        yield {
            "pk": s(f"DEPOT#{depot.code}"),
            "sk": s("META"),
            "entity": s("depot"),
            "city": s(depot.city),
            "country": s(depot.country),
            "position": m({"latitude": n(depot.latitude), "longitude": n(depot.longitude)}),
            "services": {"SS": sorted(set(SERVICES))},
            "gates": n(dice.randint(8, 96)),
            "open_on_sunday": flag(dice.random() < 0.3),
        }
        for day in range(-2, 3):
            date = today + timedelta(days=day)
            for tour in range(1, 4):
                yield {
                    "pk": s(f"DEPOT#{depot.code}"),
                    "sk": s(f"TOUR#{date:%Y-%m-%d}#{tour:02d}"),
                    "entity": s("tour"),
                    "courier": s(dice.choice(COURIERS)),
                    "stops": n(dice.randint(40, 160)),
                    "distance_km": n(f"{dice.randint(300, 2400) / 10}"),
                    "vehicle": s(dice.choice(["van", "van", "e-van", "cargo bike"])),
                }


def _customers(dice: random.Random, today: datetime) -> Iterator[BotoItem]:
    for number in range(CUSTOMERS):
        depot, business = dice.choice(DEPOTS), number < len(SHOPS)
        name = SHOPS[number] if business else _person(dice)
        since = today - timedelta(days=dice.randint(30, 2500))
        item: BotoItem = {
            "pk": s(f"CUSTOMER#{number + 10001}"),
            "sk": s("PROFILE"),
            "entity": s("customer"),
            "customer_id": s(str(number + 10001)),
            "created": s(_stamp(since)),
            "name": s(name),
            "email": s(f"kunde{number + 10001}@example.com"),
            "business": flag(business),
            "address": _address(dice, name, depot),
            "preferences": m(
                {
                    "sms": flag(dice.random() < 0.4),
                    "neighbour": {"NULL": True} if business else s("2nd floor"),
                }
            ),
        }
        if business:
            item["discount_percent"] = n(dice.choice(["5", "7.5", "12.25"]))
        yield item


def _parcel(dice: random.Random, today: datetime, number: int, customer: str) -> list[BotoItem]:
    """The parcel's own item, then one for each scan so far."""
    origin, target = dice.sample(DEPOTS, 2)
    tracking = f"PC{700000000 + number * 9973 % 100000000:09d}{origin.country}"
    created = today - timedelta(minutes=dice.randint(60, 21 * 1440))
    age_days = (today - created).total_seconds() / 86400
    steps = min(len(_JOURNEY), max(1, int(age_days * dice.uniform(0.9, 2.2)) + 1))
    scans, moment = [], created
    for step in range(steps):
        state, text = _JOURNEY[step]
        depot = origin if step < 4 else target
        scans.append(_scan(dice, tracking, moment, state, text, depot))
        moment = min(moment + timedelta(minutes=dice.randint(35, 900)), today)
    if steps == 6 and dice.random() < 0.25:
        scans.append(_scan(dice, tracking, moment, "exception", "Nobody at home", target))
    last = scans[-1]
    parcel: BotoItem = {
        "pk": s(f"PARCEL#{tracking}"),
        "sk": s("META"),
        "entity": s("parcel"),
        "tracking": s(tracking),
        "customer_id": s(customer),
        "created": s(_stamp(created)),
        "status": last["state"],
        "service": s(dice.choice(SERVICES)),
        "weight_kg": n(f"{dice.randint(15, 31500) / 1000}"),
        "size_cm": many([n(dice.randint(8, 120)) for _ in range(3)]),
        "recipient": _address(dice, _person(dice), target),
        "origin": s(origin.code),
        "destination": s(target.code),
        "depot_status": s(f"{last['depot']['S']}#{last['state']['S']}"),
        "last_scan": n(int(moment.timestamp())),
        "price_eur": n(dice.choice(["4.99", "5.49", "7.90", "12.50", "18.95"])),
        "insured": flag(dice.random() < 0.2),
    }
    return [parcel, *scans]


def _scan(
    dice: random.Random, tracking: str, moment: datetime, state: str, text: str, depot: Depot
) -> BotoItem:
    item: BotoItem = {
        "pk": s(f"PARCEL#{tracking}"),
        "sk": s(f"EVENT#{_stamp(moment)}#{state}"),
        "entity": s("event"),
        "state": s(state),
        "text": s(text),
        "depot": s(depot.code),
        "scanner": s(f"{depot.code}-{dice.randint(1, 40):02d}"),
    }
    if state in ("out_for_delivery", "delivered", "exception"):
        item["courier"] = s(dice.choice(COURIERS))
    if state == "delivered":
        item["signature"] = b(dice.randbytes(24))
    return item


def _sessions(dice: random.Random, today: datetime, trackings: list[str]) -> Iterator[BotoItem]:
    """Visits to the tracking page, which the table forgets by TTL."""
    for _ in range(SESSIONS):
        expires = today + timedelta(days=dice.randint(2, 60), minutes=dice.randint(0, 1439))
        yield {
            "pk": s(f"SESSION#{dice.getrandbits(96):024x}"),
            "sk": s("META"),
            "entity": s("session"),
            "seen": {"SS": sorted(dice.sample(trackings, dice.randint(1, 4)))},
            TTL_ATTRIBUTE: n(int(expires.timestamp())),
        }


def _depot_scans(dice: random.Random, today: datetime, count: int) -> Iterator[BotoItem]:
    """Counts of each sorting belt, a quarter of an hour each, as many as are asked for."""
    for number in range(count):
        depot = DEPOTS[number % len(DEPOTS)]
        moment = today - timedelta(minutes=15 * (number // len(DEPOTS) + 1))
        yield {
            "pk": s(f"DEPOT#{depot.code}"),
            "sk": s(f"BELT#{_stamp(moment)}"),
            "entity": s("belt"),
            "sorted": n(dice.randint(180, 1450)),
            "unreadable": n(dice.randint(0, 12)),
        }
