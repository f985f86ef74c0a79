"""Making a new table of what a table was: from a backup, or from a moment of its window."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.restores import NOT_RESTORED, TIME, price, read_moment
from dashboard.tables.operations import backups, catalogue, restoring
from dashboard.tables.operations.restoring import Wanted
from dashboard.tables.screens.backups import attempt
from dashboard.tables.screens.confirming import reason_of
from dashboard.tables.screens.drafts import Draft
from dashboard.tables.screens.shared import Links, failed, page_context

TEMPLATE = "tables/restore.html"


@screen("administer", "table:{table}", post="administer")
def restore(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """GET, POST ``edit``: ListBackups or DescribeContinuousBackups. POST ``review``: those that check. ``restore``: and a RestoreTable…."""
    links = Links(place, table)
    data = request.POST if request.method == "POST" else request.GET
    context = _context(request, links, data)
    if request.method != "POST" or request.POST.get("step") == "edit":
        return render(request, TEMPLATE, context)
    actor = actor_of(request)
    try:
        wanted = _wanted(context)
        if request.POST.get("step") != "restore":
            wanted = restoring.check(actor, place, wanted)
            return render(request, TEMPLATE, context | {"review": wanted})
        context["review"] = wanted
        job = restoring.restore(actor, place, wanted, reason_of(request))
    except InputError as error:
        if error.field != "reason":
            context.pop("review", None)
        return render(request, TEMPLATE, context | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(request, TEMPLATE, context, error)
    return redirect("jobs:job", job_id=job.pk)


def _context(request: HttpRequest, links: Links, data: Any) -> dict[str, Any]:
    """What the form shows, with what was entered. Of a table that is gone only its backups can be restored."""
    actor, place, table = actor_of(request), links.place, links.table
    backup_id = data.get("backup", "")
    backup = backups.backup(actor, place, table, backup_id) if backup_id else None
    window = None
    size = backup.size if backup else None
    if backup is None:
        window, _ = backups.recovery(actor, place, table)
        known, _ = attempt(lambda: catalogue.facts(place, table))
        size = known.table.size_bytes if known else None
    day = f"{(backup.created if backup else timezone.now()):%Y%m%d-%H%M}"
    title = f"Restore {table}"
    crumbs = (("Backups", links.to("tables:backups")), ("Restore", None))
    return page_context(request, links, title, *crumbs, tab="backups") | {
        "backup": backup,
        "window": window,
        "size": size,
        "price": price(size),
        "time_words": TIME,
        "not_restored": NOT_RESTORED,
        "name": data.get("name", f"{table[:230]}-restored-{day}"),
        "at": data.get("at", ""),
        "latest": data.get("when", "latest" if not data.get("at") else "at") == "latest",
        "indexes": request.method != "POST" or "indexes" in data,
        "on_demand": "on_demand" in data,
        "back": links.to("tables:backups"),
        "draft": Draft("", reason=data.get("reason", "").strip()),
    }


def _wanted(context: dict[str, Any]) -> Wanted:
    moment = None
    if context["backup"] is None and context["latest"] and context["at"].strip():
        raise InputError(
            "at",
            "The latest moment is chosen and another one is entered: choose the one, or clear the other.",
        )
    if context["backup"] is None and not context["latest"]:
        # AWS takes whole seconds; the day is written out, for ``14:05`` means another day tomorrow.
        moment = read_moment(context["at"], timezone.now()).replace(microsecond=0)
        context["at"] = f"{moment:%Y-%m-%d %H:%M:%S}"
    return Wanted(
        context["table_name"],
        context["name"],
        context["backup"],
        moment,
        context["indexes"],
        context["on_demand"],
    )
