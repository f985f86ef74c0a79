"""Request validators: required parameters, bodies, models that name others."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Invoked, Run
from tests.conformance.scenarios.calls import JSON, method_of, mocked, new_api, patch, patches, resource
from tests.conformance.targets import function
from tests.localaws.functions.support import uri

_ROOM = "TestApiGatewayCommon::test_api_gateway_request_validator"
_TEXT = {"Content-Type": JSON}
_DRAFT = "http://json-schema.org/draft-04/schema#"
_NUMBERS = {
    "title": "testSchema",
    "type": "object",
    "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
    "required": ["a", "b"],
}
_ECHO = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"body": event["body"]})}
"""
_HEADER, _QUERY = {"x-header-param": "test"}, "?qs1=test"


def _validator(run: Run, api: str) -> str:
    made = run.apigw.create_request_validator(
        restApiId=api, name="test-validator", validateRequestParameters=True, validateRequestBody=True
    )
    return str(made["id"])


def _model(run: Run, api: str, name: str, schema: Any) -> None:
    run.apigw.create_model(restApiId=api, name=name, contentType=JSON, schema=json.dumps(schema))


def _said(answer: Invoked) -> Any:
    return json.loads(answer.text)


@scenario("common", _ROOM)
def parameters_and_bodies(run: Run) -> None:
    arn = function(run, _ECHO)
    name = arn.rpartition(":")[2]
    run.match("register-lambda", {"fn_arn": arn, "fn_name": name}, "CreateFunction")
    api, root = new_api(run)
    place = resource(run, api, resource(run, api, root, "nested"), "{test}")
    validator = _validator(run, api)
    for verb in ("GET", "POST"):
        _proxied(run, method_of(api, place, verb), validator, uri(arn))
    run.step("deploy-1", run.apigw.create_deployment, restApiId=api, stageName="local")
    run.client("lambda").add_permission(
        FunctionName=name,
        StatementId="gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:*:*:{api}/*/*/nested/*",
    )
    assert _posted(run, api, {"test": "test"}).status == 200
    _model(run, api, "testSchema", _NUMBERS)
    for verb in ("GET", "POST"):
        named = patch("add", "/requestModels/application~1json", "testSchema")
        run.apigw.update_method(**method_of(api, place, verb), patchOperations=[named])
    post = method_of(api, place, "POST")
    _renamed(run, post, "change-request-path-names", "issuer", "test")
    _redeployed(run, api)
    bare = run.invoke(api, "local", "/nested/value", "POST", '{"test": "test"}', _TEXT)
    run.match("missing-all-required-request-params-post", _said(bare), "Invoke")
    got = run.invoke(api, "local", f"/nested/value{_QUERY}")
    run.match("missing-required-headers-request-params-get", _said(got), "Invoke")
    got = run.invoke(api, "local", "/nested/value", headers=_HEADER)
    run.match("missing-required-qs-request-params-get", _said(got), "Invoke")
    _renamed(run, post, "revert-request-path-names", "test", "issuer")
    _redeployed(run, api)
    run.match("invalid-request-body", _said(_posted(run, api, {"test": "test"})), "Invoke")
    assert _posted(run, api, {"a": 1, "b": 2}).status == 200
    assert run.invoke(api, "local", f"/nested/value{_QUERY}", headers=_HEADER).status == 400
    _disabled(run, api, validator)
    assert run.invoke(api, "local", "/nested/value", "POST", '{"test": "test"}', _TEXT).status == 200


def _proxied(run: Run, where: dict[str, str], validator: str, uri: str) -> None:
    places = ("path.test", "querystring.qs1", "header.x-header-param")
    run.apigw.put_method(
        **where,
        authorizationType="NONE",
        requestValidatorId=validator,
        requestParameters={f"method.request.{place}": True for place in places},
    )
    run.apigw.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration_response(**where, statusCode="200")


def _posted(run: Run, api: str, body: Any) -> Invoked:
    path = f"/nested/value{_QUERY}"
    return run.invoke(api, "local", path, "POST", json.dumps(body), _TEXT | _HEADER)


def _renamed(run: Run, where: dict[str, str], step: str, new: str, old: str) -> None:
    paths = [
        patch("add", f"/requestParameters/method.request.path.{new}", "true"),
        patch("remove", f"/requestParameters/method.request.path.{old}", "true"),
    ]
    patches(run, run.apigw.update_method, where, [(step, paths)])


def _redeployed(run: Run, api: str) -> None:
    deployment = run.apigw.create_deployment(restApiId=api)["id"]
    moved = [patch("replace", "/deploymentId", deployment)]
    run.apigw.update_stage(restApiId=api, stageName="local", patchOperations=moved)


def _disabled(run: Run, api: str, validator: str) -> None:
    off = [patch("replace", f"/validateRequest{part}", "false") for part in ("Body", "Parameters")]
    where = {"restApiId": api, "requestValidatorId": validator}
    patches(run, run.apigw.update_request_validator, where, [("disable-request-validator", off)])
    _redeployed(run, api)


def _of_another(api: str, model: str) -> dict[str, str]:
    return {"$ref": f"https://apigateway.amazonaws.com/restapis/{api}/models/{model}"}


@scenario("common", f"{_ROOM}_with_ref_models")
def lists_of_a_model(run: Run) -> None:
    api, root = new_api(run)
    models = {
        "testSchema": {"$schema": _DRAFT, **_NUMBERS},
        "testSchemaList": {"type": "array", "items": _of_another(api, "testSchema")},
    }
    bodies = (("successful", '[{"a": 1, "b": 2}]'), ("failed-validation", None))
    _checked(run, api, root, models, bodies)


@scenario("common", f"{_ROOM}_with_ref_one_ofmodels")
def one_of_several(run: Run) -> None:
    api, root = new_api(run)
    status = {
        "type": "object",
        "properties": {"Status": {"type": "string"}, "Order": {"type": "integer"}},
        "required": ["Status", "Order"],
    }
    either = {"status": {"oneOf": [{"type": "null"}, _of_another(api, "StatusModel")]}}
    models = {
        "StatusModel": status,
        "TestModel": {"type": "object", "properties": either, "required": ["status"]},
    }
    bodies = (
        ("successful", '{"status": null}'),
        ("successful-with-data", '{"status": {"Status": "works", "Order": 1}}'),
        ("failed-validation-no-data", None),
        ("failed-validation-bad-data", '{"badFormat": "bla"}'),
    )
    _checked(run, api, root, models, bodies)


def _checked(
    run: Run, api: str, root: str, models: dict[str, Any], bodies: tuple[tuple[str, str | None], ...]
) -> None:
    """A mock whose body the last of the models checks, and what it says to each body."""
    run.bind("<api-id>", api)
    validator = _validator(run, api)
    for name, schema in models.items():
        _model(run, api, name, schema)
    answer = run.apigw.get_models(restApiId=api)
    answer["items"].sort(key=lambda model: model["name"])
    run.match("get-models-with-ref", answer, "GetModels")
    where = method_of(api, resource(run, api, root, "path"), "POST")
    mocked(run, where, requestValidatorId=validator, requestModels={JSON: list(models)[-1]})
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration_response(
        **where, statusCode="200", selectionPattern="", responseTemplates={JSON: '{"data": "ok"}'}
    )
    run.apigw.create_deployment(restApiId=api, stageName="local")
    for step, body in bodies:
        headers = _TEXT if body else {}
        run.match(step, _said(run.invoke(api, "local", "/path", "POST", body, headers)), "Invoke")
