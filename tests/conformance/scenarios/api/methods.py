"""Methods."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of, new_api, patch, patches, resource

_ROOM = "TestApiGatewayApiMethod::"
AUTHORIZER = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:myApiAuthorizer/invocations"
)


@scenario("api", "TestApiGatewayApiAuthorizer::test_authorizer_crud_no_api")
def authorizers_of_nothing(run: Run) -> None:
    run.step(
        "wrong-rest-api-id-create-authorizer",
        run.apigw.create_authorizer,
        restApiId="test-fake-rest-id",
        name="fake-auth-name",
        type="TOKEN",
        authorizerUri=AUTHORIZER,
        identitySource="method.request.header.Authorization",
    )
    run.step("wrong-rest-api-id-get-authorizers", run.apigw.get_authorizers, restApiId="test-fake-rest-id")


@scenario("api", f"{_ROOM}test_method_lifecycle")
def lifecycle(run: Run) -> None:
    where = method_of(*new_api(run), "ANY")
    run.step("put-base-method-response", run.apigw.put_method, **where, authorizationType="NONE")
    run.step("get-base-method-response", run.apigw.get_method, **where)
    run.step("del-base-method-response", run.apigw.delete_method, **where)
    run.step("get-deleted-method-response", run.apigw.get_method, **where)
    run.step("delete-deleted-method-response", run.apigw.delete_method, **where)


@scenario("api", f"{_ROOM}test_method_request_parameters")
def parameters(run: Run) -> None:
    api, root = new_api(run)
    where = method_of(api, root, "ANY")
    names = ("querystring.q_optional", "querystring.q_required", "header.h_optional", "header.h_required")
    given = {f"method.request.{name}": name.endswith("required") for name in names}
    run.step(
        "put-method-request-params-response",
        run.apigw.put_method,
        **where,
        authorizationType="NONE",
        requestParameters=given,
    )
    run.step("get-method-request-params-response", run.apigw.get_method, **where)
    run.step(
        "req-params-same-name",
        run.apigw.put_method,
        **method_of(api, root),
        authorizationType="NONE",
        requestParameters={
            "method.request.querystring.optional": False,
            "method.request.header.optional": False,
        },
    )


@scenario("api", f"{_ROOM}test_put_method_model")
def models(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)
    for step, name in (("create-model", "MySchema"), ("create-model-2", "MySchemaTwo")):
        schema = json.dumps({"title": name, "type": "object"})
        more = {"contentType": "application/json", "description": "", "schema": schema}
        run.step(step, apigw.create_model, restApiId=api, name=name, **more)

    def put(step: str, where: dict[str, Any], model: str) -> None:
        chosen = {"application/json": model}
        run.step(step, apigw.put_method, **where, authorizationType="NONE", requestModels=chosen)

    def delete(step: str, name: str) -> None:
        run.step(step, apigw.delete_model, restApiId=api, modelName=name)

    path = "/requestModels/application~1json"
    first = method_of(api, root, "ANY")
    put("put-method-request-models", first, "MySchema")
    delete("delete-model-used", "MySchema")
    patches(run, apigw.update_method, first, (("update-method-model", "replace", path, "MySchemaTwo"),))
    delete("delete-model-unused", "MySchema")
    delete("delete-model-used-2", "MySchemaTwo")
    second = method_of(api, resource(run, api, root, "test"), "ANY")
    put("put-method-2-request-models", second, "MySchemaTwo")
    delete("delete-model-used-by-2-method", "MySchemaTwo")
    patches(run, apigw.update_method, second, (("update-method-model-2", "remove", path, "MySchemaTwo"),))
    delete("delete-model-used-by-method-1", "MySchemaTwo")
    run.step("delete-method-using-model-2", apigw.delete_method, **first)
    delete("delete-model-unused-2", "MySchemaTwo")


@scenario("api", f"{_ROOM}test_put_method_validation")
def refusals(run: Run) -> None:
    api, root = new_api(run)
    good = method_of(api, root, "ANY")
    steps: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("wrong-api", method_of("fake-api", root, "WRONG"), {}),
        ("wrong-resource", method_of(api, "fake-resource-id", "WRONG"), {}),
        ("wrong-method", method_of(api, root, "WRONG"), {}),
        ("missing-authorizer-id", good, {"authorizationType": "CUSTOM"}),
        ("invalid-request-validator", good, {"requestValidatorId": "fake-validator"}),
        ("invalid-model-name", good, {"requestModels": {"application/json": "petModel"}}),
    )
    for step, where, more in steps:
        run.step(step, run.apigw.put_method, **where, **({"authorizationType": "NONE"} | more))


@scenario("api", f"{_ROOM}test_update_method")
def update(run: Run) -> None:
    api, root = new_api(run)
    where = method_of(api, root, "ANY")
    run.step("put-method-response", run.apigw.put_method, **where, authorizationType="NONE")
    parameter, model = (
        "/requestParameters/method.request.querystring.optional",
        "/requestModels/application~1json",
    )
    simple = [
        patch("replace", "/operationName", "ReplacedOperationName"),
        patch("replace", "/apiKeyRequired", "true"),
        patch("replace", "/authorizationType", "AWS_IAM"),
        patch("replace", parameter, "false"),
    ]
    steps = (
        ("update-method-add", [patch("add", parameter, "true"), patch("add", model, "Empty")]),
        ("update-method-replace", simple),
    )
    patches(run, run.apigw.update_method, where, steps)
    authorizer = run.apigw.create_authorizer(
        restApiId=api,
        name="authorizer-test",
        type="TOKEN",
        authorizerUri=AUTHORIZER,
        identitySource="method.request.header.Authorization",
    )["id"]
    custom = [patch("replace", "/authorizerId", authorizer), patch("replace", "/authorizationType", "CUSTOM")]
    last = (
        ("update-method-replace-authorizer", custom),
        ("update-method-remove", [patch("remove", parameter, "true"), patch("remove", model, "Empty")]),
    )
    patches(run, run.apigw.update_method, where, last)


@scenario("api", f"{_ROOM}test_update_method_validation")
def update_refusals(run: Run) -> None:
    api, root = new_api(run)
    call, where = run.apigw.update_method, method_of(api, root, "ANY")
    patches(run, call, method_of("fake-api", root, "ANY"), (("wrong-rest-api", []),))
    patches(run, call, method_of(api, "fake-resource-id", "ANY"), (("wrong-resource-id", []),))
    missing = ("method-does-not-exist", "replace", "/operationName", "methodDoesNotExist")
    patches(run, call, method_of(api, root), (missing,))
    run.step(
        "put-method-response", run.apigw.put_method, **where, authorizationType="NONE", apiKeyRequired=True
    )
    custom = patch("replace", "/authorizationType", "CUSTOM")
    nobody = patch("replace", "/authorizerId", "abc123")
    text = "method.request.querystring.optional=false"
    steps = (
        ("unsupported-operation", "add", "/operationName", "operationName"),
        ("unsupported-operation-2", "add", "/requestValidatorId", "wrong-id"),
        ("unsupported-path", "add", "/httpMethod", "PUT"),
        ("wrong-path-request-parameters", "replace", "/requestParameters", text),
        ("wrong-path-request-models", "add", "/requestModels/application/json", "Empty"),
        ("wrong-value-type", "replace", "/apiKeyRequired", "whatever"),
        ("wrong-auth-type", [custom]),
        ("skip-auth-id-with-wrong-type", [nobody]),
        ("wrong-auth-id", [custom, nobody]),
        ("wrong-req-validator-id", "replace", "/requestValidatorId", "fake-id"),
    )
    patches(run, call, where, steps)
