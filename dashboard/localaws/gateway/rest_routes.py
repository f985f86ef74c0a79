"""Which resource of a REST API a path meets: a literal beats a variable, a variable beats a greedy one, the rest is not found.

Pure: a table is built once of a deployment's resources and asked for every request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Found:
    """The resource's path as declared, the method as declared (a verb or ANY), its settings, the path's values (decoded)."""

    resource_id: str
    path: str
    method: str
    settings: Mapping[str, Any]
    params: Mapping[str, str]


@dataclass
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    variable: tuple[str, _Node] | None = None
    greedy: tuple[str, _Node] | None = None
    resource: Mapping[str, Any] | None = None


class RestRoutes:
    """The tree of a deployment's resources."""

    def __init__(self, resources: Mapping[str, Mapping[str, Any]]) -> None:
        self._root = _Node()
        for resource in resources.values():
            node = self._root
            for part in _parts(resource["path"]):
                node = _child(node, part)
            node.resource = resource

    def match(self, method: str, path: str) -> Found | None:
        """The method that serves ``path`` (percent-encoded, begins with /), or None."""
        for resource, params in _walk(self._root, _parts(path), {}):
            methods = resource["resourceMethods"]
            for name in (method, "ANY"):
                if name in methods:
                    return Found(resource["id"], resource["path"], name, methods[name], params)
        return None


def _parts(path: str) -> list[str]:
    """A trailing slash names no part of its own."""
    return [part for part in path.strip("/").split("/") if part] if path.strip("/") else []


def _child(node: _Node, part: str) -> _Node:
    if part.startswith("{") and part.endswith("+}"):
        node.greedy = node.greedy or (part[1:-2], _Node())
        return node.greedy[1]
    if part.startswith("{") and part.endswith("}"):
        node.variable = node.variable or (part[1:-1], _Node())
        return node.variable[1]
    return node.literals.setdefault(part, _Node())


def _walk(
    node: _Node, parts: list[str], params: dict[str, str]
) -> list[tuple[Mapping[str, Any], dict[str, str]]]:
    """Every resource that the parts meet, the best first."""
    if not parts:
        return [(node.resource, params)] if node.resource is not None else []
    first, rest = parts[0], parts[1:]
    found = []
    if unquote(first) in node.literals:
        found += _walk(node.literals[unquote(first)], rest, params)
    if node.variable:
        name, child = node.variable
        found += _walk(child, rest, params | {name: unquote(first)})
    if node.greedy and node.greedy[1].resource is not None:
        name, child = node.greedy
        found.append((child.resource or {}, params | {name: unquote("/".join(parts))}))
    return found
