"""What an API does, route by route, whatever it was read from, so that two readings can be compared.

A ``Definition`` is made by ``resources`` (GetResources and its companions), ``exports`` (GetExport, ExportApi), ``v2`` (routes and
integrations) or ``summary`` (a deployment's apisummary). Each source knows more or less; ``source`` says which it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Source = Literal["resources", "export", "routes", "summary"]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Integration:
    """Where a route's requests go.

    ``kind`` is HTTP, HTTP_PROXY, AWS, AWS_PROXY or MOCK; ``target`` the URI (a URL, a Lambda invocation ARN …), empty for MOCK.
    ``timeout_ms`` is in milliseconds. ``details`` holds everything else that acts, by name, as text (templates, parameters,
    responses), sorted.
    """

    kind: str
    target: str = ""
    method: str = ""
    timeout_ms: int | None = None
    connection: str = ""
    details: Pairs = ()

    @property
    def target_words(self) -> str:
        """The target as a person names it: the function's name of a Lambda ARN, else the URI."""
        return function_name(self.target) or self.target


@dataclass(frozen=True)
class Route:
    """One route. ``path`` is ``/pets/{id}``, or a WebSocket's route key (``$connect``); ``method`` is empty for those and ``$default``.

    ``authorization`` is NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS or JWT, with the ``authorizer``'s name. ``models`` are content type →
    model of the request, ``details`` everything else that acts, by name, as text, sorted.
    """

    path: str
    method: str = ""
    authorization: str = "NONE"
    authorizer: str = ""
    scopes: tuple[str, ...] = ()
    api_key_required: bool = False
    validator: str = ""
    models: Pairs = ()
    integration: Integration | None = None
    details: Pairs = ()

    @property
    def key(self) -> str:
        """``GET /pets/{id}``, ``$default`` or ``$connect``: unique in a definition."""
        return f"{self.method} {self.path}" if self.method else self.path


@dataclass(frozen=True)
class Definition:
    """``routes`` sorted by key; ``parts`` is part (``models``, ``authorizers``, ``settings`` …) → name → canonical text.

    ``blind`` are the facts (names of ``facts`` and of parts) that could not be read this time; ``unknown`` says so in sentences.
    """

    source: Source
    routes: tuple[Route, ...] = ()
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    blind: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def route(self, key: str) -> Route | None:
        """The route of that key."""
        return next((route for route in self.routes if route.key == key), None)


def facts(route: Route) -> dict[str, str]:
    """Everything that acts of a route, by name in words; empty texts are none."""
    found = {
        "authorization": route.authorization,
        "authorizer": route.authorizer,
        "scopes": " ".join(route.scopes),
        "API key required": "yes" if route.api_key_required else "no",
        "request validator": route.validator,
        "request models": canonical(dict(route.models)) if route.models else "",
        **dict(route.details),
    }
    target = route.integration
    if target is None:
        return found
    return {
        **found,
        "integration": target.kind,
        "integration target": target.target,
        "integration method": target.method,
        "integration timeout": "" if target.timeout_ms is None else f"{target.timeout_ms} ms",
        "integration connection": target.connection,
        **{f"integration {name}": text for name, text in target.details},
    }


def described(values: dict[str, Any]) -> Pairs:
    """Details: the values that are there, as canonical text, sorted by name."""
    return tuple(
        sorted(
            (name, value if isinstance(value, str) else canonical(value))
            for name, value in values.items()
            if value not in (None, "", {}, [], ())
        )
    )


def canonical(value: Any) -> str:
    """JSON with sorted names and without blanks: equal values are equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def to_text(definition: Definition) -> str:
    """A definition as canonical JSON, for our database."""
    return canonical(asdict(definition))


def from_text(text: str) -> Definition:
    """The definition that ``to_text`` wrote."""
    stored = json.loads(text)
    return Definition(
        source=stored["source"],
        routes=tuple(_route(entry) for entry in stored["routes"]),
        parts=stored["parts"],
        blind=tuple(stored["blind"]),
        unknown=tuple(stored["unknown"]),
    )


def ordered(routes: list[Route]) -> tuple[Route, ...]:
    """By path, then method."""
    return tuple(sorted(routes, key=lambda route: (route.path, route.method)))


def function_name(uri: str) -> str:
    """The Lambda function that an integration's or authorizer's URI invokes (``${stageVariables.x}`` stays), else empty."""
    _, found, rest = uri.partition(":function:")
    return rest.partition("/")[0] if found else ""


def _pairs(value: list[list[str]]) -> Pairs:
    return tuple((name, text) for name, text in value)


def _route(entry: dict[str, Any]) -> Route:
    target = entry["integration"]
    return Route(
        **{
            **entry,
            "scopes": tuple(entry["scopes"]),
            "models": _pairs(entry["models"]),
            "details": _pairs(entry["details"]),
            "integration": Integration(**{**target, "details": _pairs(target["details"])})
            if target
            else None,
        }
    )
