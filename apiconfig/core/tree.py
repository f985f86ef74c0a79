"""Routes as a tree of path segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apiconfig.core.definition import Route


@dataclass(frozen=True)
class Node:
    """A segment of a path: ``segment`` as it is written, ``path`` whole, the routes that end here, what lies below.

    ``depth`` counts from 0. A WebSocket's route keys and ``$default`` are nodes of their own at the top.
    """

    segment: str
    path: str
    depth: int
    routes: tuple[Route, ...]
    children: tuple[Node, ...]

    @property
    def count(self) -> int:
        """Routes here and below."""
        return len(self.routes) + sum(child.count for child in self.children)


def tree(routes: Iterable[Route], paths: Iterable[str] = ()) -> tuple[Node, ...]:
    """The nodes at the top; ``paths`` are resources that may have no route."""
    by_path: dict[str, list[Route]] = {path: [] for path in paths}
    for route in routes:
        by_path.setdefault(route.path, []).append(route)
    for path in list(by_path):
        for above in _above(path):
            by_path.setdefault(above, [])
    children: dict[str, list[str]] = {}
    tops = []
    for path in sorted(by_path):
        parent = _parent(path)
        if parent is None:
            tops.append(path)
        else:
            children.setdefault(parent, []).append(path)

    def node(path: str, depth: int) -> Node:
        segment = path if not path.startswith("/") or path == "/" else f"/{path.rpartition('/')[2]}"
        below = tuple(node(child, depth + 1) for child in children.get(path, ()))
        found = tuple(sorted(by_path[path], key=lambda route: route.method))
        return Node(segment, path, depth, found, below)

    return tuple(node(path, 0) for path in tops)


def flat(nodes: Iterable[Node]) -> Iterable[Node]:
    """Every node, each above its children: the rows of a table."""
    for node in nodes:
        yield node
        yield from flat(node.children)


def _parent(path: str) -> str | None:
    if not path.startswith("/") or path == "/":
        return None
    return path.rpartition("/")[0] or "/"


def _above(path: str) -> Iterable[str]:
    parent = _parent(path)
    while parent is not None:
        yield parent
        parent = _parent(parent)
