"""Resources: the tree of paths, its sibling rules and its cascades."""

from __future__ import annotations

import re
from typing import Any

from dashboard.localaws.apigateway.errors import bad_request, conflict, limit_exceeded, not_found
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing, resource_of
from dashboard.localaws.apigateway.rest.patching import operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id

router = Router()
MOST = 300
_PART = re.compile(r"[a-zA-Z0-9._:,@~!$&'()*+;=%-]+|\{[a-zA-Z0-9._:-]+\+?\}")
_TABLE = {"/parentId": "r", "/pathPart": "r"}
_UNKNOWN = "Invalid Resource identifier specified"


def answer(resource: Json, *, embed: bool) -> Json:
    """A resource as answered: methods whole with ``embed``, else by name only, and none at all when there is none."""
    value: Json = {
        name: resource[name] for name in ("id", "parentId", "pathPart", "path") if name in resource
    }
    methods = resource["resourceMethods"]
    if methods:
        value["resourceMethods"] = methods if embed else {verb: {} for verb in methods}
    return value


def _embeds(request: Request) -> bool:
    return "methods" in request.lists.get("embed", ())


@router.on("GET", "/restapis/{api}/resources")
def list_all(request: Request, store: Store) -> Reply:
    """GetResources, by path."""
    found = sorted(api_of(request, store)["resources"].values(), key=lambda each: str(each["path"]))
    return listing([answer(each, embed=_embeds(request)) for each in found], request)


@router.on("GET", "/restapis/{api}/resources/{resource}")
def get(request: Request, store: Store) -> Reply:
    """GetResource."""
    return 200, answer(resource_of(request, store), embed=_embeds(request))


@router.on("POST", "/restapis/{api}/resources/{resource}")
def create(request: Request, store: Store) -> Reply:
    """CreateResource below the resource of the path."""
    resources = api_of(request, store)["resources"]
    parent = resource_of(request, store)
    return 201, answer(add(resources, parent, str(body(request).get("pathPart") or "")), embed=False)


def add(resources: dict[str, Any], parent: Json, part: str) -> Json:
    """A new resource below ``parent``; ApiError when AWS's rules forbid it."""
    if not _PART.fullmatch(part):
        raise bad_request(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces "
            "at the beginning and the end."
        )
    _may_stand(resources, parent, part)
    if len(resources) >= MOST:
        raise limit_exceeded(
            "Maximum number of Resources for this API has been reached. "
            "Please contact AWS if you need additional Resources."
        )
    resource = {
        "id": new_id(6),
        "parentId": parent["id"],
        "pathPart": part,
        "path": _join(parent["path"], part),
        "resourceMethods": {},
    }
    resources[resource["id"]] = resource
    return resource


def _may_stand(resources: dict[str, Any], parent: Json, part: str, but: str = "") -> None:
    """The rules between a resource, its parent and its siblings; ``but`` is the id of the one that moves."""
    if parent.get("pathPart", "").endswith("+}"):
        raise bad_request(
            f"Cannot create a child of a resource with a greedy path variable: {parent['pathPart']}"
        )
    siblings = [
        each["pathPart"]
        for each in resources.values()
        if each.get("parentId") == parent["id"] and each["id"] != but
    ]
    if part in siblings:
        raise conflict(f"Another resource with the same parent already has this name: {part}")
    variable = next((each for each in siblings if each.startswith("{")), None)
    if part.startswith("{") and variable:
        raise bad_request(
            f"A sibling ({variable}) of this resource already has a variable path part -- only one is allowed"
        )


def _join(parent: str, part: str) -> str:
    return f"{parent.rstrip('/')}/{part}"


def below(resources: dict[str, Any], top: str) -> list[str]:
    """The ids of a resource and of all below it, top first."""
    found = [top]
    for each in found:
        found.extend(child["id"] for child in resources.values() if child.get("parentId") == each)
    return found


@router.on("DELETE", "/restapis/{api}/resources/{resource}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteResource, with all below it."""
    resource = resource_of(request, store)
    if "parentId" not in resource:
        raise bad_request("Cannot delete root resource.")
    resources = api_of(request, store)["resources"]
    for each in below(resources, resource["id"]):
        del resources[each]
    return 202, None


@router.on("PATCH", "/restapis/{api}/resources/{resource}")
def update(request: Request, store: Store) -> Reply:
    """UpdateResource: another name or another parent; the paths below follow."""
    wanted = operations(request, "updateResourceInput")
    resource = resource_of(request, store)
    resources = api_of(request, store)["resources"]
    part, parent_id = resource.get("pathPart", ""), resource.get("parentId", "")
    for operation in wanted:
        strict(operation, _TABLE)
        if "parentId" not in resource:
            raise bad_request(f"Root resource cannot update its {(operation.path or '')[1:]}.")
        if operation.path == "/pathPart":
            part = operation.value or ""
        else:
            parent_id = operation.value or ""
    if wanted:
        _move(resources, resource, parent_id, part)
    return 200, answer(resource, embed=False)


def _move(resources: dict[str, Any], resource: Json, parent_id: str, part: str) -> None:
    if parent_id not in resources:
        raise not_found(_UNKNOWN)
    subtree = below(resources, resource["id"])
    if parent_id in subtree:
        raise bad_request("Resources cannot be cyclical.")
    if not _PART.fullmatch(part):
        raise bad_request("Resource's path part only allow a-zA-Z0-9._-:")
    _may_stand(resources, resources[parent_id], part, resource["id"])
    resource["parentId"], resource["pathPart"] = parent_id, part
    for each in subtree:
        child = resources[each]
        child["path"] = _join(resources[child["parentId"]]["path"], child["pathPart"])
