"""The tables of a place: their names at once, their details as they come into view, each row failing alone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dashboard.accounts.place import Place
from dashboard.console.advice import State, state_of
from dashboard.console.screen import screen
from dashboard.core.errors import AwsError
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.catalogue import Facts
from dashboard.tables.screens.shared import Links, is_table_name
from dashboard.tables.screens.structure_create import may_make
from dashboard.tables.screens.transaction_form import may_transact

PER_PAGE = 100
"""Names on a page of the list."""
BATCH = 10
"""Rows that ask for their details together: few enough for a URL, enough to keep the requests few."""


@dataclass(frozen=True)
class Row:
    """A table of the list; its details are ``facts``, or ``failure`` when AWS would not tell, or not yet asked for."""

    name: str
    links: Links
    facts: Facts | None = None
    failure: State | None = None
    retry: str = ""


@screen("read", "console:home", post="read")
def tables(request: HttpRequest, place: Place) -> HttpResponse:
    """The names. No AWS call once they are known; POST asks AWS for them again: one ListTables for each 100 names."""
    if request.method == "POST":
        return _refresh(request, place)
    listing = catalogue.listing(place)
    wanted = request.GET.get("q", "").strip()
    readable = catalogue.visible(request.user, place, listing.names)
    found = [name for name in readable if wanted.lower() in name.lower()] if wanted else readable
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = list(page.object_list)
    batches = [(_details_url(place, part), _rows(place, part)) for part in _chunks(names)]
    context = {
        "title": "Tables",
        "crumbs": [("Tables", None)],
        "listing": listing,
        "may_make": may_make(request, place),
        "may_transact": may_transact(request.user, place, listing.names),
        "refresh_url": request.get_full_path(),
        "wanted": wanted,
        "total": len(readable),
        "page": page,
        "batches": batches,
        "filter_query": urlencode({"q": wanted}) if wanted else "",
    }
    return render(request, "tables/list.html", context)


@screen("read", "console:home")
def details(request: HttpRequest, place: Place) -> HttpResponse:
    """The rows of up to BATCH tables (``name``, repeated). One DescribeTable for each that is not known or is asked for ``fresh``."""
    names = tuple(name for name in request.GET.getlist("name") if is_table_name(name))[:BATCH]
    fresh = "fresh" in request.GET
    rows = [_row(place, name, fresh=fresh) for name in catalogue.visible(request.user, place, names)]
    return render(request, "tables/list_rows.html", {"rows": rows})


def _refresh(request: HttpRequest, place: Place) -> HttpResponse:
    catalogue.refresh_names(place)
    messages.success(request, "The names were read from AWS again.")
    return redirect(
        f"{reverse('tables:list', args=[place.connection.slug, place.region])}?{request.GET.urlencode()}"
    )


def _row(place: Place, name: str, *, fresh: bool) -> Row:
    links = Links(place, name)
    try:
        return Row(name, links, catalogue.facts(place, name, fresh=fresh))
    except AwsError as error:
        return Row(name, links, failure=state_of(error), retry=f"{_details_url(place, [name])}&fresh=1")


def _rows(place: Place, names: list[str]) -> list[Row]:
    return [Row(name, Links(place, name)) for name in names]


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[start : start + BATCH] for start in range(0, len(names), BATCH)]


def _details_url(place: Place, names: list[str]) -> str:
    query = urlencode([("name", name) for name in names])
    return f"{reverse('tables:details', args=[place.connection.slug, place.region])}?{query}"
