"""A table's backups, its window of recovery and the restores under way; and all backups of a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, Kind
from dashboard.jobs.screens.rows import row_of
from dashboard.tables.core.restores import price
from dashboard.tables.models import Procedure
from dashboard.tables.operations import backups, catalogue, restoring, timemachine
from dashboard.tables.screens.shared import Links, page_context

Answer = TypeVar("Answer")


@screen("read", "table:{table}")
def page(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """Three calls at most: DescribeTable when it is not known, DescribeContinuousBackups, ListBackups. Each harms its own panel only."""
    actor, links = actor_of(request), Links(place, table)
    _, unknown = attempt(lambda: catalogue.facts(place, table))
    gone = unknown is not None and unknown.kind is Kind.NOT_FOUND
    state, refused = (None, None) if gone else attempt(lambda: backups.recovery(actor, place, table))
    found, unlisted = attempt(lambda: backups.backups(actor, place, table))
    context = page_context(request, links, table, ("Backups", None), tab="backups")
    context |= {
        "gone": gone,
        "recovery": state[0] if state else None,
        "recovery_read": state[1] if state else None,
        "recovery_failure": refused,
        "backups": [(row, price(row.size).words) for row in found.rows] if found else [],
        "making": bool(found and any(row.status == "CREATING" for row in found.rows)),
        "more_backups": bool(found and found.more),
        "backups_failure": unlisted,
        "restores": [
            row_of(job) for job in restoring.under_way(place, table) if may(request.user, "read", job.place)
        ],
        "temporary": [pair for pair in _temporary(request, place) if pair[0].table == table],
        "links_to": _links(links),
    }
    return render(request, "tables/backups.html", context)


@screen("read")
def everywhere(request: HttpRequest, place: Place) -> HttpResponse:
    """All backups of the place that the viewer may read, also of tables that are gone, and temporary tables: one ListBackups."""
    actor = actor_of(request)
    start = request.GET.get("after") or None
    found, failure = attempt(lambda: backups.all_backups(actor, place, start))
    rows, following = found if found else ((), None)
    context: dict[str, Any] = {
        "title": "Backups",
        "crumbs": [
            ("Tables", reverse("tables:list", args=[place.connection.slug, place.region])),
            ("Backups", None),
        ],
        "rows": rows,
        "next": following,
        "paged": bool(start),
        "failure": failure,
        "again": request.get_full_path(),
        "temporary": _temporary(request, place),
    }
    return render(request, "tables/all_backups.html", context)


def _temporary(request: HttpRequest, place: Place) -> list[tuple[Procedure, bool]]:
    """The temporary tables that may still be there, and whether the viewer may delete each."""
    rows = timemachine.remaining(actor_of(request), place)
    return [(row, may(request.user, "administer", row.place)) for row in rows]


def attempt(read: Callable[[], Answer]) -> tuple[Answer | None, AwsError | None]:
    """What ``read`` answers, or what AWS refused: for panels that fail by themselves."""
    try:
        return read(), None
    except AwsError as error:
        return None, error


def _links(links: Links) -> dict[str, str]:
    return {
        "recovery": links.to("tables:recovery"),
        "new": links.to("tables:backup-new"),
        "restore": links.to("tables:restore"),
        "all": reverse("tables:all-backups", args=[links.place.connection.slug, links.place.region]),
    }
