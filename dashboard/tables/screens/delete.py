"""Deleting an item: what is lost, a reason, its name typed, and the write that refuses an item changed since."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.diff import diff_items
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item, compact, tag_of
from dashboard.tables.operations import catalogue, items
from dashboard.tables.operations.items import Conflict
from dashboard.tables.screens.drafts import Draft, check_reason, posted
from dashboard.tables.screens.missing import gone, missing, no_such_key
from dashboard.tables.screens.shared import Links, failed, page_context, undo_link
from dashboard.tables.screens.values import attributes, key_label

TEMPLATE = "tables/delete.html"
TYPEABLE = 64
"""Characters of a key that a person is asked to type; a longer or stranger one gets a short form."""


@screen("delete", "table:{table}", post="delete")
def delete(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """GET: one GetItem. POST: one DeleteItem, conditional on what was shown; none while reason or name are missing."""
    links = Links(place, table, key)
    try:
        if request.method == "POST":
            return _post(request, links)
        shown = items.get_item(actor_of(request), place, table, key)
    except InputError as error:
        return no_such_key(request, links, error)
    if shown.item is None:
        return missing(request, links, key_label(shown.key, shown.table.key_names))
    return render(request, TEMPLATE, _context(request, links, shown.table, shown.key, shown.item))


def _post(request: HttpRequest, links: Links) -> HttpResponse:
    draft = posted(request.POST)
    table = catalogue.facts(links.place, links.table).table
    key = decode_key(links.key, table.key_names)
    original: Item | None = None
    try:
        original = draft.shown()
        check_reason(draft)
        _check_name(request.POST.get("name", ""), asked_for(table, key))
        wide = _allowed(request, table, key, original)
        result = items.delete_item(
            actor_of(request), links.place, links.table, links.key, original, draft.reason, wide=wide
        )
    except InputError as error:
        context = _context(request, links, table, key, original, draft) | {"wrong": error}
        return render(request, TEMPLATE, context, status=400)
    except AwsError as error:
        return failed(request, TEMPLATE, _context(request, links, table, key, original, draft), error)
    if isinstance(result, Conflict):
        return _conflict(request, links, table, key, original, draft, result)
    messages.success(
        request,
        format_html(
            'Deleted {}. <a class="button" href="{}">Undo…</a>',
            key_label(key, table.key_names),
            undo_link(result.change_id),
        ),
    )
    return redirect(links.browse)


def asked_for(table: Table, key: Item) -> str:
    """What must be typed: the partition key's value, or eight figures made of the key when that is long or hard to type."""
    value = key[table.partition.name]
    text = str(value[tag_of(value)])
    plain = tag_of(value) != "B" and len(text) <= TYPEABLE and text.isprintable() and text == text.strip()
    return text if plain else hashlib.sha256(compact(key).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _allowed(request: HttpRequest, table: Table, key: Item, original: Item) -> bool:
    """Whether attributes may stay unchecked in the moment of the delete; InputError where that is needed and was not allowed."""
    if not items.deletion(table, key, original, wide=True).unguarded:
        return False
    if not request.POST.get("wide"):
        raise InputError(
            "wide", "Allow it here, or keep the item: one condition cannot check all of its attributes."
        )
    return True


def _check_name(typed: str, asked: str) -> None:
    if typed.strip() != asked:
        raise InputError("name", f"Type {asked} into this field to confirm what is deleted.")


def _context(
    request: HttpRequest, links: Links, table: Table, key: Item, item: Item | None, draft: Draft | None = None
) -> dict[str, Any]:
    """The form; ``item`` is None when it did not come back, and then there is nothing to confirm."""
    label = key_label(key, table.key_names)
    frame = page_context(request, links, f"Delete {label}", (label, links.item), ("Delete", None))
    unguarded = items.deletion(table, key, item, wide=True).unguarded if item else ()
    return frame | {
        "label": label,
        "unguarded": unguarded,
        "guarded": len(item or ()) - len(unguarded) - len(key),
        "wide": bool(request.POST.get("wide")),
        "attributes": attributes(item, table.key_names) if item else (),
        "original": compact(item) if item else "",
        "asked": asked_for(table, key),
        "is_short": asked_for(table, key) != str(next(iter(key[table.partition.name].values()))),
        "key_name": table.partition.name,
        "draft": draft or Draft(""),
        "typed": request.POST.get("name", ""),
    }


def _conflict(
    request: HttpRequest,
    links: Links,
    table: Table,
    key: Item,
    original: Item,
    draft: Draft,
    conflict: Conflict,
) -> HttpResponse:
    """409: what stands there now, and the form again for that; or that there is nothing left to delete."""
    if conflict.theirs is None:
        return gone(request, links, key_label(key, table.key_names))
    context = _context(request, links, table, key, conflict.theirs, draft)
    more = {"conflict": conflict, "changes": diff_items(original, conflict.theirs), "typed": ""}
    return render(request, TEMPLATE, context | more, status=409)
