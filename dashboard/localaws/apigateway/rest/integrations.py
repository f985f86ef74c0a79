"""Integrations: what stands behind a method."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import (
    VERBS,
    body,
    method_of,
    number,
    one_of,
    refuse,
    said,
    texts,
    truth,
)
from dashboard.localaws.apigateway.rest.patching import (
    Operation,
    all_or_nothing,
    bad_path,
    change_list,
    change_map,
    only_replace,
    operations,
)
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_PATH = "/restapis/{api}/resources/{resource}/methods/{verb}/integration"
TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")
_HTTP = ("HTTP", "HTTP_PROXY")
_LONGEST = 29_000
_SHORTEST = 50
_SOURCE = re.compile(
    r"'.*'|(method\.request\.(querystring|header|path|multivaluequerystring|multivalueheader|body)"
    r"|context|stageVariables)(\..+|\[.+)?",
    re.DOTALL,
)
_SIMPLE = (
    "/cacheNamespace",
    "/connectionId",
    "/connectionType",
    "/contentHandling",
    "/credentials",
    "/httpMethod",
    "/integrationTarget",
    "/passthroughBehavior",
    "/responseTransferMode",
    "/timeoutInMillis",
    "/tlsConfig/insecureSkipVerification",
    "/uri",
    "/type",
)


def integration_of(request: Request, store: Store) -> Json:
    """The integration that the path names."""
    found: Json | None = method_of(request, store).get("methodIntegration")
    if found is None:
        raise not_found("Invalid Integration identifier specified")
    return found


@router.on("PUT", _PATH)
def put(request: Request, store: Store) -> Reply:
    """PutIntegration; it replaces the one before, with its responses."""
    given = body(request)
    refuse([one_of(given.get("type"), "putIntegrationInput.type", TYPES)])
    method = method_of(request, store)
    method["methodIntegration"] = make(given, request.params["resource"])
    return 201, method["methodIntegration"]


def make(given: Json, resource_id: str) -> Json:
    """An integration with its defaults; ApiError for a wrong member."""
    kind = str(given.get("type") or "")
    parameters = texts(given.get("requestParameters"), "requestParameters")
    templates = texts(given.get("requestTemplates"), "requestTemplates")
    if kind != "MOCK" and given.get("httpMethod") not in VERBS:
        raise bad_request("Enumeration value for HttpMethod must be non-empty")
    check_uri(kind, str(given.get("uri") or ""))
    check_sources(parameters)
    value: Json = {"type": kind}
    value |= said(given, "httpMethod", "uri") if kind != "MOCK" else {}
    if kind in _HTTP:
        value["connectionType"] = given.get("connectionType") or "INTERNET"
    value |= said(
        given, "connectionId", "credentials", "contentHandling", "responseTransferMode", "integrationTarget"
    )
    if given.get("requestParameters") is not None:
        value["requestParameters"] = parameters
    if given.get("requestTemplates") is not None:
        value["requestTemplates"] = templates
    value |= {
        "passthroughBehavior": given.get("passthroughBehavior") or "WHEN_NO_MATCH",
        "timeoutInMillis": _timeout(given.get("timeoutInMillis") or _LONGEST),
        "cacheNamespace": given.get("cacheNamespace") or resource_id,
        "cacheKeyParameters": list(given.get("cacheKeyParameters") or ()),
    }
    return value | said(given, "tlsConfig")


def check_uri(kind: str, uri: str) -> None:
    """What AWS asks of an integration's address."""
    if kind in _HTTP and not re.match(r"https?://|\$\{", uri):
        raise bad_request("Invalid HTTP endpoint specified for URI")
    if kind not in ("AWS", "AWS_PROXY"):
        return
    if not uri.startswith("arn:"):
        raise bad_request("Invalid ARN specified in the request")
    if ":path/" not in uri and ":action/" not in uri:
        raise bad_request("AWS ARN for integration must contain path or action")
    if kind == "AWS_PROXY" and not re.search(r":(lambda|firehose):", uri):
        raise bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        )


def check_sources(parameters: Mapping[str, str]) -> None:
    """A request parameter is taken from the request, the context, a stage variable, or is a text in quotes."""
    wrong = [value for value in parameters.values() if not _SOURCE.fullmatch(value or "")]
    if wrong:
        listed = ", ".join(f"Invalid mapping expression specified: {value}" for value in wrong)
        raise bad_request(
            f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{listed}]"
        )


def _timeout(value: object) -> int:
    timeout = int(number(value, "timeout"))
    if not _SHORTEST <= timeout <= _LONGEST:
        raise bad_request(f"Timeout should be between {_SHORTEST} ms and {_LONGEST} ms")
    return timeout


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetIntegration."""
    return 200, integration_of(request, store)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteIntegration."""
    integration_of(request, store)
    del method_of(request, store)["methodIntegration"]
    return 204, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateIntegration."""
    wanted = operations(request, "updateIntegrationInput")
    integration = integration_of(request, store)
    with all_or_nothing(integration) as draft:
        for operation in wanted:
            _change(draft, operation)
        check_uri(draft["type"], draft.get("uri", ""))
        check_sources(draft.get("requestParameters", {}))
    return 200, integration


def _change(integration: Json, operation: Operation) -> None:
    path = operation.path or ""
    if path.startswith("/requestParameters"):
        change_map(integration, operation, "Invalid parameter name specified")
    elif path.startswith("/requestTemplates"):
        change_map(integration, operation, "Invalid content type specified")
    elif path.startswith("/cacheKeyParameters"):
        change_list(integration, operation)
    elif only_replace(operation, _SIMPLE):
        _replace(integration, path[1:], operation.value)
    else:
        raise bad_path(operation)


def _replace(integration: Json, member: str, value: str | None) -> None:
    if member == "type":
        refuse([one_of(value, "type", TYPES)])
    if member == "timeoutInMillis":
        integration[member] = _timeout(value)
    elif member == "tlsConfig/insecureSkipVerification":
        integration["tlsConfig"] = {"insecureSkipVerification": truth(value)}
    elif value:
        integration[member] = value
    else:
        integration.pop(member, None)
