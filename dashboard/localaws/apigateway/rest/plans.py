"""Usage plans: create, get, list, update, delete."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import body, listing, number, with_tags
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations
from dashboard.localaws.apigateway.rest.plan_patches import apply, check_stage, period
from dashboard.localaws.apigateway.rest.plan_rules import one_plan_a_stage
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store, new_id

router = Router()
_PATH = "/usageplans/{plan}"


def plan_of(request: Request, store: Store) -> Json:
    """The usage plan that the path names."""
    found = request.of(store).plans.get(request.params["plan"])
    if found is None:
        raise not_found("Invalid Usage Plan ID specified")
    return found


def answer(plan: Json, *, tags: bool) -> Json:
    """A plan as answered; one alone shows its tags always, a list only when there are some."""
    return with_tags(plan, always=tags)


@router.on("POST", "/usageplans")
def create(request: Request, store: Store) -> Reply:
    """CreateUsagePlan."""
    region = request.of(store)
    given = body(request)
    if not given.get("name"):
        raise bad_request("Usage Plan name cannot be empty")
    plan: Json = {"id": new_id(6), "name": str(given["name"])}
    if given.get("description"):
        plan["description"] = given["description"]
    plan["apiStages"] = [_stage(region, plan["id"], each) for each in given.get("apiStages") or ()]
    if given.get("throttle"):
        plan["throttle"] = limits(given["throttle"])
    if given.get("quota"):
        plan["quota"] = _quota(given["quota"])
    if given.get("tags"):
        plan["tags"] = dict(given["tags"])
    region.plans[plan["id"]] = plan
    return 201, answer(plan, tags=False)


def _stage(region: Region, plan_id: str, given: Json) -> Json:
    entry = check_stage(region, plan_id, f"{given.get('apiId')}:{given.get('stage')}")
    if given.get("throttle"):
        entry["throttle"] = {path: limits(each) for path, each in given["throttle"].items()}
    return entry


def limits(given: Json) -> Json:
    """Throttle limits, whichever are given; burst may be greater than rate."""
    value: Json = {}
    if given.get("burstLimit") is not None:
        value["burstLimit"] = int(number(given["burstLimit"], "burstLimit"))
    if given.get("rateLimit") is not None:
        value["rateLimit"] = float(number(given["rateLimit"], "rateLimit", float))
    if any(each < 0 for each in value.values()):
        raise bad_request("Usage Plan throttle limits must not be negative")
    return value


def _quota(given: Json) -> Json:
    if given.get("limit") is None or not given.get("period"):
        raise bad_request("Usage Plan quota must have a limit and a period")
    quota: Json = {
        "limit": int(number(given["limit"], "quota limit")),
        "offset": int(number(given.get("offset") or 0, "quota offset")),
        "period": period(given["period"]),
    }
    if quota["limit"] < 0 or quota["offset"] < 0:
        raise bad_request("Usage Plan quota limit and offset must not be negative")
    return quota


@router.on("GET", "/usageplans")
def list_all(request: Request, store: Store) -> Reply:
    """GetUsagePlans; ``keyId`` asks for those of one key."""
    region, key = request.of(store), request.query.get("keyId")
    found = [plan for plan in region.plans.values() if not key or key in region.plan_keys.get(plan["id"], ())]
    return listing([answer(plan, tags=False) for plan in found], request)


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetUsagePlan."""
    return 200, answer(plan_of(request, store), tags=True)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteUsagePlan, unless it has stages."""
    plan = plan_of(request, store)
    for entry in plan["apiStages"]:
        raise bad_request(
            f"Cannot delete Usage Plan {plan['id']} because there are API Stages associated with it, "
            f"including {entry['apiId']}:{entry['stage']}"
        )
    region = request.of(store)
    del region.plans[plan["id"]]
    region.plan_keys.pop(plan["id"], None)
    return 202, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateUsagePlan."""
    wanted = operations(request, "updateUsagePlanInput")
    plan = plan_of(request, store)
    region = request.of(store)
    with all_or_nothing(plan) as draft:
        for operation in wanted:
            apply(region, draft, operation)
        for key in region.plan_keys.get(plan["id"], ()):
            one_plan_a_stage(region, key, draft)
    return 200, answer(plan, tags=True)
