"""Mocks whose templates pass values on by the overrides of the request and of the response."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Invoked, Run
from tests.conformance.scenarios.calls import JSON, method_of, new_api, resource

_STATUS = '{\n  "statusCode": 200\n}\n'
_ASKED_PATH = """#set($body = $util.base64Decode($input.params('testPath')))
#set($context.requestOverride.path.body = $body)
"""
_BY_PATH = """
#set($body = $util.parseJson($context.requestOverride.path.body))
#set($inputBody = $body.message)
#if($inputBody == "path1")
{
   "response": "path was path one"
}
#elseif($inputBody == "path2")
{
   "response": "path was path two"
}
#else
{
  "response": "this is the else clause"
}
#end
"""
_OVERRIDES = """
#set($context.responseOverride.status = 444)
#set($context.responseOverride.header.foo = "bar")
#set($context.responseOverride.custom = "is also passed around")
"""
_OVERRIDDEN = """
#set($statusOverride = $context.responseOverride.status)
#set($fooHeader = $context.responseOverride.header.foo)
#set($custom = $context.responseOverride.custom)
{
    "statusOverride": "$statusOverride",
    "fooHeader": "$fooHeader",
    "custom": "$custom"
}
"""
_ASSIGNED = """
#set($paramName = "foo")
#set($context.requestOverride.querystring[$paramName] = "bar")
#set($paramPutName = "putfoo")
$context.requestOverride.querystring.put($paramPutName, "putBar")
#set($context["requestOverride"].querystring["nestedfoo"] = "nestedFoo")
"""
_READ = """
#set($value = $context.requestOverride.querystring["foo"])
#set($value2 = $context.requestOverride.querystring["putfoo"])
#set($value3 = $context.requestOverride.querystring["nestedfoo"])
{
    "value": "$value",
    "value2": "$value2",
    "value3": "$value3"
}
"""


def _mock(run: Run, where: Mapping[str, Any], asked: str, answered: str | None, **more: Any) -> None:
    """A deployed mock with a template of its request, and one of its response or none."""
    run.apigw.put_method(**where, authorizationType="NONE", **more)
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration(
        **where,
        type="MOCK",
        integrationHttpMethod="POST",
        requestParameters={},
        requestTemplates={JSON: asked + _STATUS},
    )
    run.apigw.put_integration_response(
        **where,
        statusCode="200",
        selectionPattern="2\\d{2}",
        responseTemplates={} if answered is None else {JSON: answered},
    )
    run.apigw.create_deployment(restApiId=where["restApiId"], stageName="dev")


def _whole(answer: Invoked) -> dict[str, Any]:
    body = json.loads(answer.text) if answer.text else str(answer.text.encode())
    return {"body": body, "status_code": answer.status}


@scenario("integrations", "test_integration_mock_with_request_overrides_in_response_template")
def by_path(run: Run) -> None:
    api, root = new_api(run)
    where = method_of(api, resource(run, api, root, "{testPath}"))
    required = {"method.request.path.testPath": True}
    _mock(run, where, _ASKED_PATH, _BY_PATH, requestParameters=required)
    for step, message in (("path1", "path1"), ("path2", "path2"), ("path-else", "whatever")):
        part = base64.b64encode(json.dumps({"message": message}).encode()).decode()
        run.match(f"invoke-{step}", json.loads(run.invoke(api, "dev", f"/{part}").text), "Invoke")


@scenario(
    "integrations", "test_integration_mock_with_response_override_in_request_template[True]", shown=True
)
@scenario(
    "integrations", "test_integration_mock_with_response_override_in_request_template[False]", shown=False
)
def overridden(run: Run, shown: bool) -> None:
    api, root = new_api(run)
    _mock(run, method_of(api, root), _OVERRIDES, _OVERRIDDEN if shown else None)
    answer = run.invoke(api, "dev")
    assert answer.header("foo") == "bar"
    run.match("response", _whole(answer), "Invoke")


@scenario("integrations", "test_integration_mock_with_vtl_map_assignation")
def assigned(run: Run) -> None:
    api, root = new_api(run)
    _mock(run, method_of(api, root), _ASSIGNED, _READ)
    run.match("response", _whole(run.invoke(api, "dev")), "Invoke")


@scenario("integrations", "test_integration_mock_with_path_param")
def path_parameter(run: Run) -> None:
    api, root = new_api(run)
    where = method_of(api, resource(run, api, root, "{testPath}"))
    path = "method.request.path.testPath"
    run.apigw.put_method(**where, authorizationType="NONE", requestParameters={path: True})
    run.apigw.put_method_response(**where, statusCode="200")
    run.step(
        "integration",
        run.apigw.put_integration,
        **where,
        type="MOCK",
        integrationHttpMethod="POST",
        requestParameters={"integration.request.path.integrationPath": path},
        requestTemplates={JSON: "{statusCode: 200}"},
    )
    run.apigw.put_integration_response(
        **where, statusCode="200", selectionPattern="2\\d{2}", responseTemplates={}
    )
    run.apigw.create_deployment(restApiId=api, stageName="dev")
    answer = run.invoke(api, "dev", "/test-path")
    assert (answer.status, answer.text) == (200, "")
