"""Definitions out of every source, and that sources agree where both can know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from apiconfig.core import definition as core
from apiconfig.core.definition import Definition, Integration, Route, facts, from_text, to_text
from apiconfig.core.diff import compare
from apiconfig.core.exports import from_export
from apiconfig.core.resources import from_resources
from apiconfig.core.summary import from_summary
from apiconfig.core.v2 import from_routes, split_key
from tests.apiconfig.answers import export, method, resources, v2_api

LAMBDA = (
    "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-central-1:123456789012:function:pets-${stageVariables.alias}/invocations"
)


def test_it_works() -> None:
    found = from_resources(resources(), authorizers=[], validators=[], models=[], responses=[], api={})
    assert [route.key for route in found.routes] == ["GET /pets"]
    assert found.routes[0].integration == Integration(
        "HTTP_PROXY",
        "https://backend.example/pets",
        "GET",
        29000,
        details=(
            (
                "responses",
                '[{"content":"","parameters":{},"pattern":"default","status":"200","templates":{}}]',
            ),
        ),
    )
    assert found.blind == () and found.unknown == ()


def test_authorizers_and_validators_are_named() -> None:
    verb = method("GET", authorizationType="CUSTOM", authorizerId="auth01", requestValidatorId="val001")
    found = from_resources(
        resources(GET=verb),
        authorizers=[{"id": "auth01", "name": "check-token", "type": "TOKEN"}],
        validators=[{"id": "val001", "name": "body", "validateRequestBody": True}],
    )
    route = found.routes[0]
    assert (route.authorization, route.authorizer, route.validator) == ("CUSTOM", "check-token", "body")


def test_what_could_not_be_read_is_blind_and_said() -> None:
    found = from_resources(resources())
    assert {"authorizer", "models", "gateway responses", "settings", "request validator"} <= set(found.blind)
    assert any("models could not be read" in sentence for sentence in found.unknown)


def test_parameters_that_the_path_names_do_not_count() -> None:
    verb = method(
        "GET", requestParameters={"method.request.path.id": True, "method.request.querystring.q": False}
    )
    entry = {"id": "x", "path": "/pets/{id}", "resourceMethods": {"GET": verb}}
    details = dict(from_resources([entry]).routes[0].details)
    assert details == {"request parameters": '{"method.request.querystring.q":false}'}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"authorizationType": "AWS_IAM"}, {"authorization"}),
        ({"apiKeyRequired": True}, {"API key required"}),
        ({"requestModels": {"application/json": "Pet"}}, {"request models"}),
        ({"authorizationScopes": ["a", "b"]}, {"scopes"}),
        ({"operationName": "listPets"}, {"operation name"}),
        ({"methodResponses": {"200": {"statusCode": "200"}}}, {"method responses"}),
    ],
)
def test_each_fact_of_a_method_is_seen(change: dict[str, Any], fields: set[str]) -> None:
    before = from_resources(resources(GET=method("GET")), authorizers=[], validators=[])
    after = from_resources(resources(GET=method("GET", **change)), authorizers=[], validators=[])
    found = compare(before, after)
    assert {field.name for field in found.changed[0].fields} == fields


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"uri": "https://other.example"}, "integration target"),
        ({"type": "HTTP"}, "integration"),
        ({"httpMethod": "POST"}, "integration method"),
        ({"timeoutInMillis": 5000}, "integration timeout"),
        ({"connectionType": "VPC_LINK", "connectionId": "vl1"}, "integration connection"),
        ({"credentials": "arn:aws:iam::1:role/r"}, "integration credentials"),
        ({"passthroughBehavior": "NEVER"}, "integration passthrough"),
        ({"requestTemplates": {"application/json": "{}"}}, "integration request templates"),
        ({"requestParameters": {"integration.request.header.x": "'1'"}}, "integration request parameters"),
        (
            {"integrationResponses": {"200": {"statusCode": "200", "selectionPattern": "2.."}}},
            "integration responses",
        ),
        ({"cacheKeyParameters": ["method.request.querystring.q"]}, "integration cache key parameters"),
        ({"tlsConfig": {"insecureSkipVerification": True}}, "integration TLS"),
        ({"responseTransferMode": "STREAM"}, "integration response transfer"),
    ],
)
def test_each_fact_of_an_integration_is_seen(change: dict[str, Any], field: str) -> None:
    verb = method("GET")
    verb["methodIntegration"] = {**verb["methodIntegration"], **change}
    found = compare(from_resources(resources()), from_resources(resources(GET=verb)))
    assert [entry.name for entry in found.changed[0].fields] == [field]


def test_an_export_says_the_same_as_the_resources_it_was_made_of() -> None:
    live = from_resources(resources(GET=method("GET"), POST=method("POST")), authorizers=[], validators=[])
    found = compare(live, from_export(export("GET", "POST")))
    assert found.same and found.comparable
    assert any("read from its export" in sentence for sentence in found.unknown)


def test_an_export_that_serves_another_target_is_seen() -> None:
    found = compare(from_export(export(uri="https://old.example")), from_resources(resources()))
    assert [(entry.name, entry.before) for entry in found.changed[0].fields] == [
        ("integration target", "https://old.example")
    ]


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ({"type": "apiKey", "name": "x-api-key", "in": "header"}, ("NONE", "", True)),
        ({"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}, ("AWS_IAM", "", False)),
        ({"type": "apiKey", "name": "Auth", "in": "header", "x-amazon-apigateway-authtype": "custom",
          "x-amazon-apigateway-authorizer": {"type": "token"}}, ("CUSTOM", "s", False)),
        ({"type": "apiKey", "name": "Auth", "x-amazon-apigateway-authtype": "cognito_user_pools"}, ("COGNITO_USER_POOLS", "s", False)),
        ({"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}, ("JWT", "s", False)),
        ({"type": "apiKey", "name": "Auth", "x-amazon-apigateway-authorizer": {"type": "request"}}, ("CUSTOM", "s", False)),
    ],
)  # fmt: skip
def test_security_of_an_export(scheme: dict[str, Any], expected: tuple[str, str, bool]) -> None:
    document = export(security=[{"s": []}])
    document["components"] = {"securitySchemes": {"s": scheme}}
    route = from_export(document).routes[0]
    assert (route.authorization, route.authorizer, route.api_key_required) == expected
    swagger = {**export(security=[{"s": []}]), "securityDefinitions": {"s": scheme}}
    assert from_export(swagger).routes[0] == route


def test_any_and_default_routes_of_an_export() -> None:
    integration = {
        "x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": LAMBDA, "payloadFormatVersion": "2.0"}
    }
    document = {
        "openapi": "3.0.1",
        "paths": {
            "/a": {"x-amazon-apigateway-any-method": integration, "get": integration, "parameters": []},
            "/$default": {"x-amazon-apigateway-any-method": {**integration, "isDefaultRoute": True}},
        },
    }
    found = from_export(document, timeout_ms=30_000)
    assert [route.key for route in found.routes] == ["$default", "ANY /a", "GET /a"]
    target = found.routes[0].integration
    assert target is not None and target.timeout_ms == 30_000
    assert target.target_words == "pets-${stageVariables.alias}"


def test_an_integration_by_reference() -> None:
    document = export()
    operation = document["paths"]["/pets"]["get"]
    shared = operation.pop("x-amazon-apigateway-integration")
    operation["x-amazon-apigateway-integration"] = {
        "$ref": "#/components/x-amazon-apigateway-integrations/one"
    }
    document["components"] = {"x-amazon-apigateway-integrations": {"one": shared}}
    assert from_export(document).routes == from_export(export()).routes


def test_a_model_of_a_request_in_both_forms() -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
    oas30 = from_export(export("POST", requestBody={"content": content}))
    body = {"in": "body", "name": "Pet", "schema": {"$ref": "#/definitions/Pet"}}
    swagger = from_export(export("POST", parameters=[body], consumes=["application/json"]))
    assert oas30.routes[0].models == swagger.routes[0].models == (("application/json", "Pet"),)


def test_routes_of_an_http_api() -> None:
    found = from_routes(
        [
            {"RouteKey": "GET /pets", "Target": "integrations/i1", "AuthorizationType": "JWT", "AuthorizerId": "j1",
             "AuthorizationScopes": ["b", "a"], "ApiKeyRequired": False},
            {"RouteKey": "$default", "Target": "integrations/gone"},
        ],
        integrations=[{"IntegrationId": "i1", "IntegrationType": "AWS_PROXY", "IntegrationUri": LAMBDA, "PayloadFormatVersion": "2.0"}],
        authorizers=[{"AuthorizerId": "j1", "Name": "login"}],
        api=v2_api(),
    )  # fmt: skip
    default, pets = found.routes
    assert (default.key, default.integration) == ("$default", None)
    assert (pets.authorization, pets.authorizer, pets.scopes) == ("JWT", "login", ("a", "b"))
    assert pets.integration is not None and pets.integration.timeout_ms == 30_000


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("GET /pets/{id}", ("GET", "/pets/{id}")),
        ("ANY /{proxy+}", ("ANY", "/{proxy+}")),
        ("$default", ("", "$default")),
        ("$connect", ("", "$connect")),
        ("send message", ("", "send message")),
    ],
)
def test_route_keys(key: str, expected: tuple[str, str]) -> None:
    assert split_key(key) == expected


def test_the_little_that_a_summary_tells() -> None:
    summary = from_summary(
        {"apiSummary": {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": True}}}}
    )
    assert summary.routes == (Route("/pets", "GET", api_key_required=True),)
    found = compare(summary, from_resources(resources()))
    assert [(entry.name, entry.before, entry.after) for entry in found.changed[0].fields] == [
        ("API key required", "yes", "no")
    ]
    assert found.parts == () and "not compared" in found.unknown[-1]


text = st.text(max_size=8)
pairs = st.lists(st.tuples(text, text), max_size=3).map(tuple)
integrations = st.builds(Integration, text, text, text, st.none() | st.integers(50, 29000), text, pairs)
routes = st.builds(
    Route, text, text, text, text, st.lists(text, max_size=2).map(tuple), st.booleans(), text, pairs,
    st.none() | integrations, pairs,
)  # fmt: skip
definitions = st.builds(
    Definition,
    st.sampled_from(["resources", "export", "routes", "summary"]),
    st.lists(routes, max_size=4, unique_by=lambda route: route.key).map(core.ordered),
    st.dictionaries(text, st.dictionaries(text, text, max_size=2), max_size=2),
)


@given(definitions)
def test_a_definition_survives_our_database(definition: Definition) -> None:
    assert from_text(to_text(definition)) == definition
    assert compare(definition, from_text(to_text(definition))).same


@given(definitions, definitions)
def test_a_comparison_turned_round_is_the_same_comparison(one: Definition, two: Definition) -> None:
    there, back = compare(one, two), compare(two, one)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert {change.key for change in there.changed} == {change.key for change in back.changed}
    assert there.same == back.same


def test_facts_name_everything_that_acts() -> None:
    names = set(facts(from_resources(resources()).routes[0]))
    assert {"authorization", "integration target", "integration responses"} <= names


@pytest.mark.parametrize("case", ["TEST_IMPORT_PETSTORE_SWAGGER", "TEST_IMPORT_PETS"])
def test_recorded_exports_of_both_kinds_say_the_same(samples: Path, case: str) -> None:
    recorded = json.loads((samples / "recorded" / "test_apigateway_extended.snapshot.json").read_text())
    exports = {
        kind: next(
            value["recorded-content"]["get-export-with-extensions"]["body"]
            for name, value in recorded.items()
            if f"test_export_{kind}_openapi[{case}]" in name
        )
        for kind in ("swagger", "oas30")
    }
    one, two = from_export(exports["swagger"]), from_export(exports["oas30"])
    assert len(one.routes) >= 2
    assert [route.key for route in one.routes] == [route.key for route in two.routes]
    assert [route.integration for route in one.routes] == [route.integration for route in two.routes]
    assert [route.models for route in one.routes] == [route.models for route in two.routes]


def test_every_sample_definition_can_be_read(samples: Path) -> None:
    read = 0
    for path in sorted((samples / "openapi" / "localstack").iterdir()) + sorted(
        (samples / "openapi" / "portal").iterdir()
    ):
        try:
            document = yaml.safe_load(path.read_text())
        except yaml.YAMLError:
            continue  # a CloudFormation template with tags of its own is no definition
        if isinstance(document, dict) and "paths" in document:
            found = from_export(document)
            assert from_text(to_text(found)) == found, path.name
            read += bool(found.routes)
    assert read >= 15
