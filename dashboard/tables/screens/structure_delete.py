"""Deleting a table: what goes with it, what can be kept before, a reason, its name typed; and its items as a download."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.operations import catalogue, exporting, structure_whole
from dashboard.tables.operations import structure as operation
from dashboard.tables.operations.structure import Moved, Shown
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.kept import kept
from dashboard.tables.screens.shared import Links, failed
from dashboard.tables.screens.structure import frame

TEMPLATE = "tables/structure_delete.html"
EXPORT = "tables/structure_export.html"


@screen("administer", "table:{table}", post="administer")
@kept
def delete(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: one DescribeTable. POST: two, DescribeTimeToLive, ListTagsOfResource and DeleteTable; one while reason or name are missing."""
    links = Links(place, table)
    now = operation.look(place, table)
    if request.method != "POST":
        return render(request, TEMPLATE, _context(request, links, now))
    reason = request.POST.get("reason", "").strip()
    try:
        check_reason(Draft("", reason=reason))
        if request.POST.get("confirm", "").strip() != table:
            raise InputError("confirm", f"Type {table} into this field to confirm what is deleted.")
        result = structure_whole.delete(
            actor_of(request), place, table, request.POST.get("shown", ""), reason
        )
    except InputError as error:
        return render(request, TEMPLATE, _context(request, links, now) | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(request, TEMPLATE, _context(request, links, now), error)
    if isinstance(result, Moved):
        context = _context(request, links, result.now) | {"moved": True, "typed": ""}
        return render(request, TEMPLATE, context, status=409)
    messages.success(
        request,
        format_html(
            'The table {} is being deleted. <a href="/changes/{}/">Its definition is in the record.</a>',
            table,
            result.change_id,
        ),
    )
    return redirect(links.tables)


def _context(request: HttpRequest, links: Links, now: Shown) -> dict[str, Any]:
    blocked = ""
    try:
        structure_whole.check_deletable(now.table)
    except InputError as error:
        blocked = error.rule
    return frame(request, links, f"Delete {links.table}", ("Delete", None)) | {
        "table": now.table,
        "blocked": blocked,
        "shown": now.fingerprint,
        "typed": request.POST.get("confirm", ""),
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
        "cost": exporting.cost(actor_of(request), now.table),
        "backup_url": links.to("tables:backup-new"),
    }


@screen("read", "table:{table}", post="read")
def export(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET: what it costs. POST: every item as a line of DynamoDB JSON, by as many Scans as the table has megabytes, to a stated most.

    Above the reader's budget the POST carries the estimate they said yes to (``agreed``).
    """
    links = Links(place, table)
    if request.method != "POST":
        return render(request, EXPORT, _export_context(request, links))
    try:
        pieces = exporting.export(actor_of(request), place, table, request.POST.get("agreed", ""))
    except InputError as error:
        context = _export_context(request, links) | {"wrong": error}
        return render(request, EXPORT, context, status=400)
    except AwsError as error:
        return failed(request, EXPORT, _export_context(request, links), error)
    response = StreamingHttpResponse(pieces, content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="{table}.ndjson"'
    response["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


def _export_context(request: HttpRequest, links: Links) -> dict[str, Any]:
    known = catalogue.facts(links.place, links.table).table
    return frame(request, links, "Download the items", ("Download", None)) | {
        "table": known,
        "cost": exporting.cost(actor_of(request), known),
    }
