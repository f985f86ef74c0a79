"""Asking for an item as it was by way of a restored table, following how that goes, and cleaning up by hand."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from dashboard.accounts.place import Place
from dashboard.accounts.policy import may, require
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import compact
from dashboard.jobs import heartbeat
from dashboard.tables.core.restores import TEMPORARY, TIME, moment_words, price, read_moment
from dashboard.tables.models import Procedure
from dashboard.tables.operations import catalogue, items, timemachine
from dashboard.tables.screens.backups import attempt
from dashboard.tables.screens.confirming import reason_of
from dashboard.tables.screens.drafts import Draft
from dashboard.tables.screens.missing import no_such_key
from dashboard.tables.screens.shared import Links, failed, page_context
from dashboard.tables.screens.values import key_label
from dashboard.tables.screens.versions import version

_EXAMPLE = f"{TEMPORARY}0000000000"
"""Named as a temporary table is, to ask what the viewer may do before one is made."""
STEPS = (
    (Procedure.State.RESTORING, "AWS restores the table to a temporary one"),
    (Procedure.State.READING, "The one item is read from it"),
    (Procedure.State.CLEANING, "The temporary table is deleted"),
)


def may_recover(request: HttpRequest, place: Place, table: str) -> bool:
    """Whether the viewer may restore the table and make the temporary one."""
    return all(may(request.user, "administer", place.resource(f"table:{name}")) for name in (table, _EXAMPLE))


@screen("administer", "table:{table}", post="administer")
def recover(request: HttpRequest, place: Place, table: str, key: str) -> HttpResponse:
    """GET: no call once the table is known. POST: DescribeContinuousBackups and one RestoreTableToPointInTime."""
    links = Links(place, table, key)
    require(request.user, "administer", place.resource(f"table:{_EXAMPLE}"))
    known = catalogue.facts(place, table).table
    try:
        label = key_label(decode_key(key, known.key_names), known.key_names)
    except InputError as error:
        return no_such_key(request, links, error)
    data = request.POST if request.method == "POST" else request.GET
    back = links.to("tables:then", key)
    crumbs = ((label, links.item), ("As it was", back), ("From a restored table", None))
    context = page_context(request, links, "Look at the item by restoring the table", *crumbs) | {
        "label": label,
        "at": data.get("at", ""),
        "back": f"{back}?{urlencode({'at': data['at']})}" if data.get("at") else back,
        "price": price(known.size_bytes),
        "time_words": TIME,
        "temporary": TEMPORARY,
        "steps": [words for _, words in STEPS],
        "draft": Draft("", reason=data.get("reason", "").strip()),
    }
    if request.method != "POST":
        return render(request, "tables/recover.html", context | _written_out(context["at"]))
    try:
        moment = read_moment(context["at"], timezone.now())
        row = timemachine.start(actor_of(request), place, table, key, moment, reason_of(request))
    except InputError as error:
        return render(request, "tables/recover.html", context | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(request, "tables/recover.html", context, error)
    if row.request_id != actor_of(request).request_id:
        messages.info(
            request, "The item as of this moment is being looked up already; nothing was started twice."
        )
    return redirect(links.to("tables:procedure", str(row.pk)))


def _written_out(at: str) -> dict[str, str]:
    """The moment with its day, so that the form means the same when it is sent; nothing when it is none yet."""
    try:
        return {"at": moment_words(read_moment(at, timezone.now()).replace(microsecond=0))} if at else {}
    except InputError:
        return {}  # said when the form is sent


@screen("read", "table:{table}")
def procedure(request: HttpRequest, place: Place, table: str, procedure: uuid.UUID) -> HttpResponse:
    """How it goes, asked for every 2 s while it is under way (no call of AWS); at its end, then and now: one GetItem."""
    row = _get(request, place, table, procedure)
    links = Links(place, table, row.key)
    part = "HX-Request" in request.headers
    template = "tables/procedure_part.html" if part else "tables/procedure.html"
    response = render(request, template, _context(request, links, row))
    if part and row.finished:
        response["HX-Refresh"] = "true"
    patch_vary_headers(response, ["HX-Request"])
    return response


@screen("read", "table:{table}", post="administer")
def clean(request: HttpRequest, place: Place, table: str, procedure: uuid.UUID) -> HttpResponse:
    """POST: delete the temporary table now, one DescribeTable and one DeleteTable; a GET leads to the procedure."""
    row = _get(request, place, table, procedure)
    if request.method == "POST" and row.cleaned is None:
        messages.info(request, timemachine.delete_now(actor_of(request), place, row))
    return redirect(Links(place, table).to("tables:procedure", str(row.pk)))


def looked_up(request: HttpRequest, links: Links, source: str) -> Procedure | None:
    """The procedure of this item that a form names as the source of its state; None when it names none that is kept."""
    try:
        procedure_id = uuid.UUID(source)
    except ValueError:
        return None
    row = timemachine.procedure(actor_of(request), procedure_id, links.place, links.table)
    return row if row is not None and row.key == links.key else None


def show(
    request: HttpRequest,
    links: Links,
    row: Procedure,
    *,
    wrong: InputError | None,
    failure: AwsError | None,
    status: int,
) -> HttpResponse:
    """The procedure's page again, when what was looked up there could not be brought back."""
    context = _context(request, links, row)
    context |= {"draft": Draft("", reason=request.POST.get("reason", "").strip())}
    if failure is not None:
        return failed(request, "tables/procedure.html", context, failure)
    return render(request, "tables/procedure.html", context | {"wrong": wrong}, status=status)


def _get(request: HttpRequest, place: Place, table: str, procedure: uuid.UUID) -> Procedure:
    row = timemachine.procedure(actor_of(request), procedure, place, table)
    if row is None:
        raise Http404("There is no such procedure of this table.")
    return row


def _context(request: HttpRequest, links: Links, row: Procedure) -> dict[str, Any]:
    crumbs = (
        (row.label[:120], links.item),
        ("As it was", links.to("tables:then", row.key)),
        ("From a restored table", None),
    )
    title = f"{row.label[:120]} as of {row.moment:%Y-%m-%d %H:%M:%S} UTC"
    context = page_context(request, links, title, *crumbs) | {
        "row": row,
        "steps": _steps(row),
        "part_url": links.to("tables:procedure", str(row.pk)),
        "clean_url": links.to("tables:procedure-clean", str(row.pk)),
        "then_url": links.to("tables:then", row.key),
        "silent": "" if row.finished else heartbeat.warning(),
        "draft": Draft("", reason=row.reason),
    }
    if not row.finished or row.read is None:
        return context
    shown, failure = attempt(lambda: items.get_item(actor_of(request), links.place, row.table, row.key))
    if shown is None:
        names = catalogue.facts(links.place, row.table).table.key_names
        found = version("As it was", row.item, None, str(row.pk), names)
        return context | {"failure": failure, "now_failure": failure, "version": found}
    found = version("As it was", row.item, shown.item, str(row.pk), shown.table.key_names)
    now_text = compact(shown.item) if shown.item else ""
    return context | {
        "version": found,
        "now": shown.item,
        "now_text": now_text,
        "at": f"{row.moment:%Y-%m-%d %H:%M:%S}",
    }


def _steps(row: Procedure) -> list[tuple[str, str]]:
    """Each step in words with ``done``, ``now``, ``failed`` or ``later``."""
    reached = timemachine.STEPS[Procedure.State(row.state)]
    made = row.read is not None or row.state in (Procedure.State.READING, Procedure.State.CLEANING)
    marks = (made, row.read is not None, row.cleaned is not None)
    return [
        (words, "done" if marks[place] else _undone(row, place, reached))
        for place, (_, words) in enumerate(STEPS)
    ]


def _undone(row: Procedure, place: int, reached: int) -> str:
    if row.finished or place < reached:
        return "failed"
    return "now" if place == reached else "later"
