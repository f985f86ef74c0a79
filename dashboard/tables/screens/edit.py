"""Editing an item: the draft, what it would change, the save, and the three-way view when somebody else was faster."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import compact
from dashboard.tables.core.drafts import to_text
from dashboard.tables.core.itemkeys import has_key
from dashboard.tables.core.plans import too_wide_update
from dashboard.tables.operations import catalogue, items, parts
from dashboard.tables.operations.items import Conflict, Exists
from dashboard.tables.screens.desk import Desk
from dashboard.tables.screens.drafts import FIRST_VIEW, VIEW_NAMES, Draft, draft_of, ordered, posted
from dashboard.tables.screens.missing import missing, no_such_key
from dashboard.tables.screens.shared import Links, page_context, undo_link
from dashboard.tables.screens.split import partly
from dashboard.tables.screens.values import attributes, key_label


@screen("write", "table:{table}", post="write")
def edit(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """GET: one GetItem. POST ``save``: one UpdateItem, with another key one GetItem and one TransactWriteItems.

    ``save-parts``: an UpdateItem a part. Other POSTs: none.
    """
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
    view = request.GET.get("form", FIRST_VIEW)
    item = ordered(shown.item, shown.table.key_names)
    draft = draft_of(item, view if view in VIEW_NAMES else FIRST_VIEW, shown.item)
    return _desk(request, links, draft, label).at(shown.table).editor()


def _post(request: HttpRequest, links: Links) -> HttpResponse:
    draft = posted(request.POST)
    try:
        table = catalogue.facts(links.place, links.table).table
    except AwsError as error:
        return _desk(request, links, draft, links.key).failed(error)
    label = key_label(decode_key(links.key, table.key_names), table.key_names)
    return _desk(request, links, draft, label).answer(table, _save)


def _desk(request: HttpRequest, links: Links, draft: Draft, label: str) -> Desk:
    frame = page_context(request, links, f"Edit {label}", (label, links.item), ("Edit", None))
    words = {"cancel_url": links.item, "save_word": "Save the change", "back_word": "Back to the item"}
    return Desk(request, links, draft, frame | words)


def _save(desk: Desk) -> HttpResponse:
    """The write; a conflict is a page of its own, with everything that was typed."""
    draft, links, table = desk.draft, desk.links, desk.known
    original, item = draft.shown(), draft.item()
    what = (actor_of(desk.request), links.place, links.table, links.key, original, item, draft.reason)
    if not has_key(table, original, item):
        return _moved(desk, items.move_item(*what))
    count = items.preview(table, original, item).parts
    if desk.step == "save-parts":
        done = parts.save_parts(*what)
        return partly(desk, done) if done.left else _saved(desk, done.saved, done.change_ids)
    if count > 1:
        return desk.preview(
            table, 400, wrong=too_wide_update(len(items.preview(table, original, item).changes))
        )
    result = items.save_item(*what)
    if isinstance(result, Conflict):
        return conflicted(desk, result)
    return _saved(desk, len(result.changes), (result.change_id,))


def _saved(desk: Desk, count: int, change_ids: tuple[str, ...]) -> HttpResponse:
    attributes = "1 attribute" if count == 1 else f"{count} attributes"
    if len(change_ids) == 1:
        message = format_html(
            'Saved: {} changed. <a class="button" href="{}">Undo…</a>', attributes, undo_link(change_ids[0])
        )
    else:
        message = format_html(
            'Saved in {} parts: {} changed. Each part can be undone in the <a class="button" href="{}">history</a>',
            len(change_ids),
            attributes,
            desk.links.history,
        )
    messages.success(desk.request, message)
    return redirect(desk.links.item)


def _moved(desk: Desk, result: items.Saved | Conflict | Exists) -> HttpResponse:
    if isinstance(result, Conflict):
        return conflicted(desk, result)
    there = Links(desk.links.place, desk.links.table, result.key_text)
    if isinstance(result, Exists):
        existing = attributes(result.item, desk.known.key_names) if result.item else ()
        label = key_label(desk.draft.item(), desk.known.key_names)
        more = {"there": there, "existing": existing, "label": label, "already": result.already}
        return desk.page("tables/exists.html", 409, moving=True, **more)
    messages.success(
        desk.request,
        format_html(
            'The item has its new key. <a class="button" href="{}">Undo…</a>', undo_link(result.change_id)
        ),
    )
    return redirect(there.item)


def conflicted(desk: Desk, conflict: Conflict) -> HttpResponse:
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
