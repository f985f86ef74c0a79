"""The stub itself: what other tests lean on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.stub.server import Failure, StubAws, nothing_there


@pytest.fixture
def stub() -> Iterator[StubAws]:
    with StubAws() as running:
        yield running


def client(endpoint: str, service: str = "dynamodb", attempts: int = 2) -> Any:
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts}, read_timeout=2)
    return session.create_client(service, region_name="eu-central-1", endpoint_url=endpoint, config=config)


def test_it_works(stub: StubAws) -> None:
    stub.reply("GetItem", lambda body: {"Item": {**body["Key"], "n": {"N": "1.50"}}})
    key = {"pk": {"S": "é/'"}}
    assert client(stub.endpoint).get_item(TableName="t", Key=key)["Item"] == {**key, "n": {"N": "1.50"}}
    assert stub.requests[0].operation == "GetItem"
    assert stub.of("GetItem") == [{"TableName": "t", "Key": key}]
    assert stub.requests[0].headers["x-amz-target"] == "DynamoDB_20120810.GetItem"


def test_an_operation_without_an_answer_says_so(stub: StubAws) -> None:
    with pytest.raises(ClientError, match="no answer for Scan"):
        client(stub.endpoint).scan(TableName="t")


def test_failures_are_used_up_before_the_answer(stub: StubAws) -> None:
    stub.reply("Scan", {"Items": [], "Count": 0, "ScannedCount": 0})
    stub.fail("Scan", "InternalServerError", status=500, times=1)
    assert client(stub.endpoint).scan(TableName="t")["Count"] == 0
    assert stub.count("Scan") == 2


def test_a_function_may_refuse(stub: StubAws) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        raise Failure("ConditionalCheckFailedException", "no", Item={"a": {"S": "x"}})

    stub.reply("PutItem", answer)
    with pytest.raises(ClientError) as caught:
        client(stub.endpoint).put_item(TableName="t", Item={"a": {"S": "y"}})
    assert caught.value.response["Item"] == {"a": {"S": "x"}}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(("after", "applied"), [(False, 1), (True, 2)])
def test_a_dropped_answer(stub: StubAws, after: bool, applied: int) -> None:
    seen: list[Any] = []

    def put(body: dict[str, Any]) -> dict[str, Any]:
        seen.append(body)
        return {}

    stub.reply("PutItem", put)
    stub.drop("PutItem", after_apply=after)
    client(stub.endpoint).put_item(TableName="t", Item={"a": {"S": "y"}})
    assert (len(seen), stub.count("PutItem")) == (applied, 2)


def test_identity_and_role(stub: StubAws) -> None:
    sts = client(stub.endpoint, "sts")
    assert sts.get_caller_identity()["Account"] == "123456789012"
    role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="xy")
    assert role["Credentials"]["AccessKeyId"] == "ASIASTUB"
    assert stub.of("AssumeRole")[0]["RoleSessionName"] == "xy"


def test_sts_refuses_in_xml(stub: StubAws) -> None:
    stub.fail("GetCallerIdentity", "ExpiredToken", "the <token> ran out")
    with pytest.raises(ClientError, match="the <token> ran out") as caught:
        client(stub.endpoint, "sts").get_caller_identity()
    assert caught.value.response["Error"]["Code"] == "ExpiredToken"


def test_nothing_there() -> None:
    with nothing_there() as endpoint, pytest.raises(EndpointConnectionError):
        client(endpoint).list_tables()


def test_an_api_gateway_answer_in_the_sdks_own_form(stub: StubAws) -> None:
    made = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    stub.reply("GetRestApis", {"items": [{"id": "a1", "name": "shop", "createdDate": made}], "position": "p"})
    answer = client(stub.endpoint, "apigateway").get_rest_apis(limit=500, position="é/")
    assert answer["items"] == [{"id": "a1", "name": "shop", "createdDate": made}]
    assert answer["position"] == "p"
    assert stub.of("GetRestApis") == [{"limit": "500", "position": "é/"}]


def test_the_two_versions_of_a_name(stub: StubAws) -> None:
    stub.reply("GetStages", {"item": [{"stageName": "rest"}]})
    stub.reply("v2:GetStages", {"Items": [{"StageName": "$default", "RouteSettings": {"GET /a": {}}}]})
    old, new = client(stub.endpoint, "apigateway"), client(stub.endpoint, "apigatewayv2")
    assert old.get_stages(restApiId="a1")["item"] == [{"stageName": "rest"}]
    assert new.get_stages(ApiId="b2")["Items"] == [{"StageName": "$default", "RouteSettings": {"GET /a": {}}}]
    assert (stub.count("GetStages"), stub.of("v1:GetStages"), stub.of("v2:GetStages")) == (
        2,
        [{"restApiId": "a1"}],
        [{"ApiId": "b2"}],
    )


def test_a_write_of_each_version(stub: StubAws) -> None:
    stub.reply("UpdateStage", lambda body: {"stageName": body["stageName"]}, times=1)
    steps = [{"op": "replace", "path": "/~1a/GET/throttling/rateLimit", "value": "5"}]
    client(stub.endpoint, "apigateway").update_stage(restApiId="a", stageName="prod", patchOperations=steps)
    stub.reply("v2:UpdateStage", lambda body: {"StageName": body["StageName"]})
    client(stub.endpoint, "apigatewayv2").update_stage(ApiId="b", StageName="$default", DeploymentId="d")
    stub.reply("DeleteRouteSettings", {}, 204)
    client(stub.endpoint, "apigatewayv2").delete_route_settings(
        ApiId="b", StageName="s", RouteKey="GET /a/{id}"
    )
    assert stub.of("UpdateStage") == [
        {"restApiId": "a", "stageName": "prod", "patchOperations": steps},
        {"ApiId": "b", "StageName": "$default", "DeploymentId": "d"},
    ]
    assert stub.of("DeleteRouteSettings") == [{"ApiId": "b", "StageName": "s", "RouteKey": "GET /a/{id}"}]


def test_api_gateway_refuses_with_its_status(stub: StubAws) -> None:
    stub.fail("GetUsage", "TooManyRequestsException", "slow down", headers={"Retry-After": "7"})
    with pytest.raises(ClientError, match="slow down") as caught:
        client(stub.endpoint, "apigateway", attempts=1).get_usage(
            usagePlanId="p", startDate="2026-01-01", endDate="2026-01-02"
        )
    meta = caught.value.response["ResponseMetadata"]
    assert (meta["HTTPStatusCode"], meta["HTTPHeaders"]["retry-after"]) == (429, "7")
    assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
    with pytest.raises(ClientError, match="no answer for GetAccount"):
        client(stub.endpoint, "apigateway").get_account()


def test_an_export_is_handed_out_as_it_is(stub: StubAws) -> None:
    stub.reply("GetExport", {"body": {"openapi": "3.0.1"}})
    answer = client(stub.endpoint, "apigateway").get_export(
        restApiId="a", stageName="s", exportType="oas30", parameters={"extensions": "apigateway"}
    )
    assert answer["body"].read() == b'{"openapi": "3.0.1"}'
    assert stub.of("GetExport")[0]["extensions"] == "apigateway"


def test_cloudwatch(stub: StubAws) -> None:
    when = datetime(2026, 3, 1, tzinfo=UTC)
    result = {"Id": "a", "Timestamps": [when.timestamp()], "Values": [2.5], "StatusCode": "Complete"}
    stub.reply("GetMetricData", {"MetricDataResults": [result]})
    answer = client(stub.endpoint, "cloudwatch").get_metric_data(
        MetricDataQueries=[], StartTime=when, EndTime=when
    )
    assert answer["MetricDataResults"][0]["Timestamps"][0].timestamp() == when.timestamp()
