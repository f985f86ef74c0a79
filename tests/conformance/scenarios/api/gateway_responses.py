"""Gateway responses: defaults and what replaces them."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, new_api, patch, patches

_ROOM = "TestApiGatewayGatewayResponse::"
_ACCEPT = {"gatewayresponse.header.x-request-header": "method.request.header.Accept"}
_PARAMETERS = {
    "gatewayresponse.header.x-request-path": "method.request.path.petId",
    "gatewayresponse.header.Access-Control-Allow-Origin": "'a.b.c'",
    "gatewayresponse.header.x-request-query": "method.request.querystring.q",
} | _ACCEPT
_LINES = (
    '"message": $context.error.messageString',
    '"type":  "$context.error.responseType"',
    '"stage":  "$context.stage"',
    '"resourcePath":  "$context.resourcePath"',
    '"stageVariables.a":  "$stageVariables.a"',
    '"statusCode": "\'404\'"',
)
_TEMPLATES = {JSON: "{\n" + ",\n".join(f"     {line}" for line in _LINES) + "\n}"}


@scenario("api", f"{_ROOM}test_gateway_response_crud")
def lifecycle(run: Run) -> None:
    apigw = run.apigw
    api, _ = new_api(run)
    one = {"restApiId": api, "responseType": "MISSING_AUTHENTICATION_TOKEN"}
    run.step("get-gateway-response-default", apigw.get_gateway_response, **one)
    run.step(
        "put-gateway-response",
        apigw.put_gateway_response,
        **one,
        statusCode="404",
        responseParameters=_PARAMETERS,
        responseTemplates=_TEMPLATES,
    )
    run.step("get-gateway-responses", apigw.get_gateway_responses, restApiId=api, unordered=("items",))
    run.step("get-gateway-response", apigw.get_gateway_response, **one)
    run.step("delete-gateway-response", apigw.delete_gateway_response, **one)
    run.step("get-deleted-gw-response", apigw.get_gateway_response, **one)


@scenario("api", f"{_ROOM}test_gateway_response_put")
def put(run: Run) -> None:
    api, _ = new_api(run)
    missing = "MISSING_AUTHENTICATION_TOKEN"
    whole = {"responseParameters": _PARAMETERS, "responseTemplates": _TEMPLATES}
    parameters = {"responseParameters": _ACCEPT}
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("put-gateway-response-all-value", missing, {"statusCode": "404"} | whole),
        ("put-gateway-response-status-only", missing, {"statusCode": "404"}),
        ("put-gateway-response-response-parameters-only", missing, parameters),
        ("put-gateway-response-response-templates-only", missing, {"responseTemplates": _TEMPLATES}),
        ("put-gateway-response-default-5xx", "DEFAULT_5XX", {"statusCode": "599"} | whole | parameters),
        (
            "put-gateway-response-default-ignored",
            "AUTHORIZER_FAILURE",
            {"responseParameters": {"gatewayresponse.header.foo": "'bar'"}},
        ),
    )
    for step, kind, given in steps:
        run.step(step, run.apigw.put_gateway_response, restApiId=api, responseType=kind, **given)
    run.step("get-gateway-responses", run.apigw.get_gateway_responses, restApiId=api, unordered=("items",))


@scenario("api", f"{_ROOM}test_gateway_response_validation")
def refusals(run: Run) -> None:
    apigw = run.apigw
    api, _ = new_api(run)
    nobodys = {"restApiId": "fake-api-id", "responseType": "DEFAULT_4XX"}
    run.step("get-gateway-responses-no-api", apigw.get_gateway_responses, restApiId="fake-api-id")
    run.step("get-gateway-response-no-api", apigw.get_gateway_response, **nobodys)
    run.step("delete-gateway-response-no-api", apigw.delete_gateway_response, **nobodys)
    run.step("update-gateway-response-no-api", apigw.update_gateway_response, **nobodys, patchOperations=[])
    unset = {"restApiId": api, "responseType": "DEFAULT_4XX"}
    run.step("delete-gateway-response-not-set", apigw.delete_gateway_response, **unset)
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("get", {}),
        ("delete", {}),
        ("update", {"patchOperations": []}),
        ("put", {"statusCode": "404", "responseParameters": {}, "responseTemplates": {}}),
    )
    for verb, more in steps:
        call = getattr(apigw, f"{verb}_gateway_response")
        step = f"{verb}-gateway-response-wrong-response-type"
        run.step(step, call, restApiId=api, responseType="FAKE_RESPONSE_TYPE", **more)


@scenario("api", f"{_ROOM}test_update_gateway_response")
def update(run: Run) -> None:
    apigw = run.apigw
    api, _ = new_api(run)
    one = {"restApiId": api, "responseType": "DEFAULT_4XX"}
    call = apigw.update_gateway_response
    patches(run, call, one, (("update-gateway-response-not-set", "replace", "/statusCode", "444"),))
    run.step("default-get-gateway-response", apigw.get_gateway_response, **one)
    run.step(
        "put-gateway-response",
        apigw.put_gateway_response,
        **one,
        statusCode="404",
        responseParameters=_PARAMETERS,
        responseTemplates={JSON: json.dumps({JSON: '{"message":$context.error.messageString}'})},
    )
    origin = "/responseParameters/gatewayresponse.header.Access-Control-Allow-Origin"
    xml = (
        "<gatewayResponse><message>$context.error.messageString</message>"
        "<type>$context.error.responseType</type></gatewayResponse>"
    )
    several = [
        patch("replace", "/statusCode", "444"),
        patch("replace", origin, "'example.com'"),
        patch("add", "/responseTemplates/application~1xml", xml),
    ]
    patches(run, call, one, (("update-gateway-response", several),))
    run.step("get-gateway-response", apigw.get_gateway_response, **one)
    other = one | {"responseType": "DEFAULT_5XX"}
    invalid = ("update-gateway-replace-invalid-parameter", "replace", origin, "'example.com'")
    patches(run, call, other, (invalid,))
    nothing = {"op": "replace", "value": None}
    steps = (
        ("update-gateway-add-status-code", "add", "/statusCode", "444"),
        ("update-gateway-remove-status-code", "remove", "/statusCode"),
        ("update-gateway-no-path", "add", None, "'example.com'"),
        ("update-gateway-wrong-op", "wrong-op", "/statusCode", "'example.com'"),
        ("update-gateway-wrong-path", "add", "/wrongPath", "'example.com'"),
        (
            "update-gateway-replace-invalid-parameter-0-none",
            [nothing | {"path": "/responseTemplates/application~1xml"}],
        ),
        ("update-gateway-replace-invalid-parameter-1-none", [nothing | {"path": origin}]),
    )
    patches(run, call, one, steps)
