"""Integrations of an API."""

from __future__ import annotations

import copy
from urllib.parse import urlsplit

from dashboard.localaws.apigateway.errors import bad_request, conflict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state

router = Router()
FIELDS = {
    "connectionId": "text",
    "connectionType": "text",
    "contentHandlingStrategy": "text",
    "credentialsArn": "text",
    "description": "text",
    "integrationMethod": "text",
    "integrationSubtype": "text",
    "integrationType": "text",
    "integrationUri": "text",
    "passthroughBehavior": "text",
    "payloadFormatVersion": "text",
    "requestParameters": "map",
    "requestTemplates": "map",
    "responseParameters": "map",
    "templateSelectionExpression": "text",
    "timeoutInMillis": "whole",
    "tlsConfig": "map",
}
_VERBS = ("ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@router.on("POST", "/v2/apis/{api}/integrations")
def create(request: Request, store: Store) -> Reply:
    """CreateIntegration."""
    api = state.api_of(request, store)
    given = fields.take(request.body, FIELDS)
    fields.required(given, "integrationType")
    integration = defaults(api, given) | given | {"integrationId": new_id(7)}
    check(api, integration)
    api["integrations"][integration["integrationId"]] = integration
    state.changed(api)
    return 201, copy.deepcopy(integration)


@router.on("GET", "/v2/apis/{api}/integrations")
def get_all(request: Request, store: Store) -> Reply:
    """GetIntegrations."""
    return state.listed(request, state.api_of(request, store)["integrations"].values())


@router.on("GET", "/v2/apis/{api}/integrations/{id}")
def get(request: Request, store: Store) -> Reply:
    """GetIntegration."""
    integrations = state.api_of(request, store)["integrations"]
    return 200, copy.deepcopy(state.part_of(request, integrations, "Integration"))


@router.on("PATCH", "/v2/apis/{api}/integrations/{id}")
def update(request: Request, store: Store) -> Reply:
    """UpdateIntegration."""
    api = state.api_of(request, store)
    before = state.part_of(request, api["integrations"], "Integration")
    given = fields.take(request.body, FIELDS)
    integration = fields.merged(before, given, "requestParameters", "responseParameters", "requestTemplates")
    check(api, integration)
    api["integrations"][integration["integrationId"]] = integration
    state.changed(api)
    return 200, copy.deepcopy(integration)


@router.on("DELETE", "/v2/apis/{api}/integrations/{id}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteIntegration, refused while a route points to it."""
    api = state.api_of(request, store)
    integration = state.part_of(request, api["integrations"], "Integration")
    target = f"integrations/{integration['integrationId']}"
    routes = [route["routeId"] for route in api["routes"].values() if route.get("target") == target]
    if routes:
        raise conflict(
            "Cannot delete Integration because it is referenced by the following Routes with Ids: "
            f"[{', '.join(routes)}]"
        )
    del api["integrations"][integration["integrationId"]]
    api["integrationResponses"].pop(integration["integrationId"], None)
    state.changed(api)
    return 204, None


def defaults(api: Json, given: Json) -> Json:
    """What AWS fills in."""
    http, kind = state.is_http(api), given["integrationType"]
    found: Json = {"connectionType": "INTERNET", "timeoutInMillis": 30_000 if http else 29_000}
    if http:
        if kind != "AWS_PROXY":
            found["payloadFormatVersion"] = "1.0"
        elif "integrationSubtype" not in given:
            found["integrationMethod"] = "POST"
    else:
        found |= {"passthroughBehavior": "WHEN_NO_MATCH", "payloadFormatVersion": "1.0"}
        if kind in ("AWS", "HTTP", "MOCK"):
            found["integrationResponseSelectionExpression"] = "${integration.response.statuscode}"
        if kind in ("AWS", "AWS_PROXY"):
            found["integrationMethod"] = "POST"
    return found


def check(api: Json, integration: Json) -> None:
    """ApiError for what AWS would not take in an integration."""
    http, kind = state.is_http(api), integration["integrationType"]
    allowed = ("AWS_PROXY", "HTTP_PROXY") if http else ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")
    fields.one_of(integration, "integrationType", allowed)
    fields.one_of(integration, "connectionType", ("INTERNET", "VPC_LINK"))
    fields.one_of(integration, "integrationMethod", _VERBS)
    fields.one_of(integration, "payloadFormatVersion", ("1.0", "2.0"))
    fields.one_of(integration, "passthroughBehavior", ("WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"))
    most = 30_000 if http else 29_000
    if not 50 <= integration["timeoutInMillis"] <= most:
        raise bad_request(f"Timeout should be between 50 ms and {most} ms")
    if integration["connectionType"] == "VPC_LINK":
        fields.required(integration, "connectionId")
    if http and kind == "AWS_PROXY" and "payloadFormatVersion" not in integration:
        raise bad_request("PayloadFormatVersion is a required parameter for AWS_PROXY integration")
    if kind in ("HTTP", "HTTP_PROXY"):
        fields.required(integration, "integrationMethod", "integrationUri")
        uri = integration["integrationUri"]
        if integration["connectionType"] == "INTERNET" and not _is_url(uri):
            raise bad_request(f"Invalid HTTP endpoint specified for URI: {uri}")
    if kind in ("AWS", "AWS_PROXY") and "integrationSubtype" not in integration:
        fields.required(integration, "integrationUri")
        if not integration["integrationUri"].startswith("arn:"):
            raise bad_request("Invalid function ARN or invalid uri")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
