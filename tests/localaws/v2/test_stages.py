"""Stages and deployments: frozen copies, taking back, deploying themselves, limits, variables, logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.v2.support import api, integration, jwt, plain, refused, route, socket


def exported(v2: Any, api_id: str, stage: str | None = None) -> Any:
    more = {"StageName": stage} if stage else {}
    answer = v2.export_api(ApiId=api_id, Specification="OAS30", OutputType="JSON", **more)
    return json.loads(answer["body"].read())


def paths(v2: Any, api_id: str, stage: str | None = None) -> list[str]:
    return sorted(exported(v2, api_id, stage)["paths"])


def test_it_works(v2: Any) -> None:
    """What a stage serves is what was there when it was deployed, until it is deployed again or taken back."""
    api_id = api(v2)
    route(v2, api_id, "GET /one")
    first = v2.create_deployment(ApiId=api_id, Description="first")
    assert (first["DeploymentStatus"], first["AutoDeployed"]) == ("DEPLOYED", False)
    v2.create_stage(ApiId=api_id, StageName="prod", DeploymentId=first["DeploymentId"])
    route(v2, api_id, "GET /two")
    assert (paths(v2, api_id, "prod"), paths(v2, api_id)) == (["/one"], ["/one", "/two"])
    second = v2.create_deployment(ApiId=api_id, StageName="prod")["DeploymentId"]
    assert paths(v2, api_id, "prod") == ["/one", "/two"]
    listed = [each["DeploymentId"] for each in v2.get_deployments(ApiId=api_id)["Items"]]
    assert listed == [second, first["DeploymentId"]]
    v2.update_stage(ApiId=api_id, StageName="prod", DeploymentId=first["DeploymentId"])
    assert paths(v2, api_id, "prod") == ["/one"]


def test_a_deployment_is_a_copy(v2: Any) -> None:
    api_id = api(v2)
    made = integration(v2, api_id, "https://old.example")
    route(v2, api_id, "GET /a", Target=f"integrations/{made}")
    v2.create_stage(ApiId=api_id, StageName="prod")
    v2.create_deployment(ApiId=api_id, StageName="prod")
    v2.update_integration(ApiId=api_id, IntegrationId=made, IntegrationUri="https://new.example")
    found = {
        stage: exported(v2, api_id, stage)["paths"]["/a"]["get"]["x-amazon-apigateway-integration"]["uri"]
        for stage in ("prod", None)
    }
    assert found == {"prod": "https://old.example", None: "https://new.example"}


def test_a_deployment_changes_its_description_and_goes_when_no_stage_serves_it(v2: Any) -> None:
    api_id = api(v2)
    route(v2, api_id)
    deployment = v2.create_deployment(ApiId=api_id)["DeploymentId"]
    one = {"ApiId": api_id, "DeploymentId": deployment}
    assert v2.update_deployment(**one, Description="named")["Description"] == "named"
    v2.create_stage(ApiId=api_id, StageName="prod", DeploymentId=deployment)
    refused(v2.delete_deployment, "BadRequestException", "Active stages pointing to this deployment", **one)
    v2.delete_stage(ApiId=api_id, StageName="prod")
    v2.delete_deployment(**one)
    refused(v2.get_deployment, "NotFoundException", deployment, **one)


def test_deployments_that_cannot_be(v2: Any) -> None:
    api_id = api(v2)
    words = "Unable to deploy API because no routes exist in this API"
    refused(v2.create_deployment, "BadRequestException", words, ApiId=api_id)
    route(v2, api_id)
    refused(v2.create_deployment, "NotFoundException", "stage", ApiId=api_id, StageName="none")
    assert v2.get_deployments(ApiId=api_id)["Items"] == []
    v2.create_stage(ApiId=api_id, StageName="prod")
    refused(
        v2.update_stage,
        "NotFoundException",
        "Deployment",
        ApiId=api_id,
        StageName="prod",
        DeploymentId="none",
    )


def test_a_stage_that_deploys_itself(v2: Any) -> None:
    api_id = api(v2)
    stage = v2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    assert "DeploymentId" not in stage
    seen = set()

    def served(wanted: list[str]) -> None:
        stage = v2.get_stage(ApiId=api_id, StageName="$default")
        deployment = v2.get_deployment(ApiId=api_id, DeploymentId=stage["DeploymentId"])
        assert deployment["AutoDeployed"] and stage["DeploymentId"] not in seen
        assert f"'{stage['DeploymentId']}'" in stage["LastDeploymentStatusMessage"]
        seen.add(stage["DeploymentId"])
        assert paths(v2, api_id, "$default") == wanted

    first = route(v2, api_id, "GET /one")
    served(["/one"])
    route(v2, api_id, "GET /two")
    served(["/one", "/two"])
    made = integration(v2, api_id)
    served(["/one", "/two"])
    v2.update_integration(ApiId=api_id, IntegrationId=made, TimeoutInMillis=1000)
    served(["/one", "/two"])
    jwt(v2, api_id)
    served(["/one", "/two"])
    v2.delete_route(ApiId=api_id, RouteId=first)
    served(["/two"])
    before = v2.get_stage(ApiId=api_id, StageName="$default")["DeploymentId"]
    v2.get_routes(ApiId=api_id)
    assert v2.get_stage(ApiId=api_id, StageName="$default")["DeploymentId"] == before


def test_a_stage_that_deploys_itself_takes_no_deployment(v2: Any) -> None:
    api_id = api(v2)
    route(v2, api_id)
    deployment = v2.create_deployment(ApiId=api_id)["DeploymentId"]
    stage = {"ApiId": api_id, "StageName": "prod"}
    v2.create_stage(**stage, AutoDeploy=True)
    before = v2.get_stage(**stage)["DeploymentId"]
    words = "because AutoDeploy is enabled"
    refused(v2.update_stage, "BadRequestException", words, **stage, DeploymentId=deployment)
    refused(v2.create_deployment, "BadRequestException", words, **stage)
    assert v2.get_stage(**stage)["DeploymentId"] == before
    answer = v2.update_stage(**stage, AutoDeploy=False, DeploymentId=deployment)
    assert answer["DeploymentId"] == deployment
    v2.update_stage(**stage, AutoDeploy=True)
    assert v2.get_stage(**stage)["DeploymentId"] != deployment


def test_an_automatic_deployment_that_fails_is_said(v2: Any) -> None:
    api_id = api(v2)
    only = route(v2, api_id)
    v2.create_stage(ApiId=api_id, StageName="prod", AutoDeploy=True)
    before = v2.get_stage(ApiId=api_id, StageName="prod")["DeploymentId"]
    v2.delete_route(ApiId=api_id, RouteId=only)
    stage = v2.get_stage(ApiId=api_id, StageName="prod")
    assert stage["LastDeploymentStatusMessage"].startswith("Deployment attempt failed: Unable to deploy API")
    assert stage["DeploymentId"] == before


def test_automatic_deployments_do_not_pile_up(v2: Any) -> None:
    api_id = api(v2)
    v2.create_stage(ApiId=api_id, StageName="prod", AutoDeploy=True)
    for number in range(30):
        route(v2, api_id, f"GET /{number}")
    deployments = v2.get_deployments(ApiId=api_id, MaxResults="500")["Items"]
    assert len(deployments) == 21
    assert v2.get_stage(ApiId=api_id, StageName="prod")["DeploymentId"] == deployments[0]["DeploymentId"]


def test_limits_of_a_stage_and_of_its_routes(v2: Any) -> None:
    api_id = api(v2)
    route(v2, api_id, "GET /pets/{id}")
    stage = {"ApiId": api_id, "StageName": "$default"}
    made = plain(v2.create_stage(**stage))
    assert (made["DefaultRouteSettings"], made["RouteSettings"]) == ({"DetailedMetricsEnabled": False}, {})
    limits = {"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0.5}
    v2.update_stage(
        **stage,
        DefaultRouteSettings={"ThrottlingBurstLimit": 10, "ThrottlingRateLimit": 5},
        RouteSettings={"GET /pets/{id}": limits},
    )
    after = v2.get_stage(**stage)
    assert after["DefaultRouteSettings"] == {
        "DetailedMetricsEnabled": False,
        "ThrottlingBurstLimit": 10,
        "ThrottlingRateLimit": 5.0,
    }
    assert after["RouteSettings"] == {"GET /pets/{id}": {"DetailedMetricsEnabled": False} | limits}
    v2.delete_route_settings(**stage, RouteKey="GET /pets/{id}")
    assert v2.get_stage(**stage)["RouteSettings"] == {}
    refused(
        v2.delete_route_settings, "NotFoundException", "GET /pets/{id}", **stage, RouteKey="GET /pets/{id}"
    )
    assert v2.get_stage(**stage)["LastUpdatedDate"] >= made["LastUpdatedDate"]


def test_variables_and_the_access_log(v2: Any) -> None:
    stage = {"ApiId": api(v2), "StageName": "prod"}
    v2.create_stage(**stage, StageVariables={"a": "1", "b": "2"}, Description="d")
    group = "arn:aws:logs:eu-central-1:000000000000:log-group:/access/prod"
    log = {"DestinationArn": group, "Format": '{"id": "$context.requestId"}'}
    answer = v2.update_stage(**stage, StageVariables={"a": "", "c": "3"}, AccessLogSettings=log)
    assert answer["StageVariables"] == {"b": "2", "c": "3"}
    assert (answer["AccessLogSettings"], answer["Description"]) == (log, "d")
    v2.delete_access_log_settings(**stage)
    assert "AccessLogSettings" not in v2.get_stage(**stage)
    v2.reset_authorizers_cache(**stage)


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("NotFoundException", {"RouteSettings": {"GET /x": {}}}, "Unable to find Route by key GET /x within"),
        (
            "BadRequestException",
            {"DefaultRouteSettings": {"ThrottlingBurstLimit": -1}},
            "throttlingBurstLimit",
        ),
        (
            "BadRequestException",
            {"DefaultRouteSettings": {"ThrottlingRateLimit": -0.5}},
            "throttlingRateLimit",
        ),
        ("BadRequestException", {"DefaultRouteSettings": {"LoggingLevel": "INFO"}}, "Execution logs are not"),
        ("BadRequestException", {"DefaultRouteSettings": {"LoggingLevel": "ALL"}}, "loggingLevel"),
        ("BadRequestException", {"StageVariables": {"a b": "1"}}, "variable"),
        ("BadRequestException", {"StageVariables": {"a": "{"}}, "variable"),
        (
            "BadRequestException",
            {"AccessLogSettings": {"DestinationArn": "x", "Format": "$context.requestId"}},
            "ARN",
        ),
        (
            "BadRequestException",
            {
                "AccessLogSettings": {
                    "DestinationArn": "arn:aws:logs:eu-central-1:000000000000:log-group:g",
                    "Format": "$context.status",
                }
            },
            "requestId",
        ),
    ],
)
def test_wrong_stages(v2: Any, code: str, values: dict, words: str) -> None:
    stage = {"ApiId": api(v2), "StageName": "prod"}
    refused(v2.create_stage, code, words, **stage, **values)
    assert v2.get_stages(ApiId=stage["ApiId"])["Items"] == []
    before = plain(v2.create_stage(**stage))
    refused(v2.update_stage, code, words, **stage, **values)
    assert plain(v2.get_stage(**stage)) == before


def test_names_of_stages(v2: Any) -> None:
    api_id, other = api(v2), socket(v2)
    v2.create_stage(ApiId=api_id, StageName="prod")
    refused(v2.create_stage, "ConflictException", "Stage already exists", ApiId=api_id, StageName="prod")
    refused(v2.create_stage, "BadRequestException", "Stage name", ApiId=api_id, StageName="a b")
    refused(v2.create_stage, "BadRequestException", "Stage name", ApiId=other, StageName="$default")
    refused(v2.get_stage, "NotFoundException", "Invalid stage identifier", ApiId=api_id, StageName="test")


def test_a_stage_of_a_websocket_api_logs_executions(v2: Any) -> None:
    stage = {"ApiId": socket(v2), "StageName": "prod"}
    made = v2.create_stage(**stage, DefaultRouteSettings={"LoggingLevel": "INFO"})
    assert made["DefaultRouteSettings"] == {
        "DataTraceEnabled": False,
        "DetailedMetricsEnabled": False,
        "LoggingLevel": "INFO",
    }
