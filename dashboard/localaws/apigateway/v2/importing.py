"""ImportApi and ReimportApi: an HTTP API out of an OpenAPI 3 document."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request
from dashboard.localaws.apigateway.rest.document import Document, parse
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import apis, authorizers, fields, integrations, routes, state

router = Router()
EXTENSION = "x-amazon-apigateway-"
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_RENAMED = {
    "type": "integrationType",
    "subtype": "integrationSubtype",
    "httpMethod": "integrationMethod",
    "uri": "integrationUri",
    "credentials": "credentialsArn",
}


@router.on("PUT", "/v2/apis")
def create(request: Request, store: Store) -> Reply:
    """ImportApi."""
    api = _built(request)
    request.of(store).v2[api["info"]["apiId"]] = api
    return 201, copy.deepcopy(api["info"])


@router.on("PUT", "/v2/apis/{api}")
def replace(request: Request, store: Store) -> Reply:
    """ReimportApi: the configuration is replaced, stages and deployments stay."""
    api = state.api_of(request, store)
    if not state.is_http(api):
        raise bad_request("Import is not supported for WEBSOCKET protocol")
    built = _built(request)
    kept = ("apiId", "apiEndpoint", "createdDate", "tags")
    info = built["info"] | {name: api["info"][name] for name in kept if name in api["info"]}
    for name in state.SNAPSHOT:
        api[name] = built[name]
    api["info"] = info
    state.changed(api)
    return 201, copy.deepcopy(info)


def _built(request: Request) -> Json:
    given = fields.take(request.body, {"body": "text"})
    fields.required(given, "body")
    basepath = request.query.get("basepath", "ignore")
    if basepath not in ("ignore", "prepend", "split"):
        raise bad_request("Invalid basepath. Must be one of [ignore, prepend, split]")
    document = Document(parse(given["body"].encode()))
    if document.version != 3:
        raise bad_request("Only OpenAPI 3.0 is supported for HTTP protocol")
    _check_shape(document.value)
    heading = document.value.get("info") or {}
    title = heading.get("title")
    if not isinstance(title, str) or not title:
        raise bad_request("Invalid OpenAPI input: info.title is required")
    more = {name: str(heading[name]) for name in ("description", "version") if heading.get(name)}
    info = apis.made(request.region, "HTTP", {"name": title[:128], "tags": _tags(document)} | more)
    api = state.new_api(info)
    if cors := document.value.get(f"{EXTENSION}cors"):
        info["corsConfiguration"] = apis.cors(cors)
    _fill(api, document, "".join(f"/{part}" for part in document.prefix(basepath)))
    if request.query.get("failOnWarnings") == "true" and info.get("warnings"):
        raise bad_request(f"Warnings found during import: {'; '.join(info['warnings'])}")
    return api


def _check_shape(value: Json) -> None:
    """ApiError 400 for components or servers that are none, which ``Document`` would not expect."""
    servers, components = value.get("servers") or [], value.get("components") or {}
    fine = isinstance(components, dict) and isinstance(servers, list)
    if not fine or not all(
        isinstance(each, dict) and isinstance(each.get("variables") or {}, dict) for each in servers
    ):
        raise bad_request("Invalid OpenAPI input.")


def _tags(document: Document) -> Json:
    listed = document.value.get("tags")
    name = f"{EXTENSION}tag-value"
    if not isinstance(listed, list):
        return {}
    return {
        str(each["name"]): str(each[name])
        for each in listed
        if isinstance(each, dict) and name in each and "name" in each
    }


def _fill(api: Json, document: Document, prefix: str) -> None:
    """Authorizers, integrations and routes; ApiError 400 names the route that AWS would not take."""
    names = _authorizers(api, document)
    shared: dict[str, str] = {}
    warnings = []
    for key, operation in _operations(document, prefix):
        try:
            routes.check_key(api, key)
            target = _integration(api, document, operation, shared)
            if target is None:
                warnings.append(f"No integration defined for route: {key}")
            _route(api, key, operation, target, names, document)
        except ApiError as error:
            raise bad_request(f"Unable to import route {key}: {error.message}") from error
    if warnings:
        api["info"]["warnings"] = warnings


def _operations(document: Document, prefix: str) -> Iterator[tuple[str, Json]]:
    for path, given in (document.value.get("paths") or {}).items():
        item = document.at(given)
        if not isinstance(item, dict):
            raise bad_request("Invalid OpenAPI input.")
        for name, operation in item.items():
            anything = name == f"{EXTENSION}any-method"
            if not isinstance(operation, dict) or not (anything or name in _VERBS):
                continue
            if anything and (operation.get("isDefaultRoute") or path.lstrip("/") == "$default"):
                yield "$default", operation
            else:
                yield f"{'ANY' if anything else name.upper()} {prefix}{path}", operation


def _authorizers(api: Json, document: Document) -> dict[str, str]:
    """Authorizer id by the name of its security scheme."""
    found = {}
    for name, given in document.security_schemes.items():
        scheme = document.at(given)
        extension = scheme.get(f"{EXTENSION}authorizer") if isinstance(scheme, dict) else None
        if not isinstance(extension, dict):
            continue
        source = str(extension.get("identitySource") or "")
        if extension.get("authorizerCredentials"):
            extension = extension | {"authorizerCredentialsArn": extension["authorizerCredentials"]}
        part = fields.take(
            extension
            | {
                "authorizerType": str(extension.get("type", "")).upper(),
                "identitySource": [each.strip() for each in source.split(",") if each.strip()],
                "name": name,
            },
            authorizers.FIELDS,
        )
        part = authorizers.defaults(part) | part | {"authorizerId": new_id(6)}
        authorizers.check(api, part)
        api["authorizers"][part["authorizerId"]] = part
        found[name] = part["authorizerId"]
    return found


def _integration(api: Json, document: Document, operation: Json, shared: dict[str, str]) -> str | None:
    """The id of an operation's integration; one that is referred to becomes one integration."""
    given = operation.get(f"{EXTENSION}integration")
    if not isinstance(given, dict):
        return None
    reference = str(given.get("$ref", ""))
    if reference in shared:
        return shared[reference]
    extension = document.at(given)
    if not isinstance(extension, dict):
        raise bad_request("Invalid integration")
    part: Json = fields.take(
        extension | {new: extension[old] for old, new in _RENAMED.items() if old in extension},
        integrations.FIELDS,
    )
    fields.required(part, "integrationType")
    part["integrationType"] = part["integrationType"].upper()
    if "integrationMethod" in part:
        method = part["integrationMethod"].upper()
        part["integrationMethod"] = "ANY" if method == f"{EXTENSION}ANY-METHOD".upper() else method
    part = integrations.defaults(api, part) | part | {"integrationId": new_id(7)}
    integrations.check(api, part)
    api["integrations"][part["integrationId"]] = part
    if reference:
        shared[reference] = part["integrationId"]
    return str(part["integrationId"])


def _route(
    api: Json, key: str, operation: Json, target: str | None, names: dict[str, str], document: Document
) -> None:
    route: Json = {
        "apiKeyRequired": False,
        "authorizationType": "NONE",
        "routeId": new_id(7),
        "routeKey": key,
    }
    if target:
        route["target"] = f"integrations/{target}"
    if operation.get("operationId"):
        route["operationName"] = str(operation["operationId"])[:64]
    auth = operation.get(f"{EXTENSION}auth")
    if isinstance(auth, dict) and auth.get("type") == "AWS_IAM":
        route["authorizationType"] = "AWS_IAM"
    for name, scopes in _security(operation.get("security", document.value.get("security"))):
        if name in names:
            kind = api["authorizers"][names[name]]["authorizerType"]
            route["authorizerId"] = names[name]
            route["authorizationType"] = "JWT" if kind == "JWT" else "CUSTOM"
            if scopes and kind == "JWT":
                route["authorizationScopes"] = scopes
            break
    routes.check(api, route)
    api["routes"][route["routeId"]] = route


def _security(given: Any) -> Iterator[tuple[str, list[str]]]:
    """Scheme and scopes of every requirement."""
    for each in given if isinstance(given, list) else ():
        for name, scopes in each.items() if isinstance(each, dict) else ():
            yield name, [str(scope) for scope in scopes] if isinstance(scopes, list) else []
