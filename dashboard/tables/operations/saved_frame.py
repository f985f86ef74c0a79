"""Saved queries in the palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from dashboard.accounts.actor import as_user
from dashboard.console.context import readable_places
from dashboard.console.registry import Entry
from dashboard.tables.operations.saved import seen_by


def palette(request: HttpRequest, text: str) -> Iterable[Entry]:
    """Queries whose name or table holds every word of ``text`` (case-folded), of those the viewer may run. No AWS call."""
    user = as_user(request.user)
    if user is None:
        return
    words = text.split()
    for place in readable_places(request):
        for row in seen_by(user, place):
            held = f"{row.name} {row.table} query".casefold()
            if all(word in held for word in words):
                where = (place.connection.slug, place.region, row.table)
                yield Entry(
                    row.name,
                    "Query",
                    reverse("tables:saved-query", args=[*where, row.pk]),
                    place.resource(f"table:{row.table}"),
                    row.table,
                )
