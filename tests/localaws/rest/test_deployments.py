"""Deployments are snapshots, and the export shows what a stage serves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.rest.support import answer, deployed, mock, new_api, patch, refused


def _export(apigw: Any, api: str, stage: str = "dev", kind: str = "oas30") -> dict[str, Any]:
    found = apigw.get_export(
        restApiId=api, stageName=stage, exportType=kind, parameters={"extensions": "apigateway"}
    )
    assert found["contentType"] == "application/octet-stream"
    value: dict[str, Any] = json.loads(found["body"].read())
    return value


def test_it_works(apigw: Any) -> None:
    api, deployment = deployed(apigw, description="the first")
    found = answer(apigw.get_deployment, restApiId=api, deploymentId=deployment, embed=["apisummary"])
    assert found == {
        "id": deployment,
        "description": "the first",
        "createdDate": found["createdDate"],
        "apiSummary": {"/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}},
    }
    operation = patch("replace", "/description", "changed")
    changed = apigw.update_deployment(restApiId=api, deploymentId=deployment, patchOperations=[operation])
    assert changed["description"] == "changed"
    assert [each["id"] for each in apigw.get_deployments(restApiId=api)["items"]] == [deployment]


def test_a_stage_serves_what_was_deployed_until_it_is_moved(apigw: Any) -> None:
    api, first = deployed(apigw)
    root = apigw.get_rest_api(restApiId=api)["rootResourceId"]
    pets = apigw.create_resource(restApiId=api, parentId=root, pathPart="pets")["id"]
    mock(apigw, api, pets)
    apigw.delete_method(restApiId=api, resourceId=root, httpMethod="GET")
    assert list(_export(apigw, api)["paths"]) == ["/"]
    apigw.create_deployment(restApiId=api, stageName="dev")
    assert list(_export(apigw, api)["paths"]) == ["/pets"]
    back = patch("replace", "/deploymentId", first)
    apigw.update_stage(restApiId=api, stageName="dev", patchOperations=[back])
    assert list(_export(apigw, api)["paths"]) == ["/"]


def test_a_deployment_in_use_stays(apigw: Any) -> None:
    api, first = deployed(apigw)
    message = "Active stages pointing to this deployment must be moved or deleted"
    where = {"restApiId": api, "deploymentId": first}
    assert refused(apigw.delete_deployment, **where) == (400, "BadRequestException", message)
    apigw.create_deployment(restApiId=api, stageName="dev")
    apigw.delete_deployment(**where)
    assert refused(apigw.get_deployment, **where)[2] == "Invalid Deployment identifier specified"


def test_nothing_to_deploy(apigw: Any) -> None:
    api = new_api(apigw)
    assert refused(apigw.create_deployment, restApiId=api["id"])[2] == (
        "The REST API doesn't contain any methods"
    )
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    apigw.put_method(**where, authorizationType="NONE")
    assert refused(apigw.create_deployment, restApiId=api["id"])[2] == "No integration defined for method"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Non null and non empty stageName must be provided for canary deployment. Provided value is null"),
        ({"stageName": ""}, "Non null and non empty stageName must be provided for canary deployment. Provided value is "),
        ({"stageName": "no"}, "Stage no must already be created before making a canary release deployment"),
    ],
)  # fmt: skip
def test_a_canary_needs_a_stage(apigw: Any, given: dict[str, str], message: str) -> None:
    api, deployment = deployed(apigw)
    call = {"restApiId": api, "canarySettings": {"percentTraffic": 1}} | given
    assert refused(apigw.create_deployment, **call) == (
        400,
        "BadRequestException",
        f"Invalid deployment content specified.{message}",
    )
    assert [each["id"] for each in apigw.get_deployments(restApiId=api)["items"]] == [deployment]


def test_a_deployment_that_cannot_be_staged_leaves_nothing(apigw: Any) -> None:
    api, deployment = deployed(apigw)
    assert refused(apigw.create_deployment, restApiId=api, stageName="a b")[0] == 400
    assert [each["id"] for each in apigw.get_deployments(restApiId=api)["items"]] == [deployment]


def test_an_export_of_no_known_kind(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    assert refused(apigw.get_export, restApiId=api, stageName="dev", exportType="wadl")[0] == 400
    assert refused(apigw.get_export, restApiId=api, stageName="no", exportType="oas30")[0] == 404


def test_an_export_names_itself(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    found = apigw.get_export(restApiId=api, stageName="dev", exportType="swagger", accepts="application/yaml")
    assert found["contentDisposition"].startswith('attachment; filename="swagger_20')
    assert found["contentDisposition"].endswith('.yaml"')
    assert found["body"].read().startswith(b"swagger: '2.0'")
