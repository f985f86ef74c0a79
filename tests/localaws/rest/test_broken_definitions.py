"""Definitions that are broken: AWS's error, and nothing is left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.rest.support import new_api, refused, unique
from tests.localaws.rest.test_definitions import DOCUMENT, MOCK


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
    before = len(apigw.get_rest_apis(limit=500)["items"])
    seven = json.dumps(DOCUMENT | {"x-ours": "x" * 7 * 1024 * 1024}).encode()
    for body in (b"{" + b" " * 6 * 1024 * 1024, seven):
        status, code, _message = refused(apigw.import_rest_api, body=body)
        assert (status, code) == (413, "RequestEntityTooLargeException")
    assert len(apigw.get_rest_apis(limit=500)["items"]) == before


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
            _with({"requestBody": {"content": {"a/b": {"schema": {"$ref": "other.yaml#/X"}}}}}),
            "Errors found during import:\n\tUnable to put method 'GET' for resource at path '/a': "
            "Invalid OpenAPI input: only references within the document are supported: other.yaml#/X",
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
    before = len(apigw.get_rest_apis(limit=500)["items"])
    body = json.dumps(document).encode()
    assert refused(apigw.import_rest_api, body=body) == (400, "BadRequestException", message)
    assert len(apigw.get_rest_apis(limit=500)["items"]) == before


@pytest.mark.parametrize(
    ("operation", "more", "warning"),
    [
        (
            {
                "x-amazon-apigateway-integration": MOCK
                | {"requestParameters": {"integration.request.header.a": True}}
            },
            {},
            "Invalid format for 'requestParameters'. Expected type string for property "
            "'integration.request.header.a' of resource '/a' and method 'GET' but got 'true'",
        ),
        (
            {"requestBody": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/X"}}}}},
            {},
            "Reference to model 'X' not found. Ignoring.",
        ),
        (
            {"x-amazon-apigateway-cache": True, "x-ours": 1},
            {},
            "Unsupported extension 'x-amazon-apigateway-cache' at '/paths//a/get'. Ignoring.",
        ),
        (
            {},
            {"x-amazon-apigateway-magic": {"x-amazon-apigateway-more": 1}},
            "Unsupported extension 'x-amazon-apigateway-magic' at '/'. Ignoring.",
        ),
    ],
)
def test_a_warning_fails_only_when_that_is_wanted(
    apigw: Any, operation: dict[str, Any], more: dict[str, Any], warning: str
) -> None:
    body = json.dumps(_with(operation, **more)).encode()
    assert apigw.import_rest_api(body=body)["warnings"] == [warning]
    before = len(apigw.get_rest_apis(limit=500)["items"])
    status, _code, message = refused(apigw.import_rest_api, body=body, failOnWarnings=True)
    assert (status, message) == (400, f"Warnings found during import:\n\t{warning}")
    api = new_api(apigw)["id"]
    call = apigw.put_rest_api
    assert refused(call, restApiId=api, body=body, mode="overwrite", failOnWarnings=True)[0] == 400
    assert [each["path"] for each in apigw.get_resources(restApiId=api)["items"]] == ["/"]
    assert len(apigw.get_models(restApiId=api)["items"]) == 2
    assert len(apigw.get_rest_apis(limit=500)["items"]) == before + 1
