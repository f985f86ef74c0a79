"""Usage as charts."""

from __future__ import annotations

from apiconfig.core.usage import KeyUsage, Usage
from apiconfig.screens.shared import short
from dashboard.console.charts import MOST_SERIES, Chart, Series

DAY = "Day (UTC)"


def charts(report: Usage, chosen: KeyUsage | None) -> list[Chart]:
    """Of one key: used, and left of the quota. Of a plan: all keys, and the busiest ones. None where there is no row."""
    labels = tuple(day.isoformat() for day in report.days)
    if chosen is not None:
        return _of_key(chosen, labels)
    if not report.rows:
        return []
    totals = Series("all keys", tuple(float(count) for count in report.totals))
    found = [Chart("Requests a day", labels, (totals,), kind="bar", unit="requests", label_title=DAY)]
    busiest = [row for row in report.rows[:MOST_SERIES] if row.total]
    if len(report.rows) > 1 and busiest:
        lines = tuple(
            Series(_name(row, busiest), tuple(float(day.used) for day in row.days)) for row in busiest
        )
        found.append(Chart("The busiest keys", labels, lines, unit="requests a day", label_title=DAY))
    return found


def _of_key(row: KeyUsage, labels: tuple[str, ...]) -> list[Chart]:
    used = Series("used", tuple(float(day.used) for day in row.days))
    found = [Chart("Requests a day", labels, (used,), kind="bar", unit="requests", label_title=DAY)]
    left = tuple(None if day.remaining is None else float(day.remaining) for day in row.days)
    if any(value is not None for value in left):
        found.append(
            Chart("Left of the quota", labels, (Series("left", left),), unit="requests", label_title=DAY)
        )
    return found


def _name(row: KeyUsage, others: list[KeyUsage]) -> str:
    """The key's name; with its id where another has the same."""
    title = short(row.title)
    twins = [other for other in others if other.title == row.title]
    return f"{title} ({row.key})" if len(twins) > 1 else title
