"""What a question to CloudWatch must look like, read into plain values; every break of a rule is AWS's own refusal."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.localaws.cloudwatch.cell import Cell
from dashboard.localaws.cloudwatch.errors import MetricsError, bad_value, invalid, missing

STATISTICS: Mapping[str, Callable[[Cell], float]] = {
    "Sum": lambda cell: cell.total,
    "Average": lambda cell: cell.total / cell.count,
    "Minimum": lambda cell: cell.low,
    "Maximum": lambda cell: cell.high,
    "SampleCount": lambda cell: float(cell.count),
}
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{0,10})?|100)")
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Statistic:
    """How a period's values become one; ``histograms`` says whether it needs them."""

    of: Callable[[Cell], float]
    histograms: bool = False


@dataclass(frozen=True)
class Query:
    """One plain metric."""

    id: str
    label: str
    namespace: str
    metric: str
    dimensions: dict[str, str]
    period: int
    statistic: Statistic
    unit: str
    returned: bool


def statistic(name: str, where: str) -> Statistic:
    """The statistic of this name; ``where`` is the parameter that the refusal names."""
    if name in STATISTICS:
        return Statistic(STATISTICS[name])
    if found := _PERCENTILE.fullmatch(name):
        percent = float(found[1])
        return Statistic(lambda cell: cell.percentile(percent), histograms=True)
    raise bad_value(f"The value {name} for parameter {where} is not supported.")


def period(given: Any, where: str) -> int:
    """A period in seconds: 1, 5, 10, 20, 30 or a multiple of 60."""
    if not isinstance(given, int) or given < 1 or (given not in (1, 5, 10, 20, 30) and given % 60):
        raise invalid(f"The parameter {where} must be a multiple of 60, or 1, 5, 10, 20 or 30.")
    return given


def dimensions(given: Any, where: str) -> dict[str, str]:
    """Name → value of a list of dimensions."""
    found: dict[str, str] = {}
    for number, each in enumerate(given or (), 1):
        if not each.get("Value"):
            raise missing(f"{where}.member.{number}.Value")
        found[each["Name"]] = each["Value"]
    if len(found) > 30:
        raise invalid(f"The collection {where} must not have a size greater than 30.")
    return found


def queries(body: Mapping[str, Any]) -> list[Query]:
    """The queries of GetMetricData."""
    given = body.get("MetricDataQueries")
    if given is None:
        raise missing("MetricDataQueries")
    if len(given) > 500:
        raise invalid("The collection MetricDataQueries must not have a size greater than 500.")
    found = [_query(each, f"MetricDataQueries.member.{number}") for number, each in enumerate(given, 1)]
    seen: set[str] = set()
    for number, each in enumerate(found, 1):
        if each.id in seen:
            raise invalid(
                f"The value '{each.id}' for parameter MetricDataQueries.member.{number}.Id is not unique."
            )
        seen.add(each.id)
    return found


def _query(given: Mapping[str, Any], where: str) -> Query:
    name = given.get("Id") or ""
    if not _ID.fullmatch(name):
        raise invalid(
            f"The value '{name}' for parameter {where}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        )
    stat = given.get("MetricStat")
    if stat is None:
        if given.get("Expression"):
            raise invalid(f"The embedded AWS does not offer {where}.Expression; ask for plain metrics.")
        raise missing(f"{where}.MetricStat")
    metric = stat.get("Metric") or {}
    for part in ("Namespace", "MetricName"):
        if not metric.get(part):
            raise missing(f"{where}.MetricStat.Metric.{part}")
    if not stat.get("Stat"):
        raise missing(f"{where}.MetricStat.Stat")
    return Query(
        name,
        given.get("Label") or metric["MetricName"],
        metric["Namespace"],
        metric["MetricName"],
        dimensions(metric.get("Dimensions"), f"{where}.MetricStat.Metric.Dimensions"),
        period(stat.get("Period"), f"{where}.MetricStat.Period"),
        statistic(stat["Stat"], f"{where}.MetricStat.Stat"),
        stat.get("Unit") or "",
        given.get("ReturnData", True) is not False,
    )


def window(body: Mapping[str, Any], now: float) -> tuple[int, int]:
    """Start and end in epoch seconds, the start rounded down as its age asks: minutes, five minutes, hours."""
    for name in ("StartTime", "EndTime"):
        if not isinstance(body.get(name), int | float):
            raise missing(name)
    start, end = body["StartTime"], body["EndTime"]
    if start >= end:
        raise invalid("The parameter StartTime must be less than the parameter EndTime.")
    age = (now - start) / 86_400
    grain = 60 if age < 15 else 300 if age < 63 else 3600
    return int(start // grain * grain), int(-(-end // 1))


def token(body: Mapping[str, Any]) -> int:
    """How many entries the pages before held."""
    given = body.get("NextToken")
    if not given:
        return 0
    try:
        return int(base64.urlsafe_b64decode(given).decode().removeprefix("after-"))
    except (binascii.Error, ValueError):
        raise MetricsError("InvalidNextToken", "The parameter NextToken is not valid.") from None


def next_token(passed: int) -> str:
    """The opaque form of how many entries the pages up to now held."""
    return base64.urlsafe_b64encode(f"after-{passed}".encode()).decode()
