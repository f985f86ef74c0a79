"""Integration responses: how an integration's answer becomes the method's."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import (
    body,
    method_of,
    refuse,
    resource_of,
    said,
    status_code,
    texts,
)
from dashboard.localaws.apigateway.rest.integrations import integration_of
from dashboard.localaws.apigateway.rest.patching import (
    all_or_nothing,
    bad_path,
    change_map,
    only_replace,
    operations,
)
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_PATH = "/restapis/{api}/resources/{resource}/methods/{verb}/integration/responses/{status}"


def _response(request: Request, store: Store) -> Json:
    found: Json | None = (
        integration_of(request, store).get("integrationResponses", {}).get(request.params["status"])
    )
    if found is None:
        raise not_found("Invalid Response status code specified")
    return found


@router.on("PUT", _PATH)
def put(request: Request, store: Store) -> Reply:
    """PutIntegrationResponse; it replaces one of the same status."""
    refuse([status_code(request.params["status"])])
    given = body(request)
    response = make(request.params["status"], given)
    integration = integration_of(request, store)
    integration.setdefault("integrationResponses", {})[response["statusCode"]] = response
    return 201, response


def make(status: str, given: Json) -> Json:
    """An integration response; ApiError for a wrong member. An empty template is answered as null, as AWS does."""
    parameters = texts(given.get("responseParameters"), "responseParameters")
    templates = texts(given.get("responseTemplates"), "responseTemplates")
    wrong = [kind for kind in templates if "/" not in kind]
    if wrong:
        listed = ", ".join(f"Invalid content type specified: {kind}" for kind in wrong)
        raise bad_request(f"Validation Result: warnings : [], errors : [{listed}]")
    response: Json = {"statusCode": status} | said(given, "selectionPattern", "contentHandling")
    if given.get("responseParameters") is not None:
        response["responseParameters"] = parameters
    if given.get("responseTemplates") is not None:
        response["responseTemplates"] = {kind: text or None for kind, text in templates.items()}
    return response


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetIntegrationResponse."""
    refuse([status_code(request.params["status"])])
    return 200, _response(request, store)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteIntegrationResponse; a method that is not there answers as an integration that is not."""
    if request.params["verb"] not in resource_of(request, store)["resourceMethods"]:
        raise not_found("Invalid Integration identifier specified")
    _response(request, store)
    integration = method_of(request, store)["methodIntegration"]
    del integration["integrationResponses"][request.params["status"]]
    if not integration["integrationResponses"]:
        del integration["integrationResponses"]
    return 204, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateIntegrationResponse."""
    wanted = operations(request, "updateIntegrationResponseInput", status_code(request.params["status"]))
    response = _response(request, store)
    with all_or_nothing(response) as draft:
        for operation in wanted:
            path = operation.path or ""
            if path.startswith("/responseParameters"):
                change_map(draft, operation, "Invalid parameter name specified")
            elif path.startswith("/responseTemplates"):
                change_map(draft, operation, "Invalid content type specified")
            elif only_replace(operation, ("/contentHandling", "/selectionPattern")):
                draft[path[1:]] = operation.value or ""
            else:
                raise bad_path(operation)
    return 200, response
