"""One item, whole: every attribute by type and size, and where to go from it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import InputError
from dashboard.core.wire import compact
from dashboard.tables.core.drafts import to_text
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
        "attributes": attributes(shown.item, names),
        "size": shown.size,
        "most": MAX_ITEM_BYTES,
        "dynamodb_text": to_text(shown.item, "dynamodb"),
        "plain_text": to_text(shown.item, "plain"),
        "key_json": compact(shown.key),
    }
    return render(request, "tables/item.html", context)
