"""Gateway responses: what API Gateway itself answers, by type, with AWS's defaults."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing, one_of, refuse, texts
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, bad_path, change_map, operations
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_PATH = "/restapis/{api}/gatewayresponses/{type}"
STATUS: dict[str, str | None] = {
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "BAD_REQUEST_BODY": "400",
    "INVALID_SIGNATURE": "403",
    "INVALID_API_KEY": "403",
    "BAD_REQUEST_PARAMETERS": "400",
    "AUTHORIZER_FAILURE": "500",
    "UNAUTHORIZED": "401",
    "INTEGRATION_TIMEOUT": "504",
    "ACCESS_DENIED": "403",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "WAF_FILTERED": "403",
    "QUOTA_EXCEEDED": "429",
    "THROTTLED": "429",
    "API_CONFIGURATION_ERROR": "500",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "INTEGRATION_FAILURE": "504",
    "EXPIRED_TOKEN": "403",
}
"""Types in the order in which AWS lists them in errors, and the status of each."""
TEMPLATE = {"application/json": '{"message":$context.error.messageString}'}


def effective(api: Json, kind: str) -> Json:
    """The gateway response of a type: the one that was put, or the default of its class, or AWS's own.

    ``api`` is an API or a deployment's snapshot.
    """
    put = api["gatewayResponses"]
    if kind in put:
        found: Json = put[kind]
        return found
    status = STATUS[kind]
    answer: Json = {"responseType": kind}
    if status:
        answer["statusCode"] = status
    answer |= {"responseParameters": {}, "responseTemplates": dict(TEMPLATE), "defaultResponse": True}
    parent = put.get(f"DEFAULT_{(status or '0')[0]}XX")
    if parent:
        answer |= {name: parent[name] for name in ("responseParameters", "responseTemplates")}
        if "statusCode" in parent:
            answer["statusCode"] = parent["statusCode"]
    return answer


def make(kind: str, given: Json) -> Json:
    """A gateway response that was put, with the defaults of its type."""
    answer: Json = {"responseType": kind}
    if status := given.get("statusCode") or STATUS[kind]:
        answer["statusCode"] = str(status)
    return answer | {
        "responseParameters": texts(given.get("responseParameters"), "responseParameters"),
        "responseTemplates": texts(given.get("responseTemplates"), "responseTemplates") or dict(TEMPLATE),
        "defaultResponse": False,
    }


def _kind(request: Request) -> str:
    kind = request.params["type"]
    refuse([one_of(kind, "responseType", list(STATUS))])
    return kind


@router.on("GET", "/restapis/{api}/gatewayresponses")
def list_all(request: Request, store: Store) -> Reply:
    """GetGatewayResponses: every type, by name."""
    api = api_of(request, store)
    return listing([effective(api, kind) for kind in sorted(STATUS)], request)


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetGatewayResponse."""
    kind = _kind(request)
    return 200, effective(api_of(request, store), kind)


@router.on("PUT", _PATH)
def put(request: Request, store: Store) -> Reply:
    """PutGatewayResponse."""
    kind = _kind(request)
    api = api_of(request, store)
    api["gatewayResponses"][kind] = make(kind, body(request))
    return 201, api["gatewayResponses"][kind]


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteGatewayResponse: back to the default."""
    kind = _kind(request)
    if api_of(request, store)["gatewayResponses"].pop(kind, None) is None:
        raise not_found("Gateway response type not defined on api")
    return 202, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateGatewayResponse; the default becomes one that was put."""
    kind = request.params["type"]
    wanted = operations(request, "updateGatewayResponseInput", one_of(kind, "responseType", list(STATUS)))
    api = api_of(request, store)
    draft = make(kind, api["gatewayResponses"].get(kind, {}))
    with all_or_nothing(draft) as value:
        for operation in wanted:
            path = operation.path or ""
            if path == "/statusCode" and operation.op == "replace":
                value["statusCode"] = operation.value
            elif path.startswith(("/responseParameters/", "/responseTemplates/")):
                member = operation.parts[0]
                if operation.op != "remove" and not operation.value:
                    raise bad_request(f"Invalid null or empty value in {member}")
                change_map(value, operation, "Invalid parameter name specified")
                value.setdefault(member, {})
            else:
                raise bad_path(operation)
    api["gatewayResponses"][kind] = draft
    return 200, draft
