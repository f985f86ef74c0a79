"""What the frame around every page needs: menu, connections, theme, calls. All of it is lazy: a fragment pays for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import connections_of, may, reaches
from dashboard.aws.calls import Call, current
from dashboard.console.bar import (
    Bar,
    Link,
    Menu,
    PlaceLink,
    account,
    accounts,
    head_links,
    header,
    menu_lines,
)
from dashboard.console.registry import MenuItem, registry
from dashboard.core.resources import Resource

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Spent:
    """The AWS calls of this request, for staff. ``ms`` adds up the calls; calls side by side take less of the clock."""

    made: tuple[Call, ...]

    @property
    def ms(self) -> float:
        """Milliseconds, added up."""
        return sum(call.ms for call in self.made)

    @property
    def units(self) -> float:
        """Capacity units, added up, of the calls that state them."""
        return sum(call.units or 0 for call in self.made)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: ``header``, ``menu_lines`` and ``head_links`` as HTML, ``place``, ``theme``, our ``page_request`` id.

    ``calls`` is None unless the viewer is staff.
    """
    place = place_of(request)
    bar = cache(partial(bar_of, request))
    return {
        "header": SimpleLazyObject(lambda: header(request, bar())),
        "menu_lines": SimpleLazyObject(lambda: menu_lines(bar())),
        "head_links": SimpleLazyObject(head_links),
        "place": place,
        "calls": SimpleLazyObject(lambda: _calls(request)),
        "theme": theme_of(request),
        "page_request": str(getattr(request, "request_id", "")),
    }


def place_of(request: HttpRequest) -> Place | None:
    """The connection and region of this page, None when the page belongs to none or the viewer may read nothing there."""
    place = cast("Place | None", getattr(request, "place", None))
    user = getattr(request, "user", None)
    return place if place is not None and reaches(user, place.connection.slug, place.region) else None


def theme_of(request: HttpRequest) -> str:
    """``auto``, ``light`` or ``dark``, from the cookie, so that the first paint is already right."""
    theme = request.COOKIES.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def readable_places(request: HttpRequest) -> tuple[Place, ...]:
    """Every connection and region in which the viewer may read anything; one query a request."""
    found: tuple[Place, ...] | None = getattr(request, "_gatehouse_places", None)
    if found is None:
        user = getattr(request, "user", None)
        found = tuple(
            Place(row, region)
            for row in (connections_of(user) if isinstance(user, User) else ())
            for region in row.regions
            if reaches(user, row.slug, region)
        )
        request._gatehouse_places = found  # type: ignore[attr-defined]
    return found


def places_of(request: HttpRequest) -> tuple[PlaceLink, ...]:
    """The switcher's links: to the same module in the other place."""
    here = place_of(request)
    return tuple(
        PlaceLink(place, place_url(request, place), _same(place, here)) for place in readable_places(request)
    )


def place_url(request: HttpRequest, place: Place) -> str:
    """The first page of a place that the viewer may read: the one of the module they are in, else the first of the menu."""
    items = [item for item in _items("place") if _shown(request, item, place)]
    here = place_of(request)
    for item in items:
        if here is not None and request.path.startswith(item.url(here)):
            return item.url(place)
    return items[0].url(place) if items else "/"


def menu_of(request: HttpRequest) -> Menu:
    """The menu by permission; what a place offers is shown when a place is chosen or there is only one."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Menu((), ())
    here = place_of(request)
    if here is None and len(readable_places(request)) == 1:
        here = readable_places(request)[0]
    drawn = {
        section: tuple(_link(request, item, here) for item in _items(section) if _shown(request, item, here))
        for section in ("place", "console")
    }
    return Menu(drawn["place"], drawn["console"])


def bar_of(request: HttpRequest) -> Bar:
    """What the bar on top and the menu show on this page."""
    user, here, menu = getattr(request, "user", None), place_of(request), menu_of(request)
    chosen = here or (readable_places(request)[0] if menu.place else None)
    return Bar(
        user.get_username() if isinstance(user, User) else "",
        theme_of(request),
        account(here.connection) if here else None,
        here.region if here else "",
        accounts(places_of(request)),
        menu,
        (chosen.connection.name, chosen.region) if chosen else ("", ""),
    )


def _items(section: str) -> list[MenuItem]:
    return sorted((item for item in registry.menu if item.section == section), key=lambda item: item.order)


def _shown(request: HttpRequest, item: MenuItem, place: Place | None) -> bool:
    """A place's line without a resource of its own is for everybody who may read anything there."""
    if item.section != "place":
        return may(request.user, item.action, Resource(item.resource))
    if place is None:
        return False
    if item.resource == "console:home":
        return reaches(request.user, place.connection.slug, place.region)
    return may(request.user, item.action, place.resource(item.resource))


def _link(request: HttpRequest, item: MenuItem, place: Place | None) -> Link:
    url = item.url(place)
    return Link(
        item.title, item.icon, url, request.path == url or (url != "/" and request.path.startswith(url))
    )


def _same(place: Place, other: Place | None) -> bool:
    return other is not None and place.connection.pk == other.connection.pk and place.region == other.region


def _calls(request: HttpRequest) -> Spent | None:
    collected = current()
    user = getattr(request, "user", None)
    if collected is None or user is None or not user.is_staff:
        return None
    return Spent(tuple(collected.made))
