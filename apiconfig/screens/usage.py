"""What the keys of a usage plan used, day by day, with what is left of the quota: as chart, as table, as CSV."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from apiconfig.core.plans import Quota
from apiconfig.core.usage import KeyUsage, Usage, near_quota
from apiconfig.core.views import Plans
from apiconfig.operations import plans
from apiconfig.operations import usage as operation
from apiconfig.screens.plans_shared import Region, read_again
from apiconfig.screens.shared import failed, short
from apiconfig.screens.usage_chart import charts
from apiconfig.screens.usage_form import MOST_DAYS, Asked, asked, presets
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.console.screen import screen
from dashboard.core.errors import AwsError, InputError

TEMPLATE = "apis/usage.html"
PER_PAGE = 100


@dataclass(frozen=True)
class Line:
    """A key's row: ``state`` is ``out`` (nothing left), ``near`` (a fifth or less) or empty."""

    usage: KeyUsage
    url: str
    key_url: str
    state: str


@screen("read", "console:home", post="read")
def usage(request: HttpRequest, place: Place) -> HttpResponse:
    """A report: one GetUsage for each 500 keys, then none for a minute; plan and keys as on the plan's page. POST reads it again.

    Without a plan in the URL it is the first that the viewer may read.
    """
    listing = plans.visible_plans(request.user, place, plans.plans(place))
    question = _question(request, listing)
    context = _form(request, place, listing, question)
    if question.plan and "plan" not in question.wrong:
        require(request.user, "read", place.resource(f"plan:{question.plan}"))
    if question.wrong:
        return render(request, TEMPLATE, context, status=400)
    if not question.plan:
        return render(request, TEMPLATE, context)
    try:
        report = _report(request, place, question, fresh=request.method == "POST")
    except InputError as error:
        return render(request, TEMPLATE, context | {"wrong": {error.field: error.rule}}, status=400)
    except AwsError as error:
        return failed(request, TEMPLATE, context, error)
    if request.method == "POST":
        return read_again(request, None, "The usage was")
    return render(request, TEMPLATE, context | _shown(request, place, question, report))


@screen("read", "console:home")
def csv(request: HttpRequest, place: Place) -> HttpResponse:
    """The report as a file, streamed: a line a key and day. 400 with the page's sentences when it cannot be."""
    question = asked(request.GET, _today())
    if not question.plan:
        question.wrong.setdefault("plan", "Usage plan: choose one.")
    elif "plan" not in question.wrong:
        require(request.user, "read", place.resource(f"plan:{question.plan}"))
    if question.wrong:
        listing = plans.visible_plans(request.user, place, plans.plans(place))
        return render(request, TEMPLATE, _form(request, place, listing, question), status=400)
    report = _report(request, place, question)
    name = f"usage-{question.plan}-{question.start}-{question.end}.csv"
    response = StreamingHttpResponse(
        operation.csv(report),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return cast(HttpResponse, response)


def _question(request: HttpRequest, listing: Plans) -> Asked:
    found = asked(request.GET, _today())
    return found if found.plan or not listing.plans else replace(found, plan=listing.plans[0].id)


def _report(request: HttpRequest, place: Place, question: Asked, *, fresh: bool = False) -> Usage:
    """The rows that the viewer may read; with a key in the question its row alone."""
    whole = operation.usage(place, question.plan, question.start, question.end, fresh=fresh)
    report = operation.visible(request.user, place, whole)
    if not question.key:
        return report
    return replace(report, rows=tuple(row for row in report.rows if row.key == question.key))


def _form(request: HttpRequest, place: Place, listing: Plans, question: Asked) -> dict[str, Any]:
    links, today = Region(place), _today()
    return {
        "title": "API usage",
        "crumbs": [("API usage", None)],
        "listing": listing,
        "links": links,
        "question": question,
        "wrong": question.wrong,
        "most_days": MOST_DAYS,
        "today": today.isoformat(),
        "listed": any(entry.id == question.plan for entry in listing.plans),
        "presets": [
            (
                words,
                links.usage(question.plan, key=question.key, start=first, end=last),
                first == question.start_text,
            )
            for words, first, last in presets(today)
        ],
        "again": request.get_full_path(),
    }


def _shown(request: HttpRequest, place: Place, question: Asked, report: Usage) -> dict[str, Any]:
    links, quota, days = (
        Region(place),
        report.plan.quota,
        {"start": question.start_text, "end": question.end_text},
    )
    lines = [_line(links, entry, quota, question) for entry in report.rows]
    chosen = report.rows[0] if question.key and report.rows else None
    return {
        "crumbs": [("API usage", links.usage()), (short(report.plan.title), None)],
        "report": report,
        "plan_url": links.plan(report.plan.id),
        "csv_url": links.usage_csv(report.plan.id, key=question.key, **days),
        "all_url": links.usage(report.plan.id, **days),
        "chosen": chosen,
        "chosen_line": lines[0] if chosen else None,
        "days": list(reversed(chosen.days)) if chosen else [],
        "charts": charts(report, chosen),
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "out": [line for line in lines if line.state == "out"],
        "near": [line for line in lines if line.state == "near"],
        "past": question.end < _today(),
        "page_query": links.usage(report.plan.id, **days).partition("?")[2],
    }


def _line(links: Region, entry: KeyUsage, quota: Quota | None, question: Asked) -> Line:
    url = links.usage(question.plan, key=entry.key, start=question.start_text, end=question.end_text)
    return Line(entry, url, "" if entry.gone else links.key(entry.key), _state(entry, quota))


def _state(entry: KeyUsage, quota: Quota | None) -> str:
    if entry.left is not None and entry.left <= 0:
        return "out"
    return "near" if near_quota([entry], quota) else ""


def _today() -> date:
    return timezone.now().astimezone(UTC).date()
