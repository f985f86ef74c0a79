"""A small router: method and path template → handler.

A handler takes a ``Request`` and the ``Store`` and returns ``(status, body)``: a JSON-ready value, ``Raw`` bytes, None for no
body, or ``Later``. It raises ``ApiError`` to refuse. It is called with the store's lock held and must not wait for anything.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dashboard.localaws.apigateway.store import Region, Store

if TYPE_CHECKING:
    from dashboard.localaws.gateway.backends import Reach


@dataclass(frozen=True)
class Raw:
    """A body that is not JSON of ours: bytes, its type, and more headers (lower case)."""

    data: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Request:
    """One call: where it goes, the values of the template's places (decoded), the query (last value of a name),
    the JSON body ({} when there is none or it is not JSON: then ``raw`` is what counts).
    """

    region: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    body: Any = field(default_factory=dict)
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    backends: Reach | None = None
    """What the methods of an API may reach when they are tried; None when nothing but HTTP addresses."""

    def of(self, store: Store) -> Region:
        """The state of the request's region."""
        return store.region(self.region)


@dataclass(frozen=True)
class Later:
    """A body that has to be waited for: ``work`` is called without the store's lock, and may raise ``ApiError``."""

    work: Callable[[], Awaitable[Any]]


Reply = tuple[int, Any]
Handler = Callable[[Request, Store], Reply]


@dataclass(frozen=True)
class Route:
    """One operation. ``changes`` says whether a success must be saved."""

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    changes: bool


class Router:
    """Routes, looked through in the order in which they were added."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def on(self, method: str, template: str, *, changes: bool | None = None) -> Callable[[Handler], Handler]:
        """Register a handler: ``@router.on("GET", "/restapis/{api}")``; a place never holds an unescaped slash,
        except ``{name+}``. ``changes`` is true for everything but GET unless it is said.
        """
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", pattern)

        def register(handler: Handler) -> Handler:
            writes = method != "GET" if changes is None else changes
            self.routes.append(Route(method, template, re.compile(pattern + "/?"), handler, writes))
            return handler

        return register

    def include(self, other: Router) -> None:
        """Add another router's routes."""
        self.routes.extend(other.routes)

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a path that is still percent-encoded, and the values of its places, decoded."""
        for route in self.routes:
            if route.method == method and (found := route.pattern.fullmatch(raw_path)):
                return route, {name: unquote(value) for name, value in found.groupdict().items()}
        return None
