"""RestApis: create, get, list, update, delete."""

from __future__ import annotations

import copy
import json
from typing import Any

from dashboard.localaws.apigateway.errors import bad_request
from dashboard.localaws.apigateway.rest import policies
from dashboard.localaws.apigateway.rest.checks import (
    all_of,
    api_missing,
    api_of,
    body,
    listing,
    one_of,
    refuse,
    truth,
    with_tags,
)
from dashboard.localaws.apigateway.rest.models import DEFAULTS
from dashboard.localaws.apigateway.rest.patching import (
    ONLY_REPLACE,
    Operation,
    all_or_nothing,
    bad_path,
    change_list,
    only_replace,
    operations,
)
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id, new_rest, now

router = Router()
_TYPES = ("PRIVATE", "EDGE", "REGIONAL")
_IP = ("ipv4", "dualstack")
_SIZE = "Invalid minimum compression size, must be between 0 and 10485760"
_LARGEST = 10_485_760
_PRIVATE_IP = "Only dualstack ipAddressType is supported for Private APIs."


def answer(info: Json, *, always: bool = False) -> Json:
    """A RestApi as AWS answers it: its policy is JSON text whose quotes are escaped once more."""
    value = with_tags(info, always=always)
    if value.get("policy"):
        value["policy"] = json.dumps(value["policy"])[1:-1]
    return value


def create(request: Request, store: Store) -> Reply:
    """CreateRestApi; its path is ImportRestApi's too, where ``importing`` tells them apart."""
    given = body(request)
    endpoint = _endpoint(given.get("endpointConfiguration"), given.get("description"))
    api = make(str(given.get("name") or ""), endpoint, given)
    policies.complete(api["info"], request.region)
    region = request.of(store)
    if clone := given.get("cloneFrom"):
        _clone(region.rest.get(str(clone)), str(clone), api)
    region.rest[api["info"]["id"]] = api
    return 201, answer(api["info"])


def make(name: str, endpoint: Json, given: Json, *, models: bool = True) -> Json:
    """A new API with its root resource; 400 for a wrong member."""
    if not name:
        raise bad_request("Name cannot be empty")
    root = new_id()
    info: Json = {"id": new_id(), "name": name}
    for member in ("description", "version", "policy"):
        if given.get(member):
            info[member] = given[member]
    info |= {"createdDate": now(), "apiKeySource": given.get("apiKeySource") or "HEADER"}
    if given.get("binaryMediaTypes"):
        info["binaryMediaTypes"] = list(given["binaryMediaTypes"])
    if given.get("minimumCompressionSize") is not None:
        info["minimumCompressionSize"] = _size(given["minimumCompressionSize"])
    info |= {
        "endpointConfiguration": endpoint,
        "disableExecuteApiEndpoint": truth(given.get("disableExecuteApiEndpoint")),
        "rootResourceId": root,
    }
    if given.get("tags"):
        info["tags"] = dict(given["tags"])
    api = new_rest(info)
    api["resources"][root] = {"id": root, "path": "/", "resourceMethods": {}}
    if models:
        api["models"] = {each["name"]: each | {"id": new_id(6)} for each in DEFAULTS}
    return api


def _clone(source: Json | None, name: str, api: Json) -> None:
    """Take the configuration of another API; its resources keep their ids, as they are only known within an API."""
    if source is None:
        raise api_missing(name)
    for member in ("resources", "models", "validators", "authorizers", "gatewayResponses"):
        api[member] = copy.deepcopy(source[member])
    api["info"]["rootResourceId"] = source["info"]["rootResourceId"]


def _endpoint(given: Json | None, description: object) -> Json:
    """The endpoint configuration with its defaults, checked in AWS's order."""
    given = given or {}
    types, ip = given.get("types"), given.get("ipAddressType") or None
    refuse(
        [
            all_of(types, "createRestApiInput.endpointConfiguration.types", _TYPES),
            one_of(ip, "createRestApiInput.endpointConfiguration.ipAddressType", _IP),
        ]
    )
    if description == "":
        raise bad_request("Description cannot be an empty string")
    if types is not None and not types:
        raise bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    if types and len(types) > 1:
        raise bad_request("Cannot create an api with multiple Endpoint Types.")
    kinds = list(types or ["EDGE"])
    private = kinds == ["PRIVATE"]
    if private and ip == "ipv4":
        raise bad_request(_PRIVATE_IP)
    value: Json = {"types": kinds, "ipAddressType": ip or ("dualstack" if private else "ipv4")}
    if given.get("vpcEndpointIds"):
        value["vpcEndpointIds"] = list(given["vpcEndpointIds"])
    return value


def _size(value: object) -> int:
    try:
        size = int(str(value))
    except ValueError:
        raise bad_request(_SIZE) from None
    if not 0 <= size <= _LARGEST:
        raise bad_request(_SIZE)
    return size


@router.on("GET", "/restapis")
def list_all(request: Request, store: Store) -> Reply:
    """GetRestApis."""
    return listing([answer(api["info"]) for api in request.of(store).rest.values()], request)


@router.on("GET", "/restapis/{api}")
def get(request: Request, store: Store) -> Reply:
    """GetRestApi."""
    return 200, answer(api_of(request, store)["info"], always=True)


@router.on("DELETE", "/restapis/{api}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteRestApi: with all of its parts, and out of the usage plans that it was in."""
    region = request.of(store)
    api_of(request, store)
    del region.rest[request.params["api"]]
    for plan in region.plans.values():
        plan["apiStages"] = [each for each in plan["apiStages"] if each["apiId"] != request.params["api"]]
    return 202, None


@router.on("PATCH", "/restapis/{api}")
def update(request: Request, store: Store) -> Reply:
    """UpdateRestApi."""
    wanted = operations(request, "updateRestApiInput")
    api = api_of(request, store)
    with all_or_nothing(api["info"]) as info:
        for operation in wanted:
            _change(info, operation)
        policies.complete(info, request.region)
    return 200, answer(api["info"], always=True)


def _change(info: Json, operation: Operation) -> None:
    path = operation.path or ""
    if path.startswith("/binaryMediaTypes/"):
        change_list(info, operation)
        if not info["binaryMediaTypes"]:
            del info["binaryMediaTypes"]
    elif path.startswith("/endpointConfiguration/"):
        _change_endpoint(info["endpointConfiguration"], operation)
    elif path == "/description":
        if operation.op == "remove":
            info.pop("description", None)
        else:
            info["description"] = operation.value or ""
    elif only_replace(
        operation,
        (
            "/name",
            "/apiKeySource",
            "/policy",
            "/minimumCompressionSize",
            "/disableExecuteApiEndpoint",
            "/version",
        ),
    ):
        _replace(info, path[1:], operation.value)
    else:
        raise bad_path(operation)


def _replace(info: Json, member: str, value: str | None) -> None:
    converted: Any = value
    if member == "name" and not value:
        raise bad_request("Name cannot be empty")
    if member == "apiKeySource" and value not in ("HEADER", "AUTHORIZER"):
        raise bad_request("Invalid apiKeySource specified. Valid options are HEADER,AUTHORIZER")
    if member == "minimumCompressionSize" and value:
        converted = _size(value)
    if member == "disableExecuteApiEndpoint":
        converted = truth(value)
    if converted in (None, ""):
        info.pop(member, None)
    else:
        info[member] = converted


def _change_endpoint(endpoint: Json, operation: Operation) -> None:
    member, rest = operation.parts[1], operation.parts[2:]
    if member == "types":
        if operation.op not in ("add", "remove", "replace"):
            raise bad_request("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
        if operation.value not in _TYPES:
            raise bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
        endpoint["types"] = [operation.value]
        if operation.value == "PRIVATE":
            endpoint["ipAddressType"] = "dualstack"
    elif member == "ipAddressType":
        if operation.op != "replace":
            raise bad_request(ONLY_REPLACE)
        if operation.value not in _IP:
            raise bad_request("ipAddressType must be either ipv4 or dualstack.")
        if operation.value == "ipv4" and endpoint["types"] == ["PRIVATE"]:
            raise bad_request(_PRIVATE_IP)
        endpoint["ipAddressType"] = operation.value
    elif member == "vpcEndpointIds" and not rest:
        ids = [each for each in endpoint.get("vpcEndpointIds", []) if each != operation.value]
        if operation.op == "add" and operation.value:
            ids.append(operation.value)
        endpoint["vpcEndpointIds"] = ids
    else:
        raise bad_path(operation)
