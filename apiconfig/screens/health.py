"""Requests, errors and latency of a region's stages, and of one API's."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apiconfig.core.health import Health, StageHealth
from apiconfig.operations import health as operation
from apiconfig.screens.health_chart import marks_of, region_charts, stage_charts
from apiconfig.screens.plans_shared import Region, read_again
from apiconfig.screens.shared import failed, short
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.screen import screen
from dashboard.core.errors import AwsError
from dashboard.core.windows import WINDOWS

TEMPLATE = "apis/health.html"
DEFAULT = "24h"
PER_PAGE = 100


@screen("read", "console:home", post="read")
def region(request: HttpRequest, place: Place) -> HttpResponse:
    """Every stage of the region in a table, the busiest compared in charts: one GetMetricData for 500 figures, then none for a minute."""
    return _page(request, place, "")


@screen("read", "api:{api}", post="read")
def api(request: HttpRequest, place: Place, api: str) -> HttpResponse:
    """One API: its stages, and the charts of one of them. At most three calls for its stages and deployments when they are not known."""
    return _page(request, place, api)


def _page(request: HttpRequest, place: Place, api: str) -> HttpResponse:
    links = Region(place)
    window = request.GET.get("window", "") or DEFAULT
    stage = request.GET.get("stage", "")
    context: dict[str, Any] = {
        "title": "API health",
        "crumbs": [("API health", links.health() if api else None)] + ([(api, None)] if api else []),
        "links": links,
        "api_id": api,
        "window": window,
        "windows": [
            (entry, links.health(entry.name, api, stage), entry.name == window) for entry in WINDOWS.values()
        ],
        "again": request.get_full_path(),
    }
    if window not in WINDOWS:
        wrong = f"Window: choose one of {', '.join(entry.title for entry in WINDOWS.values())}."
        return render(request, TEMPLATE, context | {"wrong": wrong}, status=400)
    try:
        whole = operation.health(place, window, api or None, fresh=request.method == "POST")
    except AwsError as error:
        return failed(request, TEMPLATE, context, error)
    if request.method == "POST":
        return read_again(request, None, "The figures were")
    found = operation.visible(request.user, place, whole)
    shown = _of_api(request, place, found, stage) if api else _of_region(request, place, found)
    return render(request, TEMPLATE, context | {"health": found, "step": found.window.step} | shown)


def _of_region(request: HttpRequest, place: Place, found: Health) -> dict[str, Any]:
    links = Region(place)
    page = Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "rows": [
            (row, links.health(found.window.name, row.api.id, row.stage), False) for row in page.object_list
        ],
        "page": page,
        "charts": region_charts(found),
        "marks": marks_of(found, {row.api.id: row.api.title for row in found.rows}),
        "notes": _notes(found.rows),
        "whole": any(not row.stage for row in found.rows),
        "has_data": any(row.has_data for row in found.rows),
    }


def _of_api(request: HttpRequest, place: Place, found: Health, stage: str) -> dict[str, Any]:
    """The stage of the URL; without one, or with one that is gone, the busiest."""
    links = Region(place)
    chosen = next((row for row in found.rows if row.stage == stage), found.rows[0] if found.rows else None)
    one = found.rows[0].api if found.rows else None
    title = f"Health of {one.title}" if one else "API health"
    return {
        "title": title,
        "crumbs": [("API health", links.health(found.window.name)), (short(one.title if one else ""), None)],
        "api": one,
        "api_url": links.api(one.id)
        if one and may(request.user, "read", place.resource(f"api:{one.id}"))
        else "",
        "rows": [
            (row, links.health(found.window.name, row.api.id, row.stage), row is chosen) for row in found.rows
        ],
        "chosen": chosen,
        "gone": stage if stage and (chosen is None or chosen.stage != stage) else "",
        "charts": stage_charts(chosen, found) if chosen and chosen.has_data else [],
        "marks": marks_of(found, {}),
        "notes": _notes(found.rows),
        "has_data": any(row.has_data for row in found.rows),
    }


def _notes(rows: tuple[StageHealth, ...]) -> list[tuple[str, str]]:
    """(API, sentence), each once: what must be known of its figures."""
    return list(dict.fromkeys((row.api.title, note) for row in rows for note in row.notes))
