"""Usage plans and API keys as they are shown; a key's value never gets in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apiconfig.core.apis import Json, pairs, plain

PERIODS = {"DAY": "a day", "WEEK": "a week", "MONTH": "a month"}


@dataclass(frozen=True)
class MethodLimit:
    """A limit of one method of a stage in a plan: ``route`` is ``GET /pets``."""

    route: str
    rate: Decimal | None
    burst: int | None


@dataclass(frozen=True)
class PlanStage:
    """A stage that a plan covers. ``api_name`` is empty where we do not know the API."""

    api: str
    stage: str
    limits: tuple[MethodLimit, ...] = ()
    api_name: str = ""


@dataclass(frozen=True)
class Quota:
    """``limit`` requests a ``period`` (DAY, WEEK, MONTH) for each key; ``offset`` requests are taken off the first period."""

    limit: int
    period: str
    offset: int = 0

    @property
    def words(self) -> str:
        """For example ``5,000 requests a month``."""
        return f"{self.limit:,} requests {PERIODS.get(self.period, self.period.lower())}"


@dataclass(frozen=True)
class Plan:
    """A usage plan. ``rate`` is requests a second, ``burst`` requests; None: the plan states none."""

    id: str
    name: str
    description: str = ""
    stages: tuple[PlanStage, ...] = ()
    rate: Decimal | None = None
    burst: int | None = None
    quota: Quota | None = None
    product: str = ""
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The name, or the id where there is none."""
        return self.name.strip() or self.id


@dataclass(frozen=True)
class Key:
    """An API key without its value. ``stages`` are ``api/stage`` of the old way without plans.

    ``plans`` are the plans we know it to be in: (id, name).
    """

    id: str
    name: str
    description: str = ""
    customer: str = ""
    enabled: bool = True
    created: str = ""
    updated: str = ""
    stages: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    plans: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The name, or the id where there is none."""
        return self.name.strip() or self.id


def plan(answer: Json, names: Mapping[str, str] | None = None) -> Plan:
    """Out of GetUsagePlan or an item of GetUsagePlans; ``names`` are the APIs' by id."""
    throttle: Json = answer.get("throttle") or {}
    quota: Json | None = answer.get("quota")
    return Plan(
        id=str(answer["id"]),
        name=str(answer.get("name", "")),
        description=str(answer.get("description", "")),
        stages=tuple(_stage(entry, names or {}) for entry in answer.get("apiStages") or ()),
        rate=_figure(throttle.get("rateLimit")),
        burst=_whole(throttle.get("burstLimit")),
        quota=Quota(int(quota.get("limit", 0)), str(quota.get("period", "")), int(quota.get("offset", 0)))
        if quota
        else None,
        product=str(answer.get("productCode", "")),
        tags=pairs(answer.get("tags")),
    )


def key(answer: Json, plans: tuple[tuple[str, str], ...] = ()) -> Key:
    """Out of an item of GetApiKeys or GetUsagePlanKeys (which has less); ``value`` is not looked at."""
    return Key(
        id=str(answer["id"]),
        name=str(answer.get("name", "")),
        description=str(answer.get("description", "")),
        customer=str(answer.get("customerId", "")),
        enabled=bool(answer.get("enabled", True)),
        created=str(answer.get("createdDate", "")),
        updated=str(answer.get("lastUpdatedDate", "")),
        stages=tuple(str(name) for name in answer.get("stageKeys") or ()),
        tags=pairs(answer.get("tags")),
        plans=plans,
    )


def matching(found: tuple[Key, ...], text: str) -> tuple[Key, ...]:
    """Keys whose name, id, description or customer holds every word of ``text``, case-folded."""
    words = text.casefold().split()
    return tuple(
        entry
        for entry in found
        if all(
            word in f"{entry.name}\n{entry.id}\n{entry.description}\n{entry.customer}".casefold()
            for word in words
        )
    )


def _stage(entry: Json, names: Mapping[str, str]) -> PlanStage:
    limits: dict[str, Any] = entry.get("throttle") or {}
    api = str(entry.get("apiId", ""))
    return PlanStage(
        api,
        str(entry.get("stage", "")),
        tuple(
            MethodLimit(_route(name), _figure(limit.get("rateLimit")), _whole(limit.get("burstLimit")))
            for name, limit in sorted(limits.items())
        ),
        names.get(api, ""),
    )


def _route(name: str) -> str:
    """``/pets/GET`` is ``GET /pets``."""
    path, _, method = name.rpartition("/")
    return f"{method} /{path.replace('~1', '/').lstrip('/')}"


def _figure(value: Any) -> Decimal | None:
    return None if value is None else plain(value)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
