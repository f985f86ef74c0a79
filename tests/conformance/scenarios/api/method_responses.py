"""Responses of methods."""

from __future__ import annotations

from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import JSON, method_of, mocked, new_api, patch, patches

_ROOM = "TestApigatewayMethodResponse::"
_PARAMETER = "/responseParameters/method.response.header.my-header"
_MODEL = "/responseModels/application~1json"
_GIVEN = {
    "responseParameters": {"method.response.header.my-header": False},
    "responseModels": {JSON: "Empty"},
}


def _both(op: str) -> list[dict[str, Any]]:
    return [patch(op, _PARAMETER, "true"), patch(op, _MODEL, "Empty")]


def _response(run: Run, given: dict[str, Any] = _GIVEN) -> dict[str, str]:
    """The arguments that name the response 200 of a mocked method."""
    where = method_of(*new_api(run))
    mocked(run, where)
    run.apigw.put_method_response(**where, statusCode="200", **given)
    return where | {"statusCode": "200"}


@scenario("api", f"{_ROOM}test_lifecycle_method_response")
def lifecycle(run: Run) -> None:
    apigw = run.apigw
    where = method_of(*new_api(run))
    mocked(run, where)
    one = where | {"statusCode": "200"}
    put = apigw.put_method_response
    run.step("put-method-response", put, **one, responseParameters={}, responseModels={})
    run.step("get-integration-response", apigw.get_method_response, **one)
    steps = (("add-method-responses", _both("add")), ("update-method-responses", _both("replace")))
    patches(run, apigw.update_method_response, one, steps)
    run.step("get-method", apigw.get_method, **where)
    run.step("delete-method-response", apigw.delete_method_response, **one)


@scenario("api", f"{_ROOM}test_update_method_response")
def update(run: Run) -> None:
    steps = (
        ("remove-update-method-response", _both("remove")),
        ("add-update-method-response", _both("add")),
    )
    patches(run, run.apigw.update_method_response, _response(run), steps)


@scenario("api", f"{_ROOM}test_update_method_response_wrong_operations")
def wrong_operations(run: Run) -> None:
    parameter, model = _both("wrong_op")
    operations = (
        [parameter],
        [model],
        [parameter, model],
        [parameter, model, parameter, model],
        [parameter, patch("remove", _MODEL, "Empty"), model],
    )
    steps = [
        (f"update-method-response-wrong-operation-{number}", each)
        for number, each in enumerate(operations, 1)
    ]
    patches(run, run.apigw.update_method_response, _response(run), steps)


@scenario("api", f"{_ROOM}test_update_method_response_negative_tests")
def wrong_places(run: Run) -> None:
    one, call = _response(run), run.apigw.update_method_response
    start = "update-method-response-"
    for step, wrong, op in (
        ("wrong-statuscode", {"statusCode": "201"}, "replace"),
        ("invalid-statuscode", {"statusCode": "wrong"}, "replace"),
        ("invalid-statuscode-and-wrong-op", {"statusCode": "wrong"}, "wrong_op"),
        ("wrong-resource", {"resourceId": "wrong"}, "replace"),
        ("wrong-method", {"httpMethod": "POST"}, "replace"),
    ):
        patches(run, call, one | wrong, ((f"{start}{step}", op, _PARAMETER, "true"),))


@scenario("api", f"{_ROOM}test_update_method_lack_response_parameters_and_models")
def nothing_to_remove(run: Run) -> None:
    one = _response(run, {"responseParameters": {}, "responseModels": {}})
    start = "update-method-response-operation-"
    steps = (
        (f"{start}without-response-parameters", "remove", _PARAMETER, "true"),
        (f"{start}without-response-models", "remove", _MODEL, "Empty"),
        (f"{start}with-wrong-path", "remove", "/wrong/method.response.header.my-header", "true"),
    )
    patches(run, run.apigw.update_method_response, one, steps)


@scenario("api", f"{_ROOM}test_update_method_wrong_param_names")
def wrong_names(run: Run) -> None:
    start = "update-method-response-operation-with-wrong-param-name-"
    steps = (
        (f"{start}1", "replace", "/responseParameters/wrong", "true"),
        (f"{start}2", "remove", "/responseParameters/wrong", "true"),
        (f"{start}3", "replace", "/responseModels/wrong", "Empty"),
        (f"{start}4", "remove", "/responseModels/wrong", "Empty"),
    )
    patches(run, run.apigw.update_method_response, _response(run), steps)
