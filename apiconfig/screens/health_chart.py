"""Health as charts, with the deployments on the time axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from apiconfig.core.health import Health, StageHealth
from apiconfig.core.health import Mark as Deployed
from apiconfig.screens.shared import short
from dashboard.console.charts import MOST_SERIES, Chart, Mark, Series

TIME = "Time (UTC)"
DEPLOYMENT = "Deployment"
Figures = tuple[float | None, ...]


def stage_charts(row: StageHealth, health: Health) -> list[Chart]:
    """Requests, errors and latency of one stage."""
    marks = tuple(
        _mark(mark, health, "")
        for mark in health.marks
        if row.stage in ("", *mark.stage.split(", ")) or not mark.stage
    )
    each = f"in {health.window.step}"
    return [
        _chart("Requests", health, (Series("requests", row.requests),), marks, unit=each, kind="bar"),
        _chart(
            "Errors",
            health,
            (Series("4xx", row.client_errors), Series("5xx", row.server_errors)),
            marks,
            unit=each,
        ),
        _chart("Latency", health, (Series("p50", row.p50), Series("p95", row.p95)), marks, unit="ms"),
    ]


def region_charts(health: Health) -> list[Chart]:
    """The stages with most requests, most 5xx and most latency compared."""
    titles = {row.api.id: row.api.title for row in health.rows}
    marks = tuple(_mark(mark, health, titles.get(mark.api, mark.api)) for mark in health.marks)
    each = f"in {health.window.step}"
    found = []
    for title, unit, figures, weight in (
        ("Requests of the busiest stages", each, _requests, lambda row: row.total),
        ("5xx of the stages with most", each, _server_errors, lambda row: row.server_error_total),
        ("p95 latency of the slowest stages", "ms", _p95, lambda row: row.worst_p95 or 0),
    ):
        rows = _first(health, weight)
        if rows:
            lines = tuple(Series(_name(row, rows), figures(row)) for row in rows)
            found.append(_chart(title, health, lines, marks, unit=unit))
    return found


def marks_of(health: Health, titles: Mapping[str, str]) -> list[tuple[datetime, str, str, str]]:
    """The deployments as a table: when, which API (empty on an API's own page), stage, words."""
    return [
        (mark.time, titles.get(mark.api, mark.api) if titles else "", mark.stage, mark.text)
        for mark in sorted(health.marks, key=lambda mark: mark.time, reverse=True)
    ]


def _first(health: Health, weight: Callable[[StageHealth], float]) -> list[StageHealth]:
    rows = sorted((row for row in health.rows if weight(row)), key=weight, reverse=True)
    return rows[:MOST_SERIES]


def _requests(row: StageHealth) -> Figures:
    return row.requests


def _server_errors(row: StageHealth) -> Figures:
    return row.server_errors


def _p95(row: StageHealth) -> Figures:
    return row.p95


def _chart(
    title: str,
    health: Health,
    series: tuple[Series, ...],
    marks: tuple[Mark, ...],
    *,
    unit: str,
    kind: str = "line",
) -> Chart:
    return Chart(
        title,
        tuple(health.window.label(time) for time in health.times),
        series,
        kind=kind,
        unit=unit,
        label_title=TIME,
        marks=marks,
        mark_title=DEPLOYMENT,
    )


def _mark(mark: Deployed, health: Health, api: str) -> Mark:
    at = (mark.time - health.times[0]).total_seconds() / health.window.period
    where = " / ".join(part for part in (short(api), mark.stage) if part)
    words = f"{where}: {mark.text}" if where else mark.text
    return Mark(at, short(f"deployed {words}"))


def _name(row: StageHealth, others: list[StageHealth]) -> str:
    title = f"{short(row.api.title)} / {row.stage}" if row.stage else short(row.api.title)
    twins = [other for other in others if (other.api.title, other.stage) == (row.api.title, row.stage)]
    return f"{title} ({row.api.id})" if len(twins) > 1 else title
