"""Who may pass: the API key, and the limits that a request falls under. Pure: it reads the state and decides nothing of time.

The layers, as AWS applies them: the plan's limit of the method and of the client, the stage's of the method, the account's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.localaws.apigateway.store import Json, Region
from dashboard.localaws.gateway.buckets import ACCOUNT_BURST, ACCOUNT_RATE, Claim, Limit

UNLIMITED = -1
"""What people write to take a stage's limit off."""


@dataclass(frozen=True)
class Client:
    """The key that was shown and the plan through which it may use the stage."""

    key: Json
    plan: Json


class Keys:
    """The keys of a region by value. It remembers where it found one, because ten thousand keys are slow to look through."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], str] = {}

    def find(self, region: Region, value: str) -> Json | None:
        """The key that has this value, None for an unknown one."""
        key = region.keys.get(self._found.get((region.name, value), ""))
        if key is None or key["value"] != value:
            key = region.key_of_value(value)
        if key is not None:
            self._found[region.name, value] = key["id"]
        return key


def client(region: Region, keys: Keys, value: str | None, api_id: str, stage: str) -> Client | None:
    """Whose request it is; None for a key that is missing, unknown, disabled or in no plan of the stage."""
    key = keys.find(region, value) if value else None
    if key is None or not key["enabled"]:
        return None
    plan = region.plan_of(key["id"], api_id, stage)
    return Client(key, plan) if plan else None


def claims(
    region: Region, api_id: str, stage: Json, path: str, method: str, declared: str, who: Client | None
) -> list[Claim]:
    """The buckets of which a request to a REST API's method takes a token.

    ``path`` as the resource declares it, ``method`` the request's verb, ``declared`` the method's name (it may be ANY). A
    stage's default is a limit of each method, not one for all together: its setting is a copy for every method.
    """
    found: list[Claim] = []
    name = stage["stageName"]
    if who:
        plan, key = who.plan["id"], who.key["id"]
        place = next(p for p in who.plan["apiStages"] if p["apiId"] == api_id and p["stage"] == name)
        own = _of_method(place.get("throttle") or {}, path, method, declared)
        if own is not None:
            _add(
                found,
                ("plan method", plan, key, api_id, name, path, declared),
                own,
                "rateLimit",
                "burstLimit",
            )
        if who.plan.get("throttle"):
            _add(found, ("plan", plan, key), who.plan["throttle"], "rateLimit", "burstLimit")
    settings = stage.get("methodSettings") or {}
    setting = _of_method(settings, path, method, declared) or settings.get("*/*")
    if setting is not None:
        place_name = ("stage", api_id, name, path, declared)
        _add(found, place_name, setting, "throttlingRateLimit", "throttlingBurstLimit")
    return [*found, account_claim(region)]


def account_claim(region: Region) -> Claim:
    """The bucket that every API of the region shares."""
    limits = region.account.get("throttleSettings") or {}
    limit = Limit(float(limits.get("rateLimit", ACCOUNT_RATE)), int(limits.get("burstLimit", ACCOUNT_BURST)))
    return Claim(("account", region.name), limit)


def route_claims(region: Region, api_id: str, stage: Json, route_key: str) -> list[Claim]:
    """The same for a route of an HTTP or WebSocket API: its own settings win over the stage's default, one by one."""
    own = (stage.get("routeSettings") or {}).get(route_key) or {}
    setting = {**(stage.get("defaultRouteSettings") or {}), **own}
    found: list[Claim] = []
    place = ("stage", api_id, stage["stageName"], route_key)
    _add(found, place, setting, "throttlingRateLimit", "throttlingBurstLimit")
    return [*found, account_claim(region)]


def _of_method(settings: Mapping[str, Any], path: str, method: str, declared: str) -> Any:
    """The entry of a method: keys are ``/pets/GET``, ``pets/GET`` or ``~1pets/GET``."""
    wanted = {f"{path.strip('/')}/{verb}": verb for verb in (declared, method)}
    entries = {key.replace("~1", "/").lstrip("/"): value for key, value in settings.items()}
    for key in reversed(wanted):
        if (value := entries.get(key.lstrip("/"))) is not None:
            return value
    return None


def _add(
    found: list[Claim], name: tuple[str, ...], setting: Mapping[str, Any], rate: str, burst: str
) -> None:
    """Claim a bucket when the setting holds a limit; one of the two alone leaves the other at the account's."""
    rate_value, burst_value = setting.get(rate), setting.get(burst)
    rate_set = rate_value is not None and float(rate_value) != UNLIMITED
    burst_set = burst_value is not None and int(burst_value) != UNLIMITED
    if rate_set or burst_set:
        limit = Limit(
            float(rate_value) if rate_set and rate_value is not None else ACCOUNT_RATE,
            int(burst_value) if burst_set and burst_value is not None else ACCOUNT_BURST,
        )
        found.append(Claim(name, limit))
