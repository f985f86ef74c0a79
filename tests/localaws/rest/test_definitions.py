"""Definitions in and out: import, put, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.localaws.rest.support import answer, new_api, refused

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
        ({"extensions": "postman"}, False, False, False),
        ({"extensions": "integrations,postman"}, True, False, False),
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


def _operations(text: str) -> set[tuple[str, str]]:
    """Path and verb of every operation that a document declares."""
    value = yaml.safe_load(text)
    return {
        (path, "ANY" if verb.startswith("x-") else verb.upper())
        for path, item in value["paths"].items()
        for verb in item
        if verb in ("get", "put", "post", "delete", "patch", "options", "head") or "any-method" in verb
    }


def _made(apigw: Any, api: str) -> set[tuple[str, str]]:
    return {(path, verb) for path, methods in _shape(apigw, api)["resources"].items() for verb in methods}


def test_every_sample_definition_loads_and_comes_back(apigw: Any, samples: Path) -> None:
    files = sorted((samples / "openapi" / "localstack").iterdir())
    assert len(files) >= 20
    for file in files:
        text = file.read_text().replace("${lambda_invocation_arn}", LAMBDA)
        api = _import(apigw, text.encode(), failOnWarnings="basepath-url" not in file.name)["id"]
        assert _made(apigw, api) == _operations(text), file.name
        methods = [each for path in _shape(apigw, api)["resources"].values() for each in path.values()]
        if not methods or not all("methodIntegration" in each for each in methods):
            status, _code, message = refused(apigw.create_deployment, restApiId=api, stageName="dev")
            assert status == 400, (file.name, message)
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
            assert _made(apigw, again) == _made(apigw, api), file.name


def test_the_sample_of_documentation_parts(apigw: Any, samples: Path) -> None:
    body = (samples / "openapi" / "localstack" / "oas30_documentation_parts.json").read_bytes()
    api = new_api(apigw)["id"]
    made = apigw.import_documentation_parts(restApiId=api, body=body)
    assert made["ids"]
    assert len(apigw.get_documentation_parts(restApiId=api)["items"]) == len(made["ids"])
