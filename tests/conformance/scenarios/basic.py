"""Mocks by either address, an imported mock, a method's authorizer, a function tried out."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.normal import log_lines
from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, new_api, patches, resource
from tests.conformance.targets import ROLE, function
from tests.localaws.functions.support import uri

_ROOM = "TestAPIGateway::test_"
_SPEAKING = """
import json

def handler(event, context):
    said = "response from localstack lambda: " + json.dumps(event, separators=(",", ":"))
    return {"statusCode": 200, "body": json.dumps(said), "isBase64Encoded": False, "headers": {}}
"""


@scenario("basic", f"{_ROOM}api_gateway_mock_integration")
def imported_mock(run: Run) -> None:
    api, _ = new_api(run)
    run.apigw.put_rest_api(restApiId=api, body=run.sample("openapi-mock.json"), mode="overwrite")
    run.apigw.create_deployment(restApiId=api, stageName="latest")
    run.match("mocked-response", json.loads(run.invoke(api, "latest", "/echo/foobar").text), "Invoke")


def mock_by_address(run: Run, behaviour: str, by_host: bool, verb: str) -> None:
    """A mock answers alike whatever the address, the verb and the behaviour for other types."""
    api, root = new_api(run)
    where = method_of(api, resource(run, api, root, "{id}"), verb)
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(
        **where,
        type="MOCK",
        integrationHttpMethod=verb,
        passthroughBehavior=behaviour,
        requestTemplates={JSON: '{"statusCode":200}'},
    )
    run.apigw.put_method_response(**where, statusCode="200")
    template = '{"statusCode": 200, "id": $input.params().path.id}'
    run.apigw.put_integration_response(**where, statusCode="200", responseTemplates={JSON: template})
    run.apigw.create_deployment(restApiId=api, stageName="local")
    body, headers = ('{"egg": "ham"}', {"Content-Type": JSON}) if verb == "POST" else (None, None)
    host = run.host(api) if by_host else ""
    answer = run.invoke(api, "local", "/42", verb, body, headers, host=host)
    run.match("mock-response", json.loads(answer.text), "Invoke")


for _behaviour in ("WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES"):
    for _kind, _by_host in (("PATH_BASED", False), ("HOST_BASED", True)):
        for _verb in ("GET", "POST"):
            _name = f"TestIntegrations::test_mock_integration_response[{_behaviour}-UrlType.{_kind}-{_verb}]"
            scenario("basic", _name, behaviour=_behaviour, by_host=_by_host, verb=_verb)(mock_by_address)


@scenario("basic", f"{_ROOM}update_rest_api_deployment")
def described(run: Run) -> None:
    api, root = new_api(run)
    where = method_of(api, root)
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(**where, type="MOCK", requestTemplates={JSON: '{"statusCode": 200}'})
    made = run.apigw.create_deployment(restApiId=api, description="my deployment")
    deployment = {"restApiId": api, "deploymentId": made["id"]}
    steps = [("after-update", "replace", "/description", "new-description")]
    patches(run, run.apigw.update_deployment, deployment, steps)


@scenario("basic", f"{_ROOM}apigateway_with_custom_authorization_method")
def authorized(run: Run) -> None:
    api, root = new_api(run)
    run.match("api-id", {"api_id": api}, "CreateRestApi")
    authorizer = run.step(
        "authorizer",
        run.apigw.create_authorizer,
        restApiId=api,
        name="lambda_authorizer",
        type="TOKEN",
        authorizerUri=uri(function(run, _SPEAKING)),
        identitySource="method.request.header.Auth",
    )
    run.step(
        "put-method-response",
        run.apigw.put_method,
        **method_of(api, root),
        authorizationType="CUSTOM",
        authorizerId=authorizer["id"],
        apiKeyRequired=True,
    )


@scenario("basic", f"{_ROOM}apigw_test_invoke_method_api")
def function_tried(run: Run) -> None:
    api, root = new_api(run)
    arn = function(run, _SPEAKING)
    run.bind("<rest-api-id>", api)
    run.bind("<function-name>", arn.rpartition(":")[2])
    where = method_of(api, resource(run, api, root, "foo"))
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(
        **where, type="AWS", integrationHttpMethod="POST", uri=uri(arn), credentials=ROLE
    )
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration_response(**where, statusCode="200", selectionPattern="")
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("test_invoke_method_response", {"pathWithQueryString": "/foo"}),
        (
            "test_invoke_method_response_with_body",
            {
                "pathWithQueryString": "/foo?queryTest=value",
                "body": '{"test": "val123"}',
                "headers": {"content-type": JSON},
            },
        ),
    )
    for step, given in asked:
        answer = run.apigw.test_invoke_method(**where, **given)
        run.match(step, log_lines(answer), "TestInvokeMethod")
