"""Which request comes next: chance over the carrier's routes and customers. Pure but for the dice."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from dashboard.localaws.gateway.address import PREFIX
from dashboard.localaws.world.apis.plans import CUSTOMERS, Customer
from dashboard.localaws.world.apis.routes import ROUTES, Route
from dashboard.localaws.world.apis.v2_apis import AUDIENCE, BETA, ISSUER
from dashboard.localaws.world.apis.v2_apis import ROUTES as COURIER_ROUTES

_TO_REST, _TO_TEST = 0.70, 0.06
"""Parts of all requests: to the REST API, and of these to its stage test."""
_TRIAL, _WRONG = 0.05, 0.006
_UNKNOWN = 0.02
_SERVED = [route for route in ROUTES if route.weight]
_CALLERS = [customer for customer in CUSTOMERS if customer.enabled and not customer.near]
_SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/execute-api/aws4_request, SignedHeaders=host, Signature=0"


@dataclass(frozen=True)
class World:
    """What there is to call: ids, '' for an API that is not there, and the keys' values by customer number."""

    rest: str = ""
    http: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    socket: str = ""


@dataclass(frozen=True)
class Call:
    """One request. ``path`` is that of the local gateway."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


def next_call(world: World, dice: random.Random, now: float) -> Call | None:
    """One request, None when there is nothing to call. ``now`` is in epoch seconds."""
    if world.rest and (not world.http or dice.random() < _TO_REST):
        return _to_rest(world, dice)
    return _to_http(world, dice, now) if world.http else None


def _to_rest(world: World, dice: random.Random) -> Call:
    route = dice.choices(_SERVED, [each.weight for each in _SERVED])[0]
    stage = "test" if dice.random() < _TO_TEST else "prod"
    headers = {"Accept": "application/json", "User-Agent": "parcel-shop/4.2"}
    if route.auth == "AWS_IAM":
        headers["Authorization"] = _SIGNED
    if route.key:
        value = world.keys.get(_customer(dice).number)
        if value and dice.random() > _WRONG:
            headers["x-api-key"] = value
    body = b""
    if route.method in ("POST", "PUT"):
        headers["Content-Type"] = "application/json"
        body = json.dumps({"to": "Hafenstrasse 4, Hamburg", "weight_kg": 2.4}).encode()
    return Call(route.method, f"{PREFIX}{world.rest}/{stage}{_path(route, dice)}", headers, body)


def _customer(dice: random.Random) -> Customer:
    plan = "trial" if dice.random() < _TRIAL else "gold"
    of_plan = [customer for customer in _CALLERS if customer.plan == plan]
    return dice.choices(of_plan, [customer.share for customer in of_plan])[0]


def _path(route: Route, dice: random.Random) -> str:
    number = "0000" if dice.random() < _UNKNOWN else f"{dice.randint(1, 9999):04d}"
    values = {
        "tracking": f"PC47110{number}",
        "pickup": f"PU-{dice.randint(20000, 20999)}",
        "code": dice.choice(("HAM1", "VIE1", "WAW1")),
        "customer": _customer(dice).number,
        "tour": f"T-{dice.randint(100, 140)}",
    }
    path = route.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _to_http(world: World, dice: random.Random, now: float) -> Call:
    key, _, guarded = dice.choice(COURIER_ROUTES)
    method, _, path = key.partition(" ")
    for name in ("tour", "stop"):
        path = path.replace(f"{{{name}}}", str(dice.randint(100, 140)))
    headers = {"Accept": "application/json", "User-Agent": "courier-app/11"}
    if guarded:
        late = dice.random() < _UNKNOWN
        headers["Authorization"] = f"Bearer {token(now - 7200 if late else now)}"
    stage = f"/{quote(BETA)}" if dice.random() < 0.08 else ""
    return Call(method, f"{PREFIX}{world.http}{stage}{path}", headers, b"{}" if method != "GET" else b"")


def token(now: float) -> str:
    """A courier's token, an hour long. Its signature is none: nobody can read keys of an invented issuer."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "C017", "iat": int(now) - 1, "exp": int(now) + 3600}
    parts = ({"alg": "RS256", "kid": "demo", "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "bm90LXNpZ25lZA"])
