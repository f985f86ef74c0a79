"""The extensions of OpenAPI that API Gateway knows, and the ones in a document that it does not."""

from __future__ import annotations

from typing import Any

from dashboard.localaws.apigateway.store import Json

X = "x-amazon-apigateway-"
KNOWN = frozenset(
    X + name
    for name in (
        "any-method",
        "api-key-source",
        "auth",
        "authorizer",
        "authtype",
        "binary-media-types",
        "cors",
        "documentation",
        "endpoint-access-mode",
        "endpoint-configuration",
        "gateway-responses",
        "importexport-version",
        "integration",
        "integrations",
        "minimum-compression-size",
        "policy",
        "request-validator",
        "request-validators",
        "security-policy",
        "tag-value",
    )
)


def unknown(document: Json) -> list[str]:
    """A warning for each place with an extension of that family which nobody knows; others (``x-…``) are anybody's own."""
    found: list[str] = []
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(place, each) for each in value]
        if not isinstance(value, dict):
            continue
        for name, each in value.items():
            below = f"{place}/{name}"
            if not name.startswith(X):
                waiting.append((below, each))
            elif name not in KNOWN:
                found.append(f"Unsupported extension '{name}' at '{place or '/'}'. Ignoring.")
    return sorted(found)
