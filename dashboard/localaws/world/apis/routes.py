"""The routes of the parcel carrier's REST API as data, in the order in which its deployments brought them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

TRACKING = "PC4711000042DE"
UNDEPLOYED = 99
"""``Route.since`` of what is in no deployment yet."""


@dataclass(frozen=True)
class Route:
    """One method. ``since`` is the number of the deployment that first had it; ``upstream`` a path of the small local server
    behind the API, without one a mock answers ``body`` (a mapping template) with ``status``.
    """

    method: str
    path: str
    body: Any = None
    status: int = 200
    key: bool = True
    since: int = 1
    upstream: str = ""
    proxy: bool = False
    auth: str = "NONE"
    weight: float = 0.0
    """Its share of the traffic, against the others'."""

    @property
    def template(self) -> str:
        """The mock's response template."""
        return "" if self.body is None else json.dumps(self.body, indent=2, ensure_ascii=False)


_ID = "$input.params('tracking')"
_NOW = "$context.requestTime"
DEPOTS = [
    {"code": "HAM1", "city": "Hamburg", "country": "DE", "open": "06:00-22:00"},
    {"code": "VIE1", "city": "Wien", "country": "AT", "open": "06:00-21:00"},
    {"code": "WAW1", "city": "Warszawa", "country": "PL", "open": "06:00-22:00"},
]
ROUTES = (
    Route("GET", "/status", {"status": "ok", "time": _NOW}, key=False, weight=4),
    Route(
        "GET",
        "/parcels",
        {"parcels": [{"tracking": TRACKING, "status": "in_transit"}], "next": None},
        weight=8,
    ),
    Route(
        "POST",
        "/parcels",
        {"tracking": TRACKING, "status": "announced", "request": "$context.requestId"},
        201,
        weight=7,
    ),
    Route("GET", "/parcels/{tracking}", upstream="/parcels/{tracking}", weight=60),
    Route("DELETE", "/parcels/{tracking}", status=204, weight=1),
    Route("GET", "/parcels/{tracking}/events", upstream="/parcels/{tracking}/events", proxy=True, weight=36),
    Route("GET", "/parcels/{tracking}/label", {"tracking": _ID, "format": "pdf", "pages": 1}, weight=5),
    Route(
        "PUT", "/parcels/{tracking}/instructions", {"tracking": _ID, "accepted": True, "at": _NOW}, weight=2
    ),
    Route("POST", "/pickups", {"pickup": "PU-20418", "window": "14:00-16:00"}, 201, weight=2),
    Route("GET", "/pickups/{pickup}", {"pickup": "$input.params('pickup')", "status": "planned"}, weight=2),
    Route("DELETE", "/pickups/{pickup}", status=204, weight=0.5),
    Route("GET", "/depots", {"depots": DEPOTS}, key=False, weight=5),
    Route("GET", "/depots/{code}", {**DEPOTS[0], "code": "$input.params('code')"}, key=False, weight=3),
    Route(
        "GET",
        "/rates",
        {"currency": "EUR", "standard": "4.90", "express": "9.90", "bulky": "24.50"},
        key=False,
        since=2,
        weight=4,
    ),
    Route(
        "POST",
        "/rates/quote",
        {"service": "express", "price": "9.90", "valid_until": "23:59"},
        since=2,
        weight=4,
    ),
    Route(
        "GET",
        "/customers/{customer}/invoices",
        {"customer": "$input.params('customer')", "invoices": [{"number": "R-2209", "total": "1284.70"}]},
        since=2,
        weight=1,
    ),
    Route("POST", "/scans", {"accepted": 1}, 202, key=False, auth="AWS_IAM", since=2, weight=2),
    Route(
        "GET",
        "/tours/{tour}",
        {"tour": "$input.params('tour')", "stops": 64, "done": 41},
        key=False,
        auth="AWS_IAM",
        since=2,
        weight=1,
    ),
    Route(
        "GET",
        "/pickup-points",
        {"points": [{"id": "PP-118", "name": "Kiosk am Markt"}]},
        key=False,
        since=2,
        weight=2.5,
    ),
    Route("GET", "/pickup-points/{point}/slots", {"point": "$input.params('point')", "free": 12}, since=5),
    Route(
        "POST",
        "/parcels/{tracking}/redirect",
        {"tracking": _ID, "status": "redirected"},
        202,
        since=UNDEPLOYED,
    ),
)
