"""Lines of the access logs: a sample of the past, some hundred a day, in the stages' own formats."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from dashboard.localaws.gateway.accesslog import line, stream_of
from dashboard.localaws.world.apis import rest_api, v2_apis
from dashboard.localaws.world.apis.plans import CUSTOMERS
from dashboard.localaws.world.apis.routes import ROUTES, TRACKING, Route
from dashboard.localaws.world.apis.shape import DAYS, incident, per_second

REST_A_DAY, HTTP_A_DAY = 380, 150
Lines = dict[str, list[tuple[int, str]]]
"""Stream → epoch milliseconds and line, oldest first."""
_SERVED = [route for route in ROUTES if route.weight]


def rest_lines(keys: dict[str, str], today: datetime, now: datetime) -> Lines:
    """Of the REST API's stage prod; ``keys`` are key ids by customer number."""
    return _spread(
        "rest lines",
        REST_A_DAY,
        today,
        now,
        rest_api.LOG_FORMAT,
        lambda dice, when: _rest(dice, when, today, keys),
    )


def http_lines(today: datetime, now: datetime) -> Lines:
    """Of the HTTP API's stages."""
    return _spread("http lines", HTTP_A_DAY, today, now, v2_apis.LOG_FORMAT, _http)


def _spread(
    name: str,
    a_day: int,
    today: datetime,
    now: datetime,
    template: str,
    make: Callable[[random.Random, datetime], dict[str, Any]],
) -> Lines:
    dice = random.Random(name)
    streams: Lines = {}
    for when in _times(dice, a_day, today):
        context = make(dice, when)
        if when < now:
            stream = stream_of(context["requestId"])
            streams.setdefault(stream, []).append((int(when.timestamp() * 1000), line(template, context)))
    return streams


def _times(dice: random.Random, a_day: int, today: datetime) -> Iterator[datetime]:
    """Moments of the past and of today, closer together when there is more to do; in order."""
    for day in range(-DAYS, 1):
        moments = sorted(dice.uniform(0, 86_400) for _ in range(a_day))
        for seconds in moments:
            when = today + timedelta(days=day, seconds=seconds)
            if dice.random() < per_second(when) / 2.4:
                yield when


def _common(dice: random.Random, when: datetime) -> dict[str, Any]:
    return {
        "requestId": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", when.utctimetuple()),
        "requestTimeEpoch": int(when.timestamp() * 1000),
        "identity": {"sourceIp": f"203.0.113.{dice.randint(2, 250)}"},
    }


def _rest(dice: random.Random, when: datetime, today: datetime, keys: dict[str, str]) -> dict[str, Any]:
    route = dice.choices(_SERVED, [each.weight for each in _SERVED])[0]
    context = _common(dice, when)
    latency = max(1, round(dice.lognormvariate(3.9 if route.upstream else 1.2, 0.5)))
    status, error = _status(dice, route)
    if route.upstream and incident(today).on(when) and dice.random() < 0.6:
        status, error, latency = 502, None, latency * 12
    if status == 403:
        latency = dice.randint(1, 4)
    elif route.key:
        context["identity"]["apiKeyId"] = _key(dice, keys)
    path = route.path
    for name, value in (("tracking", TRACKING), ("code", "HAM1"), ("pickup", "PU-20418"), ("tour", "T-118")):
        path = path.replace(f"{{{name}}}", value)
    inside = None if error else {"latency": round(latency * 0.93), "status": status}
    return context | {
        "httpMethod": route.method,
        "resourcePath": route.path,
        "path": f"/prod{path}",
        "status": status,
        "responseLatency": latency,
        "integration": inside,
        "responseLength": dice.randint(40, 900),
        "error": {"responseType": error},
    }


def _status(dice: random.Random, route: Route) -> tuple[int, str | None]:
    chance = dice.random()
    if chance < 0.006 and route.key:
        return 403, "INVALID_API_KEY"
    if chance < 0.010:
        return 429, "THROTTLED"
    if chance < 0.025 and route.upstream:
        return 404, None
    return (502, None) if chance > 0.9985 and route.upstream else (route.status, None)


def _key(dice: random.Random, keys: dict[str, str]) -> str:
    gold = [customer for customer in CUSTOMERS if customer.plan == "gold"]
    trial = [customer for customer in CUSTOMERS if customer.plan == "trial" and customer.enabled]
    if dice.random() < 0.95:
        return keys[dice.choices(gold, [customer.share for customer in gold])[0].number]
    return keys[dice.choice(trial).number]


def _http(dice: random.Random, when: datetime) -> dict[str, Any]:
    latency = max(2, round(dice.lognormvariate(3.7, 0.5)))
    refused = dice.random() < 0.02
    return _common(dice, when) | {
        "routeKey": dice.choice(v2_apis.ROUTES)[0],
        "status": 401 if refused else 200,
        "responseLatency": 2 if refused else latency,
        "integrationLatency": None if refused else round(latency * 0.93),
        "dataProcessed": dice.randint(80, 1400),
        "error": {"responseType": "UNAUTHORIZED" if refused else None},
    }
