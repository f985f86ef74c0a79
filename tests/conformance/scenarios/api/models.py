"""Models and request validators."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import new_api, patch, patches

_MODELS = "TestApiGatewayApiModels::"
_VALIDATORS = "TestApiGatewayApiRequestValidator::"
_NOBODY = "abcde0"
_SCHEMA = json.dumps({"title": "MySchema", "type": "object"})


@scenario("api", f"{_MODELS}test_model_lifecycle")
def lifecycle(run: Run) -> None:
    api, _ = new_api(run)
    one = {"restApiId": api, "modelName": "CalcOutput"}
    numbers = ",".join(f'\n\t\t"{name}": {{\n\t\t\t"type": "number"\n\t\t}}' for name in "ab")
    operator = (
        '\n\t\t"op": {\n\t\t\t"description": "operation of +, -, * or /",\n\t\t\t"type": "string"\n\t\t}'
    )
    result = '\n\t\t"c": {\n\t\t    "type": "number"\n\t\t}'
    properties = f'\t"properties": {{{numbers},{operator},{result}\n\t}},\n'
    schema = (
        '{\n\t"title": "Calc output",\n\t"type": "object",\n'
        + properties
        + '\t"required": ["a", "b", "op"]\n}\n'
    )
    run.step(
        "create-model",
        run.apigw.create_model,
        restApiId=api,
        name="CalcOutput",
        contentType="application/json",
        description="Calc output model",
        schema=schema,
    )
    run.step("get-models", run.apigw.get_models, restApiId=api, unordered=("items",))
    run.step("get-model", run.apigw.get_model, **one)
    run.step("del-model", run.apigw.delete_model, **one)


def _create(run: Run, step: str, api: str, name: str = "MySchema", **more: Any) -> None:
    given = {"contentType": "application/json", "description": "", "schema": _SCHEMA} | more
    said = {each: value for each, value in given.items() if value is not None}
    run.step(step, run.apigw.create_model, restApiId=api, name=name, **said)


@scenario("api", f"{_MODELS}test_model_validation")
def refusals(run: Run) -> None:
    api, _ = new_api(run)
    _create(run, "create-model-wrong-id", _NOBODY, description="Test model")
    run.step("get-models-wrong-id", run.apigw.get_models, restApiId=_NOBODY)
    run.step("get-model-wrong-id", run.apigw.get_model, restApiId=_NOBODY, modelName="MySchema")
    run.step("del-model-wrong-id", run.apigw.delete_model, restApiId=_NOBODY, modelName="MySchema")
    run.apigw.create_model(
        restApiId=api, name="MySchema", contentType="application/json", description="", schema=_SCHEMA
    )
    _create(run, "create-model-already-exists", api)
    _create(run, "create-model-empty-name", api, "")
    _create(run, "create-model-empty-schema", api, "MyEmptySchema", schema="")
    _create(run, "create-model-no-schema-json", api, "MyEmptySchema", schema=None)
    xml = {"contentType": "application/xml", "schema": None}
    _create(run, "create-model-no-schema-xml", api, "MyEmptySchemaXml", **xml)


@scenario("api", f"{_MODELS}test_update_model")
def update(run: Run) -> None:
    api, _ = new_api(run)
    both = [
        patch("replace", "/schema", json.dumps({"title": "Updated schema", "type": "object"})),
        patch("replace", "/description", ""),
    ]
    nobodys = {"restApiId": _NOBODY, "modelName": "mySchema"}
    patches(run, run.apigw.update_model, nobodys, (("update-model-wrong-id", both),))
    _create(run, "create-model", api)
    steps = (
        ("update-model", both),
        ("update-model-invalid-op", "add", "/wrong-path", "not supported op"),
        ("update-model-invalid-path", "replace", "/name", "invalid"),
        ("update-model-empty-schema", "replace", "/schema", ""),
    )
    patches(run, run.apigw.update_model, {"restApiId": api, "modelName": "MySchema"}, steps)


@scenario("api", f"{_VALIDATORS}test_validators_crud_no_api")
def validators_of_nothing(run: Run) -> None:
    nobody = "test-fake-rest-id"
    run.step(
        "wrong-rest-api-id-create-validator",
        run.apigw.create_request_validator,
        restApiId=nobody,
        name="test-validator",
        validateRequestBody=True,
        validateRequestParameters=False,
    )
    run.step("wrong-rest-api-id-get-validators", run.apigw.get_request_validators, restApiId=nobody)


def _validator(run: Run) -> dict[str, str]:
    """The arguments that name a validator of an API of its own."""
    api, _ = new_api(run)
    made = run.apigw.create_request_validator(restApiId=api, name=run.unique("validator"))
    return {"restApiId": api, "requestValidatorId": made["id"]}


def _recorded_validator(run: Run) -> dict[str, str]:
    """The same, where its making was recorded."""
    api = run.step("create-rest-api", run.apigw.create_rest_api, name=run.unique(), description="my api")[
        "id"
    ]
    name = run.unique("validator")
    made = run.step("create-request-validator", run.apigw.create_request_validator, restApiId=api, name=name)
    return {"restApiId": api, "requestValidatorId": made["id"]}


@scenario("api", f"{_VALIDATORS}test_request_validator_lifecycle")
def validator_lifecycle(run: Run) -> None:
    apigw = run.apigw
    one = _recorded_validator(run)
    run.step("get-request-validator", apigw.get_request_validator, **one)
    run.step("get-request-validators", apigw.get_request_validators, restApiId=one["restApiId"])
    steps = (
        ("update-request-validator-with-value", "replace", "/validateRequestBody", "true"),
        ("update-request-validator-without-value", "replace", "/validateRequestBody"),
    )
    patches(run, apigw.update_request_validator, one, steps)
    run.step("get-request-validators-after-update-operation", apigw.get_request_validator, **one)
    run.step("delete-request-validator", apigw.delete_request_validator, **one)
    run.step("get-deleted-request-validator", apigw.get_request_validator, **one)
    run.step("get-request-validators-after-delete", apigw.get_request_validators, restApiId=one["restApiId"])


@scenario(
    "api", f"{_VALIDATORS}test_invalid_get_request_validator", verb="get", start="get-request-validators"
)
@scenario(
    "api",
    f"{_VALIDATORS}test_invalid_delete_request_validator",
    verb="delete",
    start="delete-request-validator",
)
def validator_missing(run: Run, verb: str, start: str) -> None:
    one = _validator(run)
    call = getattr(run.apigw, f"{verb}_request_validator")
    run.step(f"{start}-invalid-api-id", call, **(one | {"restApiId": "api_id"}))
    run.step(f"{start}-invalid-validator-id", call, **(one | {"requestValidatorId": "validator_id"}))


@scenario("api", f"{_VALIDATORS}test_invalid_get_request_validators")
def validators_missing(run: Run) -> None:
    run.step("get-invalid-request-validators", run.apigw.get_request_validators, restApiId="api_id")


@scenario("api", f"{_VALIDATORS}test_create_request_validator_invalid_api_id")
def validator_for_nothing(run: Run) -> None:
    call = run.apigw.create_request_validator
    run.step("invalid-create-request-validator", call, restApiId="api_id", name=run.unique())


@scenario("api", f"{_VALIDATORS}test_invalid_update_request_validator_operations")
def validator_refusals(run: Run) -> None:
    one = _recorded_validator(run)
    start = "update-request-validator-"
    steps = (
        (f"{start}invalid-add-operation", "add", "/validateRequestBody", "true"),
        (f"{start}invalid-remove-operation", "remove", "/validateRequestBody", "true"),
        (f"{start}invalid-path", "replace", "/invalidPath", "true"),
        (f"{start}empty-name-value", "replace", "/name"),
    )
    patches(run, run.apigw.update_request_validator, one, steps)
