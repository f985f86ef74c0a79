"""The tables that a person may name in a statement, as far as we know them without asking AWS."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from django.contrib.auth.models import AnonymousUser

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.dynamodb import Table
from dashboard.tables.core import described
from dashboard.tables.models import TableFacts, TableListing
from dashboard.tables.operations.catalogue import visible

MOST_TABLES = 500
MOST_DESCRIBED = 100
"""Tables that are offered with their indexes and key attributes: the last ones that were looked at."""


def known(user: User | AnonymousUser | None, place: Place, here: str = "") -> dict[str, Table | None]:
    """Name to description, None where only the name is known; ``here`` is among them when we have it. Two queries."""
    listing = TableListing.objects.filter(connection=place.connection, region=place.region).first()
    rows = TableFacts.objects.filter(connection=place.connection, region=place.region)
    facts = dict(rows.order_by("-fetched").values_list("name", "description")[:MOST_DESCRIBED])
    names = dict.fromkeys(name for name in (here, *facts, *(listing.names if listing else ())) if name)
    found = visible(user, place, tuple(names))[:MOST_TABLES]
    return {name: described.from_json(facts[name]) if name in facts else None for name in found}


def meant(name: str, known: Mapping[str, Table | None]) -> str:
    """A question after what somebody may have meant by a table ``name`` that is not there; empty when nothing of ``known`` is like it."""
    parts = [(name[:place], name[place + 1 :]) for place, char in enumerate(name) if char == "."]
    found = [
        f'"{first}"."{rest}"'
        for first, rest in parts
        if (table := known.get(first)) is not None and table.index(rest) is not None
    ]
    small = {one.lower(): one for one in known if one != name}
    close = get_close_matches(name.lower(), small, 3, 0.7)
    found += [f'"{small[one]}"' for one in close]
    return f"Did you mean {' or '.join(found)}?" if found else ""
