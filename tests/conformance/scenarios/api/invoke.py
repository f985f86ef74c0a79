"""TestInvokeMethod."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.normal import log_lines
from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, mocked, new_api, resource

_ROOM = "TestApigatewayTestInvoke::"


def _answering(run: Run, where: dict[str, str], body: Any, **method: Any) -> None:
    """A mocked method that answers ``body``."""
    mocked(run, where, **method)
    run.apigw.put_method_response(**where, statusCode="200")
    templates = {JSON: json.dumps(body)}
    run.apigw.put_integration_response(**where, statusCode="200", responseTemplates=templates)


@scenario("api", f"{_ROOM}test_invoke_test_method")
def mock(run: Run) -> None:
    api, root = new_api(run)
    pets = resource(run, api, root, "pets")
    one = resource(run, api, pets, "{petId}")
    _answering(run, method_of(api, pets), {"pets": "all the pets"})
    for verb in ("GET", "POST"):
        required = {"method.request.path.petId": True}
        _answering(
            run, method_of(api, one, verb), {"petId": "$input.params('petId')"}, requestParameters=required
        )
    call = run.apigw.test_invoke_method
    body = {"body": json.dumps({"foo": "bar"})}
    steps: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
        ("get-pets", method_of(api, pets), {"pathWithQueryString": "/pets"}),
        ("get-pets-bad-path", method_of(api, pets), {"pathWithQueryString": "/random/test"}),
        ("get-pets-id", method_of(api, one), {"pathWithQueryString": "/pets/123"}),
        ("get-pets-id-no-path", method_of(api, one), {}),
        ("get-pets-id-bad-path", method_of(api, one), {"pathWithQueryString": "/random/test"}),
        ("get-with-qs", method_of(api, one), {"pathWithQueryString": "/pets/123?foo=bar"}),
        ("post-with-body", method_of(api, one, "POST"), {"pathWithQueryString": "/pets/123"} | body),
    )
    for step, where, given in steps:
        run.match(f"test-invoke-method-{step}", log_lines(call(**where, **given)), "TestInvokeMethod")
    given = {"pathWithQueryString": "/pets/123"} | body
    run.step("resource-method-not-found", call, **method_of(api, one, "DELETE"), **given)
    run.step("resource-id-not-found", call, **method_of(api, "invalid_res", "POST"), **given)
    run.step("rest-api-not-found", call, **method_of("invalid_api", one, "POST"), **given)


@scenario("api", f"{_ROOM}test_failed_invoke_test_method")
def no_endpoint(run: Run) -> None:
    where = method_of(*new_api(run))
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(
        **where, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://localhost.invalid/path"
    )
    answer = run.apigw.test_invoke_method(**where, pathWithQueryString="/")
    run.match("test-invoke-failure", log_lines(answer), "TestInvokeMethod")
