"""What the frame itself hangs into the registry: its pages, its lines of the menu, its panels, its palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import include, path

from dashboard.accounts.policy import may
from dashboard.console.context import menu_of, place_url, readable_places
from dashboard.console.registry import Entry, HomePanel, MenuItem, registry
from dashboard.core.resources import Resource

HOME = Resource("console:home")


def register() -> None:
    """Called once, from ``ConsoleConfig.ready``."""
    registry.urls.append(path("", include("dashboard.console.page_urls")))
    registry.menu += [
        MenuItem("Home", "home", lambda place: "/", section="console", order=0),
        MenuItem(
            "Manage",
            "settings",
            lambda place: "/manage/",
            resource="console:users",
            action="administer",
            section="console",
            order=90,
        ),
        MenuItem(
            "Components",
            "palette",
            lambda place: "/components/",
            resource="console:components",
            action="administer",
            section="console",
            order=95,
        ),
    ]
    registry.palette += [pages, places]
    registry.panels += [
        HomePanel("Connections", "console/panels/connections.html", connections, order=10),
        HomePanel("Where to start", "console/panels/start.html", start, order=90),
    ]


def pages(request: HttpRequest, text: str) -> Iterable[Entry]:
    """The lines of the viewer's menu, which are already those they may open."""
    menu = menu_of(request)
    for link in (*menu.place, *menu.console):
        yield Entry(link.title, "page", link.url, HOME)


def places(request: HttpRequest, text: str) -> Iterable[Entry]:
    """The connections and regions the viewer may read in."""
    for place in readable_places(request):
        row = place.connection
        yield Entry(
            f"{row.name} {place.region}",
            "connection",
            place_url(request, place),
            HOME,
            row.get_environment_display(),
        )


def connections(request: HttpRequest) -> dict[str, object]:
    """The panel of connections; one query, no AWS call."""
    rows: dict[int, dict[str, object]] = {}
    for place in readable_places(request):
        row = rows.setdefault(place.connection.pk, {"connection": place.connection, "links": []})
        row["links"].append((place.region, place_url(request, place)))  # type: ignore[attr-defined]
    may_add = may(request.user, "administer", Resource("console:connections"))
    return {
        "rows": list(rows.values()),
        "steps": ()
        if may_add
        else ("Ask an administrator of this console for a connection and a grant to read in it.",),
        "links": [("New connection", "/connections/new/")] if may_add else [],
    }


def start(request: HttpRequest) -> dict[str, object]:
    """The panel for somebody who is new here; no query of its own, no AWS call."""
    return {"places": readable_places(request)[:1]}
