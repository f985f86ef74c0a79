"""Integrations and their responses."""

from __future__ import annotations

from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, mocked, new_api, patches
from tests.localaws.support import REGION

_ROOM = "TestApigatewayIntegration::"
_RESPONSES = "TestApigatewayIntegrationResponse::"
_MOCK: dict[str, Any] = {"type": "MOCK", "requestTemplates": {JSON: '{"statusCode": 200}'}}


def _mock_method(run: Run) -> dict[str, str]:
    """The arguments that name a mocked GET at the root of an API of its own."""
    where = method_of(*new_api(run))
    mocked(run, where)
    return where


@scenario("api", f"{_ROOM}test_put_integration_wrong_type")
def wrong_type(run: Run) -> None:
    where = method_of(*new_api(run))
    run.step("put-integration-wrong-type", run.apigw.put_integration, **where, type="HTTPS_PROXY")


@scenario("api", f"{_ROOM}test_put_integration_response_validation")
def wrong_places(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)
    good, get, nowhere = method_of(api, root, "POST"), method_of(api, root), method_of(api, "badresource")
    apigw.put_method(**good, authorizationType="NONE")
    mock = _MOCK | {"integrationHttpMethod": "GET"}
    run.step("put-integration-wrong-method", apigw.put_integration, **get, **mock)
    run.step("put-integration-wrong-resource", apigw.put_integration, **nowhere, **mock)
    apigw.put_integration(**good, **mock)
    response = {"statusCode": "200", "selectionPattern": "", "responseTemplates": {JSON: "{}"}}
    run.step("put-integration-response-wrong-method", apigw.put_integration_response, **get, **response)
    run.step("put-integration-response-wrong-resource", apigw.put_integration_response, **nowhere, **response)


@scenario("api", f"{_ROOM}test_put_integration_request_parameter_bool_type")
def truths_for_texts(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)
    get, post = method_of(api, root), method_of(api, root, "POST")
    path = {"method.request.path.testPath": True}
    put = apigw.put_method
    run.step("bool-method", put, **get, authorizationType="NONE", requestParameters=path)
    run.step(
        "put-method-request-param-wrong-type",
        put,
        **post,
        authorizationType="NONE",
        requestParameters=path | {True: True},
    )
    for step, name in (
        ("put-integration-request-param-wrong-type", True),
        ("put-integration-request-param-bool-value", "integration.request.path.testPath"),
    ):
        run.step(step, apigw.put_integration, **get, type="HTTP_PROXY", requestParameters={name: True})


@scenario("api", f"{_ROOM}test_create_integration_with_vpc_link")
def vpc_link(run: Run) -> None:
    apigw = run.apigw
    where = method_of(*new_api(run))
    apigw.put_method(**where, authorizationType="NONE")
    run.step(
        "put-integration-vpc-link",
        apigw.put_integration,
        **where,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri=f"http://my-vpclink-test-nlb-1234567890abcdef.{REGION}.amazonaws.com",
        connectionType="VPC_LINK",
        connectionId="${stageVariables.vpcLinkId}",
    )
    run.step("get-integration-vpc-link", apigw.get_integration, **where)
    steps = (("update-integration-vpc-link", "replace", "/connectionId", "${stageVariables.vpcLinkIdBeta}"),)
    patches(run, apigw.update_integration, where, steps)
    run.step("get-integration-update-vpc-link", apigw.get_integration, **where)


@scenario("api", f"{_ROOM}test_get_integration_non_existent")
def missing(run: Run) -> None:
    api, root = new_api(run)
    get = run.apigw.get_integration
    run.step("get-integration-no-api", get, **method_of("badapi", root))
    run.step("get-integration-no-resource", get, **method_of(api, "badresource"))
    run.step("get-integration-no-method", get, **method_of(api, root))
    run.apigw.put_method(**method_of(api, root), authorizationType="NONE")
    run.step("get-integration-no-integration", get, **method_of(api, root))


@scenario("api", f"{_ROOM}test_put_integration_response_templates")
def empty_templates(run: Run) -> None:
    where = _mock_method(run)
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("put-integration-response-template-none", {"responseTemplates": {JSON: None}}),
        ("put-integration-response-template-empty", {"responseTemplates": {JSON: ""}}),
        ("put-integration-no-response-template", {}),
    )
    for step, more in steps:
        given = {"statusCode": "200", "selectionPattern": ""} | more
        run.step(step, run.apigw.put_integration_response, **where, **given)


@scenario("api", f"{_RESPONSES}test_lifecycle_integration_response")
def lifecycle(run: Run) -> None:
    apigw, where = run.apigw, _mock_method(run)
    one = where | {"statusCode": "200"}
    put = apigw.put_integration_response
    created, overwritten = {JSON: '"created"'}, {JSON: "overwrite"}
    run.step("put-integration-response", put, **one, responseTemplates=created, selectionPattern="")
    run.step("get-integration-response", apigw.get_integration_response, **one)
    steps = (("update-integration-response", "replace", "/selectionPattern", "updated-pattern"),)
    patches(run, apigw.update_integration_response, one, steps)
    run.step(
        "overwrite-integration-response",
        put,
        **one,
        responseTemplates=overwritten,
        selectionPattern="overwrite-pattern",
    )
    run.step("get-method", apigw.get_method, **where)
    run.step("delete-integration-response", apigw.delete_integration_response, **one)


@scenario("api", f"{_RESPONSES}test_integration_response_wrong_api", what="wrong-api")
@scenario("api", f"{_RESPONSES}test_integration_response_wrong_resource", what="wrong-resource")
@scenario("api", f"{_RESPONSES}test_integration_response_wrong_method", what="wrong-method")
@scenario("api", f"{_RESPONSES}test_integration_response_invalid_statuscode", what="invalid-statusCode")
def response_missing(run: Run, what: str) -> None:
    api, root = new_api(run)
    where, more = {
        "wrong-api": (method_of("wrong-api", "dummy-value"), {}),
        "wrong-resource": (method_of(api, "wrong-resource"), {}),
        "wrong-method": (method_of(api, root, "wrong-method"), {}),
        "invalid-statusCode": (
            method_of(api, root),
            {"responseTemplates": {JSON: '"created"'}, "selectionPattern": ""},
        ),
    }[what]
    one = where | {"statusCode": "wrong" if more else "200"}
    run.step(f"put-integration-response-{what}", run.apigw.put_integration_response, **one, **more)
    run.step(f"get-integration-response-{what}", run.apigw.get_integration_response, **one)


@scenario("api", f"{_RESPONSES}test_integration_response_invalid_responsetemplates")
def wrong_templates(run: Run) -> None:
    one = _mock_method(run) | {"statusCode": "200", "selectionPattern": ""}
    templates: tuple[dict[Any, Any], ...] = ({JSON: 123}, {123: '{"statusCode": 200}'})
    for number, each in enumerate(templates, 1):
        step = f"put-integration-response-invalid-responseTemplates-{number}"
        run.step(step, run.apigw.put_integration_response, **one, responseTemplates=each)


@scenario("api", f"{_RESPONSES}test_integration_response_invalid_integration")
def response_of_no_integration(run: Run) -> None:
    where = method_of(*new_api(run))
    run.apigw.put_method(**where, authorizationType="NONE")
    step = "get-integration-response-without-integration"
    run.step(step, run.apigw.get_integration_response, **where, statusCode="200")


@scenario("api", f"{_RESPONSES}test_integration_response_wrong_status_code")
def response_of_another_status(run: Run) -> None:
    step = "get-integration-response-wrong-status-code"
    run.step(step, run.apigw.get_integration_response, **_mock_method(run), statusCode="201")


@scenario("api", f"{_RESPONSES}test_delete_integration_response_errors")
def delete_refusals(run: Run) -> None:
    where = _mock_method(run)
    one = where | {"statusCode": "200"}
    run.step(
        "put-integration-response",
        run.apigw.put_integration_response,
        **one,
        responseTemplates={JSON: '"created"'},
        selectionPattern="",
    )
    for step, wrong in (
        ("non-existent-resource", {"resourceId": "badresource"}),
        ("non-existent-api-id", {"restApiId": "badapi"}),
        ("non-existent-method", {"httpMethod": "POST"}),
        ("non-existent-status-code", {"statusCode": "201"}),
        ("bad-method", {"httpMethod": "bad-method"}),
    ):
        run.step(step, run.apigw.delete_integration_response, **(one | wrong))
