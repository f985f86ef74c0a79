"""The canned API Gateway is one that the SDK reads, and it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.bench.canned_apis import APIS, RESOURCES, api_id
from tests.bench.http import Kept
from tests.bench.site import helper
from tests.localaws.support import client


@pytest.fixture(scope="module")
def canned() -> Iterator[str]:
    with helper("tests.bench.canned_apis") as address:
        yield address


def test_it_works(canned: str) -> None:
    gateway, bare = client(canned, "apigateway"), Kept(canned, {})
    bare.send("GET", "/calls")
    first = gateway.get_rest_apis(limit=500)
    second = gateway.get_rest_apis(limit=500, position=first["position"])
    assert len({api["id"] for page in (first, second) for api in page["items"]}) == APIS
    assert "position" not in second
    resources = gateway.get_resources(restApiId=api_id(0), limit=500, embed=["methods"])["items"]
    assert len({resource["path"] for resource in resources}) == RESOURCES
    assert gateway.get_models(restApiId=api_id(0))["items"] == []
    assert client(canned, "apigatewayv2").get_apis()["Items"] == []
    called = json.loads(bare.send("GET", "/calls")[1])
    bare.close()
    assert called == ["GetRestApis", "GetRestApis", "GetResources", "GetModels", "GetApis"]


def test_figures_are_counted(canned: str) -> None:
    stat = {"Metric": {"Namespace": "AWS/ApiGateway", "MetricName": "Count"}, "Period": 300, "Stat": "Sum"}
    queries = [{"Id": f"m{number}", "MetricStat": stat} for number in range(7)]
    bare = Kept(canned, {})
    bare.send("GET", "/calls")
    times = {"StartTime": datetime(2026, 1, 1, tzinfo=UTC), "EndTime": datetime(2026, 1, 2, tzinfo=UTC)}
    results = client(canned, "cloudwatch").get_metric_data(MetricDataQueries=queries, **times)[
        "MetricDataResults"
    ]
    assert [each["Id"] for each in results] == [query["Id"] for query in queries]
    assert json.loads(bare.send("GET", "/calls")[1]) == ["GetMetricData 7"]
    bare.close()
