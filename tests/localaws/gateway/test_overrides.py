"""What templates set for the request and the answer, headers that no mapping may set, and models behind validators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.localaws.gateway.schemas import errors
from tests.localaws.gateway.shop import deploy
from tests.localaws.gateway.support import call, method, mock, new_api, path

MODEL = "https://apigateway.amazonaws.com/restapis/abc/models/"


def test_a_template_sets_status_and_headers(apigw: Any, localaws: str) -> None:
    api = new_api(apigw)
    request = """#if($input.params('id') == 'gone')#set($context.responseOverride.status = 410)
    #set($context.responseOverride.header.X-Why = 'long ago')#end{"statusCode": 200}"""
    text = '{"status": "$!context.responseOverride.status"}'
    method(apigw, api, "/pets/{id}", "GET", mock(text, request))
    deploy(apigw, api, "prod")
    got = call(localaws, path(api, "prod", "/pets/here"))
    assert (got.status, got.json, "x-why" in got.headers) == (200, {"status": ""}, False)
    got = call(localaws, path(api, "prod", "/pets/gone"))
    assert (got.status, got.json, got.headers["x-why"]) == (410, {"status": "410"}, "long ago")


def test_a_template_sets_the_request(apigw: Any, localaws: str, backend: str) -> None:
    api = new_api(apigw)
    template = """#set($context.requestOverride.path.where = 'other')
#set($context.requestOverride.querystring.q = "q-$input.params('id')")
#set($context.requestOverride.header.X-Mine = 'mine')
{}"""
    integration = {
        "type": "HTTP",
        "integrationHttpMethod": "POST",
        "uri": f"{backend}/{{where}}",
        "requestTemplates": {"application/json": template},
        "requestParameters": {"integration.request.path.where": "'first'"},
    }
    method(apigw, api, "/pets/{id}", "GET", integration)
    deploy(apigw, api, "prod")
    got = call(localaws, path(api, "prod", "/pets/7"))
    assert (got.json["path"], got.json["headers"]["x-mine"]) == ("/other?q=q-7", "mine")


@pytest.mark.parametrize("header", ["Content-Length", "transfer-encoding"])
def test_headers_that_no_mapping_may_set(apigw: Any, localaws: str, backend: str, header: str) -> None:
    api = new_api(apigw)
    integration = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "POST",
        "uri": f"{backend}/x",
        "requestParameters": {f"integration.request.header.{header}": "'1'"},
    }
    method(apigw, api, "/x", "GET", integration)
    deploy(apigw, api, "prod")
    got = call(localaws, path(api, "prod", "/x"))
    assert (got.status, got.json) == (500, {"message": "Internal server error"})


MODELS = {
    name: {"schema": json.dumps(schema)}
    for name, schema in {
        "Pet": {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "type": "object",
            "required": ["name", "age"],
            "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
        },
        "Pets": {"type": "array", "items": {"$ref": f"{MODEL}Pet"}},
        "Tree": {"type": "object", "properties": {"next": {"$ref": f"{MODEL}Tree"}}, "required": ["id"]},
        "Elsewhere": {"$ref": "http://stranger.example/schema"},
        "Circle": {"$ref": "#"},
        "Wrong": {"type": "nothing"},
    }.items()
} | {"Words": {"schema": "no json"}}


@pytest.mark.parametrize(
    ("model", "body", "wanted"),
    [
        ("Pet", '{"name": "Rex", "age": 3}', []),
        ("Pet", "", ['object has missing required properties (["age","name"])']),
        ("Pet", "{", ["Invalid JSON"]),
        (
            "Pet",
            '{"name": null, "age": 3}',
            ['instance type (null) does not match any allowed primitive type (allowed: ["string"])'],
        ),
        ("Pet", '{"name": "Rex", "age": -1}', ["-1 is less than the minimum of 0"]),
        ("Pets", '[{"name": "Rex", "age": 3}]', []),
        ("Pets", '[{"name": "Rex"}]', ['object has missing required properties (["age"])']),
        ("Tree", '{"id": 1, "next": {"id": 2}}', []),
        ("Tree", '{"id": 1, "next": {}}', ['object has missing required properties (["id"])']),
        ("Elsewhere", "{}", ["The model Elsewhere cannot be used"]),
        ("Circle", "{}", ["The model Circle cannot be used"]),
        ("Wrong", "{}", ["The model Wrong cannot be used"]),
        ("Words", "{}", []),
        ("Gone", "{}", []),
    ],
)
def test_a_body_against_a_model(model: str, body: str, wanted: list[str]) -> None:
    assert errors(body, model, MODELS) == wanted
