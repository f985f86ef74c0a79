"""How a table is doing, beside its data: traffic, throttles, latency, errors, indexes, large items, hot keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.accounts.place import Place
from dashboard.console.charts import MOST_SERIES, Chart, Series
from dashboard.console.failures import STATUS, is_part
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError
from dashboard.core.expressions import Compare
from dashboard.core.keys import encode_key
from dashboard.core.metrics import Contributor
from dashboard.core.windows import WINDOWS
from dashboard.tables.core import health as core
from dashboard.tables.core.health import Capacity, Figures, TableHealth
from dashboard.tables.core.itemkeys import readable_key
from dashboard.tables.core.queries import parse_key_text
from dashboard.tables.core.search import Search, params_of
from dashboard.tables.operations import catalogue, health
from dashboard.tables.operations.health import Sample
from dashboard.tables.screens.backups import attempt
from dashboard.tables.screens.shared import Links, failed, page_context

TITLE = "Health"
DEFAULT = "24h"
TIME = "Time (UTC)"
PANELS = {"indexes": "Indexes", "keys": "Hot keys", "clusters": "DAX"}
"""Parts that ask AWS something else and are loaded on their own, so that a refusal harms nothing but itself."""


@screen("read", "table:{table}", post="read")
def page(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """Charts of a window: one GetMetricData for 500 figures, then none for a minute. POST asks CloudWatch anew.

    It describes the table anew too, for the capacity; where AWS refuses that, the page goes on with what is known and says how old it is.
    """
    links = Links(place, table)
    window = request.GET.get("window", "") or DEFAULT
    renewed = (
        attempt(lambda: catalogue.facts(place, table, fresh=True))[0] if request.method == "POST" else None
    )
    known = renewed or catalogue.facts(place, table)
    context = page_context(request, links, table, (TITLE, None), tab="health") | {
        "table": known.table,
        "facts": known,
        "window": window,
        "windows": [
            (entry.title, f"{links.to('tables:health')}?window={entry.name}", entry.name == window)
            for entry in WINDOWS.values()
        ],
        "panels": [(name, links.to("tables:health-panel", name)) for name in PANELS],
        "capacity_url": links.to("tables:structure-change", "capacity"),
        "sample_url": links.to("tables:health-sample"),
        "again": request.get_full_path(),
    }
    try:
        found = health.health(actor_of(request), place, known.table, window, fresh=request.method == "POST")
    except InputError as error:
        return render(request, "tables/health.html", context | {"wrong": error}, status=400)
    except AwsError as error:
        return failed(request, "tables/health.html", context, error)
    if request.method == "POST":
        return redirect(request.get_full_path())
    return render(request, "tables/health.html", context | _shown(known.table, found))


@screen("read", "table:{table}")
def panel(request: HttpRequest, place: Place, table: str, panel: str) -> HttpResponse:
    """A part: indexes of 30 days (one GetMetricData an hour), hot keys (at most five calls), DAX clusters (one).

    For htmx the part alone; without script a page of its own.
    """
    if panel not in PANELS:
        raise Http404("There is no such part.")
    actor, known = actor_of(request), catalogue.facts(place, table).table
    links = Links(place, table)
    crumbs = ((TITLE, links.to("tables:health")), (PANELS[panel], None))
    context = page_context(request, links, table, *crumbs, tab="health") | {
        "panel": panel,
        "table": known,
        "health_url": links.to("tables:health"),
        "structure_url": links.to("tables:structure"),
        "insights_url": links.to("tables:insights-set"),
    }
    status = 200
    try:
        if panel == "indexes":
            context["month"] = found = health.month(actor, place, known)
            context["unused"] = core.unused(known, found)
        elif panel == "keys":
            context["hot"] = hot = health.hot_keys(actor, place, known)
            context["rules"] = [(words, _ranked(links, known, ranked)) for words, ranked in hot.rules]
        else:
            context["clusters"] = health.clusters(actor, place, known)
    except AwsError as error:
        context["failure"] = error
        status = STATUS.get(error.kind, 502)
    context["again"] = request.get_full_path()
    template = "tables/health_panel.html" if is_part(request) else "tables/health_alone.html"
    return render(request, template, context, status=status)


@screen("read", "table:{table}", post="read")
def sample(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """POST: the largest items of one Scan page (at most two calls, 128 units each)."""
    links = Links(place, table)
    if request.method != "POST":
        return redirect(links.to("tables:health"))
    known = catalogue.facts(place, table).table
    context = page_context(
        request,
        links,
        "Largest items of a sample",
        (TITLE, links.to("tables:health")),
        ("Sample", None),
        tab="health",
    )
    context |= {"sample_url": request.get_full_path()}
    try:
        found = health.sample(actor_of(request), place, known)
    except AwsError as error:
        return failed(request, "tables/health_sample.html", context, error)
    return render(
        request, "tables/health_sample.html", context | {"sample": found, "rows": _rows(links, known, found)}
    )


def _shown(table: Table, found: TableHealth) -> dict[str, Any]:
    return {
        "health": found,
        "advice": core.advice(table, found),
        "operations": [each for each in found.operations if each.has_data],
        "parts": found.capacity,
        "charts": [chart for chart in charts(found) if any(any(line.values) for line in chart.series)],
    }


def charts(found: TableHealth) -> list[Chart]:
    """Reads, writes, throttles, latency and failed calls over the window; the busiest where there are more than fit."""
    reads = _first(found.capacity, lambda part: part.busiest_read)
    writes = _first(found.capacity, lambda part: part.busiest_write)
    by_calls = [each for each in found.operations if each.total][:MOST_SERIES]
    failing = [each for each in found.operations if each.throttled_total or each.error_total][
        : MOST_SERIES // 2
    ]
    each = f"in {found.window.step}"
    return [
        _chart("Read units a second", found, _against(reads, "read"), "units"),
        _chart("Write units a second", found, _against(writes, "write"), "units"),
        _chart(
            "Throttled",
            found,
            [
                (name, figures)
                for part in _first(found.capacity, lambda part: part.throttles)[: MOST_SERIES // 2]
                for name, figures in (
                    (f"{_name(part)}, reads", part.read_throttles),
                    (f"{_name(part)}, writes", part.write_throttles),
                )
            ],
            each,
        ),
        _chart("Average latency", found, [(one.name, one.average) for one in by_calls], "ms, inside AWS"),
        _chart("Calls", found, [(one.name, one.counts) for one in by_calls], each),
        _chart(
            "Failed calls",
            found,
            [
                (name, figures)
                for one in failing
                for name, figures in (
                    (f"{one.name}, throttled", one.throttled),
                    (f"{one.name}, errors", one.errors),
                )
            ],
            each,
        ),
    ]


def _first(parts: tuple[Capacity, ...], weight: Any) -> list[Capacity]:
    """The table itself, then the indexes with most."""
    return [parts[0], *sorted((part for part in parts[1:] if weight(part)), key=weight, reverse=True)]


def _against(parts: list[Capacity], kind: str) -> list[tuple[str, Figures]]:
    """Consumed beside what is provisioned, which is a level line."""
    lines: list[tuple[str, Figures]] = []
    for part in parts:
        lines.append((_name(part), getattr(part, kind)))
        provisioned = getattr(part, f"{kind}_provisioned")
        if provisioned:
            lines.append((f"{_name(part)}, provisioned", tuple(float(provisioned) for _ in part.read)))
    return lines[:MOST_SERIES]


def _name(part: Capacity) -> str:
    return part.index or "table"


def _chart(title: str, found: TableHealth, lines: list[tuple[str, Figures]], unit: str) -> Chart:
    labels = tuple(found.window.label(time) for time in found.times)
    shown = tuple(Series(name, values) for name, values in lines)
    return Chart(title, labels if shown else (), shown, unit=unit, label_title=TIME)


def _ranked(links: Links, table: Table, ranked: tuple[Contributor, ...]) -> list[tuple[str, float, str]]:
    """(key in words, count, address of its item or of its partition's items) of each; no address where the text is no key."""
    return [(" / ".join(each.keys), each.value, _leads_to(links, table, each.keys)) for each in ranked]


def _leads_to(links: Links, table: Table, texts: tuple[str, ...]) -> str:
    try:
        item = {
            part.name: parse_key_text(part, text, "key")
            for part, text in zip(
                (table.partition, *((table.sort,) if table.sort else ())), texts, strict=False
            )
        }
    except InputError:
        return ""
    if len(item) == len(table.key_names):
        return links.to("tables:item", encode_key(item, table.key_names))
    where = Compare((table.partition.name,), "=", item[table.partition.name])
    return f"{links.browse}?{urlencode(params_of(Search(where=where, via='table')))}"


def _rows(links: Links, table: Table, found: Sample) -> list[tuple[int, str, str]]:
    """(bytes, key in words, address) of the largest."""
    return [
        (
            size,
            readable_key(item, table.key_names),
            links.to("tables:item", encode_key(item, table.key_names)),
        )
        for size, item in found.largest
    ]
