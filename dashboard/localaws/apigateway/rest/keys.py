"""API keys."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, conflict, limit_exceeded, not_found
from dashboard.localaws.apigateway.rest.checks import body, listing, truth, with_tags
from dashboard.localaws.apigateway.rest.patching import Operation, all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store, new_id, new_value, now

router = Router()
MOST = 10_000
_LONGEST_NAME = 1024
_LONGEST_DESCRIPTION = 125_000
_SHORTEST_VALUE = 20
_LONGEST_VALUE = 128
_TABLE = {
    "/description": "r",
    "/enabled": "r",
    "/name": "r",
    "/customerId": "r",
    "/stages": "ad",
    "/labels": "ad",
}


def answer(key: Json, *, value: bool, tags: bool = False) -> Json:
    """A key as answered, with its ``value`` only when it was asked for."""
    shown = with_tags(key, always=tags)
    if not value:
        del shown["value"]
    return shown


def key_of(request: Request, store: Store) -> Json:
    """The key that the path names."""
    found = request.of(store).keys.get(request.params["key"])
    if found is None:
        raise not_found("Invalid API Key identifier specified")
    return found


def create(request: Request, store: Store) -> Reply:
    """CreateApiKey; its path is ImportApiKeys' too, where ``key_import`` tells them apart."""
    return 201, answer(make(request.of(store), body(request)), value=True)


def make(region: Region, given: Json) -> Json:
    """A new key in the region; ApiError for a wrong member."""
    name, value = str(given.get("name") or ""), str(given.get("value") or "")
    _check_text(name, str(given.get("description") or ""))
    check_value(value)
    if value and region.key_of_value(value):
        raise conflict("API Key already exists")
    if len(region.keys) >= MOST:
        raise limit_exceeded("Maximum number of API keys for this account has been reached.")
    key: Json = {"id": new_id(), "value": value or new_value()}
    key |= {member: given[member] for member in ("name", "customerId", "description") if given.get(member)}
    key |= {"enabled": truth(given.get("enabled")), "createdDate": now()}
    key["lastUpdatedDate"] = key["createdDate"]
    key["stageKeys"] = [
        f"{each.get('restApiId')}/{each.get('stageName')}" for each in given.get("stageKeys") or ()
    ]
    if given.get("tags"):
        key["tags"] = dict(given["tags"])
    region.keys[key["id"]] = key
    return key


def _check_text(name: str, description: str) -> None:
    if len(name) > _LONGEST_NAME:
        raise bad_request("Invalid API Key name, can be at most 1024 characters.")
    if len(description) > _LONGEST_DESCRIPTION:
        raise bad_request("Invalid API Key description specified.")


def check_value(value: str) -> None:
    """A key's value is 20 to 128 characters; '' stands for one that AWS makes."""
    if value and len(value) < _SHORTEST_VALUE:
        raise bad_request("API Key value should be at least 20 characters")
    if len(value) > _LONGEST_VALUE:
        raise bad_request("API Key value exceeds maximum size of 128 characters")


@router.on("GET", "/apikeys")
def list_all(request: Request, store: Store) -> Reply:
    """GetApiKeys: newest first, by the beginning of the name (its case counts) and by customer."""
    prefix, customer = request.query.get("name", ""), request.query.get("customerId")
    found = [
        key
        for key in reversed(request.of(store).keys.values())
        if key.get("name", "").startswith(prefix) and (not customer or key.get("customerId") == customer)
    ]
    value = truth(request.query.get("includeValues"))
    return listing([answer(key, value=value) for key in found], request)


@router.on("GET", "/apikeys/{key}")
def get(request: Request, store: Store) -> Reply:
    """GetApiKey."""
    value = truth(request.query.get("includeValue"))
    return 200, answer(key_of(request, store), value=value, tags=True)


@router.on("DELETE", "/apikeys/{key}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteApiKey, out of its plans too."""
    key = key_of(request, store)
    region = request.of(store)
    del region.keys[key["id"]]
    for members in region.plan_keys.values():
        if key["id"] in members:
            members.remove(key["id"])
    return 202, None


@router.on("PATCH", "/apikeys/{key}")
def update(request: Request, store: Store) -> Reply:
    """UpdateApiKey: never its value."""
    wanted = operations(request, "updateApiKeyInput")
    key = key_of(request, store)
    with all_or_nothing(key) as draft:
        for operation in wanted:
            strict(operation, _TABLE)
            _change(draft, operation)
        _check_text(draft.get("name", ""), draft.get("description", ""))
        draft["lastUpdatedDate"] = now()
    return 200, answer(key, value=False, tags=True)


def _change(key: Json, operation: Operation) -> None:
    member, value = (operation.path or "")[1:], operation.value or ""
    if member == "enabled":
        key["enabled"] = truth(value)
    elif member == "stages":
        stages = [each for each in key["stageKeys"] if each != value]
        key["stageKeys"] = [*stages, value] if operation.op == "add" else stages
    elif member == "labels":
        return  # accepted; no answer has ever shown labels
    elif value:
        key[member] = value
    else:
        key.pop(member, None)
