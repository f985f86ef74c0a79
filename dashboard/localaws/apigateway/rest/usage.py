"""GetUsage and UpdateUsage over the counters of the requests that were served."""

from __future__ import annotations

from datetime import date, timedelta

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.paging import page
from dashboard.localaws.apigateway.rest.checks import number
from dashboard.localaws.apigateway.rest.patching import operations, strict
from dashboard.localaws.apigateway.rest.plans import plan_of
from dashboard.localaws.apigateway.rest.quota import left, set_left, today
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store

router = Router()
_LONGEST = timedelta(days=366 * 2)


def _day(request: Request, name: str) -> date:
    try:
        return date.fromisoformat(request.query.get(name, ""))
    except ValueError:
        raise bad_request(f"Invalid {name} specified, it must be a date as YYYY-MM-DD") from None


def _rows(region: Region, plan: Json, key_id: str, start: date, end: date) -> list[list[int]]:
    """[used, remaining] of every day; remaining is 0 for a plan without a quota."""
    rows = []
    day = start
    while day <= end:
        used = region.usage.get((plan["id"], key_id, day.isoformat()), 0)
        rows.append([used, left(region, plan, key_id, day) or 0])
        day += timedelta(days=1)
    return rows


@router.on("GET", "/usageplans/{plan}/usage")
def get(request: Request, store: Store) -> Reply:
    """GetUsage: every key of the plan, and those that used it in the time and have left it since."""
    plan, region = plan_of(request, store), request.of(store)
    start, end = _day(request, "startDate"), _day(request, "endDate")
    if end < start or end - start > _LONGEST:
        raise bad_request("Invalid date range specified: endDate must not be before startDate")
    used = {
        key
        for plan_id, key, day in region.usage
        if plan_id == plan["id"] and start.isoformat() <= day <= end.isoformat()
    }
    members = region.plan_keys.get(plan["id"], [])
    keys = [*members, *sorted(used - set(members))]
    if wanted := request.query.get("keyId"):
        keys = [key for key in keys if key == wanted]
    found, position = page(keys, request.query)
    answer = {
        "usagePlanId": plan["id"],
        "startDate": start.isoformat(),
        "endDate": end.isoformat(),
        "values": {key: _rows(region, plan, key, start, end) for key in found},
    }
    return 200, answer | ({"position": position} if position else {})


@router.on("PATCH", "/usageplans/{plan}/keys/{key}/usage")
def update(request: Request, store: Store) -> Reply:
    """UpdateUsage: what is left of the current period."""
    wanted = operations(request, "updateUsageInput")
    plan, region, key = plan_of(request, store), request.of(store), request.params["key"]
    if key not in region.plan_keys.get(plan["id"], ()):
        raise not_found("Invalid API Key identifier specified")
    if "limit" not in plan.get("quota", {}):
        raise bad_request(f"Usage Plan {plan['id']} has no quota")
    for operation in wanted:
        strict(operation, {"/remaining": "r"})
    remaining = [int(number(operation.value, "remaining")) for operation in wanted]
    if any(each < 0 for each in remaining):
        raise bad_request("Invalid remaining specified: it must not be negative")
    for each in remaining:
        set_left(region, plan, key, each)
    day = today()
    return 200, {
        "usagePlanId": plan["id"],
        "startDate": day.isoformat(),
        "endDate": day.isoformat(),
        "values": {key: _rows(region, plan, key, day, day)},
    }
