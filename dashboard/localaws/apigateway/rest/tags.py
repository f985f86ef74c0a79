"""Tags of APIs, stages, plans, keys and the rest, by ARN."""

from __future__ import annotations

import re

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import body, texts
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store

router = Router()
_PATH = "/tags/{arn+}"
_ARN = re.compile(r"arn:aws[\w-]*:apigateway:[\w-]*::/(.+)")
_MOST = 50


def _thing(region: Region, arn: str) -> Json:
    found = _ARN.fullmatch(arn)
    if not found:
        raise bad_request("Invalid ARN specified in the request")
    kind, _, rest = found[1].partition("/")
    thing: Json | None = None
    if kind == "restapis":
        api_id, _, stage = rest.partition("/stages/")
        api = region.rest.get(api_id)
        thing = api and (api["stages"].get(stage) if stage else api["info"])
    else:
        kinds = {
            "apikeys": region.keys,
            "usageplans": region.plans,
            "domainnames": region.domains,
            "vpclinks": region.vpc_links,
            "clientcertificates": region.certificates,
        }
        thing = kinds.get(kind, {}).get(rest)
    if thing is None:
        raise not_found(f"Invalid resource identifier specified: {arn}")
    return thing


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetTags."""
    return 200, {"tags": _thing(request.of(store), request.params["arn"]).get("tags", {})}


@router.on("PUT", _PATH)
def put(request: Request, store: Store) -> Reply:
    """TagResource."""
    thing = _thing(request.of(store), request.params["arn"])
    tags = thing.get("tags", {}) | texts(body(request).get("tags"), "tags")
    if len(tags) > _MOST:
        raise bad_request(f"A resource may have at most {_MOST} tags")
    thing["tags"] = tags
    return 204, None


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """UntagResource."""
    thing = _thing(request.of(store), request.params["arn"])
    gone = request.lists.get("tagKeys", [])
    thing["tags"] = {name: value for name, value in thing.get("tags", {}).items() if name not in gone}
    return 204, None
