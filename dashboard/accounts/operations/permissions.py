"""Which URL asks for what, read off the URLs themselves, and which groups may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, get_resolver

from dashboard.accounts.models import Grant
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.policy import HOME, allows
from dashboard.console.screen import Access
from dashboard.core.resources import Resource

LIBRARY = {
    "admin:login": Access("", "", public=True),  # both lead to our own pages
    "admin:logout": Access("", "", public=True),
    "admin:": Access("administer", USERS.name),
}
"""URLs whose views are a library's, by name or by the beginning of it: here stands what ``console/site.py`` makes them ask for."""


@dataclass(frozen=True)
class Route:
    """One URL. ``access`` is None when nobody declared what it asks for, which a test refuses."""

    pattern: str
    name: str
    access: Access | None
    library: bool = False
    in_place: bool = False
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One line of the table. ``groups`` may do it on everything the URL can name, ``partly`` on some of it."""

    pattern: str
    name: str
    method: str
    action: str
    resource: str
    groups: tuple[str, ...]
    partly: tuple[str, ...]


def routes() -> list[Route]:
    """Every URL of the running console, in the order they are matched."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def table() -> list[Asked]:
    """Every URL and method with what it asks for and which groups may; superusers may everything."""
    grants = [(group.name, tuple(group.grants.all())) for group in _groups()]
    return [line for route in routes() for line in _lines(route, grants)]


def _groups() -> list[Group]:
    return list(Group.objects.prefetch_related("grants").order_by("name"))


def _lines(route: Route, grants: list[tuple[str, tuple[Grant, ...]]]) -> Iterator[Asked]:
    access = route.access
    if access is None:
        yield Asked(route.pattern, route.name, "*", "undeclared", "", (), ())
    elif access.public or access.personal:
        who = "anybody" if access.public else "anybody signed in"
        yield Asked(route.pattern, route.name, "*", who, "", tuple(name for name, _ in grants), ())
    else:
        asked = [("GET", access.action), *([("POST", access.post)] if access.post else [])]
        for method, action in asked:
            full = tuple(name for name, held in grants if _covered(held, action, route))
            some = tuple(name for name, held in grants if name not in full and _touched(held, action, route))
            yield Asked(route.pattern, route.name, method, action, access.resource, full, some)


def _covered(held: tuple[Grant, ...], action: str, route: Route) -> bool:
    """Whether one grant is wide enough for whatever the parameters are: a parameter is a character only ``*`` matches."""
    resource = _resource(route)
    if action == "read" and resource.name == HOME and not resource.connection:
        return bool(held)
    return any(allows(grant, action, resource) for grant in held)


def _touched(held: tuple[Grant, ...], action: str, route: Route) -> bool:
    """Whether a grant of that action fits some of what the parameters can name."""
    resource = _resource(route)
    template = "*" if resource.name == HOME else re.sub(r"\{\w+\}", "*", resource.name)
    places = ("*", "*") if route.in_place else ("", "")
    return any(
        action in grant.actions
        and all(
            overlap(pattern, named)
            for pattern, named in zip(
                (grant.connection, grant.region, grant.resource), (*places, template), strict=True
            )
        )
        for grant in held
    )


@lru_cache(maxsize=4096)
def overlap(one: str, other: str) -> bool:
    """Whether some text fits both patterns."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return one[0] == other[0] and overlap(one[1:], other[1:])


def _resource(route: Route) -> Resource:
    name = route.access.resource if route.access else ""
    return Resource(name, "{connection}", "{region}") if route.in_place else Resource(name)


def _walk(patterns: list[URLPattern | URLResolver], path: str, space: str) -> Iterator[Route]:
    for each in patterns:
        inner = path + re.sub(r"^\^|\$$", "", str(each.pattern))
        if isinstance(each, URLResolver):
            deeper = f"{space}{each.app_name}:" if each.app_name else space
            yield from _walk(each.url_patterns, inner, deeper)
            continue
        name = f"{space}{each.name or ''}"
        declared = getattr(each.callback, "access", None)
        parameters = tuple(re.findall(r"<(?:\w+:)?(\w+)>", inner))
        yield Route(
            inner,
            name,
            declared or _of_library(name),
            declared is None,
            "connection" in parameters,
            parameters,
        )


def _of_library(name: str) -> Access | None:
    space = name.partition(":")[0] + ":"
    return LIBRARY.get(name) or LIBRARY.get(space)
