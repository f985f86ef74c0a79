"""CloudWatch through boto3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.support import client

HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)


@pytest.fixture(scope="module")
def cloudwatch(localaws: str) -> Any:
    return client(localaws, "cloudwatch")


@pytest.fixture(scope="module")
def filled(cloudwatch: Any) -> Any:
    """One value a minute for half an hour: 0, 1, … 29."""
    cloudwatch.put_metric_data(
        Namespace="Shop",
        MetricData=[
            {
                "MetricName": "Orders",
                "Dimensions": [{"Name": "Site", "Value": "berlin"}],
                "Timestamp": HOUR + timedelta(minutes=minute),
                "Value": float(minute),
                "Unit": "Count",
            }
            for minute in range(30)
        ],
    )
    return cloudwatch


def ask(stat: str = "Sum", period: int = 600, **change: Any) -> dict[str, Any]:
    metric = {
        "Namespace": "Shop",
        "MetricName": "Orders",
        "Dimensions": [{"Name": "Site", "Value": "berlin"}],
    } | change
    return {"Id": "q", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def get(cloudwatch: Any, *queries: dict[str, Any], **more: Any) -> Any:
    times = {"StartTime": HOUR, "EndTime": HOUR + timedelta(minutes=30)}
    return cloudwatch.get_metric_data(MetricDataQueries=list(queries), **(times | more))


def test_it_works(filled: Any) -> None:
    (result,) = get(filled, ask())["MetricDataResults"]
    assert result == {
        "Id": "q",
        "Label": "Orders",
        "Timestamps": [HOUR + timedelta(minutes=minute) for minute in (20, 10, 0)],
        "Values": [245.0, 145.0, 45.0],
        "StatusCode": "Complete",
    }


@pytest.mark.parametrize(
    ("stat", "value"),
    [
        ("Average", 14.5),
        ("Minimum", 0),
        ("Maximum", 29),
        ("SampleCount", 30),
        ("p50", 14),
        ("p99.9", 29),
        ("p100", 29),
    ],
)
def test_every_statistic(filled: Any, stat: str, value: float) -> None:
    (result,) = get(filled, ask(stat, 1800))["MetricDataResults"]
    assert result["Values"] == [pytest.approx(value, rel=0.006)]


def test_both_orders_and_pages_over_two_metrics(filled: Any) -> None:
    queries = [ask(period=60) | {"Id": "a"}, ask(period=60) | {"Id": "b", "Label": "again"}]
    for order in ("TimestampAscending", "TimestampDescending"):
        seen: dict[str, list[float]] = {"a": [], "b": []}
        token: dict[str, str] = {}
        statuses = []
        while True:
            page = get(filled, *queries, ScanBy=order, MaxDatapoints=25, **token)
            for result in page["MetricDataResults"]:
                seen[result["Id"]] += result["Values"]
                statuses.append(result["StatusCode"])
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        wanted = [float(n) for n in range(30)]
        wanted = wanted if order == "TimestampAscending" else wanted[::-1]
        assert seen == {"a": wanted, "b": wanted}
        assert "PartialData" in statuses and statuses[-1] == "Complete"


def test_other_dimensions_or_another_unit_have_no_values(filled: Any) -> None:
    other = ask(Dimensions=[])
    unit = ask()
    unit["MetricStat"]["Unit"] = "Bytes"
    for query in (other, unit):
        (result,) = get(filled, query)["MetricDataResults"]
        assert (result["Values"], result["StatusCode"]) == ([], "Complete")


def test_a_query_may_keep_its_data(filled: Any) -> None:
    assert get(filled, ask() | {"ReturnData": False})["MetricDataResults"] == []


def test_statistics_of_one_metric(filled: Any) -> None:
    answer = filled.get_metric_statistics(
        Namespace="Shop",
        MetricName="Orders",
        Dimensions=[{"Name": "Site", "Value": "berlin"}],
        StartTime=HOUR,
        EndTime=HOUR + timedelta(hours=1),
        Period=3600,
        Statistics=["Sum"],
        ExtendedStatistics=["p0"],
    )
    assert answer["Datapoints"] == [
        {"Timestamp": HOUR, "Sum": 435.0, "Unit": "Count", "ExtendedStatistics": {"p0": 0.0}}
    ]


def test_values_counts_and_statistic_sets(cloudwatch: Any) -> None:
    data = [
        {"MetricName": "Mixed", "Timestamp": HOUR, "Values": [1.0, 5.0], "Counts": [3.0, 2.0]},
        {
            "MetricName": "Mixed",
            "Timestamp": HOUR,
            "StatisticValues": {"SampleCount": 5, "Sum": 50, "Minimum": 2, "Maximum": 20},
        },
    ]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)
    found = {}
    for stat in ("Sum", "SampleCount", "Minimum", "Maximum"):
        query = ask(stat, MetricName="Mixed", Dimensions=[])
        found[stat] = get(cloudwatch, query)["MetricDataResults"][0]["Values"]
    assert found == {"Sum": [63.0], "SampleCount": [10.0], "Minimum": [1.0], "Maximum": [20.0]}


def test_many_values_at_once_travel_compressed(cloudwatch: Any) -> None:
    data = [{"MetricName": "Many", "Timestamp": HOUR, "Value": 1.0} for _ in range(1000)]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)
    query = ask("SampleCount", MetricName="Many", Dimensions=[])
    assert get(cloudwatch, query)["MetricDataResults"][0]["Values"] == [1000.0]


def test_metrics_are_listed_by_filter(filled: Any) -> None:
    listed = filled.list_metrics(Namespace="Shop", MetricName="Orders")["Metrics"]
    assert listed == [
        {
            "Namespace": "Shop",
            "MetricName": "Orders",
            "Dimensions": [{"Name": "Site", "Value": "berlin"}],
        }
    ]
    site = {"Name": "Site"}
    assert filled.list_metrics(Namespace="Shop", Dimensions=[site])["Metrics"] == listed
    for more in ({"Dimensions": [site | {"Value": "rome"}]}, {"Namespace": "Other"}, {"MetricName": "Other"}):
        assert filled.list_metrics(**more)["Metrics"] == []


def test_lists_page(cloudwatch: Any) -> None:
    for start in (0, 400):
        data = [{"MetricName": f"m{n}", "Value": 1.0} for n in range(start, start + 400)]
        cloudwatch.put_metric_data(Namespace="Paged", MetricData=data)
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="Paged"))
    assert [len(page["Metrics"]) for page in pages] == [500, 300]


def broken(**change: Any) -> dict[str, Any]:
    query = ask()
    query["MetricStat"] |= change
    return query


@pytest.mark.parametrize(
    ("queries", "more", "code", "words"),
    [
        ([ask() | {"Id": "Q"}], {}, "ValidationError", "expected pattern"),
        ([ask(), ask()], {}, "ValidationError", "not unique"),
        ([broken(Period=61)], {}, "ValidationError", "Period"),
        ([broken(Stat="p101")], {}, "InvalidParameterValue", "p101"),
        ([broken(Stat="Median")], {}, "InvalidParameterValue", "Median"),
        ([{"Id": "e", "Expression": "1+1"}], {}, "ValidationError", "Expression"),
        ([{"Id": "e"}], {}, "MissingParameter", "MetricStat"),
        ([ask() | {"Id": f"q{n}"} for n in range(501)], {}, "ValidationError", "500"),
        ([ask()], {"EndTime": HOUR - timedelta(hours=1)}, "ValidationError", "StartTime"),
        ([ask()], {"NextToken": "no"}, "InvalidNextToken", "NextToken"),
        ([ask()], {"MaxDatapoints": 100_801}, "ValidationError", "MaxDatapoints"),
    ],
)
def test_a_wrong_question_is_refused(
    cloudwatch: Any, queries: list[dict], more: dict, code: str, words: str
) -> None:
    with pytest.raises(ClientError, match=words) as refusal:
        get(cloudwatch, *queries, **more)
    assert refusal.value.response["Error"]["Code"] == code
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(
    ("namespace", "datum", "code"),
    [
        ("AWS/ApiGateway", {"Value": 1.0}, "InvalidParameterValue"),
        ("n", {}, "InvalidParameterCombination"),
        ("n", {"Value": 1.0, "Values": [1.0]}, "InvalidParameterCombination"),
        ("n", {"Values": [1.0], "Counts": [1.0, 2.0]}, "InvalidParameterValue"),
        ("n", {"Value": 1.0, "Timestamp": HOUR - timedelta(days=15)}, "InvalidParameterValue"),
        ("n", {"Value": 1.0, "Timestamp": HOUR + timedelta(days=1)}, "InvalidParameterValue"),
    ],
)
def test_wrong_data_are_refused_whole(cloudwatch: Any, namespace: str, datum: dict, code: str) -> None:
    good = {"MetricName": "good", "Value": 1.0}
    with pytest.raises(ClientError) as refusal:
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[good, {"MetricName": "bad"} | datum])
    assert refusal.value.response["Error"]["Code"] == code
    assert cloudwatch.list_metrics(Namespace=namespace)["Metrics"] == []


def test_an_operation_that_is_not_offered(cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match="does not offer") as refusal:
        cloudwatch.describe_alarms()
    assert refusal.value.response["Error"]["Code"] == "UnknownOperationException"
