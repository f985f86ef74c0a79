"""Models, request validators, gateway responses and authorizers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.rest.support import answer, mock, new_api, patch, refused

NO_PATH = (
    "Invalid patch path  '/x' specified for op 'replace'. "
    "Must be one of: [/name, /validateRequestParameters, /validateRequestBody]"
)
NOTHING = "Model schema must have at least 1 property or array items defined"


def test_it_works(apigw: Any) -> None:
    api = new_api(apigw)["id"]
    apigw.create_model(restApiId=api, name="Cat", contentType="application/json", schema='{"type": "object"}')
    assert [each["name"] for each in apigw.get_models(restApiId=api)["items"]] == ["Cat", "Empty", "Error"]
    operation = patch("replace", "/schema", '{"type": "array"}')
    changed = apigw.update_model(restApiId=api, modelName="Cat", patchOperations=[operation])
    assert changed["schema"] == '{"type": "array"}'
    apigw.delete_model(restApiId=api, modelName="Cat")
    assert refused(apigw.get_model, restApiId=api, modelName="Cat")[2] == "Invalid model name specified: Cat"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": "Empty"}, (409, "Model name already exists for this REST API")),
        ({"name": ""}, (400, "Model name must be non-empty")),
        ({"schema": ""}, (400, NOTHING)),
        ({"schema": "{}"}, (400, NOTHING)),
        (
            {"schema": "{"},
            (
                400,
                "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
            ),
        ),
        ({"restApiId": "nothere"}, (404, "Invalid API identifier specified 000000000000:nothere")),
    ],
)
def test_a_bad_model_is_refused(apigw: Any, given: dict[str, str], refusal: tuple[int, str]) -> None:
    model = {"restApiId": new_api(apigw)["id"], "name": "Cat", "contentType": "application/json"}
    status, _code, message = refused(apigw.create_model, **(model | {"schema": '{"type": "object"}'} | given))
    assert (status, message) == refusal


def test_a_model_in_use_stays(apigw: Any) -> None:
    api = new_api(apigw)
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "ANY"}
    apigw.put_method(**where, authorizationType="NONE", requestModels={"application/json": "Empty"})
    assert refused(apigw.delete_model, restApiId=api["id"], modelName="Empty") == (
        409,
        "ConflictException",
        "Cannot delete model 'Empty', is referenced in method request: //ANY",
    )
    apigw.delete_method(**where)
    apigw.delete_model(restApiId=api["id"], modelName="Empty")


def test_request_validators(apigw: Any) -> None:
    api = new_api(apigw)["id"]
    made = answer(apigw.create_request_validator, restApiId=api, name="v")
    assert made == {
        "id": made["id"],
        "name": "v",
        "validateRequestBody": False,
        "validateRequestParameters": False,
    }
    where = {"restApiId": api, "requestValidatorId": made["id"]}
    operation = patch("replace", "/validateRequestBody", "true")
    assert apigw.update_request_validator(**where, patchOperations=[operation])["validateRequestBody"] is True
    for bad, message in (
        (
            patch("add", "/name", "x"),
            "Invalid patch path  '/name' specified for op 'add'. Please choose supported operations",
        ),
        (patch("replace", "/x", "x"), NO_PATH),
        (patch("replace", "/name", ""), "Request Validator name cannot be blank"),
    ):
        assert refused(apigw.update_request_validator, **where, patchOperations=[bad])[2] == message
    apigw.delete_request_validator(**where)
    assert (
        refused(apigw.get_request_validator, **where)[2] == "Invalid Request Validator identifier specified"
    )
    assert refused(apigw.create_request_validator, restApiId="nothere", name="v")[:2] == (
        400,
        "BadRequestException",
    )


def test_gateway_responses_have_defaults(apigw: Any) -> None:
    api = new_api(apigw)["id"]
    items = {each["responseType"]: each for each in apigw.get_gateway_responses(restApiId=api)["items"]}
    assert len(items) == 21
    assert list(items) == sorted(items)
    assert items["THROTTLED"]["statusCode"] == "429"
    assert "statusCode" not in items["DEFAULT_4XX"]
    put = apigw.put_gateway_response(
        restApiId=api,
        responseType="DEFAULT_5XX",
        statusCode="599",
        responseParameters={"gatewayresponse.header.a": "'b'"},
    )
    assert put["defaultResponse"] is False
    for kind, status in {"INTEGRATION_TIMEOUT": "599", "THROTTLED": "429"}.items():
        found = apigw.get_gateway_response(restApiId=api, responseType=kind)
        assert (found["statusCode"], found["defaultResponse"]) == (status, True)
    where = {"restApiId": api, "responseType": "DEFAULT_5XX"}
    operation = patch("replace", "/responseParameters/gatewayresponse.header.a", "'c'")
    changed = apigw.update_gateway_response(**where, patchOperations=[operation])
    assert changed["responseParameters"] == {"gatewayresponse.header.a": "'c'"}
    apigw.delete_gateway_response(**where)
    assert refused(apigw.delete_gateway_response, **where)[2] == "Gateway response type not defined on api"


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (patch("add", "/statusCode", "400"), "Invalid patch path /statusCode"),
        (
            patch("replace", "/responseParameters/gatewayresponse.header.x", "'a'"),
            "Invalid parameter name specified",
        ),
        (patch("replace"), "Invalid patch path null"),
        (
            patch("add", "/responseTemplates/application~1json"),
            "Invalid null or empty value in responseTemplates",
        ),
    ],
)
def test_a_bad_change_of_a_gateway_response(apigw: Any, operation: dict[str, str], message: str) -> None:
    where = {"restApiId": new_api(apigw)["id"], "responseType": "DEFAULT_4XX"}
    assert refused(apigw.update_gateway_response, **where, patchOperations=[operation])[2] == message
    assert apigw.get_gateway_response(**where)["defaultResponse"] is True


def test_a_gateway_response_of_no_type(apigw: Any) -> None:
    status, code, message = refused(
        apigw.get_gateway_response, restApiId=new_api(apigw)["id"], responseType="FAKE"
    )
    assert (status, code) == (400, "ValidationException")
    assert message.startswith(
        "1 validation error detected: Value 'FAKE' at 'responseType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND,"
    )


def test_authorizers(apigw: Any) -> None:
    api = new_api(apigw)
    made = answer(
        apigw.create_authorizer,
        restApiId=api["id"],
        name="auth",
        type="TOKEN",
        authorizerUri="arn:aws:apigateway:r:lambda:path/f",
        identitySource="method.request.header.Auth",
    )
    assert made == {
        "id": made["id"],
        "name": "auth",
        "type": "TOKEN",
        "authType": "custom",
        "authorizerUri": "arn:aws:apigateway:r:lambda:path/f",
        "identitySource": "method.request.header.Auth",
    }
    where = {"restApiId": api["id"], "authorizerId": made["id"]}
    operation = patch("replace", "/authorizerResultTtlInSeconds", "60")
    assert apigw.update_authorizer(**where, patchOperations=[operation])["authorizerResultTtlInSeconds"] == 60
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    apigw.put_method(**method, authorizationType="CUSTOM", authorizerId=made["id"])
    assert refused(apigw.delete_authorizer, **where)[:2] == (409, "ConflictException")
    apigw.delete_method(**method)
    apigw.delete_authorizer(**where)
    assert apigw.get_authorizers(restApiId=api["id"])["items"] == []
    assert refused(
        apigw.create_authorizer, restApiId="nothere", name="a", type="TOKEN", authorizerUri="arn:x"
    )[:2] == (409, "ConflictException")


def test_a_description_that_becomes_empty_is_gone(apigw: Any) -> None:
    api = new_api(apigw)["id"]
    model = {"restApiId": api, "modelName": "Cat"}
    schema = '{"type": "object"}'
    apigw.create_model(
        restApiId=api, name="Cat", contentType="application/json", description="d", schema=schema
    )
    changed = apigw.update_model(**model, patchOperations=[patch("replace", "/description", "")])
    assert "description" not in changed
    assert "description" not in apigw.get_model(**model)


def test_the_deepest_method_that_uses_a_model_is_named(apigw: Any) -> None:
    api = new_api(apigw)
    below = apigw.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="cats")["id"]
    for resource in (api["rootResourceId"], below):
        mock(apigw, api["id"], resource, requestModels={"application/json": "Empty"})
    message = "Cannot delete model 'Empty', is referenced in method request: /cats/GET"
    assert refused(apigw.delete_model, restApiId=api["id"], modelName="Empty")[2] == message
