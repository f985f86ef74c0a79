"""Methods, what they may answer, and what stands behind them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.rest.support import answer, mock, new_api, patch, refused

NO_AUTHORIZER = (
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
    "requires a valid authorizer."
)
LAMBDA = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/f/invocations"
NO_TYPE = (
    "1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy constraint: "
    "Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"
)
NO_PROXY = "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
NO_SOURCE = (
    "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
    "[Invalid mapping expression specified: true]"
)


@pytest.fixture
def where(apigw: Any) -> dict[str, str]:
    """The arguments that name ``GET /`` of a fresh API."""
    api = new_api(apigw)
    return {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}


def test_it_works(apigw: Any, where: dict[str, str]) -> None:
    mock(apigw, where["restApiId"], where["resourceId"], apiKeyRequired=True)
    assert answer(apigw.get_method, **where) == {
        "httpMethod": "GET",
        "authorizationType": "NONE",
        "apiKeyRequired": True,
        "methodResponses": {"200": {"statusCode": "200"}},
        "methodIntegration": {
            "type": "MOCK",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheNamespace": where["resourceId"],
            "cacheKeyParameters": [],
            "integrationResponses": {
                "200": {"statusCode": "200", "responseTemplates": {"application/json": '{"ok": true}'}}
            },
        },
    }
    apigw.delete_integration_response(**where, statusCode="200")
    apigw.delete_method_response(**where, statusCode="200")
    apigw.delete_integration(**where)
    assert "methodIntegration" not in apigw.get_method(**where)
    apigw.delete_method(**where)
    assert refused(apigw.get_method, **where)[2] == "Invalid Method identifier specified"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"restApiId": "nothere"}, (404, "Invalid Resource identifier specified")),
        ({"resourceId": "nothere"}, (404, "Invalid Resource identifier specified")),
        (
            {"httpMethod": "WRONG"},
            (
                400,
                "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
            ),
        ),
        ({"authorizationType": "CUSTOM"}, (400, NO_AUTHORIZER)),
        ({"requestValidatorId": "nothere"}, (400, "Invalid Request Validator identifier specified")),
        (
            {"requestModels": {"application/json": "petModel"}},
            (400, "Invalid model identifier specified: petModel"),
        ),
        (
            {"requestParameters": {"method.request.path.a": True, "method.request.header.a": False}},
            (400, "Parameter names must be unique across querystring, header and path"),
        ),
    ],
)
def test_a_bad_method_is_refused(
    apigw: Any, where: dict[str, str], given: dict[str, Any], refusal: tuple[int, str]
) -> None:
    status, _code, message = refused(apigw.put_method, **({"authorizationType": "NONE"} | where | given))
    assert (status, message) == refusal


def test_a_method_changes(apigw: Any, where: dict[str, str]) -> None:
    authorizer = apigw.create_authorizer(
        restApiId=where["restApiId"],
        name="a",
        type="TOKEN",
        authorizerUri=LAMBDA,
        identitySource="method.request.header.Auth",
    )
    apigw.put_method(**where, authorizationType="NONE")
    changed = apigw.update_method(
        **where,
        patchOperations=[
            patch("add", "/requestParameters/method.request.querystring.q", "true"),
            patch("add", "/requestModels/application~1json", "Empty"),
            patch("replace", "/authorizerId", authorizer["id"]),
            patch("replace", "/authorizationType", "CUSTOM"),
            patch("replace", "/apiKeyRequired", "true"),
        ],
    )
    assert changed["authorizerId"] == authorizer["id"]
    assert changed["requestParameters"] == {"method.request.querystring.q": True}
    assert changed["requestModels"] == {"application/json": "Empty"}
    changed = apigw.update_method(
        **where,
        patchOperations=[
            patch("remove", "/requestModels/application~1json"),
            patch("replace", "/authorizationType", "AWS_IAM"),
            patch("replace", "/apiKeyRequired", "whatever"),
        ],
    )
    assert not {"requestModels", "authorizerId"} & changed.keys()
    assert changed["apiKeyRequired"] is False


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            patch("add", "/authorizationType", "X"),
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (patch("replace", "/httpMethod", "POST"), "Invalid patch path /httpMethod"),
        (patch("replace", "/requestParameters", "x"), "Invalid patch path /requestParameters"),
        (
            patch("add", "/requestModels/application/json", "Empty"),
            "Invalid patch path /requestModels/application/json",
        ),
        (patch("replace", "/authorizationType", "CUSTOM"), NO_AUTHORIZER),
        (patch("replace", "/requestValidatorId", "x"), "Invalid Request Validator identifier specified"),
    ],
)
def test_a_bad_change_is_refused(
    apigw: Any, where: dict[str, str], operation: dict[str, str], message: str
) -> None:
    apigw.put_method(**where, authorizationType="NONE")
    operations = [patch("replace", "/apiKeyRequired", "true"), operation]
    assert refused(apigw.update_method, **where, patchOperations=operations) == (
        400,
        "BadRequestException",
        message,
    )
    assert apigw.get_method(**where)["apiKeyRequired"] is False


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"type": "HTTPS_PROXY"}, (400, "ValidationException", NO_TYPE)),
        (
            {"type": "HTTP", "uri": "http://a.example"},
            (400, "BadRequestException", "Enumeration value for HttpMethod must be non-empty"),
        ),
        (
            {"type": "HTTP_PROXY", "uri": "a.example", "integrationHttpMethod": "GET"},
            (400, "BadRequestException", "Invalid HTTP endpoint specified for URI"),
        ),
        (
            {"type": "AWS", "uri": "lambda", "integrationHttpMethod": "POST"},
            (400, "BadRequestException", "Invalid ARN specified in the request"),
        ),
        (
            {"type": "AWS", "uri": "arn:aws:lambda:x", "integrationHttpMethod": "POST"},
            (400, "BadRequestException", "AWS ARN for integration must contain path or action"),
        ),
        (
            {"type": "AWS_PROXY", "uri": "arn:aws:apigateway:r:s3:path/b/k", "integrationHttpMethod": "POST"},
            (400, "BadRequestException", NO_PROXY),
        ),
        (
            {"type": "MOCK", "requestParameters": {"integration.request.header.a": "true"}},
            (400, "BadRequestException", NO_SOURCE),
        ),
        (
            {"type": "MOCK", "timeoutInMillis": 49},
            (400, "BadRequestException", "Timeout should be between 50 ms and 29000 ms"),
        ),
    ],
)
def test_a_bad_integration_is_refused(
    apigw: Any, where: dict[str, str], given: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    apigw.put_method(**where, authorizationType="NONE")
    assert refused(apigw.put_integration, **where, **given) == refusal
    assert "methodIntegration" not in apigw.get_method(**where)


def test_an_integration_changes(apigw: Any, where: dict[str, str]) -> None:
    apigw.put_method(**where, authorizationType="NONE")
    made = apigw.put_integration(**where, type="HTTP", uri="http://a.example/x", integrationHttpMethod="GET")
    assert made["connectionType"] == "INTERNET"
    changed = apigw.update_integration(
        **where,
        patchOperations=[
            patch("replace", "/uri", "https://b.example"),
            patch("replace", "/timeoutInMillis", "1000"),
            patch("add", "/requestParameters/integration.request.header.a", "method.request.header.b"),
            patch("add", "/requestTemplates/application~1json", "{}"),
        ],
    )
    assert (changed["uri"], changed["timeoutInMillis"]) == ("https://b.example", 1000)
    assert changed["requestTemplates"] == {"application/json": "{}"}
    operation = patch("replace", "/uri", "ftp://b.example")
    assert refused(apigw.update_integration, **where, patchOperations=[operation])[2] == (
        "Invalid HTTP endpoint specified for URI"
    )


@pytest.mark.parametrize("call", ["put_method_response", "put_integration_response"])
def test_a_status_is_three_digits(apigw: Any, where: dict[str, str], call: str) -> None:
    mock(apigw, where["restApiId"], where["resourceId"])
    assert refused(getattr(apigw, call), **where, statusCode="wrong") == (
        400,
        "ValidationException",
        "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [1-5]\d\d",
    )


def test_method_responses_change(apigw: Any, where: dict[str, str]) -> None:
    mock(apigw, where["restApiId"], where["resourceId"])
    header = "/responseParameters/method.response.header.my-header"
    changed = apigw.update_method_response(
        **where,
        statusCode="200",
        patchOperations=[
            patch("add", header, "true"),
            patch("add", "/responseModels/application~1json", "Empty"),
        ],
    )
    assert changed["responseParameters"] == {"method.response.header.my-header": True}
    assert changed["ResponseMetadata"]["HTTPStatusCode"] == 201
    for path, message in {
        "/responseParameters/method.response.header.other": "Invalid parameter name specified",
        "/responseModels/text~1plain": "Content-Type specified was not found",
        "/wrong/x": "Invalid patch path /wrong/x",
    }.items():
        operation = patch("remove", path)
        assert (
            refused(apigw.update_method_response, **where, statusCode="200", patchOperations=[operation])[2]
            == message
        )
    assert refused(apigw.get_method_response, **where, statusCode="404")[2] == (
        "Invalid Response status code specified"
    )


def test_integration_responses_change(apigw: Any, where: dict[str, str]) -> None:
    mock(apigw, where["restApiId"], where["resourceId"])
    put = apigw.put_integration_response(
        **where, statusCode="200", selectionPattern=r"2\d{2}", responseTemplates={"application/json": ""}
    )
    assert put["responseTemplates"] == {"application/json": None}
    changed = apigw.update_integration_response(
        **where, statusCode="200", patchOperations=[patch("replace", "/selectionPattern", "5..")]
    )
    assert changed["selectionPattern"] == "5.."
    assert (
        refused(apigw.put_integration_response, **where, statusCode="200", responseTemplates={"123": "x"})[2]
        == "Validation Result: warnings : [], errors : [Invalid content type specified: 123]"
    )


def test_an_answer_cannot_be_put_where_nothing_is(apigw: Any, where: dict[str, str]) -> None:
    assert refused(apigw.put_integration, **where, type="MOCK")[2] == "Invalid Method identifier specified"
    apigw.put_method(**where, authorizationType="NONE")
    assert refused(apigw.get_integration, **where)[2] == "Invalid Integration identifier specified"
    assert refused(apigw.put_integration_response, **where, statusCode="200")[2] == (
        "Invalid Integration identifier specified"
    )


@pytest.mark.parametrize(
    "name", ["true", "method.request.cookie.a", "method.request.header.", "integration.request.path.a"]
)
def test_a_parameter_that_no_request_can_have(apigw: Any, where: dict[str, str], name: str) -> None:
    sentence = f"Invalid mapping expression specified: {name}"
    message = f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{sentence}]"
    given = {"authorizationType": "NONE", "requestParameters": {name: True}}
    assert refused(apigw.put_method, **where, **given) == (400, "BadRequestException", message)
    assert refused(apigw.get_method, **where)[0] == 404
