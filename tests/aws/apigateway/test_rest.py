"""REST APIs through the door: pages, plain values, writes that carry their change, every refusal as one shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from dashboard.aws import calls
from dashboard.aws.apigateway import rest
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind
from dashboard.core.patches import Patch
from tests.stub.server import Failure, StubAws

WHEN = datetime(2026, 3, 1, 13, 30, tzinfo=timezone(timedelta(hours=1)))


def test_it_works(stub: StubAws, target: Target) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        page = int(body.get("position", 0))
        found = [{"id": f"api{page}{i}", "name": "<b>é</b>", "createdDate": WHEN} for i in range(2)]
        return {"items": found, **({"position": str(page + 1)} if page < 2 else {})}

    stub.reply("GetRestApis", answer)
    with calls.collect() as made:
        found = rest.get_rest_apis(target)
    assert [api["id"] for api in found] == ["api00", "api01", "api10", "api11", "api20", "api21"]
    assert found[0] == {"id": "api00", "name": "<b>é</b>", "createdDate": "2026-03-01T12:30:00+00:00"}
    assert [body["limit"] for body in stub.of("GetRestApis")] == ["500"] * 3
    assert [(call.service, call.operation) for call in made.made] == [("apigateway", "GetRestApis")] * 3
    assert json.loads(json.dumps(found)) == found


def test_resources_come_with_their_methods(stub: StubAws, target: Target) -> None:
    stub.reply("GetResources", {"items": [{"id": "r", "path": "/", "resourceMethods": {"GET": {}}}]})
    assert rest.get_resources(target, "a1")[0]["resourceMethods"] == {"GET": {}}
    assert stub.of("GetResources") == [{"restApiId": "a1", "limit": "500", "embed": "methods"}]


def test_three_hundred_resources_are_one_call(stub: StubAws, target: Target) -> None:
    stub.reply("GetResources", {"items": [{"id": str(i)} for i in range(300)]})
    assert len(rest.get_resources(target, "a1")) == 300
    assert stub.count() == 1


def test_a_stage_has_its_settings_under_the_names_aws_keeps(stub: StubAws, target: Target) -> None:
    stage = {"stageName": "prod", "methodSettings": {"~1pets~1{id}/GET": {"throttlingRateLimit": 10.5}}}
    stub.reply("GetStage", stage)
    stub.reply("GetStages", {"item": [stage]})
    assert rest.get_stage(target, "a1", "prod") == stage
    assert rest.get_stages(target, "a1") == [stage]


@pytest.mark.parametrize(
    ("operation", "ask", "id_"),
    [
        ("GetDeployments", rest.get_deployments, "id"),
        ("GetModels", rest.get_models, "id"),
        ("GetAuthorizers", rest.get_authorizers, "id"),
        ("GetRequestValidators", rest.get_request_validators, "id"),
        ("GetGatewayResponses", rest.get_gateway_responses, "responseType"),
    ],
)
def test_lists_of_an_api_are_read_to_the_end(
    stub: StubAws, target: Target, operation: str, ask: Any, id_: str
) -> None:
    stub.reply(operation, {"items": [{id_: "2"}]})
    stub.reply(operation, {"items": [{id_: "1"}], "position": "p/1"}, times=1)
    assert [one[id_] for one in ask(target, "a1")] == ["1", "2"]
    assert stub.of(operation)[1] == {"restApiId": "a1", "limit": "500", "position": "p/1"}


def test_an_old_deployment_tells_its_summary(stub: StubAws, target: Target) -> None:
    summary = {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": True}}}
    stub.reply("GetDeployment", {"id": "d1", "apiSummary": summary, "createdDate": WHEN})
    assert rest.get_deployment(target, "a1", "d1")["apiSummary"] == summary
    assert stub.of("GetDeployment")[0]["embed"] == "apisummary"


def test_an_export_is_a_document(stub: StubAws, target: Target) -> None:
    stub.reply("GetExport", {"body": {"openapi": "3.0.1", "paths": {"/é": {}}}})
    assert rest.get_export(target, "a1", "prod") == {"openapi": "3.0.1", "paths": {"/é": {}}}
    sent = stub.of("GetExport")[0]
    assert (sent["exportType"], sent["extensions"]) == ("oas30", "apigateway")
    assert stub.requests[0].headers["accept"] == "application/json"


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"\xff\xfe\x00", b""])
def test_an_export_in_no_form_we_know_is_a_fault(stub: StubAws, target: Target, body: bytes) -> None:
    stub.reply("GetExport", {"body": body})
    with pytest.raises(AwsError) as caught:
        rest.get_export(target, "a1", "prod")
    assert (caught.value.kind, caught.value.operation) == (Kind.FAULT, "GetExport")


def test_a_list_without_an_end_is_given_up(stub: StubAws, target: Target) -> None:
    stub.reply("GetModels", {"items": [], "position": "again"})
    with pytest.raises(AwsError, match="DamagedAnswer"):
        rest.get_models(target, "a1")
    assert stub.count() == 2


def test_writes_carry_their_change(stub: StubAws, target: Target) -> None:
    stub.reply("CreateDeployment", {"id": "d1", "description": "why", "createdDate": WHEN.astimezone(UTC)})
    stub.reply("UpdateStage", {"stageName": "prod", "deploymentId": "d1"})
    made = rest.create_deployment(target, "a1", "why", change="0192-ab")
    steps = [Patch("replace", "/deploymentId", "d1"), Patch("remove", "/canarySettings")]
    assert rest.update_stage(target, "a1", "prod", steps, change="0192-cd")["deploymentId"] == "d1"
    assert made == {"id": "d1", "description": "why", "createdDate": "2026-03-01T12:30:00+00:00"}
    agents = [request.headers["user-agent"] for request in stub.requests]
    assert [agent.rpartition(" ")[2] for agent in agents] == [
        "gatehouse-change/0192-ab",
        "gatehouse-change/0192-cd",
    ]
    assert stub.of("CreateDeployment") == [{"restApiId": "a1", "description": "why"}]
    assert stub.of("UpdateStage")[0]["patchOperations"] == [
        {"op": "replace", "path": "/deploymentId", "value": "d1"},
        {"op": "remove", "path": "/canarySettings"},
    ]


def test_a_deployment_may_go_to_a_stage_at_once(stub: StubAws, target: Target) -> None:
    stub.reply("CreateDeployment", {"id": "d1"})
    rest.create_deployment(target, "a1", "", change="c", stage="prod")
    assert stub.of("CreateDeployment")[0]["stageName"] == "prod"


def test_reads_carry_no_change(stub: StubAws, target: Target) -> None:
    stub.reply("GetAccount", {})
    rest.get_account(target)
    assert "gatehouse-change" not in stub.requests[0].headers["user-agent"]


# code, status, kind, permanent
REFUSALS = [
    ("AccessDeniedException", 403, Kind.DENIED, True),
    ("UnauthorizedException", 401, Kind.DENIED, True),
    ("ForbiddenException", 403, Kind.DENIED, True),
    ("UnrecognizedClientException", 403, Kind.EXPIRED, True),
    ("ExpiredTokenException", 403, Kind.EXPIRED, True),
    ("NotFoundException", 404, Kind.NOT_FOUND, True),
    ("ConflictException", 409, Kind.CONFLICT, False),
    ("BadRequestException", 400, Kind.VALIDATION, True),
    ("LimitExceededException", 429, Kind.QUOTA, True),
    ("TooManyRequestsException", 429, Kind.THROTTLED, False),
]


@pytest.mark.parametrize(("code", "status", "kind", "permanent"), REFUSALS)
@pytest.mark.usefixtures("clock")
def test_refusals(stub: StubAws, target: Target, code: str, status: int, kind: Kind, permanent: bool) -> None:
    stub.fail("CreateDeployment", code, "AWS's own words", status)
    with pytest.raises(AwsError) as caught:
        rest.create_deployment(target, "a1", "n", change="c")
    error = caught.value
    assert (error.code, error.kind, error.permanent, error.message) == (
        code,
        kind,
        permanent,
        "AWS's own words",
    )
    assert (error.service, error.operation, error.resource) == ("apigateway", "CreateDeployment", "api:a1")
    assert error.request_id.startswith("STUB")


def test_a_fault_of_aws_on_a_read(stub: StubAws, target: Target) -> None:
    stub.fail("GetStages", "ServiceUnavailableException", "later", 503)
    with pytest.raises(AwsError) as caught:
        rest.get_stages(target, "a1")
    assert (caught.value.kind, caught.value.permanent, stub.count()) == (Kind.FAULT, False, 2)


def test_another_deployment_in_progress_is_a_conflict_that_passes(stub: StubAws, target: Target) -> None:
    words = "Another Deployment is in progress for rest api a1. Please try again later"
    stub.fail("CreateDeployment", "ConflictException", words)
    with pytest.raises(AwsError) as caught:
        rest.create_deployment(target, "a1", "n", change="c")
    assert (caught.value.kind, caught.value.message, stub.count()) == (Kind.CONFLICT, words, 1)
    assert caught.value.retry_after == 1.0


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_be_another_address_is_not_sent(stub: StubAws, target: Target, name: str) -> None:
    with pytest.raises(AwsError) as caught:
        rest.get_rest_api(target, name)
    assert caught.value.kind is Kind.NOT_FOUND
    with pytest.raises(AwsError) as caught:
        rest.get_stage(target, "a1", name)
    assert (caught.value.kind, caught.value.resource) == (Kind.NOT_FOUND, "api:a1")
    with pytest.raises(AwsError) as caught:
        rest.update_stage(target, name, "prod", [], change="c")
    assert caught.value.kind is Kind.NOT_FOUND
    assert stub.count() == 0


@pytest.mark.parametrize("name", ["a/b", "../../apikeys", "é ?limit=1", "a#b", "%2e%2e"])
def test_a_name_stays_one_part_of_the_address(stub: StubAws, target: Target, name: str) -> None:
    def nothing(body: dict[str, Any]) -> dict[str, Any]:
        assert body["restApiId"] == name
        raise Failure("NotFoundException", "Invalid API identifier specified")

    stub.reply("GetRestApi", nothing)
    with pytest.raises(AwsError) as caught:
        rest.get_rest_api(target, name)
    assert caught.value.kind is Kind.NOT_FOUND
    assert [request.operation for request in stub.requests] == ["GetRestApi"]
