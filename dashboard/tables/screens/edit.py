"""Editing an item: the text, what it would change, the save, and the three-way view when somebody else was faster."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import compact
from dashboard.tables.core.drafts import to_text
from dashboard.tables.operations import catalogue, items
from dashboard.tables.operations.items import Conflict
from dashboard.tables.screens.desk import EDITOR, Desk
from dashboard.tables.screens.drafts import FIRST_FORM, FORM_NAMES, Draft, draft_of, posted
from dashboard.tables.screens.missing import missing, no_such_key
from dashboard.tables.screens.shared import Links, page_context, undo_link
from dashboard.tables.screens.values import key_label


@screen("write", "table:{table}", post="write")
def edit(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """GET: one GetItem. POST ``preview``, ``switch`` and ``edit``: none. POST ``save``: one UpdateItem."""
    links = Links(place, table, key)
    try:
        if request.method == "POST":
            return _post(request, links)
        shown = items.get_item(actor_of(request), place, table, key)
    except InputError as error:
        return no_such_key(request, links, error)
    label = key_label(shown.key, shown.table.key_names)
    if shown.item is None:
        return missing(request, links, label)
    form = request.GET.get("form", FIRST_FORM)
    draft = draft_of(shown.item, form if form in FORM_NAMES else FIRST_FORM, shown.item)
    return _desk(request, links, draft, label).page(EDITOR)


def _post(request: HttpRequest, links: Links) -> HttpResponse:
    draft = posted(request.POST)
    try:
        table = catalogue.facts(links.place, links.table).table
    except AwsError as error:
        return _desk(request, links, draft, links.key).failed(error)
    label = key_label(decode_key(links.key, table.key_names), table.key_names)
    desk = _desk(request, links, draft, label)
    return desk.answer(table, lambda table: _save(desk, table))


def _desk(request: HttpRequest, links: Links, draft: Draft, label: str) -> Desk:
    frame = page_context(request, links, f"Edit {label}", (label, links.item), ("Edit", None))
    words = {"cancel_url": links.item, "save_word": "Save the change", "back_word": "Back to the item"}
    return Desk(request, links, draft, frame | words)


def _save(desk: Desk, table: Table) -> HttpResponse:
    """The one write; a conflict is a page of its own, with everything that was typed."""
    draft, links = desk.draft, desk.links
    actor = actor_of(desk.request)
    result = items.save_item(
        actor, links.place, links.table, links.key, draft.shown(), draft.item(), draft.reason
    )
    if isinstance(result, Conflict):
        return _conflict(desk, result)
    count = len(result.changes)
    messages.success(
        desk.request,
        format_html(
            'Saved: {} changed. <a class="button" href="{}">Undo…</a>',
            "1 attribute" if count == 1 else f"{count} attributes",
            undo_link(result.change_id),
        ),
    )
    return redirect(links.item)


def _conflict(desk: Desk, conflict: Conflict) -> HttpResponse:
    """409: original, yours and theirs side by side, and the ways on. With the item gone, the way to create it anew."""
    merge, form = conflict.merge, desk.draft.form
    if conflict.theirs is None:
        return desk.page("tables/gone.html", 409, conflict=conflict, new_url=desk.links.new)
    return desk.page(
        "tables/conflict.html",
        409,
        conflict=conflict,
        merge=merge,
        theirs_text=compact(conflict.theirs),
        merged_text=to_text(merge.merged, form),
    )
