"""An HTTP or WebSocket API as it stands, out of GetRoutes, GetIntegrations and GetAuthorizers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apiconfig.core.definition import Definition, Integration, Route, described, ordered
from apiconfig.core.parts import blindness, named
from apiconfig.core.resources import templates

Json = Mapping[str, Any]
Items = Sequence[Json] | None
TIMEOUT_MS = {"HTTP": 30_000, "WEBSOCKET": 29_000}


def from_routes(
    routes: Sequence[Json], *, integrations: Items, authorizers: Items, api: Json | None = None
) -> Definition:
    """The definition. What is None was not readable: its facts are blind, and the definition says so."""
    kind = "WEBSOCKET" if (api or {}).get("ProtocolType") == "WEBSOCKET" else "HTTP"
    by_id = {str(entry.get("IntegrationId")): entry for entry in integrations or ()}
    names = {str(entry.get("AuthorizerId")): str(entry.get("Name", "")) for entry in authorizers or ()}
    blind, unknown = blindness({"integrations": integrations, "authorizers": authorizers, "settings": api})
    if authorizers is None:
        blind += ("authorizer",)
    parts = {
        "authorizers": named(authorizers, "Name", drop=("AuthorizerId",)),
        "settings": dict(
            described(
                {
                    "route selection": (api or {}).get("RouteSelectionExpression"),
                    "API key selection": (api or {}).get("ApiKeySelectionExpression"),
                    "CORS": (api or {}).get("CorsConfiguration"),
                }
            )
        ),
    }
    found = [_route(entry, by_id, names, TIMEOUT_MS[kind]) for entry in routes]
    return Definition("routes", ordered(found), parts, blind, unknown)


def split_key(key: str) -> tuple[str, str]:
    """Method and path of a route key; the method is empty for ``$default``, ``$connect`` and a WebSocket's own."""
    method, space, path = key.partition(" ")
    return (method, path) if space and path.startswith("/") else ("", key)


def _route(
    entry: Json, integrations: Mapping[str, Json], authorizers: Mapping[str, str], timeout: int
) -> Route:
    method, path = split_key(str(entry.get("RouteKey", "")))
    authorizer = str(entry.get("AuthorizerId") or "")
    target = str(entry.get("Target") or "").removeprefix("integrations/")
    return Route(
        path=path,
        method=method,
        authorization=str(entry.get("AuthorizationType") or "NONE"),
        authorizer=authorizers.get(authorizer, "" if not authorizers else authorizer),
        scopes=tuple(sorted(entry.get("AuthorizationScopes") or ())),
        api_key_required=bool(entry.get("ApiKeyRequired", False)),
        models=tuple(sorted((entry.get("RequestModels") or {}).items())),
        integration=_integration(integrations.get(target), timeout),
        details=described(
            {
                "operation name": entry.get("OperationName"),
                "model selection": entry.get("ModelSelectionExpression"),
                "request parameters": entry.get("RequestParameters"),
                "response selection": entry.get("RouteResponseSelectionExpression"),
            }
        ),
    )


def _integration(entry: Json | None, timeout: int) -> Integration | None:
    if entry is None:
        return None
    kind = str(entry.get("IntegrationType", ""))
    link = str(entry.get("ConnectionType") or "")
    return Integration(
        kind=kind,
        target=str(entry.get("IntegrationUri") or ""),
        method="" if kind == "MOCK" else str(entry.get("IntegrationMethod") or ""),
        timeout_ms=int(entry.get("TimeoutInMillis") or timeout),
        connection=f"{link} {entry.get('ConnectionId', '')}".strip() if link not in ("", "INTERNET") else "",
        details=described(
            {
                "credentials": entry.get("CredentialsArn"),
                "subtype": entry.get("IntegrationSubtype"),
                "payload format": entry.get("PayloadFormatVersion"),
                "passthrough": entry.get("PassthroughBehavior"),
                "content handling": entry.get("ContentHandlingStrategy"),
                "request parameters": entry.get("RequestParameters"),
                "request templates": templates(entry.get("RequestTemplates")),
                "response parameters": entry.get("ResponseParameters"),
                "template selection": entry.get("TemplateSelectionExpression"),
                "TLS": entry.get("TlsConfig"),
            }
        ),
    )
