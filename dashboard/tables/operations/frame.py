"""What the frame shows of the tables without asking AWS: the palette's entries and the home page's panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.http import HttpRequest
from django.urls import reverse

from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.context import readable_places
from dashboard.console.registry import Entry
from dashboard.tables.models import TableListing
from dashboard.tables.operations.catalogue import visible

MOST_ENTRIES = 200
"""Of one search; the palette ranks them and shows fewer."""


@dataclass(frozen=True)
class PlaceTables:
    """One row of the panel. ``count`` is None while nobody has looked there; ``error`` is why the last refresh failed."""

    place: Place
    url: str
    count: int | None
    refreshed: datetime | None
    error: str


def palette(request: HttpRequest, text: str) -> Iterable[Entry]:
    """Tables whose name, or place, holds every word of ``text`` (case-folded); only what the viewer may read. No AWS call."""
    return islice(_entries(request, text.split()), MOST_ENTRIES)


def panel(request: HttpRequest) -> dict[str, object]:
    """``rows``: a PlaceTables for each place in which the viewer may read. No AWS call, one query."""
    return {"rows": [_row(request, place, row) for place, row in _listings(request)]}


def _entries(request: HttpRequest, words: list[str]) -> Iterator[Entry]:
    for place, row in _listings(request):
        where = f"{place.connection.slug}/{place.region}"
        for name in row.names if row else ():
            held = f"{name} {where} table".casefold()
            resource = place.resource(f"table:{name}")
            if all(word in held for word in words) and may(request.user, "read", resource):
                url = reverse("tables:browse", args=[place.connection.slug, place.region, name])
                yield Entry(name, "Table", url, resource, where)


def _listings(request: HttpRequest) -> list[tuple[Place, TableListing | None]]:
    places = readable_places(request)
    rows = {
        (row.connection_id, row.region): row
        for row in TableListing.objects.filter(connection__in={place.connection.pk for place in places})
    }
    return [(place, rows.get((place.connection.pk, place.region))) for place in places]


def _row(request: HttpRequest, place: Place, row: TableListing | None) -> PlaceTables:
    url = reverse("tables:list", args=[place.connection.slug, place.region])
    if row is None or row.refreshed is None:
        return PlaceTables(place, url, None, None, row.error if row else "")
    count = len(visible(request.user, place, tuple(row.names)))
    return PlaceTables(place, url, count, row.refreshed, row.error)
