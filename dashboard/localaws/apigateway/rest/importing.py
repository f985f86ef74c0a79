"""ImportRestApi and PutRestApi: a definition into an API, whole or not at all."""

from __future__ import annotations

import copy
import json
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request
from dashboard.localaws.apigateway.rest import (
    apis,
    documentation,
    extensions,
    import_methods,
    policies,
    resources,
)
from dashboard.localaws.apigateway.rest.checks import all_of, api_of, refuse, truth
from dashboard.localaws.apigateway.rest.document import BAD, Document, parse
from dashboard.localaws.apigateway.rest.import_parts import (
    Findings,
    X,
    take_authorizers,
    take_gateway_responses,
    take_models,
    take_validators,
)
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()
_MODES = ("merge", "overwrite")
_BASE = ("ignore", "prepend", "split")
_TYPES = ("PRIVATE", "EDGE", "REGIONAL")


@router.on("POST", "/restapis")
def create(request: Request, store: Store) -> Reply:
    """ImportRestApi with ``mode=import``, else CreateRestApi."""
    if request.query.get("mode") != "import":
        return apis.create(request, store)
    document = Document(parse(request.raw))
    api = apis.make(_title(document), _endpoint(request, document), {}, models=False)
    found = Findings(extensions.unknown(document.value))
    _take(request, document, api, found, overwrite=True)
    request.of(store).rest[api["info"]["id"]] = api
    return 201, apis.answer(api["info"]) | _warnings(found)


@router.on("PUT", "/restapis/{api}")
def put(request: Request, store: Store) -> Reply:
    """PutRestApi: ``mode=merge`` keeps what the document does not name, ``overwrite`` does not."""
    mode = request.query.get("mode") or "merge"
    if mode not in _MODES:
        raise bad_request("Invalid mode specified. Valid options are merge,overwrite")
    api = api_of(request, store)
    document = Document(parse(request.raw))
    draft = copy.deepcopy({name: value for name, value in api.items() if name != "deployments"})
    found = Findings(extensions.unknown(document.value))
    _take(request, document, draft, found, overwrite=mode == "overwrite")
    api.update(draft)
    return 200, apis.answer(api["info"], always=True) | _warnings(found)


def _warnings(found: Findings) -> Json:
    return {"warnings": found.warnings} if found.warnings else {}


def _title(document: Document) -> str:
    title = document.value.get("info", {}).get("title", "Untitled")
    if not isinstance(title, str) or not title:
        raise bad_request(BAD)
    return title


def _endpoint(request: Request, document: Document) -> Json:
    """The endpoint by the call's parameter, or the document's extension, or EDGE."""
    given = document.value.get(f"{X}endpoint-configuration") or {}
    if document.version == 3 and not given:
        server: Any = next(iter(document.value.get("servers") or ()), {})
        given = server.get(f"{X}endpoint-configuration") or {}
    named = request.query.get("endpointConfigurationTypes")
    types = [named] if named else list(given.get("types") or ["EDGE"])
    refuse([all_of(types, "endpointConfigurationTypes", _TYPES)])
    value: Json = {"types": types, "ipAddressType": "dualstack" if types == ["PRIVATE"] else "ipv4"}
    if given.get("vpcEndpointIds"):
        value["vpcEndpointIds"] = list(given["vpcEndpointIds"])
    return value


def _take(request: Request, document: Document, api: Json, found: Findings, *, overwrite: bool) -> None:
    """The document into the API; ApiError 400 with every error, or with every warning when those count."""
    base = request.query.get("basepath") or "ignore"
    if base not in _BASE:
        raise bad_request("Invalid basepath specified. Valid options are ignore,prepend,split")
    held = {each["path"]: each["id"] for each in api["resources"].values()}
    if overwrite:
        _clear(api)
    try:
        _info(document, api["info"], overwrite=overwrite)
        policies.complete(api["info"], request.region)
        take_models(document, api, found)
        making = import_methods.Making(
            document,
            api,
            take_authorizers(document, api, found),
            take_validators(document, api),
            found,
        )
        take_gateway_responses(document, api, found)
        if request.query.get("ignore") != "documentation":
            documentation.take(document.value, api, overwrite=overwrite)
        for path, item in (document.value.get("paths") or {}).items():
            if path.startswith("/"):
                _path(making, [*document.prefix(base), *path.split("/")], item, held)
    except (AttributeError, TypeError, KeyError):  # a member has another shape than OpenAPI gives it
        raise bad_request(BAD) from None
    if found.errors:
        raise bad_request("Errors found during import:\n\t" + "\n\t".join(found.errors))
    if found.warnings and truth(request.query.get("failonwarnings")):
        raise bad_request("Warnings found during import:\n\t" + "\n\t".join(found.warnings))


def _clear(api: Json) -> None:
    for member in ("models", "gatewayResponses", "validators"):
        api[member] = {}
    root = api["info"]["rootResourceId"]
    api["resources"] = {root: {"id": root, "path": "/", "resourceMethods": {}}}
    api["authorizers"] = {}


def _info(document: Document, info: Json, *, overwrite: bool) -> None:
    value = document.value
    head = value.get("info", {})
    info["name"] = _title(document) if "title" in head else info["name"]
    for member in ("description", "version"):
        if head.get(member) is not None:
            info[member] = str(head[member])
    media = [str(each) for each in value.get(f"{X}binary-media-types") or ()]
    before = [] if overwrite else info.get("binaryMediaTypes", [])
    if media or overwrite:
        info["binaryMediaTypes"] = [*before, *(each for each in media if each not in before)]
    if not info.get("binaryMediaTypes"):
        info.pop("binaryMediaTypes", None)
    if value.get(f"{X}api-key-source"):
        info["apiKeySource"] = str(value[f"{X}api-key-source"]).upper()
    if value.get(f"{X}minimum-compression-size") is not None:
        info["minimumCompressionSize"] = int(value[f"{X}minimum-compression-size"])
    if value.get(f"{X}policy"):
        info["policy"] = json.dumps(value[f"{X}policy"])


def _path(making: import_methods.Making, parts: list[str], item: Any, held: dict[str, str]) -> None:
    """The resources down to a path, and its methods."""
    segments = [part for part in parts if part]
    item = making.document.at(item)
    try:
        resource = _resource(making.api, segments, held)
    except ApiError as error:
        making.found.error(f"Unable to create resource at path '/{'/'.join(segments)}'", error)
        return
    shared = list(item.get("parameters") or ())
    for name, verb in import_methods.OPERATIONS.items():
        if isinstance(item.get(name), dict):
            resource["resourceMethods"][verb] = import_methods.make(
                making, resource, verb, item[name], shared
            )


def _resource(api: Json, segments: list[str], held: dict[str, str]) -> Json:
    """The resource of a path, made when it is missing; a path that was there before keeps its id."""
    found: Json = api["resources"][api["info"]["rootResourceId"]]
    for part in segments:
        path = f"{found['path'].rstrip('/')}/{part}"
        child = next((each for each in api["resources"].values() if each["path"] == path), None)
        if child is None:
            child = resources.add(api["resources"], found, part)
            if path in held:
                del api["resources"][child["id"]]
                child["id"] = held[path]
                api["resources"][child["id"]] = child
        found = child
    return found
