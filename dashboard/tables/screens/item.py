"""One item, whole: every attribute by type and size, when it expires, its neighbours, and where to go from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.wire import Item, compact
from dashboard.tables.core.drafts import to_text
from dashboard.tables.core.expiry import expiry
from dashboard.tables.core.neighbours import neighbours
from dashboard.tables.core.search import params_of
from dashboard.tables.core.size import MAX_ITEM_BYTES
from dashboard.tables.operations import items
from dashboard.tables.screens.missing import missing, no_such_key
from dashboard.tables.screens.shared import Links, page_context
from dashboard.tables.screens.values import attributes, key_label


@screen("read", "table:{table}")
def item(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """The item: one GetItem."""
    links = Links(place, table, key)
    try:
        shown = items.get_item(actor_of(request), place, table, key)
    except InputError as error:
        return no_such_key(request, links, error)
    names = shown.table.key_names
    label = key_label(shown.key, names)
    if shown.item is None:
        return missing(request, links, label)
    context = page_context(request, links, label, (label, None)) | {
        "table": shown.table,
        "attributes": attributes(shown.item, names, links.value),
        "size": shown.size,
        "most": MAX_ITEM_BYTES,
        "dynamodb_text": to_text(shown.item, "dynamodb"),
        "plain_text": to_text(shown.item, "plain"),
        "key_json": compact(shown.key),
        "around": _around(links, shown.table, shown.item),
        "ttl_asked": shown.ttl is not None,
    }
    return render(request, "tables/item.html", context | _expiry(shown.ttl or "", shown.item))


@screen("read", "table:{table}")
def expires(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """When it expires, for the item's page of a table whose TTL was not known yet: DescribeTimeToLive and GetItem, once."""
    attribute = items.ttl_attribute(actor_of(request), place, table)
    context: dict[str, Any] = {"links": Links(place, table, key)}
    if attribute:
        try:
            found = items.get_item(actor_of(request), place, table, key).item
        except InputError as error:
            return no_such_key(request, Links(place, table, key), error)
        context |= _expiry(attribute, found or {})
    return render(request, "tables/expiry.html", context)


def _expiry(attribute: str, item: Item) -> dict[str, Any]:
    """``ttl`` is the attribute's name, ``expiry`` what it says; None for an item without it, which never expires."""
    value = item.get(attribute) if attribute else None
    return {"ttl": attribute, "expiry": expiry(value, timezone.now()) if value else None, "ttl_value": value}


def _around(links: Links, table: Table, item: Item) -> list[dict[str, str]]:
    """The links to its neighbours; without ``url`` where there are none."""
    return [
        {
            "title": near.index or f"Same {' and '.join(near.parts)}",
            "index": near.index,
            "parts": " and ".join(near.parts),
            "url": f"{links.browse}?{urlencode(params_of(near.search))}" if near.search else "",
            "why": near.why,
        }
        for near in neighbours(table, item)
    ]
