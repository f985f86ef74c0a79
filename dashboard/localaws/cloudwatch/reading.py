"""GetMetricData, GetMetricStatistics and ListMetrics."""

from __future__ import annotations

from typing import Any

from dashboard.localaws.cloudwatch import asking
from dashboard.localaws.cloudwatch.errors import invalid, missing
from dashboard.localaws.cloudwatch.store import Metrics

MOST_POINTS = 100_800
PAGE = 500
_TWO_WEEKS = 14 * 86_400
_THREE_HOURS = 3 * 3600

Points = list[tuple[int, float]]


def get_metric_data(metrics: Metrics, body: dict[str, Any], now: float) -> dict[str, Any]:
    """The values of up to 500 metrics; ``MaxDatapoints`` of all of them together are a page."""
    queries = asking.queries(body)
    start, end = asking.window(body, now)
    most = body.get("MaxDatapoints") or MOST_POINTS
    if not 1 <= most <= MOST_POINTS:
        raise invalid(f"The parameter MaxDatapoints must be between 1 and {MOST_POINTS}.")
    descending = body.get("ScanBy") != "TimestampAscending"
    skip, room = asking.token(body), most
    passed, results, more = skip, [], False
    for query in queries:
        if not query.returned:
            continue
        points = _points(metrics, query, start, end, descending)
        skipped = min(skip, len(points))
        skip -= skipped
        shown = points[skipped : skipped + room]
        room -= len(shown)
        passed += len(shown)
        partial = len(shown) < len(points) - skipped
        more = more or partial
        results.append(
            {
                "Id": query.id,
                "Label": query.label,
                "Timestamps": [when for when, _ in shown],
                "Values": [value for _, value in shown],
                "StatusCode": "PartialData" if partial else "Complete",
            }
        )
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    if more:
        answer["NextToken"] = asking.next_token(passed)
    return answer


def _points(metrics: Metrics, query: asking.Query, start: int, end: int, descending: bool) -> Points:
    series = metrics.find(query.namespace, query.metric, query.dimensions)
    if series is None or (query.unit and query.unit != series.unit):
        return []
    cells = series.cells(start, end, query.period, query.statistic.histograms)
    return [(when, query.statistic.of(cells[when])) for when in sorted(cells, reverse=descending)]


def get_metric_statistics(metrics: Metrics, body: dict[str, Any], now: float) -> dict[str, Any]:
    """Several statistics of one metric, in no promised order."""
    for name in ("Namespace", "MetricName", "Period"):
        if not body.get(name):
            raise missing(name)
    names = [*(body.get("Statistics") or ()), *(body.get("ExtendedStatistics") or ())]
    if not names:
        raise missing("Statistics")
    chosen = {name: asking.statistic(name, "Statistics") for name in names}
    start, end = asking.window(body, now)
    step = asking.period(body["Period"], "Period")
    wanted = asking.dimensions(body.get("Dimensions"), "Dimensions")
    series = metrics.find(body["Namespace"], body["MetricName"], wanted)
    cells = series.cells(start, end, step, True) if series else {}
    if len(cells) > 1440:
        raise invalid(f"You have requested up to {len(cells)} datapoints, which exceeds the limit of 1,440.")
    points = []
    for when, cell in sorted(cells.items()):
        values = {name: each.of(cell) for name, each in chosen.items()}
        point: dict[str, Any] = {"Timestamp": when, "Unit": series.unit if series else "None"}
        point |= {name: value for name, value in values.items() if name in asking.STATISTICS}
        if extended := {name: value for name, value in values.items() if name not in asking.STATISTICS}:
            point["ExtendedStatistics"] = extended
        points.append(point)
    return {"Label": body["MetricName"], "Datapoints": points}


def list_metrics(metrics: Metrics, body: dict[str, Any], now: float) -> dict[str, Any]:
    """The series that had a value in the last two weeks (three hours with ``RecentlyActive``), 500 a page."""
    oldest = now - (_THREE_HOURS if body.get("RecentlyActive") else _TWO_WEEKS)
    filters = body.get("Dimensions") or []
    found = []
    for name, series in sorted(metrics.series.items()):
        has = dict(name.dimensions)
        if (
            body.get("Namespace") in (None, name.namespace)
            and body.get("MetricName") in (None, name.metric)
            and all(
                each["Name"] in has and each.get("Value") in (None, has[each["Name"]]) for each in filters
            )
            and series.newest() >= oldest
        ):
            found.append(name)
    start = asking.token(body)
    answer: dict[str, Any] = {
        "Metrics": [
            {
                "Namespace": name.namespace,
                "MetricName": name.metric,
                "Dimensions": [{"Name": key, "Value": value} for key, value in name.dimensions],
            }
            for name in found[start : start + PAGE]
        ]
    }
    if len(found) > start + PAGE:
        answer["NextToken"] = asking.next_token(start + PAGE)
    return answer
