"""What the frame shows of the APIs without asking AWS: the palette's entries and the home page's panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apiconfig.core.apis import rest_api, v2_api
from apiconfig.models import Remembered
from apiconfig.operations.catalogue import is_id
from apiconfig.operations.memory import part_of
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.context import readable_places
from dashboard.console.registry import Entry

MOST_ENTRIES = 200
"""Of one search; the palette ranks them and shows fewer."""
Rows = dict[str, Remembered]


@dataclass(frozen=True)
class PlaceApis:
    """One row of the panel. ``count`` is None while nobody has looked there; ``error`` is why the last refresh failed."""

    place: Place
    url: str
    count: int | None
    refreshed: datetime | None
    error: str


def palette(request: HttpRequest, text: str) -> Iterable[Entry]:
    """APIs, plans and keys whose name, id or place holds every word of ``text`` (case-folded); only what the viewer may read.

    No AWS call.
    """
    return islice(_entries(request, text.casefold().split()), MOST_ENTRIES)


def panel(request: HttpRequest) -> dict[str, object]:
    """``rows``: a PlaceApis for each place in which the viewer may read. No AWS call, one query."""
    return {"rows": [_row(request, place, rows) for place, rows in _lists(request, ("rest", "v2"))]}


def _entries(request: HttpRequest, words: list[str]) -> Iterator[Entry]:
    for place, rows in _lists(request, ("rest", "v2", "plans", "keys")):
        for part, row in rows.items():
            for entry in row.payload or ():
                if not is_id(str(entry.get("id", entry.get("ApiId", "")))):
                    continue  # nothing of AWS's, and no address could be made of it
                found = _entry(place, part, entry)
                held = f"{found.title} {found.kind} {found.detail} {found.resource.name}".casefold()
                if all(word in held for word in words) and may(request.user, "read", found.resource):
                    yield found


def _entry(place: Place, part: str, entry: dict[str, Any]) -> Entry:
    slug, region = place.connection.slug, place.region
    where = f"{slug}/{region}"
    if part == "plans":
        name, ident = str(entry.get("name") or entry["id"]), str(entry["id"])
        url = reverse("apis:plan", args=[slug, region, ident])
        return Entry(name, "Usage plan", url, place.resource(f"plan:{ident}"), where)
    if part == "keys":
        name, ident = str(entry.get("name") or entry["id"]), str(entry["id"])
        url = reverse("apis:key", args=[slug, region, ident])
        return Entry(name, "API key", url, place.resource(f"key:{ident}"), where)
    api = (rest_api if part == "rest" else v2_api)(entry, region)
    url = reverse("apis:api", args=[slug, region, api.id])
    return Entry(api.title, f"{api.kind_words} API", url, place.resource(f"api:{api.id}"), where)


def _lists(request: HttpRequest, parts: tuple[str, ...]) -> list[tuple[Place, Rows]]:
    places = readable_places(request)
    rows = Remembered.objects.filter(
        connection__in={place.connection.pk for place in places}, subject="", part__in=parts
    )
    kept: dict[tuple[int, str], Rows] = {}
    for row in rows:
        kept.setdefault((row.connection_id, row.region), {})[row.part] = row
    return [(place, kept.get((place.connection.pk, place.region), {})) for place in places]


def _row(request: HttpRequest, place: Place, rows: Rows) -> PlaceApis:
    url = reverse("apis:list", args=[place.connection.slug, place.region])
    parts = [part_of(row) for row in rows.values()]
    error = "; ".join(f"{part.failure.code}: {part.failure.message}" for part in parts if part.failure)
    times = [part.fetched for part in parts if part.fetched is not None]
    if not times:
        return PlaceApis(place, url, None, None, error)
    ids = [str(entry.get("id", entry.get("ApiId", ""))) for part in parts for entry in part.payload or ()]
    count = sum(1 for ident in ids if may(request.user, "read", place.resource(f"api:{ident}")))
    return PlaceApis(place, url, count, min(times), error)
