"""The keys of a usage plan. AWS answers their values in clear, whoever asks."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest.checks import body, listing
from dashboard.localaws.apigateway.rest.plan_rules import one_plan_a_stage
from dashboard.localaws.apigateway.rest.plans import plan_of
from dashboard.localaws.apigateway.rest.quota import today
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store

router = Router()
_PATH = "/usageplans/{plan}/keys"


def _answer(key: Json) -> Json:
    value = {"id": key["id"], "type": "API_KEY", "value": key["value"]}
    return value | ({"name": key["name"]} if key.get("name") else {})


@router.on("POST", _PATH)
def create(request: Request, store: Store) -> Reply:
    """CreateUsagePlanKey."""
    plan = plan_of(request, store)
    region, given = request.of(store), body(request)
    if given.get("keyType") != "API_KEY":
        raise bad_request("Invalid key type specified. Valid options are API_KEY")
    key = region.keys.get(str(given.get("keyId") or ""))
    if key is None:
        raise not_found("Invalid API Key identifier specified")
    attach(region, plan["id"], key["id"])
    return 201, _answer(key)


def attach(region: Region, plan_id: str, key_id: str) -> None:
    """Put a key into a plan; 409 when it is there, or reaches one of the plan's stages through another plan."""
    members = region.plan_keys.get(plan_id, [])
    if key_id in members:
        raise conflict(f"Usage Plan Key already exists: {key_id}")
    one_plan_a_stage(region, key_id, region.plans[plan_id])
    region.plan_keys[plan_id] = [*members, key_id]
    region.more.setdefault("plan_key_since", {}).setdefault(f"{plan_id}/{key_id}", today().isoformat())


@router.on("GET", _PATH)
def list_all(request: Request, store: Store) -> Reply:
    """GetUsagePlanKeys: newest first; an unknown plan has none."""
    region, prefix = request.of(store), request.query.get("name", "")
    keys = [region.keys[each] for each in reversed(region.plan_keys.get(request.params["plan"], []))]
    found = [_answer(key) for key in keys if key.get("name", "").startswith(prefix)]
    return listing(found, request)


@router.on("GET", _PATH + "/{key}")
def get(request: Request, store: Store) -> Reply:
    """GetUsagePlanKey."""
    return 200, _answer(_member(request, store))


def _member(request: Request, store: Store) -> Json:
    region = request.of(store)
    if request.params["key"] not in region.plan_keys.get(request.params["plan"], ()):
        raise not_found("Invalid Usage Plan ID specified or API Key is not associated with it")
    return region.keys[request.params["key"]]


@router.on("DELETE", _PATH + "/{key}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteUsagePlanKey; what the key used stays counted."""
    key = _member(request, store)
    request.of(store).plan_keys[request.params["plan"]].remove(key["id"])
    return 202, None
