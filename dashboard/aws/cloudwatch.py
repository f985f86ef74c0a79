"""Figures over time, from CloudWatch's GetMetricData."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from dashboard.aws import clients
from dashboard.aws.apigateway.sending import Request, damaged, plain
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target
from dashboard.core.metrics import Contributor, MetricQuery, Series

MOST_QUERIES = 500
"""What one call takes (GetMetricData's reference); it is billed for each of them."""
MOST_PAGES = 100


def get_metric_data(
    target: Target, queries: Sequence[MetricQuery], start: datetime, end: datetime
) -> dict[str, Series]:
    """The series of every query by its id, from ``start`` up to and without ``end`` (both aware); empty where there are no data."""
    found: dict[str, Series] = {query.id: Series() for query in queries}
    for at in range(0, len(queries), MOST_QUERIES):
        for page in _pages(target, queries[at : at + MOST_QUERIES], start, end):
            for result in page.get("MetricDataResults", ()):
                found[result["Id"]] = _joined(found.get(result["Id"], Series()), result)
    return found


def _pages(
    target: Target, queries: Sequence[MetricQuery], start: datetime, end: datetime
) -> Iterator[dict[str, Any]]:
    arguments: dict[str, Any] = {
        "MetricDataQueries": [_query(query) for query in queries],
        "StartTime": start,
        "EndTime": end,
        "ScanBy": "TimestampAscending",
    }
    sending = Sending("cloudwatch", "GetMetricData")
    for _ in range(MOST_PAGES):
        page = measured(
            sending, lambda: dict(plain(clients.cloudwatch(target).get_metric_data(**arguments)))
        ).body
        yield page
        if not page.get("NextToken"):
            return
        arguments["NextToken"] = page["NextToken"]
    raise damaged(Request(sending.service, sending.operation), "The figures came back without an end.")


def _query(query: MetricQuery) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in query.dimensions.items()]
    metric = {"Namespace": query.namespace, "MetricName": query.metric, "Dimensions": dimensions}
    return {
        "Id": query.id,
        "MetricStat": {"Metric": metric, "Period": query.period, "Stat": query.statistic},
        "ReturnData": True,
    }


def _joined(before: Series, result: dict[str, Any]) -> Series:
    """A page's points after those of the pages before; whether that is all is what the last page says."""
    times = tuple(datetime.fromisoformat(text) for text in result.get("Timestamps", ()))
    values = tuple(float(value) for value in result.get("Values", ()))
    return Series(
        before.times + times, before.values + values, result.get("StatusCode", "Complete") == "Complete"
    )


def get_insight_rule_report(
    target: Target, rule: str, start: datetime, end: datetime, *, most: int = 10
) -> tuple[Contributor, ...]:
    """The keys with most of what a Contributor Insights rule counts, most first; one call. Counts are approximate (AWS's word)."""
    sending = Sending("cloudwatch", "GetInsightRuleReport", rule)
    arguments = {
        "RuleName": rule,
        "StartTime": start,
        "EndTime": end,
        "Period": max(60, int((end - start).total_seconds()) // 60 * 60),
        "MaxContributorCount": most,
    }
    report = measured(
        sending, lambda: dict(plain(clients.cloudwatch(target).get_insight_rule_report(**arguments)))
    ).body
    return tuple(
        Contributor(
            tuple(str(key) for key in one.get("Keys", ())), float(one.get("ApproximateAggregateValue", 0))
        )
        for one in report.get("Contributors", ())
    )
