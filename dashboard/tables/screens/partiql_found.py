"""What the pages of PartiQL show of what was read: a page of results, several statements with their items, a name that was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from dashboard.accounts.place import Place
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.partiql import Batch
from dashboard.core.wire import Item
from dashboard.tables.core.itemkeys import canonical_key
from dashboard.tables.core.partiql.reach import key_given
from dashboard.tables.core.partiql.tree import Select
from dashboard.tables.operations import partiql_names
from dashboard.tables.operations.partiql import One, Page
from dashboard.tables.screens.columns import grid_context
from dashboard.tables.screens.grid import grid
from dashboard.tables.screens.partiql_form import Form
from dashboard.tables.screens.shared import Links

MOST_ROWS = 1000
"""Rows that a page shows; one call can find many more small items than a browser draws at ease."""


def results(request: HttpRequest, place: Place, form: Form, page: Page, approval: str) -> dict[str, Any]:
    """A page of items, with the way on: a link, or a form where the address would be too long."""
    one, links = page.one, Links(place, page.one.table.name)
    more = ({"cursor": page.next} if page.next else {}) | ({"approved": approval} if approval else {})
    cut = len(page.items) > MOST_ROWS
    return {
        "asked": [one],
        "rows": page,
        "next_url": form.address(request.path, **more) if page.next else "",
        "next_cursor": page.next or "",
        "approved": approval,
        "first_url": form.address(request.path) if page.pages > 1 else "",
        "cut": MOST_ROWS if cut else 0,
        "smaller_url": replace(form, limit=str(MOST_ROWS)).address(request.path) if cut else "",
        **_grid(request, links, one, page.items[:MOST_ROWS]),
    }


def _grid(request: HttpRequest, links: Links, one: One, items: Sequence[Item]) -> dict[str, Any]:
    """Whole items of a table get the reader's columns and boxes to select; what was projected is shown as it was asked for."""
    select = one.parsed.statement
    index = one.table.index(one.parsed.index) if one.parsed.index else None
    index_keys = tuple(part.name for part in (*index.partition, *index.sort)) if index else ()
    partial = bool(isinstance(select, Select) and select.fields) or (
        index is not None and index.projection != "ALL"
    )
    keys = one.table.key_names
    if not partial and request.method == "GET":
        return grid_context(request, links, items, keys, index_keys)
    fields = [str(path[0]) for path in select.fields if len(path) == 1] if isinstance(select, Select) else []
    return _plain_grid(links, items, keys, tuple(fields) or index_keys, partial=partial)


def _plain_grid(
    links: Links, items: Sequence[Item], keys: Sequence[str], more: Sequence[str], *, partial: bool
) -> dict[str, Any]:
    """Rows as they came. ``keyless`` names the key attributes without which no row can lead to its item; empty when they do."""
    whole = all(name in item for item in items for name in keys)
    laid = grid(items, keys if whole else (), more, partial=partial and whole)
    base = f"{links.browse}item/" if whole else ""
    found = {"grid": laid, "item_base": base, "grid_data": None if whole else list(items)}
    return found | {"keyless": () if whole else tuple(keys), "valueless": bool(items) and not any(items)}


def together(place: Place, asked: Sequence[One], batch: Batch) -> dict[str, Any]:
    """Several SELECT: each with its item or what stopped it."""
    items = [outcome.item for outcome in batch.outcomes if outcome.item is not None]
    lines = [
        (
            one.text,
            "error" if outcome.error else "none" if outcome.item is None else "found",
            outcome.error,
            item_url(place, one),
        )
        for one, outcome in zip(asked, batch.outcomes, strict=True)
    ]
    names = {one.table.name for one in asked}
    table = asked[0].table
    keys = table.key_names if len(names) == 1 else ()
    laid = _plain_grid(Links(place, table.name), items, keys, (), partial=False)
    if not keys:
        laid |= {"item_base": "", "grid_data": items}
    return {"asked": asked, "batch": batch, "lines": lines, **laid}


def item_url(place: Place, one: One) -> str:
    """The page of the one item that the statement names by its key."""
    key = canonical_key(key_given(one.table, one.parsed, one.parameters))
    return Links(place, one.table.name, encode_key(key, one.table.key_names)).item


def meant(error: AwsError, known: Mapping[str, Table | None]) -> str:
    """What somebody may have meant who named a table that AWS does not have; empty for another error, or when nothing is like it."""
    kind, _, name = error.resource.partition(":")
    if error.kind is not Kind.NOT_FOUND or kind != "table":
        return ""
    question = partiql_names.meant(name, known)
    return f"There is no table {name} here. {question}" if question else ""
