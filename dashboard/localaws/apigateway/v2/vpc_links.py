"""VPC links of HTTP APIs. Nothing is behind them here; integrations name them."""

from __future__ import annotations

import copy

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state, tags

router = Router()
KEPT = "v2VpcLinks"
"""Where a region keeps them, in ``Region.more``."""
_ONE = "/v2/vpclinks/{link}"
_READY = {"vpcLinkStatus": "AVAILABLE", "vpcLinkStatusMessage": "VPC link is ready to route traffic"}


def _links(request: Request, store: Store) -> Json:
    links: Json = request.of(store).more.setdefault(KEPT, {})
    return links


def _link(request: Request, store: Store) -> Json:
    found: Json | None = _links(request, store).get(request.params["link"])
    if found is None:
        raise not_found(f"Invalid VpcLink identifier specified {request.params['link']}")
    return found


@router.on("POST", "/v2/vpclinks")
def create(request: Request, store: Store) -> Reply:
    """CreateVpcLink: pending in this answer, available in the next."""
    given = fields.take(request.body, {"name": "text", "securityGroupIds": "texts", "subnetIds": "texts"})
    fields.required(given, "name")
    fields.short(given, "name", 128)
    if not given.get("subnetIds"):
        raise bad_request("SubnetIds is a required parameter")
    link: Json = {
        "createdDate": state.now(),
        "name": given["name"],
        "securityGroupIds": given.get("securityGroupIds", []),
        "subnetIds": given["subnetIds"],
        "tags": tags.taken(request.body),
        "vpcLinkId": new_id(6),
        "vpcLinkVersion": "V2",
    }
    _links(request, store)[link["vpcLinkId"]] = link
    pending = {"vpcLinkStatus": "PENDING", "vpcLinkStatusMessage": "VPC link is provisioning ENIs"}
    return 201, copy.deepcopy(link) | pending


@router.on("GET", "/v2/vpclinks")
def get_all(request: Request, store: Store) -> Reply:
    """GetVpcLinks."""
    return state.listed(request, [link | _READY for link in _links(request, store).values()])


@router.on("GET", _ONE)
def get(request: Request, store: Store) -> Reply:
    """GetVpcLink."""
    return 200, copy.deepcopy(_link(request, store)) | _READY


@router.on("PATCH", _ONE)
def update(request: Request, store: Store) -> Reply:
    """UpdateVpcLink: its name alone."""
    link, given = _link(request, store), fields.take(request.body, {"name": "text"})
    fields.short(given, "name", 128)
    link |= given
    return 200, copy.deepcopy(link) | _READY


@router.on("DELETE", _ONE)
def delete(request: Request, store: Store) -> Reply:
    """DeleteVpcLink, refused while an integration uses it."""
    link = _link(request, store)
    users = [
        integration["integrationId"]
        for api in request.of(store).v2.values()
        for integration in api["integrations"].values()
        if integration.get("connectionId") == link["vpcLinkId"]
    ]
    if users:
        raise bad_request(
            f"Cannot delete VpcLink {link['vpcLinkId']} because it is referenced by the following Integrations with "
            f"Ids: [{', '.join(users)}]"
        )
    del _links(request, store)[link["vpcLinkId"]]
    return 202, {}
