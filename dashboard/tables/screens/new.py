"""A new item: the draft, what it would create, the write that refuses a key that is taken. A duplicate begins as another item."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.plans import CREATE
from dashboard.tables.operations import catalogue, items
from dashboard.tables.operations.items import Exists
from dashboard.tables.screens.desk import Desk
from dashboard.tables.screens.drafts import (
    FIRST_VIEW,
    VIEW_NAMES,
    Draft,
    draft_of,
    key_in_url,
    ordered,
    posted,
)
from dashboard.tables.screens.missing import missing, no_such_key
from dashboard.tables.screens.shared import Links, page_context, undo_button
from dashboard.tables.screens.values import attributes, key_label

_EMPTY: dict[str, Wire] = {"S": {"S": ""}, "N": {"N": "0"}, "B": {"B": ""}}


@screen("write", "table:{table}", post="write")
def new(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """No AWS call once the table is known, but POST ``save``: one PutItem that refuses an existing key."""
    links = Links(place, table)
    if request.method != "POST":
        description = catalogue.facts(place, table).table
        draft = draft_of(_template(description), _view(request))
        return _desk(request, links, draft).at(description).editor()
    desk = _desk(request, links, _posted(request))
    try:
        description = catalogue.facts(place, table).table
    except AwsError as error:
        return desk.failed(error)
    return desk.answer(description, _save)


@screen("write", "table:{table}")
def duplicate(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """The form of a new item that begins as this one: one GetItem."""
    links = Links(place, table, key)
    try:
        shown = items.get_item(actor_of(request), place, table, key)
    except InputError as error:
        return no_such_key(request, links, error)
    names = shown.table.key_names
    if shown.item is None:
        return missing(request, links, key_label(shown.key, names))
    draft = draft_of(ordered(shown.item, names), _view(request), copy_of=key)
    return _desk(request, links, draft).at(shown.table).editor()


def _view(request: HttpRequest) -> str:
    view = request.GET.get("form", FIRST_VIEW)
    return view if view in VIEW_NAMES else FIRST_VIEW


def _posted(request: HttpRequest) -> Draft:
    """The draft; also that of an edit which is to become an item of its own (``copy_of`` in the address): nothing was there before it."""
    draft = posted(request.POST)
    return replace(draft, original="", copy_of=draft.copy_of or key_in_url(request.GET.get("copy_of", "")))


def _template(table: Table) -> Item:
    """The key attributes with their types, empty."""
    parts = (table.partition,) if table.sort is None else (table.partition, table.sort)
    return {part.name: _EMPTY[part.tag] for part in parts}


def _desk(request: HttpRequest, links: Links, draft: Draft) -> Desk:
    copy = bool(draft.copy_of)
    title = f"Duplicate an item of {links.table}" if copy else f"New item in {links.table}"
    frame = page_context(request, links, title, ("Duplicate" if copy else "New item", None))
    words = {
        "action": links.new,
        "cancel_url": Links(links.place, links.table, draft.copy_of).item if copy else links.browse,
        "save_word": "Create the item",
        "back_word": "Back to the item" if copy else "Back to the table",
        "new": True,
    }
    return Desk(request, links, draft, frame | words)


def _save(desk: Desk) -> HttpResponse:
    """The one write."""
    item, links = desk.draft.item(), desk.links
    result = items.create_item(actor_of(desk.request), links.place, links.table, item, desk.draft.reason)
    there = Links(links.place, links.table, result.key_text)
    if isinstance(result, Exists):
        existing = attributes(result.item, desk.known.key_names) if result.item else ()
        label = key_label(item, desk.known.key_names)
        more = {"there": there, "existing": existing, "label": label, "already": result.already}
        return desk.page("tables/exists.html", 409, **more)
    messages.success(
        desk.request,
        format_html(
            "Created.{}{}",
            undo_button(desk.request, links, CREATE, result.change_id),
            _way_to_first(desk),
        ),
    )
    return redirect(there.item)


def _way_to_first(desk: Desk) -> str:
    """Of a duplicate: the item that it was made from, perhaps to be deleted now."""
    if not desk.draft.copy_of:
        return ""
    first = Links(desk.links.place, desk.links.table, desk.draft.copy_of)
    return format_html(' <a class="button" href="{}">The item it is a copy of</a>', first.item)
