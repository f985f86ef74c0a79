"""Tags of APIs and stages, by ARN."""

from __future__ import annotations

import re
from typing import Any

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_ARN = re.compile(
    r"arn:aws[^:]*:apigateway:([a-z0-9-]+)::/(apis|vpclinks|domainnames)/([^/]+)(?:/stages/([^/]+))?"
)
MOST = 50


def taken(body: Any) -> dict[str, str]:
    """The tags of a body; ApiError 400 for what cannot be tags."""
    given = body.get("tags") if isinstance(body, dict) else None
    if given is None:
        return {}
    texts = isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
    if not texts or any(not 1 <= len(key) <= 128 or len(given[key]) > 256 for key in given):
        raise bad_request("Invalid tags specified: keys have 1 to 128 characters, values up to 256")
    if any(key.lower().startswith("aws:") for key in given):
        raise bad_request("aws: prefixed tag key names are not allowed for external use.")
    return dict(given)


@router.on("GET", "/v2/tags/{arn}")
def get(request: Request, store: Store) -> Reply:
    """GetTags."""
    return 200, {"tags": dict(_tags(request, store))}


@router.on("POST", "/v2/tags/{arn}")
def tag(request: Request, store: Store) -> Reply:
    """TagResource."""
    tags = _tags(request, store)
    after = tags | taken(request.body)
    if len(after) > MOST:
        raise bad_request(f"A resource must not have more than {MOST} tags")
    tags |= after
    return 201, {}


@router.on("DELETE", "/v2/tags/{arn}")
def untag(request: Request, store: Store) -> Reply:
    """UntagResource."""
    tags = _tags(request, store)
    for key in request.lists.get("tagKeys", []):
        tags.pop(key, None)
    return 204, None


def _tags(request: Request, store: Store) -> Json:
    found = _ARN.fullmatch(request.params["arn"])
    if not found:
        raise bad_request("Invalid ARN specified in the request")
    region, kind, name, stage = store.region(found[1]), found[2], found[3], found[4]
    api = region.v2.get(name) if kind == "apis" else None
    resource: Json | None = api["stages"].get(stage) if api and stage else api and api["info"]
    if kind != "apis" and stage is None:
        resource = (region.domains if kind == "domainnames" else region.more.get("v2VpcLinks", {})).get(name)
    if not resource:
        raise not_found("Invalid resource identifier specified")
    tags: Json = resource.setdefault("tags", {})
    return tags
