"""Authorizers."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing, number, one_of, refuse, said
from dashboard.localaws.apigateway.rest.patching import (
    Operation,
    all_or_nothing,
    bad_path,
    only_replace,
    operations,
)
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id

router = Router()
TYPES = ("TOKEN", "REQUEST", "COGNITO_USER_POOLS")
_SIMPLE = (
    "/authorizerUri",
    "/authorizerCredentials",
    "/authorizerResultTtlInSeconds",
    "/authType",
    "/identitySource",
    "/identityValidationExpression",
    "/name",
    "/type",
)
_LONGEST = 3600


def find(request: Request, store: Store) -> Json:
    """The authorizer that the path names; ApiError 404 when there is none."""
    api = request.of(store).rest.get(request.params["api"])
    found: Json | None = api["authorizers"].get(request.params["authorizer"]) if api else None
    if found is None:
        raise not_found("Invalid Authorizer identifier specified")
    return found


def make(given: Json) -> Json:
    """An authorizer; 400 for a wrong member."""
    kind = given.get("type")
    refuse([one_of(kind, "createAuthorizerInput.type", TYPES)])
    value: Json = {"id": new_id(6)} | said(given, "name", "type", "providerARNs", "authType")
    value.setdefault("authType", "cognito_user_pools" if kind == "COGNITO_USER_POOLS" else "custom")
    value |= said(
        given,
        "authorizerUri",
        "authorizerCredentials",
        "identitySource",
        "identityValidationExpression",
        "authorizerResultTtlInSeconds",
    )
    if not value.get("name"):
        raise bad_request("Authorizer name cannot be empty")
    if kind == "COGNITO_USER_POOLS" and not value.get("providerARNs"):
        raise bad_request("Invalid Cognito User Pool ARNs specified")
    if kind != "COGNITO_USER_POOLS" and not value.get("authorizerUri"):
        raise bad_request("Invalid Authorizer URI specified")
    if "authorizerResultTtlInSeconds" in value:
        value["authorizerResultTtlInSeconds"] = _seconds(value["authorizerResultTtlInSeconds"])
    return value


def _seconds(value: object) -> int:
    seconds = int(number(value, "authorizerResultTtlInSeconds"))
    if not 0 <= seconds <= _LONGEST:
        raise bad_request("Authorizer result ttl must be between 0 and 3600 seconds")
    return seconds


@router.on("POST", "/restapis/{api}/authorizers")
def create(request: Request, store: Store) -> Reply:
    """CreateAuthorizer; AWS answers an unknown API with a conflict."""
    api = request.of(store).rest.get(request.params["api"])
    if api is None:
        raise conflict("Unable to complete operation due to concurrent modification. Please try again later.")
    authorizer = make(body(request))
    if any(each["name"] == authorizer["name"] for each in api["authorizers"].values()):
        raise conflict(f"Authorizer name already exists for this REST API: {authorizer['name']}")
    api["authorizers"][authorizer["id"]] = authorizer
    return 201, authorizer


@router.on("GET", "/restapis/{api}/authorizers")
def list_all(request: Request, store: Store) -> Reply:
    """GetAuthorizers."""
    return listing(list(api_of(request, store)["authorizers"].values()), request)


@router.on("GET", "/restapis/{api}/authorizers/{authorizer}")
def get(request: Request, store: Store) -> Reply:
    """GetAuthorizer."""
    return 200, find(request, store)


@router.on("DELETE", "/restapis/{api}/authorizers/{authorizer}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteAuthorizer, unless a method uses it."""
    authorizer = find(request, store)
    api = api_of(request, store)
    for resource in api["resources"].values():
        for verb, method in resource["resourceMethods"].items():
            if method.get("authorizerId") == authorizer["id"]:
                raise conflict(
                    f"Cannot delete authorizer '{authorizer['name']}', is referenced in method: "
                    f"{resource['path']}/{verb}"
                )
    del api["authorizers"][authorizer["id"]]
    return 202, None


@router.on("PATCH", "/restapis/{api}/authorizers/{authorizer}")
def update(request: Request, store: Store) -> Reply:
    """UpdateAuthorizer."""
    wanted = operations(request, "updateAuthorizerInput")
    authorizer = find(request, store)
    with all_or_nothing(authorizer) as draft:
        for operation in wanted:
            _change(draft, operation)
    return 200, authorizer


def _change(authorizer: Json, operation: Operation) -> None:
    path = operation.path or ""
    if path == "/providerARNs" and operation.op in ("add", "remove"):
        arns = [each for each in authorizer.get("providerARNs", []) if each != operation.value]
        authorizer["providerARNs"] = [*arns, operation.value] if operation.op == "add" else arns
    elif path == "/identitySource" and operation.op in ("add", "remove"):
        sources = [each for each in authorizer.get("identitySource", "").split(",") if each]
        sources = [each for each in sources if each != operation.value]
        if operation.op == "add" and operation.value:
            sources.append(operation.value)
        authorizer["identitySource"] = ",".join(sources)
    elif only_replace(operation, _SIMPLE):
        if path == "/authorizerResultTtlInSeconds":
            authorizer[path[1:]] = _seconds(operation.value)
        elif path == "/type":
            refuse([one_of(operation.value, "type", TYPES)])
            authorizer["type"] = operation.value
        elif operation.value:
            authorizer[path[1:]] = operation.value
        else:
            authorizer.pop(path[1:], None)
    else:
        raise bad_path(operation)
