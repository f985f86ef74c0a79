"""Documentation parts and versions."""

from __future__ import annotations

import json
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing, one_of, refuse, said
from dashboard.localaws.apigateway.rest.document import parse
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id, now

router = Router()
_PARTS = "/restapis/{api}/documentation/parts"
_VERSIONS = "/restapis/{api}/documentation/versions"
_TYPES = (
    "RESPONSE_BODY",
    "RESPONSE",
    "METHOD",
    "MODEL",
    "AUTHORIZER",
    "RESPONSE_HEADER",
    "RESOURCE",
    "PATH_PARAMETER",
    "REQUEST_BODY",
    "QUERY_PARAMETER",
    "API",
    "REQUEST_HEADER",
)
_WITHOUT_PATH = ("API", "MODEL", "AUTHORIZER")
_LOCATION = ("type", "path", "method", "statusCode", "name")
_NO_PART = "Invalid Documentation part identifier specified"


def _part(request: Request, store: Store) -> Json:
    api = request.of(store).rest.get(request.params["api"])
    found: Json | None = api["documentationParts"].get(request.params["part"]) if api else None
    if found is None:
        raise not_found(_NO_PART)
    return found


@router.on("POST", _PARTS)
def create(request: Request, store: Store) -> Reply:
    """CreateDocumentationPart; one for each location."""
    given = body(request)
    location = given.get("location") or {}
    refuse([one_of(location.get("type"), "createDocumentationPartInput.location.type", _TYPES)])
    parts = api_of(request, store)["documentationParts"]
    part = _made(location, given.get("properties"))
    if any(each["location"] == part["location"] for each in parts.values()):
        raise conflict(
            f"Documentation part already exists for the specified location: type '{location.get('type')}'."
        )
    parts[part["id"]] = part
    return 201, part


def _made(location: Json, properties: object) -> Json:
    if not isinstance(properties, str) or not properties:
        raise bad_request("Documentation part properties must be non-empty")
    try:
        json.loads(properties)
    except ValueError:
        raise bad_request("Documentation part properties must be valid JSON") from None
    return {"id": new_id(6), "location": said(location, *_LOCATION), "properties": properties}


@router.on("GET", _PARTS)
def list_all(request: Request, store: Store) -> Reply:
    """GetDocumentationParts, by type, beginning of the name, and path."""
    query = request.query
    found = [
        part
        for part in api_of(request, store)["documentationParts"].values()
        if query.get("type") in (None, part["location"].get("type"))
        and part["location"].get("name", "").startswith(query.get("name", ""))
        and query.get("path") in (None, part["location"].get("path"))
    ]
    return listing(found, request)


@router.on("PUT", _PARTS)
def put(request: Request, store: Store) -> Reply:
    """ImportDocumentationParts: of the document's extension, beside those that are there or instead of them."""
    api = api_of(request, store)
    try:
        found = take(parse(request.raw), api, overwrite=request.query.get("mode") == "overwrite")
    except (
        ApiError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ):  # of another shape than the extension has
        raise bad_request("Unable to build importer with provided input.") from None
    return 200, {"ids": found}


def take(document: Json, api: Json, *, overwrite: bool) -> list[str]:
    """The parts of a definition's ``x-amazon-apigateway-documentation`` into an API; their ids."""
    given: Any = (document.get("x-amazon-apigateway-documentation") or {}).get("documentationParts") or []
    parts = {} if overwrite else dict(api["documentationParts"])
    ids = []
    for each in given:
        location = dict(each["location"])
        if location.get("type") not in _WITHOUT_PATH:
            location.setdefault("path", "/")
        part = _made(location, json.dumps(each.get("properties") or {}))
        same = next((held["id"] for held in parts.values() if held["location"] == part["location"]), None)
        part["id"] = same or part["id"]
        parts[part["id"]] = part
        ids.append(part["id"])
    api["documentationParts"] = parts
    return ids


@router.on("GET", _PARTS + "/{part}")
def get(request: Request, store: Store) -> Reply:
    """GetDocumentationPart."""
    return 200, _part(request, store)


@router.on("PATCH", _PARTS + "/{part}")
def update(request: Request, store: Store) -> Reply:
    """UpdateDocumentationPart."""
    wanted = operations(request, "updateDocumentationPartInput")
    part = _part(request, store)
    with all_or_nothing(part) as draft:
        for operation in wanted:
            strict(operation, {"/properties": "r"})
            draft["properties"] = _made({}, operation.value)["properties"]
    return 200, part


@router.on("DELETE", _PARTS + "/{part}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteDocumentationPart."""
    if api_of(request, store)["documentationParts"].pop(request.params["part"], None) is None:
        raise not_found(_NO_PART)
    return 202, None


def _version(request: Request, store: Store) -> Json:
    found: Json | None = api_of(request, store)["documentationVersions"].get(request.params["version"])
    if found is None:
        raise not_found("Invalid Documentation version specified")
    return found


def _shown(version: Json) -> Json:
    return said(version, "version", "description", "createdDate")


@router.on("POST", _VERSIONS)
def create_version(request: Request, store: Store) -> Reply:
    """CreateDocumentationVersion: a copy of the parts, and the stage that shows it."""
    api, given = api_of(request, store), body(request)
    name = str(given.get("documentationVersion") or "")
    if not name:
        raise bad_request("Documentation version must be non-empty")
    if name in api["documentationVersions"]:
        raise conflict("Documentation version already exists for this REST API")
    stage = given.get("stageName")
    if stage and stage not in api["stages"]:
        raise not_found("Invalid stage identifier specified")
    version = {"version": name, "createdDate": now()} | said(given, "description")
    version["parts"] = json.loads(json.dumps(api["documentationParts"]))
    api["documentationVersions"][name] = version
    if stage:
        api["stages"][stage]["documentationVersion"] = name
    return 201, _shown(version)


@router.on("GET", _VERSIONS)
def list_versions(request: Request, store: Store) -> Reply:
    """GetDocumentationVersions."""
    return listing(
        [_shown(each) for each in api_of(request, store)["documentationVersions"].values()], request
    )


@router.on("GET", _VERSIONS + "/{version}")
def get_version(request: Request, store: Store) -> Reply:
    """GetDocumentationVersion."""
    return 200, _shown(_version(request, store))


@router.on("PATCH", _VERSIONS + "/{version}")
def update_version(request: Request, store: Store) -> Reply:
    """UpdateDocumentationVersion: its description."""
    wanted = operations(request, "updateDocumentationVersionInput")
    version = _version(request, store)
    with all_or_nothing(version) as draft:
        for operation in wanted:
            strict(operation, {"/description": "r"})
            draft["description"] = operation.value or ""
    return 200, _shown(version)


@router.on("DELETE", _VERSIONS + "/{version}")
def delete_version(request: Request, store: Store) -> Reply:
    """DeleteDocumentationVersion."""
    version = _version(request, store)
    del api_of(request, store)["documentationVersions"][version["version"]]
    return 202, None
