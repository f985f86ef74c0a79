"""VPC links. Nothing is behind them here; they are there to be named."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import body, listing, said, with_tags
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id

router = Router()
_READY = {"status": "AVAILABLE", "statusMessage": "Your vpc link is ready for use"}


def _link(request: Request, store: Store) -> Json:
    found = request.of(store).vpc_links.get(request.params["link"])
    if found is None:
        raise not_found("Invalid Vpc Link identifier specified")
    return found


@router.on("POST", "/vpclinks")
def create(request: Request, store: Store) -> Reply:
    """CreateVpcLink: pending in this answer, available in the next."""
    given = body(request)
    if not given.get("name"):
        raise bad_request("Name cannot be empty")
    for arn in given.get("targetArns") or ():
        if not str(arn).startswith("arn:"):
            raise bad_request(f"Invalid ARN. ARN is not well formed {arn}")
    link: Json = {"id": new_id(6)} | said(given, "name", "description", "targetArns", "tags")
    request.of(store).vpc_links[link["id"]] = link
    return 202, with_tags(link, always=False) | {"status": "PENDING"}


@router.on("GET", "/vpclinks")
def list_all(request: Request, store: Store) -> Reply:
    """GetVpcLinks."""
    found = [with_tags(link, always=False) | _READY for link in request.of(store).vpc_links.values()]
    return listing(found, request)


@router.on("GET", "/vpclinks/{link}")
def get(request: Request, store: Store) -> Reply:
    """GetVpcLink."""
    return 200, with_tags(_link(request, store), always=True) | _READY


@router.on("PATCH", "/vpclinks/{link}")
def update(request: Request, store: Store) -> Reply:
    """UpdateVpcLink."""
    wanted = operations(request, "updateVpcLinkInput")
    link = _link(request, store)
    with all_or_nothing(link) as draft:
        for operation in wanted:
            strict(operation, {"/name": "r", "/description": "r"})
            draft[(operation.path or "")[1:]] = operation.value or ""
        if not draft["name"]:
            raise bad_request("Name cannot be empty")
    return 200, with_tags(link, always=True) | _READY


@router.on("DELETE", "/vpclinks/{link}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteVpcLink."""
    link = _link(request, store)
    del request.of(store).vpc_links[link["id"]]
    return 202, None
