"""Figures from CloudWatch: 500 queries a call, every page, no point where there are no data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.aws import calls, cloudwatch
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind
from dashboard.core.metrics import MetricQuery, Series
from tests.stub.server import StubAws

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(hours=3)


def query(name: str) -> MetricQuery:
    return MetricQuery(
        name, "AWS/ApiGateway", "Latency", "p95", 300, {"ApiName": "shop <é>", "Stage": "prod"}
    )


def result(name: str, *points: tuple[int, float], status: str = "Complete") -> dict[str, Any]:
    return {
        "Id": name,
        "Label": name,
        "Timestamps": [(START + timedelta(seconds=at)).timestamp() for at, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": status,
    }


def test_it_works(stub: StubAws, target: Target) -> None:
    stub.reply("GetMetricData", {"MetricDataResults": [result("a", (0, 1.5), (300, 2)), result("b")]})
    found = cloudwatch.get_metric_data(target, [query("a"), query("b")], START, END)
    assert found == {"a": Series((START, START + timedelta(seconds=300)), (1.5, 2.0)), "b": Series()}
    (body,) = stub.of("GetMetricData")
    assert body["MetricDataQueries"][0] == {
        "Id": "a",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/ApiGateway",
                "MetricName": "Latency",
                "Dimensions": [
                    {"Name": "ApiName", "Value": "shop <é>"},
                    {"Name": "Stage", "Value": "prod"},
                ],
            },
            "Period": 300,
            "Stat": "p95",
        },
        "ReturnData": True,
    }
    assert (body["StartTime"], body["EndTime"]) == (START.timestamp(), END.timestamp())


@pytest.mark.parametrize(("queries", "sent"), [(0, []), (1, [1]), (500, [500]), (501, [500, 1])])
def test_five_hundred_queries_a_call(stub: StubAws, target: Target, queries: int, sent: list[int]) -> None:
    stub.reply(
        "GetMetricData",
        lambda body: {"MetricDataResults": [result(one["Id"], (0, 1)) for one in body["MetricDataQueries"]]},
    )
    with calls.collect() as made:
        found = cloudwatch.get_metric_data(target, [query(f"m{n}") for n in range(queries)], START, END)
    assert (len(found), all(series.values == (1.0,) for series in found.values())) == (queries, True)
    assert [len(body["MetricDataQueries"]) for body in stub.of("GetMetricData")] == sent
    assert [call.operation for call in made.made] == ["GetMetricData"] * len(sent)


def test_a_series_that_comes_in_pages(stub: StubAws, target: Target) -> None:
    stub.reply("GetMetricData", {"MetricDataResults": [result("a", (300, 2))]})
    first = {"MetricDataResults": [result("a", (0, 1), status="PartialData")], "NextToken": "t"}
    stub.reply("GetMetricData", first, times=1)
    series = cloudwatch.get_metric_data(target, [query("a")], START, END)["a"]
    assert (series.values, series.complete) == ((1.0, 2.0), True)
    assert stub.of("GetMetricData")[1]["NextToken"] == "t"


def test_an_incomplete_series_says_so(stub: StubAws, target: Target) -> None:
    stub.reply("GetMetricData", {"MetricDataResults": [result("a", (0, 1), status="InternalError")]})
    assert cloudwatch.get_metric_data(target, [query("a")], START, END)["a"].complete is False


def test_pages_without_an_end_are_given_up(stub: StubAws, target: Target) -> None:
    stub.reply("GetMetricData", {"MetricDataResults": [], "NextToken": "again"})
    with pytest.raises(AwsError, match="DamagedAnswer"):
        cloudwatch.get_metric_data(target, [query("a")], START, END)
    assert stub.count() == cloudwatch.MOST_PAGES


def test_a_refusal(stub: StubAws, target: Target) -> None:
    stub.fail("GetMetricData", "AccessDeniedException", "not authorized", 403)
    with pytest.raises(AwsError) as caught:
        cloudwatch.get_metric_data(target, [query("a")], START, END)
    assert (caught.value.kind, caught.value.service) == (Kind.DENIED, "cloudwatch")
