"""A new item: the text, what it would create, the write that refuses a key that is taken."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError
from dashboard.core.wire import Item, Wire
from dashboard.tables.operations import catalogue, items
from dashboard.tables.operations.items import Exists
from dashboard.tables.screens.desk import EDITOR, Desk
from dashboard.tables.screens.drafts import Draft, draft_of, posted
from dashboard.tables.screens.shared import Links, page_context, undo_link
from dashboard.tables.screens.values import attributes, key_label

_EMPTY: dict[str, Wire] = {"S": {"S": ""}, "N": {"N": "0"}, "B": {"B": ""}}


@screen("write", "table:{table}", post="write")
def new(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """No AWS call once the table is known, but POST ``save``: one PutItem that refuses an existing key."""
    links = Links(place, table)
    if request.method != "POST":
        description = catalogue.facts(place, table).table
        return _desk(request, links, draft_of(_template(description))).page(EDITOR)
    desk = _desk(request, links, posted(request.POST))
    try:
        description = catalogue.facts(place, table).table
    except AwsError as error:
        return desk.failed(error)
    return desk.answer(description, lambda description: _save(desk, description))


def _template(table: Table) -> Item:
    """The key attributes with their types, empty."""
    parts = (table.partition,) if table.sort is None else (table.partition, table.sort)
    return {part.name: _EMPTY[part.tag] for part in parts}


def _desk(request: HttpRequest, links: Links, draft: Draft) -> Desk:
    frame = page_context(request, links, f"New item in {links.table}", ("New item", None))
    words = {
        "cancel_url": links.browse,
        "save_word": "Create the item",
        "back_word": "Back to the table",
        "new": True,
    }
    return Desk(request, links, draft, frame | words)


def _save(desk: Desk, table: Table) -> HttpResponse:
    """The one write."""
    item, links = desk.draft.item(), desk.links
    result = items.create_item(actor_of(desk.request), links.place, links.table, item, desk.draft.reason)
    there = Links(links.place, links.table, result.key_text)
    if isinstance(result, Exists):
        existing = attributes(result.item, table.key_names) if result.item else ()
        label = key_label(item, table.key_names)
        return desk.page("tables/exists.html", 409, there=there, existing=existing, label=label)
    messages.success(
        desk.request,
        format_html('Created. <a class="button" href="{}">Undo…</a>', undo_link(result.change_id)),
    )
    return redirect(there.item)
