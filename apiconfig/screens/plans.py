"""Usage plans: the list, and one with its stages, limits, quota and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apiconfig.core.plans import Plan
from apiconfig.core.usage import quota_period
from apiconfig.core.views import Keys, PlanView
from apiconfig.operations import plans as operation
from apiconfig.screens.plans_shared import Region, StageLine, blocks, read_again, stage_lines
from apiconfig.screens.shared import short
from dashboard.accounts.place import Place
from dashboard.console.screen import screen

PER_PAGE = 100
MOST_STAGES = 4
"""Stages named in a line of the list."""


@dataclass(frozen=True)
class Row:
    """A line of the list: ``stages`` are the first few, ``more`` how many are left out."""

    plan: Plan
    url: str
    stages: tuple[StageLine, ...]
    more: int
    blocked: bool


@screen("read", "console:home", post="read")
def plans(request: HttpRequest, place: Place) -> HttpResponse:
    """The plans of the region. No AWS call once they are known; POST reads them again: one call for each 500."""
    if request.method == "POST":
        return read_again(request, operation.plans(place, fresh=True).failure, "The usage plans were")
    found = operation.visible_plans(request.user, place, operation.plans(place))
    wanted = request.GET.get("q", "").strip()
    chosen = [entry for entry in found.plans if wanted.casefold() in f"{entry.name}\n{entry.id}".casefold()]
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Usage plans",
        "crumbs": [("Usage plans", None)],
        "found": found,
        "wanted": wanted,
        "page": page,
        "rows": [_row(request, place, entry) for entry in page.object_list],
        "filter_query": urlencode({"q": wanted}) if wanted else "",
        "again": request.get_full_path(),
    }
    return render(request, "apis/plans.html", context)


@screen("read", "plan:{plan}", post="read")
def plan(request: HttpRequest, place: Place, plan: str) -> HttpResponse:
    """One plan. No AWS call warm, two fresh (and the list of keys); POST reads it again. The keys may be denied alone."""
    if request.method == "POST":
        return read_again(request, operation.plan(place, plan, fresh=True).failure, "The usage plan was")
    view = operation.plan(place, plan)
    return render(request, "apis/plan.html", _plan_context(request, place, view))


def _plan_context(request: HttpRequest, place: Place, view: PlanView) -> dict[str, Any]:
    links, found = Region(place), view.plan
    readable = operation.visible_keys(request.user, place, Keys(view.keys or (), view.keys_refreshed))
    keys = Paginator(sorted(readable.keys, key=lambda entry: entry.title.casefold()), PER_PAGE)
    return {
        "title": found.title,
        "crumbs": [("Usage plans", links.plans), (short(found.title), None)],
        "plan": found,
        "view": view,
        "stages": stage_lines(request.user, place, found),
        "blocked": blocks(found.rate, found.burst),
        "period": quota_period(found.quota, timezone.now().date()) if found.quota else None,
        "keys": keys.get_page(request.GET.get("page")),
        "links": links,
        "usage_url": links.usage(found.id),
        "again": request.get_full_path(),
    }


def _row(request: HttpRequest, place: Place, entry: Plan) -> Row:
    lines = stage_lines(request.user, place, entry)
    return Row(
        plan=entry,
        url=Region(place).plan(entry.id),
        stages=lines[:MOST_STAGES],
        more=max(0, len(lines) - MOST_STAGES),
        blocked=blocks(entry.rate, entry.burst),
    )
