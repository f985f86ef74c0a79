"""Documentation, VPC links, SDK types, and a method tested without a deployment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.rest.support import answer, deployed, mock, new_api, patch, refused


def test_it_works(apigw: Any) -> None:
    api = new_api(apigw)["id"]
    made = answer(
        apigw.create_documentation_part, restApiId=api, location={"type": "API"}, properties='{"a": 1}'
    )
    assert made == {"id": made["id"], "location": {"type": "API"}, "properties": '{"a": 1}'}
    part = {"restApiId": api, "documentationPartId": made["id"]}
    operation = patch("replace", "/properties", '{"a": 2}')
    apigw.update_documentation_part(**part, patchOperations=[operation])
    assert apigw.get_documentation_part(**part)["properties"] == '{"a": 2}'
    assert refused(apigw.update_documentation_part, **part, patchOperations=[patch("add", "/x", "y")])[2] == (
        "Invalid patch path  '/x' specified for op 'add'. Please choose supported operations"
    )
    assert [each["id"] for each in apigw.get_documentation_parts(restApiId=api, type="API")["items"]] == [
        made["id"]
    ]
    assert apigw.get_documentation_parts(restApiId=api, type="MODEL")["items"] == []
    apigw.delete_documentation_part(**part)
    assert (
        refused(apigw.get_documentation_part, **part)[2] == "Invalid Documentation part identifier specified"
    )


def test_versions_of_the_documentation(apigw: Any) -> None:
    api, _deployment = deployed(apigw)
    version = {"restApiId": api, "documentationVersion": "v1"}
    apigw.create_documentation_version(**version, stageName="dev")
    assert apigw.get_stage(restApiId=api, stageName="dev")["documentationVersion"] == "v1"
    changed = apigw.update_documentation_version(
        **version, patchOperations=[patch("replace", "/description", "words")]
    )
    assert changed["description"] == "words"
    assert refused(apigw.create_documentation_version, **version)[:2] == (409, "ConflictException")
    apigw.delete_documentation_version(**version)
    assert apigw.get_documentation_versions(restApiId=api)["items"] == []


@pytest.mark.parametrize(("mode", "count"), [("merge", 2), ("overwrite", 1)])
def test_documentation_from_a_definition(apigw: Any, mode: str, count: int) -> None:
    parts = [{"location": {"type": "METHOD", "method": "GET"}, "properties": {"description": "d"}}]
    document = {
        "openapi": "3.0.1",
        "info": {"title": "x"},
        "x-amazon-apigateway-documentation": {"version": "1", "documentationParts": parts},
    }
    api = new_api(apigw)["id"]
    apigw.create_documentation_part(restApiId=api, location={"type": "API"}, properties='{"a": 1}')
    body = json.dumps(document).encode()
    made = apigw.import_documentation_parts(restApiId=api, mode=mode, body=body)["ids"]
    found = apigw.get_documentation_parts(restApiId=api)["items"]
    assert len(found) == count
    assert found[-1]["id"] == made[0]
    assert found[-1]["location"] == {"type": "METHOD", "method": "GET", "path": "/"}
    assert refused(apigw.import_documentation_parts, restApiId=api, body=b"{")[2] == (
        "Unable to build importer with provided input."
    )


def test_vpc_links(apigw: Any) -> None:
    arn = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer/net/x/1"
    made = apigw.create_vpc_link(name="link", targetArns=[arn])
    assert made["status"] == "PENDING"
    found = answer(apigw.get_vpc_link, vpcLinkId=made["id"])
    assert (found["status"], found["targetArns"], found["tags"]) == ("AVAILABLE", [arn], {})
    renamed = apigw.update_vpc_link(
        vpcLinkId=made["id"], patchOperations=[patch("replace", "/name", "other")]
    )
    assert renamed["name"] == "other"
    apigw.delete_vpc_link(vpcLinkId=made["id"])
    assert refused(apigw.get_vpc_link, vpcLinkId=made["id"])[2] == "Invalid Vpc Link identifier specified"
    assert refused(apigw.create_vpc_link, name="", targetArns=[arn])[2] == "Name cannot be empty"
    assert refused(apigw.create_vpc_link, name="x", targetArns=["invalid"])[2] == (
        "Invalid ARN. ARN is not well formed invalid"
    )


def test_sdk_types(apigw: Any) -> None:
    assert "java" in [each["id"] for each in apigw.get_sdk_types()["items"]]
    assert apigw.get_sdk_type(id="ruby")["friendlyName"] == "Ruby"
    assert refused(apigw.get_sdk_type, id="cobol")[0] == 404


@pytest.mark.parametrize(
    ("path", "params"),
    [(None, "{id}"), ("/pets/7", "7"), ("/pets/7?a=b", "7"), ("/elsewhere/x", "")],
)
def test_a_mock_is_tried_without_a_deployment(apigw: Any, path: str | None, params: str) -> None:
    api = new_api(apigw)
    parent = apigw.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="pets")
    pet = apigw.create_resource(restApiId=api["id"], parentId=parent["id"], pathPart="{id}")["id"]
    mock(apigw, api["id"], pet)
    where = {"restApiId": api["id"], "resourceId": pet, "httpMethod": "GET"}
    template = """{"id": "$input.params('id')"}"""
    apigw.put_integration_response(
        **where, statusCode="200", responseTemplates={"application/json": template}
    )
    found = apigw.test_invoke_method(**where, **({"pathWithQueryString": path} if path else {}))
    assert (found["status"], json.loads(found["body"])) == (200, {"id": params})
    assert found["headers"] == {"Content-Type": "application/json"}
    assert found["log"].splitlines()[-1].endswith(" : Method completed with status: 200")


def test_what_cannot_be_tried_is_said(apigw: Any) -> None:
    api = new_api(apigw)
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    assert refused(apigw.test_invoke_method, **where)[2] == "Invalid Method identifier specified"
    apigw.put_method(**where, authorizationType="NONE")
    assert refused(apigw.test_invoke_method, **where)[2] == "No integration defined for method"
    apigw.put_integration(**where, type="HTTP", uri="http://a.example", integrationHttpMethod="GET")
    found = apigw.test_invoke_method(**where)
    assert (found["status"], found["headers"]) == (500, {"x-amzn-ErrorType": "InternalServerErrorException"})
    assert "Execution failed due to configuration error: Invalid endpoint address" in found["log"]


def test_a_target_is_called_without_a_deployment(apigw: Any, localaws: str) -> None:
    """The target is the embedded AWS itself: it answers while it is waited for."""
    api = new_api(apigw)
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    apigw.put_method(**where, authorizationType="NONE")
    uri = f"{localaws}/_local/health"
    apigw.put_integration(**where, type="HTTP_PROXY", uri=uri, integrationHttpMethod="GET")
    found = apigw.test_invoke_method(**where)
    assert (found["status"], json.loads(found["body"])["status"]) == (200, "ok")
    lines = [line.partition(" : ")[2] for line in found["log"].splitlines()[1:]]
    assert f"Sending request to {uri}" in lines
    assert any(line.startswith("Received response. Status: 200, Integration latency: ") for line in lines)
    assert lines[-2:] == ["Successfully completed execution", "Method completed with status: 200"]


def test_what_the_validator_misses_is_in_the_log(apigw: Any) -> None:
    api = new_api(apigw)
    name = {"restApiId": api["id"], "name": "all", "validateRequestParameters": True}
    validator = apigw.create_request_validator(**name)["id"]
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    parameters = {"method.request.querystring.q": True}
    mock(apigw, api["id"], api["rootResourceId"], requestParameters=parameters, requestValidatorId=validator)
    found = apigw.test_invoke_method(**where)
    sentence = "Missing required request parameters: [q]"
    assert (found["status"], json.loads(found["body"])) == (400, {"message": sentence})
    assert f"Request failed validation: {sentence}" in found["log"]
    assert apigw.test_invoke_method(**where, pathWithQueryString="/?q=1")["status"] == 200
