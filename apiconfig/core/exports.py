"""What a stage serves, out of GetExport (swagger or oas30, with extensions) or ExportApi (oas30).

Exports are lossy: a default timeout or connection is left out, verbs and types are in lower case, responses are named by their selection
pattern, cache settings are missing. What is read here is brought into the form of ``resources``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apiconfig.core.definition import Definition, Integration, Route, canonical, described, ordered
from apiconfig.core.resources import connection, integration_details, replies

Json = Mapping[str, Any]
EXTENSION = "x-amazon-apigateway-"
VERBS = frozenset(["get", "put", "post", "delete", "options", "head", "patch", "trace"])
_SETTINGS = (
    "policy",
    "binary-media-types",
    "minimum-compression-size",
    "api-key-source",
    "cors",
    "endpoint-configuration",
)
_AUTHTYPES = {
    "awssigv4": "AWS_IAM",
    "cognito_user_pools": "COGNITO_USER_POOLS",
    "custom": "CUSTOM",
    "oauth2": "JWT",
}


def from_export(document: Json, *, timeout_ms: int = 29_000) -> Definition:
    """The definition of an exported document; ``timeout_ms`` is what a left-out timeout means (REST 29,000, HTTP 30,000)."""
    schemes = _schemes(document)
    routes = [
        _route(document, schemes, path, verb, operation, timeout_ms)
        for path, verb, operation in _operations(document)
    ]
    parts = {
        "models": {name: canonical(schema) for name, schema in _models(document).items()},
        "authorizers": {
            name: canonical(scheme) for name, scheme in schemes.items() if f"{EXTENSION}authorizer" in scheme
        },
        "gateway responses": {
            name: canonical(entry) for name, entry in _map(document, f"{EXTENSION}gateway-responses").items()
        },
        "settings": dict(described({name: document.get(f"{EXTENSION}{name}") for name in _SETTINGS})),
    }
    return Definition("export", ordered(routes), parts)


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in _map(document, "paths").items():
        for verb, operation in item.items():
            if verb in VERBS and isinstance(operation, Mapping):
                yield str(path), verb.upper(), operation
            elif verb == f"{EXTENSION}any-method" and isinstance(operation, Mapping):
                default = operation.get("isDefaultRoute") or path == "/$default"
                yield ("$default", "", operation) if default else (str(path), "ANY", operation)


def _route(
    document: Json, schemes: Mapping[str, Json], path: str, verb: str, operation: Json, timeout_ms: int
) -> Route:
    authorization, authorizer, scopes, needs_key = _security(document, schemes, operation)
    return Route(
        path=path,
        method=verb,
        authorization=authorization,
        authorizer=authorizer,
        scopes=scopes,
        api_key_required=needs_key,
        validator=str(
            operation.get(f"{EXTENSION}request-validator")
            or document.get(f"{EXTENSION}request-validator")
            or ""
        ),
        models=_request_models(operation),
        integration=_integration(document, operation.get(f"{EXTENSION}integration"), timeout_ms),
        details=described(
            {
                "operation name": operation.get("operationId"),
                "request parameters": _parameters(path, operation),
                "method responses": operation.get("responses"),
            }
        ),
    )


def _security(
    document: Json, schemes: Mapping[str, Json], operation: Json
) -> tuple[str, str, tuple[str, ...], bool]:
    """Authorization, authorizer's name, scopes, whether a key is required."""
    authorization, authorizer, needs_key = "NONE", "", False
    scopes: tuple[str, ...] = ()
    required = operation.get("security", document.get("security")) or ()
    for requirement in required:
        for name, wanted in requirement.items():
            kind = _authorization(schemes.get(name, {}))
            if kind == "KEY":
                needs_key = True
            else:
                authorization, scopes = kind, tuple(sorted(str(scope) for scope in wanted or ()))
                authorizer = "" if kind == "AWS_IAM" else name
    stated = operation.get(f"{EXTENSION}auth") or {}
    if str(stated.get("type", "")).upper() == "AWS_IAM":
        authorization, authorizer = "AWS_IAM", ""
    return authorization, authorizer, scopes, needs_key


def _authorization(scheme: Json) -> str:
    """What a security scheme asks for: KEY, AWS_IAM, CUSTOM, COGNITO_USER_POOLS or JWT."""
    authorizer = scheme.get(f"{EXTENSION}authorizer") or {}
    stated = str(scheme.get(f"{EXTENSION}authtype") or "").lower()
    kind = str(authorizer.get("type", "")).lower()
    if kind == "jwt":
        return "JWT"
    if stated in _AUTHTYPES:
        return _AUTHTYPES[stated]
    if kind:
        return "COGNITO_USER_POOLS" if kind == "cognito_user_pools" else "CUSTOM"
    if scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == "x-api-key":
        return "KEY"
    return "JWT" if scheme.get("type") in ("oauth2", "openIdConnect") else "CUSTOM"


def _integration(document: Json, given: Any, timeout_ms: int) -> Integration | None:
    if not isinstance(given, Mapping):
        return None
    if "$ref" in given:
        name = str(given["$ref"]).rpartition("/")[2]
        shared = _map(_map(document, "components"), f"{EXTENSION}integrations")
        given = shared.get(name, given)
    kind = str(given.get("type", "")).upper()
    extra = described(
        {
            "payload format": given.get("payloadFormatVersion"),
            "subtype": given.get("integrationSubtype"),
        }
    )
    details = integration_details(given, replies(given.get("responses") or {}, by_pattern=True))
    return Integration(
        kind=kind,
        target=str(given.get("uri") or ""),
        method="" if kind == "MOCK" else str(given.get("httpMethod") or ""),
        timeout_ms=int(given.get("timeoutInMillis") or timeout_ms),
        connection=connection(given),
        details=tuple(sorted((*details, *extra))),
    )


def _parameters(path: str, operation: Json) -> dict[str, bool]:
    places = {"query": "querystring", "header": "header", "path": "path"}
    found = {}
    for entry in operation.get("parameters") or ():
        place = places.get(str(entry.get("in")))
        if place and not (place == "path" and f"{{{entry.get('name')}" in path):
            found[f"method.request.{place}.{entry.get('name')}"] = bool(entry.get("required", False))
    return found


def _request_models(operation: Json) -> tuple[tuple[str, str], ...]:
    """Content type → model, of oas30 (requestBody) and swagger (a parameter in the body)."""
    found = {}
    content = _map(_map(operation, "requestBody"), "content")
    for kind, media in content.items():
        found[str(kind)] = str(_map(media, "schema").get("$ref", "")).rpartition("/")[2]
    for entry in operation.get("parameters") or ():
        if entry.get("in") == "body":
            for kind in operation.get("consumes") or ("application/json",):
                found[str(kind)] = str(_map(entry, "schema").get("$ref", "")).rpartition("/")[2]
    return tuple(sorted((kind, model) for kind, model in found.items() if model))


def _schemes(document: Json) -> dict[str, Json]:
    return {**_map(document, "securityDefinitions"), **_map(_map(document, "components"), "securitySchemes")}


def _models(document: Json) -> dict[str, Any]:
    return {**_map(document, "definitions"), **_map(_map(document, "components"), "schemas")}


def _map(document: Any, name: str) -> dict[str, Any]:
    value = document.get(name) if isinstance(document, Mapping) else None
    return dict(value) if isinstance(value, Mapping) else {}
