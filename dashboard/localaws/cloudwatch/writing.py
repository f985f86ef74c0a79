"""PutMetricData: figures of a caller's own."""

from __future__ import annotations

from typing import Any

from dashboard.localaws.cloudwatch import asking
from dashboard.localaws.cloudwatch.cell import Cell
from dashboard.localaws.cloudwatch.errors import MetricsError, bad_value, invalid, missing
from dashboard.localaws.cloudwatch.store import Metrics

MOST = 1000
_TWO_WEEKS = 14 * 86_400
_TWO_HOURS = 2 * 3600


def put_metric_data(metrics: Metrics, body: dict[str, Any], now: float) -> dict[str, Any]:
    """Check every datum, then add all: a refusal adds none."""
    namespace = body.get("Namespace") or ""
    if not namespace:
        raise missing("Namespace")
    if namespace.startswith("AWS/"):
        raise bad_value("The value AWS/ for parameter Namespace is invalid.")
    data = body.get("MetricData") or []
    if not data:
        raise missing("MetricData")
    if len(data) > MOST:
        raise invalid(f"The collection MetricData must not have a size greater than {MOST}.")
    ready = []
    for number, datum in enumerate(data, 1):
        where = f"MetricData.member.{number}"
        if not datum.get("MetricName"):
            raise missing(f"{where}.MetricName")
        when = datum.get("Timestamp", now)
        if when < now - _TWO_WEEKS:
            raise bad_value(
                f"The parameter {where}.Timestamp must specify a time no more than two weeks in the past."
            )
        if when > now + _TWO_HOURS:
            raise bad_value(
                f"The parameter {where}.Timestamp must specify a time no more than two hours in the future."
            )
        about = asking.dimensions(datum.get("Dimensions"), f"{where}.Dimensions")
        ready.append((datum["MetricName"], about, when, _cell(datum, where), datum.get("Unit") or ""))
    for name, about, when, cell, unit in ready:
        metrics.insert(namespace, name, about, [(when, cell)], unit)
    return {}


def _cell(datum: dict[str, Any], where: str) -> Cell:
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if len(given) != 1:
        raise MetricsError(
            "InvalidParameterCombination",
            f"The parameters {where}.Value, {where}.Values and {where}.StatisticValues are mutually exclusive "
            "and you must specify one.",
        )
    if given == ["Value"]:
        return Cell.of([datum["Value"]])
    if given == ["StatisticValues"]:
        return _statistics(datum["StatisticValues"], where)
    counts = datum.get("Counts") or [1] * len(datum["Values"])
    if len(counts) != len(datum["Values"]):
        raise bad_value(f"The parameters {where}.Values and {where}.Counts must be of the same size.")
    cell = Cell()
    for value, count in zip(datum["Values"], counts, strict=True):
        cell.add(value, int(count))
    return cell


def _statistics(given: dict[str, Any], where: str) -> Cell:
    """A statistic set tells nothing of its values' distribution: for percentiles all count as the average."""
    for name in ("SampleCount", "Sum", "Minimum", "Maximum"):
        if name not in given:
            raise missing(f"{where}.StatisticValues.{name}")
    count = int(given["SampleCount"])
    if count < 1:
        return Cell()
    cell = Cell()
    cell.add(given["Sum"] / count, count)
    cell.total, cell.low, cell.high = given["Sum"], given["Minimum"], given["Maximum"]
    return cell
