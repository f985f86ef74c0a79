"""What a deployment would change for a stage's callers: two definitions compared, as far as both of them know."""

from __future__ import annotations

from dataclasses import dataclass

from apiconfig.core.definition import Definition, Route


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
    """A model, authorizer, gateway response or setting that differs; ``kind`` in words, values as canonical text."""

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
    """From what is served to what would be. ``unknown`` are sentences about what cannot be known; ``comparable`` is False when
    nothing at all is known of the served side (then every route is in ``added`` of nothing: ``added`` stays empty).
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


def compare(served: Definition | None, working: Definition) -> RouteDiff:
    """What changes from ``served`` (None: cannot be read) to ``working``."""
    raise NotImplementedError
