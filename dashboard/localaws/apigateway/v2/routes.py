"""Routes of an API."""

from __future__ import annotations

import copy
import re

from dashboard.localaws.apigateway.errors import bad_request, conflict, not_found
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state

router = Router()
FIELDS = {
    "apiKeyRequired": "flag",
    "authorizationScopes": "texts",
    "authorizationType": "text",
    "authorizerId": "text",
    "modelSelectionExpression": "text",
    "operationName": "text",
    "requestModels": "map",
    "requestParameters": "map",
    "routeKey": "text",
    "routeResponseSelectionExpression": "text",
    "target": "text",
}
_WEBSOCKET_ONLY = (
    "modelSelectionExpression",
    "requestModels",
    "requestParameters",
    "routeResponseSelectionExpression",
)
_HTTP_KEY = re.compile(
    r"(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (/(?:(?:[^/{}\s]+|\{[\w.-]+\})/)*(?:[^/{}\s]+|\{[\w.-]+\+?\})?/?)"
)
_NAMES = re.compile(r"\{([^}]*)\}")


def check_key(api: Json, key: str) -> None:
    """ApiError for a route key that is malformed or taken."""
    if state.is_http(api):
        found = _HTTP_KEY.fullmatch(key)
        names = _NAMES.findall(key)
        if key != "$default" and (not found or len(names) != len(set(names))):
            raise bad_request(
                "The provided route key is not formatted properly for HTTP protocol. Format should be "
                '"<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
            )
    elif not 1 <= len(key) <= 128:
        raise bad_request("The provided route key is not formatted properly for WEBSOCKET protocol")
    if any(route["routeKey"] == key for route in api["routes"].values()):
        raise conflict(f"Route with key {key} already exists for this API")


@router.on("POST", "/v2/apis/{api}/routes")
def create(request: Request, store: Store) -> Reply:
    """CreateRoute."""
    api = state.api_of(request, store)
    given = fields.take(request.body, FIELDS)
    fields.required(given, "routeKey")
    check_key(api, given["routeKey"])
    route = {"apiKeyRequired": False, "authorizationType": "NONE", "routeId": new_id(7)} | given
    check(api, route)
    api["routes"][route["routeId"]] = route
    state.changed(api)
    return 201, copy.deepcopy(route)


@router.on("GET", "/v2/apis/{api}/routes")
def get_all(request: Request, store: Store) -> Reply:
    """GetRoutes."""
    return state.listed(request, state.api_of(request, store)["routes"].values())


@router.on("GET", "/v2/apis/{api}/routes/{id}")
def get(request: Request, store: Store) -> Reply:
    """GetRoute."""
    return 200, copy.deepcopy(state.part_of(request, state.api_of(request, store)["routes"], "Route"))


@router.on("PATCH", "/v2/apis/{api}/routes/{id}")
def update(request: Request, store: Store) -> Reply:
    """UpdateRoute."""
    api = state.api_of(request, store)
    before = state.part_of(request, api["routes"], "Route")
    given = fields.take(request.body, FIELDS)
    if given.get("routeKey", before["routeKey"]) != before["routeKey"]:
        check_key(api, given["routeKey"])
    route = fields.merged(before, given, "requestParameters", "requestModels")
    if given.get("authorizationType") in ("NONE", "AWS_IAM"):
        route.pop("authorizerId", None)
        route.pop("authorizationScopes", None)
    check(api, route)
    api["routes"][route["routeId"]] = route
    state.changed(api)
    return 200, copy.deepcopy(route)


@router.on("DELETE", "/v2/apis/{api}/routes/{id}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteRoute."""
    api = state.api_of(request, store)
    route = state.part_of(request, api["routes"], "Route")
    del api["routes"][route["routeId"]]
    api["routeResponses"].pop(route["routeId"], None)
    state.changed(api)
    return 204, None


@router.on("DELETE", "/v2/apis/{api}/routes/{id}/requestparameters/{name}")
def delete_parameter(request: Request, store: Store) -> Reply:
    """DeleteRouteRequestParameter."""
    api = state.api_of(request, store)
    route = state.part_of(request, api["routes"], "Route")
    if request.params["name"] not in route.get("requestParameters", {}):
        raise not_found(f"Invalid request parameter identifier specified {request.params['name']}")
    del route["requestParameters"][request.params["name"]]
    state.changed(api)
    return 204, None


def check(api: Json, route: Json) -> None:
    """ApiError for what AWS would not take in a route."""
    http, kind = state.is_http(api), route["authorizationType"]
    allowed = ("NONE", "AWS_IAM", "CUSTOM", "JWT") if http else ("NONE", "AWS_IAM", "CUSTOM")
    fields.one_of(route, "authorizationType", allowed)
    if http and route["apiKeyRequired"]:
        raise bad_request("ApiKeyRequired is not currently supported for HTTP protocol")
    if http and (refused := next((name for name in _WEBSOCKET_ONLY if name in route), None)):
        raise bad_request(f"{refused} is not supported for HTTP protocol")
    if kind in ("CUSTOM", "JWT"):
        authorizer = api["authorizers"].get(route.get("authorizerId", ""))
        if authorizer is None:
            raise bad_request(f"Invalid Authorizer identifier specified {route.get('authorizerId', '')}")
        if (authorizer["authorizerType"] == "JWT") != (kind == "JWT"):
            raise bad_request(
                f"Authorizer type {authorizer['authorizerType']} does not match authorization type {kind}"
            )
    if route.get("authorizationScopes") and kind != "JWT":
        raise bad_request("AuthorizationScopes is supported for JWT authorization only")
    target = route.get("target")
    if target is not None:
        prefix, _, name = target.partition("/")
        if prefix != "integrations" or name not in api["integrations"]:
            raise bad_request(f"Invalid target specified: {target}. There is no such integration in this API")
