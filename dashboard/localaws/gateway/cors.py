"""CORS of an HTTP API: the gateway answers preflights itself and adds its headers to every answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.localaws.gateway.exchange import Incoming

Settings = Mapping[str, Any]


def is_preflight(incoming: Incoming) -> bool:
    """Whether a browser asks first."""
    return (
        incoming.method == "OPTIONS"
        and incoming.header("origin") is not None
        and incoming.header("access-control-request-method") is not None
    )


def headers(settings: Settings, incoming: Incoming, *, preflight: bool = False) -> list[tuple[str, str]]:
    """The headers for a request; none for an origin that is not allowed."""
    origin = incoming.header("origin")
    allowed = _origin(settings.get("allowOrigins") or [], origin) if origin else None
    if allowed is None:
        return []
    found = [("access-control-allow-origin", allowed)]
    if allowed != "*":
        found.append(("vary", "Origin"))
    if settings.get("allowCredentials"):
        found.append(("access-control-allow-credentials", "true"))
    if not preflight:
        return found + _list("access-control-expose-headers", settings.get("exposeHeaders"))
    found += _list("access-control-allow-methods", settings.get("allowMethods"))
    found += _list("access-control-allow-headers", settings.get("allowHeaders"))
    if settings.get("maxAge") is not None:
        found.append(("access-control-max-age", str(settings["maxAge"])))
    return found


def _origin(allowed: list[str], origin: str) -> str | None:
    """What allows an origin: ``*``, itself, or a pattern such as ``https://*`` or ``https://*.example.com``."""
    if "*" in allowed:
        return "*"
    for each in allowed:
        pattern = re.escape(each.lower()).replace(r"\*", r"[^/]*")
        if re.fullmatch(pattern, origin.lower()):
            return origin
    return None


def _list(name: str, values: list[str] | None) -> list[tuple[str, str]]:
    return [(name, ",".join(values))] if values else []
