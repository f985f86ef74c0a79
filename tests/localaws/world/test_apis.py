"""The carrier's APIs: what the demo promises is there, real, and made once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.localaws.server import running
from dashboard.localaws.world.apis import clients, fill_apis, plans, rest_api, v2_apis
from dashboard.localaws.world.apis.shape import incident, midnight
from tests.localaws.support import client, http
from tests.localaws.world.conftest import World

pytestmark = pytest.mark.localaws


@pytest.fixture(scope="module")
def rest(world: World) -> Any:
    return client(world.endpoint, "apigateway")


@pytest.fixture(scope="module")
def cloudwatch(world: World) -> Any:
    return client(world.endpoint, "cloudwatch")


def key_of(rest: Any, number: str) -> dict[str, Any]:
    """A customer's key, with its value."""
    found = rest.get_api_keys(limit=500, includeValues=True)["items"]
    return next(key for key in found if key.get("customerId") == number)


def sums(
    cloudwatch: Any,
    metric: str,
    dimensions: dict[str, str],
    start: datetime,
    end: datetime,
    statistic: str = "Sum",
) -> list[float]:
    """A series by hours."""
    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/ApiGateway",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=start,
        EndTime=end,
        Period=3600,
        **({"Statistics": [statistic]} if statistic[0] != "p" else {"ExtendedStatistics": [statistic]}),
    )
    points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    return [p["ExtendedStatistics"][statistic] if statistic[0] == "p" else p[statistic] for p in points]


def test_it_works(world: World, rest: Any) -> None:
    assert world.apis.rest and world.apis.http and world.apis.websocket
    api = world.apis.rest
    methods = [
        (resource["path"], verb)
        for resource in rest.get_resources(restApiId=api, limit=500, embed=["methods"])["items"]
        for verb in resource.get("resourceMethods", {})
    ]
    assert len(methods) >= 15
    stages = {stage["stageName"]: stage for stage in rest.get_stages(restApiId=api)["item"]}
    assert stages.keys() == {"prod", "test"}
    served = rest.get_deployment(
        restApiId=api, deploymentId=stages["prod"]["deploymentId"], embed=["apisummary"]
    )
    deployed = {(path, verb) for path, verbs in served["apiSummary"].items() for verb in verbs}
    assert set(methods) - deployed == {
        ("/parcels/{tracking}/redirect", "POST"),
        ("/pickup-points/{point}/slots", "GET"),
    }
    assert not served["apiSummary"]["/rates"]["GET"]["apiKeyRequired"]
    assert len(rest.get_deployments(restApiId=api, limit=500)["items"]) == len(rest_api.DEPLOYMENTS)


def test_a_key_opens_what_asks_for_one_and_the_stage_answers(world: World, rest: Any) -> None:
    base = f"{world.endpoint}/_aws/execute-api/{world.apis.rest}"
    value = key_of(rest, "C-1007")["value"]
    assert http(f"{base}/prod/status")[0] == 200
    assert http(f"{base}/prod/parcels")[0] == 403
    assert http(f"{base}/prod/parcels", x_api_key=value)[0] == 200
    status, text = http(f"{base}/prod/parcels/PC4711{1234}", x_api_key=value)
    assert (status, '"tracking": "PC47111234"' in text) == (200, True)
    assert http(f"{base}/prod/parcels/PC47110000/events", x_api_key=value)[0] == 404
    assert http(f"{base}/prod/pickup-points/PP-1/slots", x_api_key=value)[0] == 403
    assert http(f"{base}/test/pickup-points/PP-1/slots", x_api_key=value)[0] == 200
    assert http(f"{base}/prod/parcels", x_api_key=key_of(rest, "C-2020")["value"])[0] == 403


def test_eight_keys_one_disabled_one_near_its_quota(rest: Any) -> None:
    keys = rest.get_api_keys(limit=500)["items"]
    assert {key["customerId"] for key in keys} == {customer.number for customer in plans.CUSTOMERS}
    assert [key["customerId"] for key in keys if not key["enabled"]] == ["C-2020"]
    found = {plan["name"]: plan for plan in rest.get_usage_plans(limit=500)["items"]}
    assert found.keys() == {"gold", "trial"}
    today = datetime.now(UTC).date()
    for name, plan in found.items():
        assert plan["throttle"]
        assert plan["quota"]["period"] == "MONTH"
        usage = rest.get_usage(
            usagePlanId=plan["id"],
            startDate=today.replace(day=1).isoformat(),
            endDate=today.isoformat(),
            limit=500,
        )["items"]
        left = {key: days[-1][1] / plan["quota"]["limit"] for key, days in usage.items()}
        near = key_of(rest, "C-2015")["id"]
        assert {key for key, part in left.items() if part < 0.05} == ({near} if name == "trial" else set())


def test_thirty_days_of_metrics_with_an_incident(world: World, cloudwatch: Any) -> None:
    prod = {"ApiName": rest_api.NAME, "Stage": "prod"}
    now = datetime.now(UTC)
    counts = sums(cloudwatch, "Count", prod, now - timedelta(days=29), now, "SampleCount")
    assert len(counts) >= 29 * 24
    assert min(counts) > 0
    assert max(counts) > 2 * min(counts)
    trouble = incident(midnight(now))
    failed = sums(cloudwatch, "5XXError", prod, trouble.start, trouble.end, "Average")
    before = sums(cloudwatch, "5XXError", prod, trouble.start - timedelta(hours=3), trouble.start, "Average")
    assert min(failed) > 0.2 > 0.02 > max(before)
    slow = sums(cloudwatch, "Latency", prod, trouble.start, trouble.end, "p95")
    usual = sums(cloudwatch, "Latency", prod, trouble.start - timedelta(hours=3), trouble.start, "p95")
    assert min(slow) > 5 * max(usual)
    both = sums(cloudwatch, "Count", {"ApiName": rest_api.NAME}, trouble.start, trouble.end)
    parts = [
        sums(cloudwatch, "Count", {**prod, "Stage": stage}, trouble.start, trouble.end)
        for stage in ("prod", "test")
    ]
    assert sum(both) == sum(map(sum, parts)) > 0


def test_the_http_api_asks_for_a_token(world: World, cloudwatch: Any) -> None:
    v2 = client(world.endpoint, "apigatewayv2")
    kinds = {api["Name"]: api["ProtocolType"] for api in v2.get_apis()["Items"]}
    assert kinds == {v2_apis.HTTP_NAME: "HTTP", v2_apis.WEBSOCKET_NAME: "WEBSOCKET"}
    assert [each["AuthorizerType"] for each in v2.get_authorizers(ApiId=world.apis.http)["Items"]] == ["JWT"]
    base = f"{world.endpoint}/_aws/execute-api/{world.apis.http}"
    assert http(f"{base}/status")[0] == 200
    assert http(f"{base}/tours")[0] == 401
    now = datetime.now(UTC)
    day = now - timedelta(days=1)
    for metric, dimensions in (
        ("Count", {"ApiId": world.apis.http, "Stage": "$default"}),
        ("4xx", {"ApiId": world.apis.http, "Stage": "beta"}),
        ("MessageCount", {"ApiId": world.apis.websocket, "Stage": "live"}),
        ("IntegrationLatency", {"ApiId": world.apis.websocket}),
    ):
        assert sum(sums(cloudwatch, metric, dimensions, day, now)) > 0, metric


def test_the_logs_hold_a_sample_and_never_a_keys_value(world: World, rest: Any) -> None:
    logs = client(world.endpoint, "logs")
    events: list[Any] = []
    for stream in logs.describe_log_streams(logGroupName=rest_api.LOG_GROUP)["logStreams"][:3]:
        events += logs.get_log_events(
            logGroupName=rest_api.LOG_GROUP, logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
    assert len(events) > 200
    text = "\n".join(event["message"] for event in events)
    assert '"route":"/parcels/{tracking}"' in text.replace('": "', '":"')
    for key in rest.get_api_keys(limit=500, includeValues=True)["items"]:
        assert key["value"] not in text


@pytest.fixture
def empty() -> Iterator[str]:
    with running() as endpoint:
        yield endpoint


def test_it_is_made_once_and_an_interrupted_filling_again(empty: str) -> None:
    fill_apis(empty, "127.0.0.1:9")
    rest, cloudwatch = client(empty, "apigateway"), client(empty, "cloudwatch")
    before = rest.get_rest_apis(limit=500)["items"]
    day = midnight(datetime.now(UTC)) - timedelta(days=1)
    prod = {"ApiName": rest_api.NAME, "Stage": "prod"}
    counted = sums(cloudwatch, "Count", prod, day, day + timedelta(days=1))
    assert fill_apis(empty, "127.0.0.1:9").seconds == 0
    assert rest.get_rest_apis(limit=500)["items"] == before
    history = clients.HistoryClient(empty)
    assert history.send()["mark"]
    history.send(mark=None)
    history.close()
    assert fill_apis(empty, "127.0.0.1:9").seconds > 0
    after = rest.get_rest_apis(limit=500)["items"]
    assert sorted(api["name"] for api in after) == sorted(api["name"] for api in before)
    assert len(rest.get_usage_plans(limit=500)["items"]) == 2
    assert len(rest.get_api_keys(limit=500)["items"]) == len(plans.CUSTOMERS)
    assert sums(cloudwatch, "Count", prod, day, day + timedelta(days=1)) == counted


def test_another_port_behind_is_told_to_the_stages(empty: str) -> None:
    made = fill_apis(empty, "127.0.0.1:9")
    fill_apis(empty, "127.0.0.1:10")
    rest, v2 = client(empty, "apigateway"), client(empty, "apigatewayv2")
    variables = [stage["variables"] for stage in rest.get_stages(restApiId=made.rest)["item"]]
    assert {each["upstream"] for each in variables} == {"127.0.0.1:10"}
    assert {each["environment"] for each in variables} == {"prod", "test"}
    stages = v2.get_stages(ApiId=made.http)["Items"]
    assert {stage["StageVariables"]["upstream"] for stage in stages} == {"127.0.0.1:10"}


@pytest.mark.parametrize(
    "body",
    [{"metrics": [{}]}, {"usage": [["a"]]}, {"left": [["no", "key", 1]]}, {"dates": [[["rest", "x"], 1]]}],
)
def test_history_that_makes_no_sense_is_refused(world: World, body: dict[str, Any]) -> None:
    history = clients.HistoryClient(world.endpoint)
    try:
        with pytest.raises(RuntimeError, match="refused history"):
            history.send(**body)
    finally:
        history.close()
