"""Authorizers of an API: JWT (HTTP only) and Lambda (REQUEST)."""

from __future__ import annotations

import copy

from dashboard.localaws.apigateway.errors import bad_request, conflict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state

router = Router()
FIELDS = {
    "authorizerCredentialsArn": "text",
    "authorizerPayloadFormatVersion": "text",
    "authorizerResultTtlInSeconds": "whole",
    "authorizerType": "text",
    "authorizerUri": "text",
    "enableSimpleResponses": "flag",
    "identitySource": "texts",
    "identityValidationExpression": "text",
    "jwtConfiguration": "map",
    "name": "text",
}


@router.on("POST", "/v2/apis/{api}/authorizers")
def create(request: Request, store: Store) -> Reply:
    """CreateAuthorizer."""
    api = state.api_of(request, store)
    given = fields.take(request.body, FIELDS)
    fields.required(given, "name", "authorizerType")
    authorizer = defaults(given) | given | {"authorizerId": new_id(6)}
    check(api, authorizer)
    api["authorizers"][authorizer["authorizerId"]] = authorizer
    state.changed(api)
    return 201, copy.deepcopy(authorizer)


@router.on("GET", "/v2/apis/{api}/authorizers")
def get_all(request: Request, store: Store) -> Reply:
    """GetAuthorizers."""
    return state.listed(request, state.api_of(request, store)["authorizers"].values())


@router.on("GET", "/v2/apis/{api}/authorizers/{id}")
def get(request: Request, store: Store) -> Reply:
    """GetAuthorizer."""
    authorizers = state.api_of(request, store)["authorizers"]
    return 200, copy.deepcopy(state.part_of(request, authorizers, "Authorizer"))


@router.on("PATCH", "/v2/apis/{api}/authorizers/{id}")
def update(request: Request, store: Store) -> Reply:
    """UpdateAuthorizer."""
    api = state.api_of(request, store)
    before = state.part_of(request, api["authorizers"], "Authorizer")
    given = fields.take(request.body, FIELDS)
    authorizer = before | given
    if "jwtConfiguration" in given:
        authorizer["jwtConfiguration"] = before.get("jwtConfiguration", {}) | given["jwtConfiguration"]
    check(api, authorizer)
    api["authorizers"][authorizer["authorizerId"]] = authorizer
    state.changed(api)
    return 200, copy.deepcopy(authorizer)


@router.on("DELETE", "/v2/apis/{api}/authorizers/{id}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteAuthorizer, refused while a route uses it."""
    api = state.api_of(request, store)
    authorizer = state.part_of(request, api["authorizers"], "Authorizer")
    for route in api["routes"].values():
        if route.get("authorizerId") == authorizer["authorizerId"]:
            raise conflict(
                f"Cannot delete authorizer '{authorizer['name']}', is referenced in route: {route['routeKey']}"
            )
    del api["authorizers"][authorizer["authorizerId"]]
    state.changed(api)
    return 204, None


def defaults(given: Json) -> Json:
    """What AWS fills in."""
    if given["authorizerType"] == "JWT":
        return {}
    return {"authorizerResultTtlInSeconds": 300, "identitySource": []}


def check(api: Json, authorizer: Json) -> None:
    """ApiError for what AWS would not take in an authorizer."""
    http = state.is_http(api)
    fields.required(authorizer, "name")
    fields.short(authorizer, "name", 128)
    fields.one_of(authorizer, "authorizerType", ("REQUEST", "JWT") if http else ("REQUEST",))
    fields.one_of(authorizer, "authorizerPayloadFormatVersion", ("1.0", "2.0"))
    if any(
        other["name"] == authorizer["name"] and other["authorizerId"] != authorizer["authorizerId"]
        for other in api["authorizers"].values()
    ):
        raise conflict(f"Authorizer with name {authorizer['name']} already exists for this API")
    if authorizer["authorizerType"] == "JWT":
        _check_jwt(authorizer)
        return
    fields.required(authorizer, "authorizerUri")
    if not 0 <= authorizer["authorizerResultTtlInSeconds"] <= 3600:
        raise bad_request("AuthorizerResultTtlInSeconds must be between 0 and 3600")
    if http and "authorizerPayloadFormatVersion" not in authorizer:
        raise bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
    if authorizer.get("enableSimpleResponses") and authorizer.get("authorizerPayloadFormatVersion") != "2.0":
        raise bad_request("EnableSimpleResponses is supported for AuthorizerPayloadFormatVersion 2.0 only")
    if not http and not authorizer["identitySource"]:
        raise bad_request("IdentitySource is a required parameter for REQUEST authorizer")


def _check_jwt(authorizer: Json) -> None:
    if not authorizer.get("identitySource"):
        raise bad_request("IdentitySource is a required parameter for JWT authorizer")
    settings = fields.take(authorizer.get("jwtConfiguration", {}), {"audience": "texts", "issuer": "text"})
    fields.required(settings, "issuer")
    if not settings["issuer"].startswith(("https://", "http://")):
        raise bad_request(f"Invalid issuer: {settings['issuer']}. Issuer must be a URL")
    if not settings.get("audience"):
        raise bad_request("Audience is a required parameter for JWT authorizer")
