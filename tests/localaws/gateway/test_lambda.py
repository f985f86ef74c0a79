"""Functions behind stages: proxy and plain integrations, authorizers, HTTP APIs with both payloads."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.localaws.functions.support import function, uri
from tests.localaws.gateway.support import call, method, mock, new_api, path
from tests.localaws.support import client, simple_table

ECHO = """
import json
def handler(event, context):
    return {"statusCode": 201, "headers": {"X-Own": "yes"}, "body": json.dumps(event)}
"""
ROLE = "arn:aws:iam::000000000000:role/gateway"


@pytest.fixture
def functions(localaws: str) -> Any:
    return client(localaws, "lambda")


def deployed(apigw: Any, api: str) -> str:
    apigw.create_deployment(restApiId=api, stageName="prod", variables={"where": "here"})
    return api


def proxy(apigw: Any, arn: str, where: str = "/pets/{id}") -> str:
    """A deployed API with one AWS_PROXY method ANY."""
    api = new_api(apigw)
    integration = {"type": "AWS_PROXY", "uri": uri(arn), "integrationHttpMethod": "POST"}
    method(apigw, api, where, "ANY", integration)
    return deployed(apigw, api)


def test_it_works(apigw: Any, functions: Any, localaws: str) -> None:
    api = proxy(apigw, function(functions, ECHO)[1])
    got = call(localaws, path(api, "prod", "/pets/7?a=1&a=2"), "POST", b"hello", X_Mine="x")
    assert (got.status, got.headers["x-own"], got.headers["content-type"]) == (201, "yes", "application/json")
    event = got.json
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/pets/{id}", "/pets/7", "POST")
    assert event["pathParameters"] == {"id": "7"}
    assert event["queryStringParameters"] == {"a": "2"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["headers"]["X-Mine"] == "x"
    assert event["stageVariables"] == {"where": "here"}
    assert (event["body"], event["isBase64Encoded"]) == ("hello", False)
    context = event["requestContext"]
    assert (context["stage"], context["resourcePath"], context["apiId"]) == ("prod", "/pets/{id}", api)
    assert context["path"] == "/prod/pets/7"


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ("{'statusCode': 204}", 204, ""),
        ("{}", 200, ""),
        ("{'body': 'x'}", 200, "x"),
        ("{'statusCode': '202', 'body': 'x'}", 202, "x"),
        ("{'statusCode': 200, 'body': {'a': 1}}", 502, '{"message": "Internal server error"}'),
        ("{'statusCode': 'no'}", 502, '{"message": "Internal server error"}'),
        ("{'statusCode': 200, 'more': 1}", 502, '{"message": "Internal server error"}'),
        ("'text'", 502, '{"message": "Internal server error"}'),
        ("None", 502, '{"message": "Internal server error"}'),
        ("1 / 0", 502, '{"message": "Internal server error"}'),
    ],
)
def test_the_form_of_a_proxy_answer(
    apigw: Any, functions: Any, localaws: str, answer: str, status: int, text: str
) -> None:
    arn = function(functions, f"def handler(event, context): return {answer}")[1]
    got = call(localaws, path(proxy(apigw, arn), "prod", "/pets/1"))
    assert got.status == status
    assert got.text.replace('":"', '": "') == text


def test_several_values_of_a_header(apigw: Any, functions: Any, localaws: str) -> None:
    source = """
        def handler(event, context):
            return {"statusCode": 200, "headers": {"A": 1}, "multiValueHeaders": {"B": ["x", "y"]}}
    """
    got = call(localaws, path(proxy(apigw, function(functions, source)[1]), "prod", "/pets/1"))
    assert (got.headers["a"], got.headers["b"]) == ("1", "y")


def test_a_function_that_may_not_be_invoked(apigw: Any, functions: Any, localaws: str) -> None:
    name, arn = function(functions, ECHO, allowed=False)
    api = proxy(apigw, arn)
    assert call(localaws, path(api, "prod", "/pets/1")).status == 500
    functions.add_permission(
        FunctionName=name,
        StatementId="other",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-central-1:000000000000:{api}/*/POST/pets/*",
    )
    assert call(localaws, path(api, "prod", "/pets/1")).status == 500
    assert call(localaws, path(api, "prod", "/pets/1"), "POST").status == 201


def test_a_function_that_takes_too_long(apigw: Any, functions: Any, localaws: str) -> None:
    arn = function(functions, "import time\ndef handler(e, c): time.sleep(3)")[1]
    api = new_api(apigw)
    integration = {
        "type": "AWS_PROXY",
        "uri": uri(arn),
        "integrationHttpMethod": "POST",
        "timeoutInMillis": 300,
    }
    method(apigw, api, "/", "GET", integration)
    got = call(localaws, path(deployed(apigw, api), "prod", "/"))
    assert (got.status, got.json) == (504, {"message": "Endpoint request timed out"})


def test_a_plain_integration_has_templates(apigw: Any, functions: Any, localaws: str) -> None:
    source = """
        def handler(event, context):
            if event.get("name") == "bad":
                raise ValueError("[400] bad name")
            return {"hello": event["name"]}
    """
    api = new_api(apigw)
    here = {
        "restApiId": api,
        "resourceId": apigw.get_resources(restApiId=api)["items"][0]["id"],
        "httpMethod": "POST",
    }
    apigw.put_method(**here, authorizationType="NONE")
    apigw.put_integration(
        **here,
        type="AWS",
        uri=uri(function(functions, source)[1]),
        integrationHttpMethod="POST",
        requestTemplates={"application/json": """{"name": $input.json('$.who')}"""},
    )
    for status, pattern, template in (
        ("200", "", """{"said": $input.json('$.hello')}"""),
        ("400", r"\[400\].*", """{"why": $input.json('$.errorMessage')}"""),
    ):
        apigw.put_method_response(**here, statusCode=status)
        apigw.put_integration_response(
            **here,
            statusCode=status,
            selectionPattern=pattern,
            responseTemplates={"application/json": template},
        )
    deployed(apigw, api)
    good = call(localaws, path(api, "prod", "/"), "POST", b'{"who": "ann"}')
    bad = call(localaws, path(api, "prod", "/"), "POST", b'{"who": "bad"}')
    assert (good.status, good.json) == (200, {"said": "ann"})
    assert (bad.status, bad.json) == (400, {"why": "[400] bad name"})


def test_an_integration_with_dynamodb(apigw: Any, localaws: str) -> None:
    dynamodb = client(localaws)
    table = simple_table(dynamodb, f"t-{uuid.uuid4().hex[:8]}")
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "5"}})
    api = new_api(apigw)
    integration = {
        "type": "AWS",
        "uri": "arn:aws:apigateway:eu-central-1:dynamodb:action/GetItem",
        "integrationHttpMethod": "POST",
        "credentials": ROLE,
        "requestTemplates": {
            "application/json": '{"TableName": "%s", "Key": {"pk": {"S": "$input.params(\'id\')"}}}' % table  # noqa: UP031
        },
        "templates": {"application/json": """{"n": $input.path('$.Item.n.N')}"""},
    }
    method(apigw, api, "/items/{id}", "GET", integration)
    got = call(localaws, path(deployed(apigw, api), "prod", "/items/a"))
    assert (got.status, got.json) == (200, {"n": 5})


AUTHORIZER = """
def handler(event, context):
    token = event.get("authorizationToken") or event["headers"]["X-Token"]
    if token == "nobody":
        raise Exception("Unauthorized")
    if token == "broken":
        raise Exception("other")
    if token == "nonsense":
        return {"principalId": "x"}
    effect = "Allow" if token.startswith("good") else "Deny"
    resource = event["methodArn"] if token != "good elsewhere" else event["methodArn"] + "/other"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}
    return {
        "principalId": "me",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"level": 3, "token": token},
    }
"""


def authorized(apigw: Any, arn: str, kind: str, **more: Any) -> str:
    """A deployed API whose GET / asks a Lambda authorizer."""
    api = new_api(apigw)
    given = {"identitySource": "method.request.header.X-Token", "authorizerResultTtlInSeconds": 0} | more
    authorizer = apigw.create_authorizer(restApiId=api, name="a", type=kind, authorizerUri=uri(arn), **given)
    text = """{"who": "$context.authorizer.principalId", "level": "$context.authorizer.level"}"""
    method(apigw, api, "/", "GET", mock(text), authorizationType="CUSTOM", authorizerId=authorizer["id"])
    return deployed(apigw, api)


@pytest.mark.parametrize("kind", ["TOKEN", "REQUEST"])
def test_lambda_authorizers(apigw: Any, functions: Any, localaws: str, kind: str) -> None:
    api = authorized(apigw, function(functions, AUTHORIZER)[1], kind)
    wanted = {
        "good": (200, {"who": "me", "level": "3"}),
        "bad": (403, {"message": "User is not authorized to access this resource with an explicit deny"}),
        "good elsewhere": (403, {"message": "User is not authorized to access this resource"}),
        "nobody": (401, {"message": "Unauthorized"}),
        "broken": (500, {"message": None}),
        "nonsense": (500, {"message": None}),
    }
    for token, answer in wanted.items():
        got = call(localaws, path(api, "prod", "/"), X_Token=token)
        assert (got.status, got.json) == answer, token
    assert call(localaws, path(api, "prod", "/")).status == 401


def test_a_token_of_another_form_is_refused_before_the_function(
    apigw: Any, functions: Any, localaws: str
) -> None:
    api = authorized(
        apigw, function(functions, AUTHORIZER)[1], "TOKEN", identityValidationExpression="good.*"
    )
    assert call(localaws, path(api, "prod", "/"), X_Token="good one").status == 200
    assert call(localaws, path(api, "prod", "/"), X_Token="bad").status == 401


def test_a_verdict_is_remembered_for_its_time(apigw: Any, functions: Any, localaws: str) -> None:
    name, arn = function(functions, AUTHORIZER)
    api = authorized(apigw, arn, "TOKEN", authorizerResultTtlInSeconds=60)
    assert call(localaws, path(api, "prod", "/"), X_Token="good").status == 200
    functions.delete_function(FunctionName=name)
    assert call(localaws, path(api, "prod", "/"), X_Token="good").status == 200
    assert call(localaws, path(api, "prod", "/"), X_Token="good other").status == 500


def test_a_flush_forgets_the_verdicts_of_its_stage_alone(apigw: Any, functions: Any, localaws: str) -> None:
    name, arn = function(functions, AUTHORIZER)
    flushed, other = (authorized(apigw, arn, "TOKEN", authorizerResultTtlInSeconds=60) for _ in range(2))
    for api in (flushed, other):
        assert call(localaws, path(api, "prod", "/"), X_Token="good").status == 200
    functions.delete_function(FunctionName=name)
    apigw.flush_stage_authorizers_cache(restApiId=flushed, stageName="prod")
    assert call(localaws, path(flushed, "prod", "/"), X_Token="good").status == 500
    assert call(localaws, path(other, "prod", "/"), X_Token="good").status == 200


def test_an_authorizer_is_tried(apigw: Any, functions: Any) -> None:
    api = authorized(apigw, function(functions, AUTHORIZER)[1], "TOKEN")
    (authorizer,) = apigw.get_authorizers(restApiId=api)["items"]
    here = {"restApiId": api, "authorizerId": authorizer["id"]}
    good = apigw.test_invoke_authorizer(**here, headers={"X-Token": "good"})
    assert (good["clientStatus"], good["principalId"]) == (200, "me")
    assert json.loads(good["policy"])["Statement"][0]["Effect"] == "Allow"
    assert good["authorization"] == {"level": ["3"], "token": ["good"]}
    assert apigw.test_invoke_authorizer(**here, headers={"X-Token": "nobody"})["clientStatus"] == 401
    assert apigw.test_invoke_authorizer(**here)["clientStatus"] == 401
    broken = apigw.test_invoke_authorizer(**here, headers={"X-Token": "broken"})
    assert (broken["clientStatus"], "policy" in broken) == (500, False)


def http_api(http_apis: Any, arn: str, version: str, **route: Any) -> str:
    """An HTTP API whose GET /pets/{id} is a function."""
    api = str(http_apis.create_api(Name="h", ProtocolType="HTTP")["ApiId"])
    integration = http_apis.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion=version
    )["IntegrationId"]
    http_apis.create_route(
        ApiId=api, RouteKey="GET /pets/{id}", Target=f"integrations/{integration}", **route
    )
    http_apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api


def test_an_http_api_with_payload_two(http_apis: Any, functions: Any, localaws: str) -> None:
    api = http_api(http_apis, function(functions, "def handler(e, c): return e")[1], "2.0")
    got = call(localaws, f"/_aws/execute-api/{api}/pets/7?a=1&a=2", Cookie="x=1; y=2")
    event = got.json
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "GET /pets/{id}", "/pets/7")
    assert (event["rawQueryString"], event["queryStringParameters"]) == ("a=1&a=2", {"a": "1,2"})
    assert event["cookies"] == ["x=1", "y=2"]
    assert event["pathParameters"] == {"id": "7"}
    assert event["requestContext"]["http"]["method"] == "GET"
    assert "body" not in event


def test_an_http_api_with_payload_one(http_apis: Any, functions: Any, localaws: str) -> None:
    api = http_api(http_apis, function(functions, ECHO)[1], "1.0")
    got = call(localaws, f"/_aws/execute-api/{api}/pets/7")
    assert got.status == 201
    assert (got.json["version"], got.json["resource"]) == ("1.0", "/pets/{id}")
    broken = http_api(http_apis, function(functions, "def handler(e, c): return 'text'")[1], "1.0")
    got = call(localaws, f"/_aws/execute-api/{broken}/pets/7")
    assert (got.status, got.json) == (500, {"message": "Internal Server Error"})


def test_cookies_of_payload_two(http_apis: Any, functions: Any, localaws: str) -> None:
    source = "def handler(e, c): return {'statusCode': 202, 'cookies': ['a=1'], 'body': 'hi'}"
    got = call(
        localaws,
        f"/_aws/execute-api/{http_api(http_apis, function(functions, source)[1], '2.0')}/pets/1",
    )
    assert (got.status, got.headers["set-cookie"], got.text) == (202, "a=1", "hi")


@pytest.mark.parametrize("simple", [True, False])
def test_an_authorizer_of_an_http_api(http_apis: Any, functions: Any, localaws: str, simple: bool) -> None:
    answer = (
        "{'isAuthorized': event['identitySource'] == ['good'], 'context': {'level': 3}}"
        if simple
        else """{'principalId': 'me', 'policyDocument': {'Statement': {'Effect': 'Allow' if event['identitySource'] == ['good']
             else 'Deny', 'Action': 'execute-api:Invoke', 'Resource': event['routeArn']}}, 'context': {'level': 3}}"""
    )
    name, asked = function(functions, f"def handler(event, context): return {answer}")
    api = http_api(http_apis, function(functions, "def handler(e, c): return e")[1], "2.0")
    authorizer = http_apis.create_authorizer(
        ApiId=api,
        Name="a",
        AuthorizerType="REQUEST",
        AuthorizerUri=uri(asked),
        IdentitySource=["$request.header.X-Token"],
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=simple,
        AuthorizerResultTtlInSeconds=60,
    )["AuthorizerId"]
    (route,) = http_apis.get_routes(ApiId=api)["Items"]
    http_apis.update_route(
        ApiId=api, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=authorizer
    )
    where = f"/_aws/execute-api/{api}/pets/1"
    good = call(localaws, where, X_Token="good")
    assert good.status == 200
    assert str(good.json["requestContext"]["authorizer"]["lambda"]["level"]) == "3"
    bad = call(localaws, where, X_Token="bad")
    assert (bad.status, bad.json) == (403, {"message": "Forbidden"})
    assert call(localaws, where).status == 401
    assert json.loads(call(localaws, where).text) == {"message": "Unauthorized"}
    functions.delete_function(FunctionName=name)
    assert call(localaws, where, X_Token="good").status == 200
    http_apis.reset_authorizers_cache(ApiId=api, StageName="$default")
    assert call(localaws, where, X_Token="good").status == 500
