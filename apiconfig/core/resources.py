"""A REST API's working copy out of GetResources (embed=methods) and what goes with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from apiconfig.core.definition import Definition, Integration, Pairs, Route, described, ordered
from apiconfig.core.parts import blindness, named

Json = Mapping[str, Any]
Items = Sequence[Json] | None
"""What a list call answered; None when it could not be read."""
TIMEOUT_MS = 29_000
_SETTINGS = (
    "binaryMediaTypes", "minimumCompressionSize", "policy", "apiKeySource", "disableExecuteApiEndpoint", "endpointConfiguration",
)  # fmt: skip


def from_resources(
    resources: Sequence[Json],
    *,
    api: Json | None = None,
    authorizers: Items = None,
    validators: Items = None,
    models: Items = None,
    responses: Items = None,
) -> Definition:
    """The definition as it stands. What is None was not readable: those facts are blind, and the definition says so."""
    names = {str(entry["id"]): str(entry.get("name", "")) for entry in authorizers or ()}
    checks = {str(entry["id"]): str(entry.get("name", "")) for entry in validators or ()}
    routes = [
        _route(resource, verb, method, names, checks)
        for resource in resources
        for verb, method in (resource.get("resourceMethods") or {}).items()
    ]
    blind, unknown = blindness(
        {
            "authorizers": authorizers,
            "request validators": validators,
            "models": models,
            "gateway responses": responses,
            "settings": api,
        }
    )
    parts = {
        "models": named(models, "name", drop=("id",), text=("schema",)),
        "authorizers": named(authorizers, "name", drop=("id", "authType")),
        "request validators": named(validators, "name", drop=("id",)),
        "gateway responses": named(
            [entry for entry in responses or () if not entry.get("defaultResponse")],
            "responseType",
            drop=("defaultResponse",),
        ),
        "settings": dict(described({name: (api or {}).get(name) for name in _SETTINGS})),
    }
    if authorizers is None:
        blind += ("authorizer",)
    if validators is None:
        blind += ("request validator",)
    return Definition("resources", ordered(routes), parts, blind, unknown)


def _route(
    resource: Json, verb: str, method: Json, authorizers: Mapping[str, str], validators: Mapping[str, str]
) -> Route:
    path = str(resource.get("path", "/"))
    authorizer = str(method.get("authorizerId") or "")
    validator = str(method.get("requestValidatorId") or "")
    return Route(
        path=path,
        method=verb,
        authorization=str(method.get("authorizationType") or "NONE"),
        authorizer=authorizers.get(authorizer, "" if not authorizers else authorizer),
        scopes=tuple(sorted(method.get("authorizationScopes") or ())),
        api_key_required=bool(method.get("apiKeyRequired", False)),
        validator=validators.get(validator, "" if not validators else validator),
        models=tuple(sorted((method.get("requestModels") or {}).items())),
        integration=_integration(method.get("methodIntegration"), str(resource.get("id", ""))),
        details=described(
            {
                "operation name": method.get("operationName"),
                "request parameters": _parameters(path, method.get("requestParameters") or {}),
                "method responses": method.get("methodResponses"),
            }
        ),
    )


def _parameters(path: str, given: Mapping[str, bool]) -> dict[str, bool]:
    """Without the parameters that the path itself names: they are required whether they are listed or not."""
    prefix = "method.request.path."
    inside = {
        f"{prefix}{segment.strip('{}').rstrip('+')}" for segment in path.split("/") if segment[:1] == "{"
    }
    return {name: bool(required) for name, required in given.items() if name not in inside}


def _integration(answer: Json | None, resource: str) -> Integration | None:
    if not answer:
        return None
    kind = str(answer.get("type", ""))
    namespace = str(answer.get("cacheNamespace") or "")
    return Integration(
        kind=kind,
        target=str(answer.get("uri") or ""),
        method="" if kind == "MOCK" else str(answer.get("httpMethod") or ""),
        timeout_ms=int(answer.get("timeoutInMillis") or TIMEOUT_MS),
        connection=connection(answer),
        details=integration_details(
            answer,
            replies(answer.get("integrationResponses") or {}, by_pattern=False),
            cache_namespace="" if namespace == resource else namespace,
        ),
    )


def connection(answer: Json) -> str:
    """``VPC_LINK abc``, or empty for the internet."""
    kind = str(answer.get("connectionType") or "").upper()
    return f"{kind} {answer.get('connectionId', '')}".strip() if kind not in ("", "INTERNET") else ""


def integration_details(answer: Json, responses: list[dict[str, Any]], cache_namespace: str = "") -> Pairs:
    """Everything of an integration (REST, live or exported) that is not a field of ``Integration``."""
    passthrough = str(answer.get("passthroughBehavior") or "WHEN_NO_MATCH").upper()
    return described(
        {
            "credentials": answer.get("credentials"),
            "passthrough": "" if passthrough == "WHEN_NO_MATCH" else passthrough,
            "content handling": answer.get("contentHandling"),
            "request parameters": answer.get("requestParameters"),
            "request templates": templates(answer.get("requestTemplates")),
            "responses": responses,
            "cache key parameters": sorted(answer.get("cacheKeyParameters") or ()),
            "cache namespace": cache_namespace,
            "TLS": answer.get("tlsConfig"),
            "response transfer": _unless(answer.get("responseTransferMode"), "BUFFERED"),
            "integration target": answer.get("integrationTarget"),
        }
    )


def replies(given: Mapping[str, Json], *, by_pattern: bool) -> list[dict[str, Any]]:
    """Integration responses by selection pattern. Exports name them by the pattern (``default`` for none), live ones by status."""
    found = []
    for name, entry in given.items():
        pattern = name if by_pattern else str(entry.get("selectionPattern") or "default")
        found.append(
            {
                "pattern": pattern,
                "status": str(entry.get("statusCode", "")),
                "parameters": entry.get("responseParameters") or {},
                "templates": templates(entry.get("responseTemplates")),
                "content": entry.get("contentHandling") or "",
            }
        )
    return sorted(found, key=lambda reply: (reply["pattern"], reply["status"]))


def templates(given: Any) -> dict[str, str]:
    """Content type → template; a template that was written as JSON is its text."""
    return {
        str(kind): "" if text is None else text if isinstance(text, str) else json.dumps(text)
        for kind, text in (given or {}).items()
    }


def _unless(value: Any, default: str) -> str:
    text = str(value or "").upper()
    return "" if text == default else text
