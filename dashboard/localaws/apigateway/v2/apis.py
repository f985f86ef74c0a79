"""APIs: create (also quickly, with a target), read, update, delete, CORS."""

from __future__ import annotations

import copy

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state, tags
from dashboard.localaws.apigateway.v2.routes import check_key

router = Router()
FIELDS = {
    "apiKeySelectionExpression": "text",
    "corsConfiguration": "map",
    "description": "text",
    "disableExecuteApiEndpoint": "flag",
    "disableSchemaValidation": "flag",
    "ipAddressType": "text",
    "name": "text",
    "routeSelectionExpression": "text",
    "version": "text",
}
QUICK = {"credentialsArn": "text", "routeKey": "text", "target": "text"}
CORS = {
    "allowCredentials": "flag",
    "allowHeaders": "texts",
    "allowMethods": "texts",
    "allowOrigins": "texts",
    "exposeHeaders": "texts",
    "maxAge": "whole",
}
_SELECTION = "$request.method $request.path"
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*")


@router.on("POST", "/v2/apis")
def create(request: Request, store: Store) -> Reply:
    """CreateApi."""
    given = fields.take(request.body, FIELDS | QUICK | {"protocolType": "text"})
    given_tags = tags.taken(request.body)
    fields.required(given, "name", "protocolType")
    if given["protocolType"] not in ("HTTP", "WEBSOCKET"):
        raise bad_request("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]")
    api = state.new_api(made(request.region, given["protocolType"], {"tags": given_tags}))
    quick = {name: given.pop(name) for name in QUICK if name in given}
    _check(given, api)
    api["info"] |= given
    if api["info"].get("routeSelectionExpression") is None:
        raise bad_request("RouteSelectionExpression is a required parameter for WEBSOCKET protocol")
    if quick:
        _quick(api, quick)
    request.of(store).v2[api["info"]["apiId"]] = api
    return 201, copy.deepcopy(api["info"])


def made(region: str, protocol: str, more: Json) -> Json:
    """What a new API answers about itself."""
    api_id = new_id()
    scheme, selection = ("https", _SELECTION) if protocol == "HTTP" else ("wss", None)
    info: Json = {
        "apiEndpoint": f"{scheme}://{api_id}.execute-api.{region}.amazonaws.com",
        "apiId": api_id,
        "apiKeySelectionExpression": "$request.header.x-api-key",
        "createdDate": state.now(),
        "disableExecuteApiEndpoint": False,
        "ipAddressType": "ipv4",
        "protocolType": protocol,
    }
    return info | ({"routeSelectionExpression": selection} if selection else {}) | more


@router.on("GET", "/v2/apis")
def get_all(request: Request, store: Store) -> Reply:
    """GetApis."""
    return state.listed(request, [api["info"] for api in request.of(store).v2.values()])


@router.on("GET", "/v2/apis/{api}")
def get(request: Request, store: Store) -> Reply:
    """GetApi."""
    return 200, copy.deepcopy(state.api_of(request, store)["info"])


@router.on("PATCH", "/v2/apis/{api}")
def update(request: Request, store: Store) -> Reply:
    """UpdateApi; target, route key and credentials change what quick create made."""
    api = state.api_of(request, store)
    given = fields.take(request.body, FIELDS | QUICK)
    quick = {name: given.pop(name) for name in QUICK if name in given}
    _check(given, api)
    if quick:
        _requick(api, quick)
    api["info"] |= given
    state.changed(api)
    return 200, copy.deepcopy(api["info"])


@router.on("DELETE", "/v2/apis/{api}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteApi, with everything in it."""
    state.api_of(request, store)
    del request.of(store).v2[request.params["api"]]
    return 204, None


@router.on("DELETE", "/v2/apis/{api}/cors")
def delete_cors(request: Request, store: Store) -> Reply:
    """DeleteCorsConfiguration."""
    api = state.api_of(request, store)
    api["info"].pop("corsConfiguration", None)
    state.changed(api)
    return 204, None


def _check(given: Json, api: Json) -> None:
    if "name" in given:
        fields.required(given, "name")
    for name, most in (("name", 128), ("description", 1024), ("version", 64)):
        fields.short(given, name, most)
    fields.one_of(given, "ipAddressType", ("ipv4", "dualstack"))
    http = state.is_http(api)
    if http and given.get("routeSelectionExpression", _SELECTION) not in (
        _SELECTION,
        "${request.method} ${request.path}",
    ):
        raise bad_request(
            "Invalid route selection expression specified. Only ${request.method} ${request.path} is supported for "
            "HTTP protocol"
        )
    if "corsConfiguration" in given:
        given["corsConfiguration"] = cors(given["corsConfiguration"], http)


def cors(given: Json, http: bool = True) -> Json:
    """A CORS configuration; ApiError 400 for one that AWS would not take."""
    if not http:
        raise bad_request("CORS configuration is not supported for WEBSOCKET protocol")
    found = fields.take(given, CORS)
    if not -1 <= found.get("maxAge", 0) <= 86_400:
        raise bad_request("MaxAge must be between -1 and 86400")
    if any(verb not in _VERBS for verb in found.get("allowMethods", ())):
        raise bad_request(f"AllowMethods must be one of [{', '.join(_VERBS)}]")
    if found.get("allowCredentials") and "*" in found.get("allowOrigins", ()):
        raise bad_request("AllowOrigins must not be * when AllowCredentials is true")
    return found


def _quick(api: Json, quick: Json) -> None:
    """A route, its integration and the stage ``$default``, which deploys itself: all managed by API Gateway."""
    if not state.is_http(api):
        raise bad_request("Quick create is supported for HTTP protocol only")
    fields.required(quick, "target")
    key = quick.get("routeKey", "$default")
    check_key(api, key)
    integration = _integration(quick) | {"integrationId": new_id(7), "apiGatewayManaged": True}
    api["integrations"][integration["integrationId"]] = integration
    route: Json = {
        "apiGatewayManaged": True,
        "apiKeyRequired": False,
        "authorizationType": "NONE",
        "routeId": new_id(7),
        "routeKey": key,
        "target": f"integrations/{integration['integrationId']}",
    }
    api["routes"][route["routeId"]] = route
    stage: Json = {
        "apiGatewayManaged": True,
        "autoDeploy": True,
        "createdDate": state.now(),
        "defaultRouteSettings": {"detailedMetricsEnabled": False},
        "lastUpdatedDate": state.now(),
        "routeSettings": {},
        "stageName": "$default",
        "stageVariables": {},
        "tags": {},
    }
    api["stages"]["$default"] = stage
    state.auto_deploy(api, stage)


def _integration(quick: Json) -> Json:
    target = quick["target"]
    if target.startswith("arn:"):
        integration: Json = {
            "connectionType": "INTERNET",
            "integrationMethod": "POST",
            "integrationType": "AWS_PROXY",
            "integrationUri": target,
            "payloadFormatVersion": "2.0",
            "timeoutInMillis": 30_000,
        }
    elif target.startswith(("http://", "https://")):
        integration = {
            "connectionType": "INTERNET",
            "integrationMethod": "ANY",
            "integrationType": "HTTP_PROXY",
            "integrationUri": target,
            "payloadFormatVersion": "1.0",
            "timeoutInMillis": 30_000,
        }
    else:
        raise bad_request("Invalid target specified: it must be a URL or the ARN of a Lambda function")
    return integration | ({"credentialsArn": quick["credentialsArn"]} if "credentialsArn" in quick else {})


def _requick(api: Json, quick: Json) -> None:
    managed = [route for route in api["routes"].values() if route.get("apiGatewayManaged")]
    if not managed:
        raise bad_request(
            "RouteKey, Target and CredentialsArn can be updated for APIs made by quick create only"
        )
    (route,) = managed
    integration = api["integrations"][route["target"].removeprefix("integrations/")]
    after = _integration({"target": integration["integrationUri"]} | quick)
    if quick.get("routeKey", route["routeKey"]) != route["routeKey"]:
        check_key(api, quick["routeKey"])
        route["routeKey"] = quick["routeKey"]
    integration |= after
