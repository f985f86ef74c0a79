"""HTTP and HTTP_PROXY integrations: what the target gets, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Invoked, Run
from tests.conformance.scenarios.calls import JSON, method_of, new_api, resource
from tests.conformance.targets import Given, echo, function_url, target

_BODY = json.dumps({"message": "hello world"})
_SENT = {
    "Content-Type": JSON,
    "Accept": JSON,
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "test/integration",
    "Connection": "keep-alive",
}


def _api(
    run: Run,
    kind: str,
    uri: str,
    *,
    part: str = "test",
    verb: str = "POST",
    mapped: Mapping[str, str] | None = None,
) -> str:
    """A deployed API whose one method calls ``uri`` with POST and answers what comes back."""
    api, root = new_api(run, endpointConfiguration={"types": ["REGIONAL"]})
    where = method_of(api, resource(run, api, root, part), verb)
    asked = dict.fromkeys((mapped or {}).values(), True)
    run.apigw.put_method(**where, authorizationType="NONE", apiKeyRequired=False, requestParameters=asked)
    run.apigw.put_integration(
        **where,
        type=kind,
        uri=uri,
        integrationHttpMethod="POST",
        requestTemplates={},
        requestParameters=dict(mapped or {}),
    )
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration_response(
        **where, statusCode="200", responseTemplates={JSON: "$input.json('$')"}
    )
    run.apigw.create_deployment(restApiId=api, stageName="test")
    return api


def _whole(answer: Invoked) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {"content": json.loads(answer.text), "headers": headers, "status_code": answer.status}


@scenario("http", "test_http_integration_with_lambda[HTTP]", kind="HTTP")
@scenario("http", "test_http_integration_with_lambda[HTTP_PROXY]", kind="HTTP_PROXY")
def passed_on(run: Run, kind: str) -> None:
    with target(echo(trim=False)) as uri:
        api = _api(run, kind, f"{uri}/")
        run.match("api_id", {"rest_api_id": api}, "CreateRestApi")
        sent = _SENT | {"Accept": "application/xml"}
        answer = run.invoke(api, "test", "/test", "POST", _BODY, sent)
        run.match("http-invocation-lambda-url", _whole(answer), "Invoke")


@scenario("http", "test_http_integration_method[HTTP]", kind="HTTP")
@scenario("http", "test_http_integration_method[HTTP_PROXY]", kind="HTTP_PROXY")
def any_verb(run: Run, kind: str) -> None:
    with target(echo(trim=True)) as uri:
        api = _api(run, kind, f"{uri}/", verb="ANY")
        run.match("api_id", {"rest_api_id": api}, "CreateRestApi")
        for verb in ("POST", "PUT", "GET"):
            answer = run.invoke(api, "test", "/test", verb, _BODY, _SENT)
            run.match(f"http-invocation-lambda-url-{verb.lower()}", json.loads(answer.text), "Invoke")


def _status(event: dict[str, Any]) -> Given:
    status = int(event["rawPath"].rpartition("/")[2])
    return Given(status, {}, json.dumps({"message": event["body"], "status_code": status}))


@scenario("http", "test_http_integration_invoke_status_code_passthrough[HTTP]", kind="HTTP")
@scenario("http", "test_http_integration_invoke_status_code_passthrough[HTTP_PROXY]", kind="HTTP_PROXY")
def statuses(run: Run, kind: str) -> None:
    mapped = {"integration.request.path.map": "method.request.path.map"}
    with target(function_url(_status)) as uri:
        api = _api(run, kind, f"{uri}/{{map}}", part="{map+}", mapped=mapped)
        for step, status in (("matching", 200), ("non-matching", 400)):
            answer = run.invoke(api, "test", f"/status/{status}", "POST")
            found = {"body": json.loads(answer.text), "status_code": answer.status}
            run.match(f"{step}-response", found, "Invoke")


@scenario("http", "test_http_proxy_integration_request_data_mappings")
def mapped(run: Run) -> None:
    parameters = {
        "header.headerVar": "header.foobar",
        "path.qsVar": "querystring.testVar",
        "path.pathVar": "path.pathVariable",
        "querystring.queryString": "querystring.testQueryString",
        "querystring.testQs": "querystring.testQueryString",
        "querystring.testEmptyQs": "header.emptyheader",
    }
    named = {f"integration.request.{to}": f"method.request.{of}" for to, of in parameters.items()}
    with target(echo(trim=True)) as uri:
        address = f"{uri}/?testVar={{pathVar}}&testQs={{qsVar}}"
        api = _api(run, "HTTP_PROXY", address, part="{pathVariable}", mapped=named)
        run.match("api_id", {"rest_api_id": api}, "CreateRestApi")
        sent = _SENT | {"foobar": "mapped-value", "headerVar": "request-value"}
        path = "/foobar?testQueryString=foo&testVar=bar"
        run.match(
            "http-proxy-invocation", _whole(run.invoke(api, "test", path, "POST", _BODY, sent)), "Invoke"
        )
