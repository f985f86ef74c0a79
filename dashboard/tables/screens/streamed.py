"""An item as a record of the stream says that it was before a change, and bringing it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.streams import Record
from dashboard.core.wire import compact
from dashboard.tables.operations import catalogue, items, lookback, streamed
from dashboard.tables.operations.items import Saved
from dashboard.tables.screens.backups import attempt
from dashboard.tables.screens.confirming import reason_of
from dashboard.tables.screens.drafts import Draft, posted
from dashboard.tables.screens.missing import no_such_key
from dashboard.tables.screens.shared import Links, failed, page_context, undo_link
from dashboard.tables.screens.values import key_label
from dashboard.tables.screens.versions import digest, version

TEMPLATE = "tables/streamed.html"
DEEDS = {"INSERT": "created", "MODIFY": "changed", "REMOVE": "deleted"}


def before_url(links: Links, key: str, shard: str, sequence: str) -> str:
    """The page of the item as it was before that record."""
    return f"{links.to('tables:streamed', key)}?{urlencode({'shard': shard, 'sequence': sequence})}"


@screen("read", "table:{table}", post="write")
def before(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """GET: GetShardIterator, GetRecords and one GetItem. POST: the same record read again, and the write that brings it back."""
    links = Links(place, table, key)
    known = catalogue.facts(place, table).table
    try:
        decode_key(key, known.key_names)
    except InputError as error:
        return no_such_key(request, links, error)
    context = _frame(request, links, known)
    try:
        found = _record(request, links, known)
        context |= _found(request, links, known, found)
        if request.method == "POST":
            return _bring_back(request, links, known, found, context)
    except InputError as error:
        return render(request, TEMPLATE, context | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(request, TEMPLATE, context, error)
    return render(request, TEMPLATE, context)


def _record(request: HttpRequest, links: Links, known: Table) -> Record:
    shard, sequence = (request.GET.get(name, "") for name in ("shard", "sequence"))
    return streamed.record(actor_of(request), links.place, known, links.key, shard, sequence)


def _frame(request: HttpRequest, links: Links, known: Table) -> dict[str, Any]:
    label = key_label(decode_key(links.key, known.key_names), known.key_names)
    crumbs = ((label, links.item), ("As the stream has it", None))
    return page_context(request, links, f"{label} before a change", *crumbs) | {
        "label": label,
        "then_url": request.get_full_path(),
        "moments_url": links.to("tables:then", links.key),
        "stream_url": f"{links.to('tables:stream')}?{urlencode({'key': links.key})}",
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
    }


def _found(request: HttpRequest, links: Links, known: Table, found: Record) -> dict[str, Any]:
    """The old image beside the item as it is now; ``old`` is False where the record has none."""
    stated = {"record": found, "deed": "expired" if found.expired else DEEDS[found.kind]}
    has_old = found.old is not None or found.kind == "INSERT"
    shown, failure = attempt(lambda: items.get_item(actor_of(request), links.place, links.table, links.key))
    now = shown.item if shown else None
    return stated | {
        "now": now,
        "now_text": compact(now) if now else "",
        "now_failure": failure,
        "version": version("As it was before the change", found.old, now, "stream", known.key_names)
        if has_old
        else None,
    }


def _bring_back(
    request: HttpRequest, links: Links, known: Table, found: Record, context: dict[str, Any]
) -> HttpResponse:
    """Write the record's old image over what was shown as now."""
    if found.old is None:
        raise InputError(
            "record", "The record does not hold the item as it was before, so there is nothing to bring back."
        )
    if digest(found.old) != request.POST.get("digest"):
        raise InputError("record", "The form is not of this record. Look again, then decide.")
    reason = reason_of(request)
    now = posted(request.POST).shown() if request.POST.get("original") else None
    result = lookback.bring_back(
        actor_of(request), links.place, links.table, links.key, found.old, now, reason
    )
    if not isinstance(result, Saved):
        conflict = InputError(
            "conflict",
            "Nothing was changed: the item was changed since you looked. Below it is compared with how it is now.",
        )
        anew = _found(request, links, known, found)
        return render(request, TEMPLATE, context | anew | {"wrong": conflict}, status=409)
    messages.success(
        request,
        format_html(
            'The item is as it was before that change. <a class="button" href="{}">Undo…</a>',
            undo_link(result.change_id),
        ),
    )
    return redirect(links.item)
