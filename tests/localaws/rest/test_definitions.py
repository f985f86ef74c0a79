"""Definitions in and out: import, put, export."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.localaws.rest.support import answer, new_api, refused, unique

SAMPLES = Path(os.environ.get("SAMPLES_DIR", "../shared/samples")) / "openapi" / "localstack"
LAMBDA = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/f/invocations"
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200"}, "5..": {"statusCode": "500"}},
    "passthroughBehavior": "when_no_templates",
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Shop", "description": "words", "version": "7"},
    "servers": [{"url": "https://a.example/{basePath}", "variables": {"basePath": {"default": "v1/shop"}}}],
    "paths": {
        "/orders/{id}": {
            "parameters": [{"name": "trace", "in": "header", "schema": {"type": "string"}}],
            "get": {
                "operationId": "getOrder",
                "security": [{"auth": []}, {"api_key": []}],
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"X-A": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    },
                    "500": {"description": ""},
                },
                "x-amazon-apigateway-integration": MOCK,
                "x-amazon-apigateway-request-validator": "all",
            },
            "x-amazon-apigateway-any-method": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
                },
                "responses": {},
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "ANY",
                    "uri": "http://b.example/{id}",
                    "timeoutInMillis": 900,
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "required": ["id", "at"],
                "properties": {"next": {"$ref": "#/components/schemas/Order"}},
            }
        },
        "securitySchemes": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "auth": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": LAMBDA},
            },
        },
    },
    "x-amazon-apigateway-request-validators": {
        "all": {"validateRequestBody": True, "validateRequestParameters": True}
    },
    "x-amazon-apigateway-gateway-responses": {"THROTTLED": {"statusCode": 420}},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-policy": {"Version": "2012-10-17"},
}


def _import(apigw: Any, document: Any, **more: Any) -> dict[str, Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return answer(apigw.import_rest_api, body=body, **more)


def _shape(apigw: Any, api: str) -> dict[str, Any]:
    """Everything of an API's configuration but its ids."""
    names = {each["id"]: each["name"] for each in apigw.get_authorizers(restApiId=api)["items"]}
    names |= {each["id"]: each["name"] for each in apigw.get_request_validators(restApiId=api)["items"]}
    shape = {}
    for resource in apigw.get_resources(restApiId=api, embed=["methods"])["items"]:
        methods = resource.get("resourceMethods", {})
        for method in methods.values():
            for member in ("authorizerId", "requestValidatorId"):
                if member in method:
                    method[member] = names[method[member]]
            method.get("methodIntegration", {}).pop("cacheNamespace", None)
        shape[resource["path"]] = methods
    models = {each["name"]: json.loads(each["schema"]) for each in apigw.get_models(restApiId=api)["items"]}
    return {"resources": shape, "models": json.loads(json.dumps(models).replace(api, "API"))}


def test_it_works(apigw: Any) -> None:
    made = _import(apigw, DOCUMENT)
    assert (made["name"], made["description"], made["version"]) == ("Shop", "words", "7")
    assert made["binaryMediaTypes"] == ["image/png"]
    methods = _shape(apigw, made["id"])["resources"]["/orders/{id}"]
    assert methods["GET"]["authorizationType"] == "CUSTOM"
    assert (methods["GET"]["authorizerId"], methods["GET"]["requestValidatorId"]) == ("auth", "all")
    assert methods["GET"]["apiKeyRequired"] is True
    assert methods["GET"]["requestParameters"] == {
        "method.request.header.trace": False,
        "method.request.path.id": True,
    }
    assert methods["GET"]["methodResponses"]["200"] == {
        "statusCode": "200",
        "responseParameters": {"method.response.header.X-A": False},
        "responseModels": {"application/json": "Order"},
    }
    integration = methods["GET"]["methodIntegration"]
    assert integration["passthroughBehavior"] == "WHEN_NO_TEMPLATES"
    assert integration["integrationResponses"] == {
        "200": {"statusCode": "200"},
        "500": {"statusCode": "500", "selectionPattern": "5.."},
    }
    assert methods["ANY"]["requestModels"] == {"application/json": "Order"}
    assert methods["ANY"]["methodIntegration"]["timeoutInMillis"] == 900
    schema = json.loads(apigw.get_model(restApiId=made["id"], modelName="Order")["schema"])
    assert schema["required"] == ["at", "id"]
    assert schema["properties"]["next"]["$ref"].endswith(f"/restapis/{made['id']}/models/Order")
    throttled = apigw.get_gateway_response(restApiId=made["id"], responseType="THROTTLED")
    assert (throttled["statusCode"], throttled["defaultResponse"]) == ("420", False)


@pytest.mark.parametrize("kind", ["oas30", "swagger"])
@pytest.mark.parametrize("accepts", ["application/json", "application/yaml"])
def test_what_is_exported_comes_back_the_same(apigw: Any, kind: str, accepts: str) -> None:
    api = _import(apigw, DOCUMENT)["id"]
    apigw.create_deployment(restApiId=api, stageName="dev")
    exported = apigw.get_export(
        restApiId=api,
        stageName="dev",
        exportType=kind,
        parameters={"extensions": "apigateway"},
        accepts=accepts,
    )["body"].read()
    assert _shape(apigw, _import(apigw, exported)["id"]) == _shape(apigw, api)


@pytest.mark.parametrize(
    ("extensions", "integration", "authorizer", "validators"),
    [
        ({}, False, False, False),
        ({"extensions": "integrations"}, True, False, False),
        ({"extensions": "authorizers"}, False, True, False),
        ({"extensions": "integrations,authorizers"}, True, True, False),
        ({"extensions": "apigateway"}, True, True, True),
    ],
)
def test_which_extensions_are_exported(
    apigw: Any, extensions: dict[str, str], integration: bool, authorizer: bool, validators: bool
) -> None:
    api = _import(apigw, DOCUMENT)["id"]
    apigw.create_deployment(restApiId=api, stageName="dev")
    found = json.loads(
        apigw.get_export(restApiId=api, stageName="dev", exportType="oas30", parameters=extensions)[
            "body"
        ].read()
    )
    scheme = found["components"]["securitySchemes"]["auth"]
    operation = found["paths"]["/orders/{id}"]["get"]
    assert ("x-amazon-apigateway-integration" in operation) is integration
    assert ("x-amazon-apigateway-authorizer" in scheme) is authorizer
    assert ("x-amazon-apigateway-request-validators" in found) is validators


@pytest.mark.parametrize(
    ("mode", "paths"),
    [
        ("ignore", ["/", "/orders", "/orders/{id}"]),
        ("prepend", ["/", "/v1", "/v1/shop", "/v1/shop/orders", "/v1/shop/orders/{id}"]),
        ("split", ["/", "/shop", "/shop/orders", "/shop/orders/{id}"]),
    ],
)
def test_base_paths(apigw: Any, mode: str, paths: list[str]) -> None:
    made = _import(apigw, DOCUMENT, parameters={"basepath": mode, "endpointConfigurationTypes": "REGIONAL"})
    assert list(_shape(apigw, made["id"])["resources"]) == paths
    assert made["endpointConfiguration"]["types"] == ["REGIONAL"]


def test_merge_keeps_and_overwrite_does_not(apigw: Any) -> None:
    api = _import(apigw, DOCUMENT)["id"]
    held = {each["path"]: each["id"] for each in apigw.get_resources(restApiId=api)["items"]}
    other = {
        "swagger": "2.0",
        "info": {"title": "Other"},
        "x-amazon-apigateway-binary-media-types": ["image/gif"],
        "paths": {"/orders": {"get": {"responses": {}, "x-amazon-apigateway-integration": MOCK}}},
    }
    body = json.dumps(other).encode()
    merged = apigw.put_rest_api(restApiId=api, mode="merge", body=body)
    assert (merged["name"], merged["binaryMediaTypes"]) == ("Other", ["image/png", "image/gif"])
    shape = _shape(apigw, api)
    assert (list(shape["resources"]["/orders"]), list(shape["models"])) == (["GET"], ["Order"])
    assert list(shape["resources"]["/orders/{id}"]) == ["GET", "ANY"]
    replaced = apigw.put_rest_api(restApiId=api, mode="overwrite", body=body)
    assert replaced["binaryMediaTypes"] == ["image/gif"]
    assert _shape(apigw, api)["models"] == {}
    now = {each["path"]: each["id"] for each in apigw.get_resources(restApiId=api)["items"]}
    assert now == {path: held[path] for path in ("/", "/orders")}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"a: [",
        b"[]",
        b"just words",
        b"\xff\xfe",
        b'{"info": {"title": "x"}}',
        b'{"swagger": "2.0", "info": {"title": "x"}, "paths": []}',
        b'{"swagger": "2.0", "info": {"title": {"Ref": "x"}}}',
        b'{"swagger": "2.0", "info": {"title": "x"}, "paths": {"/a": {"get": {"responses": ["x"]}}}}',
        b'{"swagger": "2.0", "info": {"title": "x"}, "paths": {"/a": {"$ref": "#/paths/~1a"}}}',
        b"swagger: '2.0'\ninfo: {title: x}\npaths: &a\n  /a: *a\n",
        b'{"a":' * 100_000,
    ],
)
def test_a_broken_document_leaves_nothing(apigw: Any, body: bytes) -> None:
    api = new_api(apigw)
    before = len(apigw.get_rest_apis(limit=500)["items"])
    for call, where in (
        (apigw.import_rest_api, {}),
        (apigw.put_rest_api, {"restApiId": api["id"], "mode": "overwrite"}),
    ):
        assert refused(call, **where, body=body) == (400, "BadRequestException", "Invalid OpenAPI input.")
    assert len(apigw.get_rest_apis(limit=500)["items"]) == before
    assert len(apigw.get_models(restApiId=api["id"])["items"]) == 2


def test_a_document_that_is_too_large(apigw: Any) -> None:
    assert refused(apigw.import_rest_api, body=b"{" + b" " * 6 * 1024 * 1024)[0] == 413


def _with(operation: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"openapi": "3.0.1", "info": {"title": unique()}}
    return head | {"paths": {"/a": {"get": {"responses": {}} | operation}}} | more


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            _with({"x-amazon-apigateway-integration": {"type": "http", "httpMethod": "GET", "uri": "a"}}),
            "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': "
            "Invalid HTTP endpoint specified for URI",
        ),
        (
            _with({"requestBody": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/X"}}}}}),
            "Errors found during import:\n\tUnable to put method 'GET' for resource at path '/a': "
            "Invalid OpenAPI input: there is nothing at #/components/schemas/X",
        ),
        (
            _with({"parameters": [{"$ref": "other.yaml#/x"}]}),
            "Errors found during import:\n\tUnable to put method 'GET' for resource at path '/a': "
            "Invalid OpenAPI input: only references within the document are supported: other.yaml#/x",
        ),
        (
            _with({}, components={"schemas": {"a-b": {"type": "object"}}}),
            "Errors found during import:\n\tUnable to create model named 'a-b': "
            "Model name must be alphanumeric: a-b",
        ),
        (
            {"openapi": "3.0.1", "info": {"title": "x"}, "paths": {"/{p+}/a": {}}},
            "Errors found during import:\n\tUnable to create resource at path '/{p+}/a': "
            "Cannot create a child of a resource with a greedy path variable: {p+}",
        ),
    ],
)
def test_what_cannot_be_made_is_named(apigw: Any, document: dict[str, Any], message: str) -> None:
    assert refused(apigw.import_rest_api, body=json.dumps(document).encode())[2] == message


def test_a_warning_fails_only_when_that_is_wanted(apigw: Any) -> None:
    integration = MOCK | {"requestParameters": {"integration.request.header.a": True}}
    body = json.dumps(_with({"x-amazon-apigateway-integration": integration})).encode()
    warning = (
        "Invalid format for 'requestParameters'. Expected type string for property "
        "'integration.request.header.a' of resource '/a' and method 'GET' but got 'true'"
    )
    assert apigw.import_rest_api(body=body)["warnings"] == [warning]
    status, _code, message = refused(apigw.import_rest_api, body=body, failOnWarnings=True)
    assert (status, message) == (400, f"Warnings found during import:\n\t{warning}")


def test_yaml_with_numbers_and_dates(apigw: Any) -> None:
    body = b"""
openapi: 3.0.1
info: {title: Yaml, version: 2022-04-12T15:36:55Z}
paths:
  /a:
    get:
      responses: {200: {description: ok}}
      x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: 200}}}
"""
    made = _import(apigw, body)
    assert made["version"] == "2022-04-12T15:36:55Z"
    method = _shape(apigw, made["id"])["resources"]["/a"]["GET"]
    assert list(method["methodResponses"]) == ["200"]
    assert method["methodIntegration"]["integrationResponses"] == {"200": {"statusCode": "200"}}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="SAMPLES_DIR has no samples")
def test_every_sample_definition_loads_and_comes_back(apigw: Any) -> None:
    for file in sorted(SAMPLES.iterdir()):
        text = file.read_text().replace("${lambda_invocation_arn}", LAMBDA)
        api = _import(apigw, text.encode())["id"]
        if not any(_shape(apigw, api)["resources"].values()) or file.name.endswith(
            "documentation_parts.json"
        ):
            continue
        apigw.create_deployment(restApiId=api, stageName="dev")
        for kind in ("oas30", "swagger"):
            exported = apigw.get_export(
                restApiId=api,
                stageName="dev",
                exportType=kind,
                parameters={"extensions": "apigateway"},
            )
            again = _import(apigw, exported["body"].read())["id"]
            assert _shape(apigw, again)["resources"].keys() == _shape(apigw, api)["resources"].keys(), (
                file.name
            )
