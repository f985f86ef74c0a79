"""Methods of a resource."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from dashboard.localaws.apigateway.errors import bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest.checks import VERBS, body, method_of, resource_of, said, truth
from dashboard.localaws.apigateway.rest.patching import (
    Operation,
    all_or_nothing,
    bad_path,
    change_map,
    only_replace,
    operations,
)
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_PATH = "/restapis/{api}/resources/{resource}/methods/{verb}"
_PARAMETER = re.compile(r"method\.request\.(querystring|header|path|multivalue(header|querystring))\.\S+")
_WITH_AUTHORIZER = ("CUSTOM", "COGNITO_USER_POOLS")
_NO_AUTHORIZER = (
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
    "requires a valid authorizer."
)
_SIMPLE = (
    "/authorizationType",
    "/authorizerId",
    "/apiKeyRequired",
    "/operationName",
    "/requestValidatorId",
)


@router.on("PUT", _PATH)
def put(request: Request, store: Store) -> Reply:
    """PutMethod."""
    resource = resource_of(request, store)
    verb = request.params["verb"]
    if verb not in VERBS:
        raise bad_request(f"Invalid HttpMethod specified. Valid options are {','.join(VERBS)}")
    if verb in resource["resourceMethods"]:
        raise conflict("Method already exists for this resource")
    given = body(request)
    method: Json = {
        "httpMethod": verb,
        "authorizationType": str(given.get("authorizationType") or "NONE"),
        "apiKeyRequired": truth(given.get("apiKeyRequired")),
    }
    method |= said(given, "authorizerId", "operationName", "requestValidatorId")
    for member in ("requestParameters", "requestModels", "authorizationScopes"):
        if given.get(member):
            method[member] = given[member]
    if "requestParameters" in method:
        method["requestParameters"] = {
            name: truth(value) for name, value in method["requestParameters"].items()
        }
        check_parameters(method["requestParameters"])
    _settle(request.of(store).rest[request.params["api"]], method)
    resource["resourceMethods"][verb] = method
    return 201, method


def _settle(api: Json, method: Json) -> None:
    """What must hold of a method in its API; an authorizer that the type does not use is dropped, as AWS does."""
    if method["authorizationType"] not in ("NONE", "AWS_IAM", *_WITH_AUTHORIZER):
        raise bad_request(
            "Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS"
        )
    if method["authorizationType"] in _WITH_AUTHORIZER:
        if method.get("authorizerId") not in api["authorizers"]:
            raise bad_request(_NO_AUTHORIZER)
    else:
        method.pop("authorizerId", None)
    names = Counter(name.rpartition(".")[2] for name in method.get("requestParameters", ()))
    if any(count > 1 for count in names.values()):
        raise bad_request("Parameter names must be unique across querystring, header and path")
    if method.get("requestValidatorId") is not None and method["requestValidatorId"] not in api["validators"]:
        raise bad_request("Invalid Request Validator identifier specified")
    check_models(api, method.get("requestModels", {}))


def check_parameters(names: Iterable[str]) -> None:
    """400 for a request parameter that no request can have."""
    for name in names:
        if not _PARAMETER.fullmatch(name):
            sentence = f"Invalid mapping expression specified: {name}"
            raise bad_request(
                f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{sentence}]"
            )


def check_models(api: Json, models: dict[str, str]) -> None:
    """400 when a model that is named is not there."""
    for name in models.values():
        if name not in api["models"]:
            raise bad_request(f"Invalid model identifier specified: {name}")


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetMethod."""
    return 200, method_of(request, store)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteMethod."""
    resource = resource_of(request, store)
    if resource["resourceMethods"].pop(request.params["verb"], None) is None:
        raise not_found("Invalid Method identifier specified")
    return 204, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateMethod."""
    wanted = operations(request, "updateMethodInput")
    method = method_of(request, store)
    with all_or_nothing(method) as draft:
        for operation in wanted:
            _change(draft, operation)
        _settle(request.of(store).rest[request.params["api"]], draft)
    return 200, method


def _change(method: Json, operation: Operation) -> None:
    path = operation.path or ""
    if only_replace(operation, _SIMPLE):
        member = path[1:]
        if member == "apiKeyRequired":
            method[member] = truth(operation.value)
        elif operation.value:
            method[member] = operation.value
        else:
            method.pop(member, None)
    elif path.startswith("/requestParameters"):
        change_map(method, operation, "Invalid parameter name specified", truth)
    elif path.startswith("/requestModels"):
        change_map(method, operation, "Content-Type specified was not found")
    elif path == "/authorizationScopes" and operation.op in ("add", "remove"):
        scopes = [each for each in method.get("authorizationScopes", []) if each != operation.value]
        method["authorizationScopes"] = [*scopes, operation.value] if operation.op == "add" else scopes
    else:
        raise bad_path(operation)
