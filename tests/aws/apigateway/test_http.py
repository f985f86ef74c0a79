"""HTTP and WebSocket APIs through the door."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.aws.apigateway import http
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind
from tests.stub.server import StubAws

WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def test_it_works(stub: StubAws, target: Target) -> None:
    stub.reply("GetApis", {"Items": [{"ApiId": "b2", "ProtocolType": "WEBSOCKET"}]})
    stub.reply(
        "GetApis", {"Items": [{"ApiId": "b1", "Name": "é", "CreatedDate": WHEN}], "NextToken": "t"}, times=1
    )
    assert http.get_apis(target) == [
        {"ApiId": "b1", "Name": "é", "CreatedDate": "2026-03-01T12:30:00+00:00"},
        {"ApiId": "b2", "ProtocolType": "WEBSOCKET"},
    ]
    assert stub.of("GetApis") == [{"MaxResults": "100"}, {"MaxResults": "100", "NextToken": "t"}]


@pytest.mark.parametrize(
    ("operation", "ask", "id_"),
    [
        ("GetRoutes", http.get_routes, "RouteId"),
        ("GetIntegrations", http.get_integrations, "IntegrationId"),
        ("GetAuthorizers", http.get_authorizers, "AuthorizerId"),
        ("GetStages", http.get_stages, "StageName"),
        ("GetDeployments", http.get_deployments, "DeploymentId"),
    ],
)
def test_lists_of_an_api_are_read_to_the_end(
    stub: StubAws, target: Target, operation: str, ask: Any, id_: str
) -> None:
    stub.reply(operation, {"Items": [{"id": "of the other version"}]})
    stub.reply(f"v2:{operation}", {"Items": [{id_: "2"}]})
    stub.reply(f"v2:{operation}", {"Items": [{id_: "1"}], "NextToken": "n"}, times=1)
    assert [one[id_] for one in ask(target, "b1")] == ["1", "2"]
    assert stub.of(f"v2:{operation}")[0] == {"ApiId": "b1", "MaxResults": "100"}


def test_one_api_and_one_stage(stub: StubAws, target: Target) -> None:
    stub.reply("GetApi", {"ApiId": "b1", "ApiKeySelectionExpression": "$request.header.x-api-key"})
    stub.reply("v2:GetStage", {"StageName": "$default", "AutoDeploy": True, "LastUpdatedDate": WHEN})
    assert http.get_api(target, "b1")["ApiId"] == "b1"
    assert http.get_stage(target, "b1", "$default")["LastUpdatedDate"] == "2026-03-01T12:30:00+00:00"
    assert stub.of("v2:GetStage") == [{"ApiId": "b1", "StageName": "$default"}]


@pytest.mark.parametrize(("stage", "sent"), [("$default", {"stageName": "$default"}), (None, {})])
def test_an_export_of_a_stage_or_of_the_latest(
    stub: StubAws, target: Target, stage: str | None, sent: dict[str, str]
) -> None:
    stub.reply("ExportApi", {"body": {"openapi": "3.0.1"}})
    assert http.export_api(target, "b1", stage) == {"openapi": "3.0.1"}
    body = stub.of("ExportApi")[0]
    assert body.get("StageName") == sent.get("stageName")
    assert (body["Specification"], body["OutputType"], body["IncludeExtensions"]) == ("OAS30", "JSON", "true")


def test_writes_carry_their_change(stub: StubAws, target: Target) -> None:
    stub.reply("v2:CreateDeployment", {"DeploymentId": "d1", "DeploymentStatus": "DEPLOYED"})
    stub.reply("v2:UpdateStage", lambda body: {"StageName": body["StageName"], "DeploymentId": "d1"})
    stub.reply("DeleteRouteSettings", {}, 204)
    assert http.create_deployment(target, "b1", "why", change="c1")["DeploymentId"] == "d1"
    routes = {"GET /a": {"ThrottlingRateLimit": 5.0, "ThrottlingBurstLimit": 10}}
    changes = {"DeploymentId": "d1", "RouteSettings": routes}
    assert http.update_stage(target, "b1", "$default", changes, change="c2")["DeploymentId"] == "d1"
    http.delete_route_settings(target, "b1", "$default", "GET /a/{id}", change="c3")
    agents = [request.headers["user-agent"].rpartition(" ")[2] for request in stub.requests]
    assert agents == ["gatehouse-change/c1", "gatehouse-change/c2", "gatehouse-change/c3"]
    assert stub.of("v2:CreateDeployment") == [{"ApiId": "b1", "Description": "why"}]
    assert stub.of("v2:UpdateStage")[0]["RouteSettings"] == {
        "GET /a": {"throttlingRateLimit": 5.0, "throttlingBurstLimit": 10}
    }
    assert stub.of("DeleteRouteSettings") == [
        {"ApiId": "b1", "StageName": "$default", "RouteKey": "GET /a/{id}"}
    ]


def test_a_deployment_on_an_automatic_stage_is_refused_in_aws_words(stub: StubAws, target: Target) -> None:
    words = "Deployment ID cannot be set on a stage with auto deploy enabled"
    stub.fail("v2:UpdateStage", "BadRequestException", words)
    with pytest.raises(AwsError) as caught:
        http.update_stage(target, "b1", "$default", {"DeploymentId": "d"}, change="c")
    assert (caught.value.kind, caught.value.message) == (Kind.VALIDATION, words)
    assert (caught.value.service, caught.value.resource) == ("apigatewayv2", "api:b1")


def test_a_lost_answer_to_a_deployment(stub: StubAws, target: Target) -> None:
    stub.drop("v2:CreateDeployment")
    with pytest.raises(AwsError) as caught:
        http.create_deployment(target, "b1", "why", change="c1")
    assert (caught.value.kind, stub.count()) == (Kind.LOST, 1)
