"""The APIs of a connection, REST, HTTP and WebSocket in one list: what we know of them, how old it is, and what could not be read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apiconfig.core.apis import KIND_WORDS
from apiconfig.core.views import ApiRow, Listing
from apiconfig.operations import catalogue
from dashboard.accounts.place import Place
from dashboard.console.screen import screen

PER_PAGE = 600
"""Lines of a page: as many regional REST APIs as a region can have."""


@screen("read", "console:home", post="read")
def apis(request: HttpRequest, place: Place) -> HttpResponse:
    """No AWS call once they are known; POST asks AWS for them again: two lists a region of the connection."""
    if request.method == "POST":
        return _refresh(request, place)
    listing = catalogue.visible(request.user, place, catalogue.apis(place))
    wanted, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    found = matching(listing, wanted, kind)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "title": "APIs",
        "crumbs": [("APIs", None)],
        "listing": listing,
        "wanted": wanted,
        "kind": kind if kind in KIND_WORDS else "",
        "kinds": KIND_WORDS.items(),
        "page": page,
        "filtered": bool(wanted or kind in KIND_WORDS),
        "filter_query": urlencode({name: text for name, text in (("q", wanted), ("kind", kind)) if text}),
        "troubles": [state for state in listing.states if state.failure or state.error],
        "regions": len({state.region for state in listing.states}) > 1,
        "refresh_url": request.get_full_path(),
    }
    return render(request, "apis/list.html", context)


def matching(listing: Listing, text: str, kind: str) -> list[ApiRow]:
    """The rows whose name or id holds ``text``, in capitals or not, and that are of ``kind`` (no such kind: of any)."""
    held = text.casefold()
    return [
        row
        for row in listing.rows
        if (not held or held in row.api.name.casefold() or held in row.api.id)
        and (kind not in KIND_WORDS or row.api.kind == kind)
    ]


def _refresh(request: HttpRequest, place: Place) -> HttpResponse:
    listing = catalogue.visible(request.user, place, catalogue.refresh(place))
    if any(state.failure for state in listing.states):
        messages.warning(request, "Some of the lists could not be read again; what was known before stands.")
    else:
        messages.success(request, "The lists were read from AWS again.")
    query = request.GET.urlencode()
    target = reverse("apis:list", args=[place.connection.slug, place.region])
    return redirect(f"{target}?{query}" if query else target)
