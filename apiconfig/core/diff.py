"""What a deployment would change for a stage's callers: two definitions compared, as far as both of them know."""

from __future__ import annotations

from dataclasses import dataclass

from apiconfig.core.definition import Definition, Route, facts
from apiconfig.core.summary import KNOWS

PORTABLE = frozenset(
    {
        "authorization",
        "authorizer",
        "API key required",
        "integration",
        "integration target",
        "integration method",
        "integration timeout",
        "integration connection",
        "integration credentials",
        "integration passthrough",
        "integration request parameters",
        "integration request templates",
        "integration responses",
    }
)
"""The facts that an export tells as faithfully as a live reading does."""


@dataclass(frozen=True)
class FieldChange:
    """One fact of a route that differs: ``name`` in words, the values as text (empty: none)."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class RouteChange:
    """A route that both have, with what differs."""

    key: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class PartChange:
    """A model, authorizer, gateway response or setting that differs; ``kind`` in words, values as canonical text (None: not there)."""

    kind: str
    name: str
    before: str | None
    after: str | None

    @property
    def verb(self) -> str:
        """added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True)
class RouteDiff:
    """From what is served to what would be.

    ``unknown`` are sentences about what cannot be known. ``comparable`` is False when nothing is known of one side; then there is
    nothing in the other tuples and ``unknown`` says why.
    """

    added: tuple[Route, ...] = ()
    removed: tuple[Route, ...] = ()
    changed: tuple[RouteChange, ...] = ()
    parts: tuple[PartChange, ...] = ()
    unknown: tuple[str, ...] = ()
    comparable: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing that can be compared differs."""
        return self.comparable and not (self.added or self.removed or self.changed or self.parts)

    @property
    def count(self) -> int:
        """How many things differ."""
        return len(self.added) + len(self.removed) + len(self.changed) + len(self.parts)


def compare(before: Definition | None, after: Definition | None, *, why: str = "") -> RouteDiff:
    """What changes from ``before`` to ``after``. None: it cannot be read, ``why`` says so in a sentence."""
    if before is None or after is None:
        sentence = (
            why or "What the stage serves now cannot be read, so what changes for its callers is not known."
        )
        return RouteDiff(unknown=(sentence,), comparable=False)
    old = {route.key: route for route in before.routes}
    new = {route.key: route for route in after.routes}
    return RouteDiff(
        added=tuple(route for route in after.routes if route.key not in old),
        removed=tuple(route for route in before.routes if route.key not in new),
        changed=tuple(
            RouteChange(route.key, fields)
            for route in after.routes
            if route.key in old and (fields := _fields(before, after, old[route.key], route))
        ),
        parts=_parts(before, after),
        unknown=tuple(dict.fromkeys((*before.unknown, *after.unknown, *_limits(before, after)))),
    )


def _fields(before: Definition, after: Definition, old: Route, new: Route) -> tuple[FieldChange, ...]:
    was, now = facts(old), facts(new)
    if "integrations" in {*before.blind, *after.blind}:
        was, now = (
            {name: text for name, text in side.items() if "integration" not in name} for side in (was, now)
        )
    return tuple(
        FieldChange(name, was.get(name, ""), now.get(name, ""))
        for name in dict.fromkeys((*was, *now))
        if _both_know(before, after, name) and was.get(name, "") != now.get(name, "")
    )


def _both_know(before: Definition, after: Definition, name: str) -> bool:
    if name in before.blind or name in after.blind:
        return False
    sources = {before.source, after.source}
    if "summary" in sources:
        return name in KNOWS
    return len(sources) == 1 or name in PORTABLE


def _parts(before: Definition, after: Definition) -> tuple[PartChange, ...]:
    if before.source != after.source or before.source == "summary":
        return ()
    found = []
    for kind in dict.fromkeys((*before.parts, *after.parts)):
        if kind in before.blind or kind in after.blind:
            continue
        old, new = before.parts.get(kind, {}), after.parts.get(kind, {})
        found += [
            PartChange(_SINGULAR.get(kind, kind), name, old.get(name), new.get(name))
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        ]
    return tuple(found)


_SINGULAR = {
    "models": "Model",
    "authorizers": "Authorizer",
    "request validators": "Request validator",
    "gateway responses": "Gateway response",
    "settings": "Setting",
}


def _limits(before: Definition, after: Definition) -> tuple[str, ...]:
    """What the pair of sources keeps from being known."""
    sources = {before.source, after.source}
    if "summary" in sources:
        return (
            "AWS tells of this deployment only its routes, their authorization and whether they need a key: "
            "integrations, models, mappings and everything else are not compared.",
        )
    if len(sources) > 1:
        return (
            "The stage was last deployed without Gatehouse, so what it serves was read from its export. Routes, authorization, "
            "keys and integrations are compared; models, validators, request parameters, method and gateway responses, caching "
            "and the resource policy are not.",
        )
    return ()
