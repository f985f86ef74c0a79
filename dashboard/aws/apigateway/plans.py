"""Usage plans, API keys and what they used.

A key's value is a secret. AWS sends it unasked with GetUsagePlanKeys and with a key that was just made; it is taken out of every
answer here, before the answer is counted, logged or handed on.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.aws.apigateway.sending import REST, Json, Request, call, every, pages
from dashboard.aws.target import Target


def get_usage_plans(target: Target, *, key: str | None = None) -> list[Json]:
    """Every usage plan of the region, with its stages, throttle and quota; with ``key`` (an id) those the key is in."""
    return every(target, Request(REST, "GetUsagePlans"), {} if key is None else {"keyId": key})


def get_usage_plan(target: Target, plan: str) -> Json:
    """One of them; Kind.NOT_FOUND when there is none of that id."""
    return call(target, _of("GetUsagePlan", plan), {"usagePlanId": plan})


def get_api_keys(target: Target) -> list[Json]:
    """Every key of the region, without its value."""
    return every(target, Request(REST, "GetApiKeys"), {"includeValues": False}, without_values)


def get_usage_plan_keys(target: Target, plan: str) -> list[Json]:
    """The keys of a plan (id, name, type), without their values. An unknown plan has none: AWS does not say that it is unknown."""
    return every(target, _of("GetUsagePlanKeys", plan), {"usagePlanId": plan}, without_values)


def get_usage(target: Target, plan: str, start: date, end: date, *, key: str | None = None) -> Json:
    """What the plan's keys used on each day from ``start`` to ``end``, both included.

    ``{"items": {key id: [[used, remaining], ...]}, "startDate": ..., "endDate": ...}``, one pair a day from ``startDate``.
    """
    arguments: Json = {"usagePlanId": plan, "startDate": start.isoformat(), "endDate": end.isoformat()}
    if key is not None:
        arguments["keyId"] = key
    items: dict[str, Any] = {}
    for page in pages(target, _of("GetUsage", plan), arguments):
        items.update(page.get("items") or {})
    return {"items": items, "startDate": arguments["startDate"], "endDate": arguments["endDate"]}


def without_values(answer: Json) -> Json:
    """An answer about one key or a list of keys, their values taken out."""
    kept = {name: inside for name, inside in answer.items() if name != "value"}
    if isinstance(kept.get("items"), list):
        kept["items"] = [without_values(entry) for entry in kept["items"]]
    return kept


def _of(operation: str, plan: str) -> Request:
    return Request(REST, operation, f"plan:{plan}", ("usagePlanId",))
