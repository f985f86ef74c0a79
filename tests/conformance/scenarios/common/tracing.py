"""Trace ids: which answers have one, and what becomes of the one that came in."""

from __future__ import annotations

import json

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, mocked, new_api, resource
from tests.conformance.targets import ROLE, function
from tests.localaws.functions.support import uri

_ROOT = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"
_PARENT = "Parent=7fa8c0f79203be72"
_WHOLE = f"{_ROOT};{_PARENT};Sampled=1"
_ECHO = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["headers"])}
"""


@scenario("common", "TestApiGatewayCommon::test_invocation_trace_id")
def trace_ids(run: Run) -> None:
    api, root = new_api(run)
    mock = method_of(api, resource(run, api, root, "path"))
    mocked(run, mock)
    run.apigw.put_method_response(**mock, statusCode="200")
    run.apigw.put_integration_response(
        **mock, statusCode="200", responseTemplates={JSON: json.dumps({"statusCode": 200})}
    )
    arn = function(run, _ECHO)
    named = {"FunctionArn": arn, "FunctionName": arn.rpartition(":")[2]}
    run.match("register-lambda", named, "CreateFunction")
    where = method_of(api, resource(run, api, root, "{proxy+}"), "ANY")
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(
        **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri(arn), credentials=ROLE
    )
    run.apigw.create_deployment(restApiId=api, stageName="dev")
    _headers(run, "normal-req-headers-MOCK", api, "/path", "")
    _headers(run, "trace-id-req-headers-MOCK", api, "/path", _WHOLE)
    _headers(run, "normal-req-headers-AWS_PROXY", api, "/proxy-value", "")
    assert _headers(run, "trace-id-req-headers-AWS_PROXY", api, "/proxy-value", _WHOLE).startswith(_WHOLE)
    added = _headers(run, "trace-id-small-req-headers-AWS_PROXY", api, "/proxy-value", _ROOT)
    assert added.startswith(_ROOT)
    assert added.split(";")[1] != _PARENT


def _headers(run: Run, step: str, api: str, path: str, trace: str) -> str:
    """The trace id of the answer, '' without one."""
    answer = run.invoke(api, "dev", path, headers={"X-Amzn-Trace-Id": trace} if trace else {})
    assert answer.status == 200
    headers = {name.lower(): value for name, value in answer.headers.items()}
    found = headers.get("x-amzn-trace-id", "")
    hidden = {"content-length": "content-length", "date": "date"}
    run.match(step, headers | hidden, "Invoke")
    return found
