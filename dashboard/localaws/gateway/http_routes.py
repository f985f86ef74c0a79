"""Which route of an HTTP API a request meets: the most specific, in AWS's order.

A full match beats a greedy one, which beats ``$default``; of two that match, a literal part beats a variable, and a route's own
verb beats ANY (developer guide, "Create routes for HTTP APIs").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

DEFAULT = "$default"


@dataclass(frozen=True)
class Matched:
    """The route's key and the values of its path (decoded)."""

    key: str
    params: dict[str, str]


@dataclass(frozen=True)
class _Route:
    key: str
    method: str
    parts: tuple[str, ...]

    @property
    def greedy(self) -> bool:
        return bool(self.parts) and self.parts[-1].endswith("+}")

    @property
    def rank(self) -> tuple[bool, tuple[bool, ...], int, bool]:
        """Smaller is better: full, literal parts from the left, longer, the verb itself."""
        return (
            self.greedy,
            tuple(part.startswith("{") for part in self.parts),
            -len(self.parts),
            self.method == "ANY",
        )


class HttpRoutes:
    """The routes of a deployment, best first."""

    def __init__(self, keys: Iterable[str]) -> None:
        every = list(keys)
        self._default = DEFAULT in every
        routes = [
            _Route(key, method, tuple(path.strip("/").split("/")) if path.strip("/") else ())
            for key in every
            if key != DEFAULT
            for method, _, path in [key.partition(" ")]
        ]
        self._routes = sorted(routes, key=lambda route: route.rank)

    def match(self, method: str, path: str) -> Matched | None:
        """The route that serves ``path`` (percent-encoded, begins with /), or None."""
        parts = path.strip("/").split("/") if path.strip("/") else []
        for route in self._routes:
            if route.method in (method, "ANY") and (params := _fits(route, parts)) is not None:
                return Matched(route.key, params)
        return Matched(DEFAULT, {}) if self._default else None


def _fits(route: _Route, parts: list[str]) -> dict[str, str] | None:
    fixed = route.parts[:-1] if route.greedy else route.parts
    if len(parts) < len(fixed) + route.greedy or (not route.greedy and len(parts) != len(fixed)):
        return None
    params = {}
    for wanted, given in zip(fixed, parts, strict=False):
        if wanted.startswith("{"):
            params[wanted[1:-1]] = unquote(given)
        elif wanted != unquote(given):
            return None
    if route.greedy:
        params[route.parts[-1][1:-2]] = unquote("/".join(parts[len(fixed) :]))
    return params
