"""Export and import of HTTP APIs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.localaws.v2.support import api, integration, jwt, plain, refused, route, socket


def filled(v2: Any) -> str:
    api_id = api(
        v2,
        "whole",
        Description="All of it",
        Version="3",
        Tags={"team": "ops"},
        CorsConfiguration={"AllowOrigins": ["https://a.example"], "MaxAge": 5},
    )
    target = f"integrations/{integration(v2, api_id, TimeoutInMillis=7000)}"
    authorizer = {
        "AuthorizationType": "JWT",
        "AuthorizerId": jwt(v2, api_id),
        "AuthorizationScopes": ["read"],
    }
    route(v2, api_id, "GET /pets/{id}", Target=target, OperationName="getPet", **authorizer)
    route(v2, api_id, "ANY /files/{proxy+}", Target=target, AuthorizationType="AWS_IAM")
    route(v2, api_id, "$default", Target=target)
    return api_id


def export(v2: Any, api_id: str, kind: str = "JSON", **more: Any) -> Any:
    body = v2.export_api(ApiId=api_id, Specification="OAS30", OutputType=kind, **more)["body"].read()
    return json.loads(body) if kind == "JSON" else yaml.safe_load(body)


def parts(v2: Any, api_id: str) -> Any:
    """What an API holds, without ids."""
    made = {each["IntegrationId"]: each for each in v2.get_integrations(ApiId=api_id)["Items"]}
    names = {each["AuthorizerId"]: each["Name"] for each in v2.get_authorizers(ApiId=api_id)["Items"]}
    routes = {}
    for each in v2.get_routes(ApiId=api_id)["Items"]:
        its = dict(made[each.pop("Target").removeprefix("integrations/")])
        del its["IntegrationId"], each["RouteId"]
        each["AuthorizerId"] = names.get(each.get("AuthorizerId", ""))
        routes[each["RouteKey"]] = (each, its)
    return routes


def test_it_works(v2: Any) -> None:
    """What is exported and imported is the same API again."""
    api_id = filled(v2)
    document = export(v2, api_id)
    assert document["openapi"] == "3.0.1"
    assert document["info"] == {"title": "whole", "version": "3", "description": "All of it"}
    assert sorted(document["paths"]) == ["/$default", "/files/{proxy+}", "/pets/{id}"]
    assert document["paths"]["/pets/{id}"]["get"]["security"] == [{"people": ["read"]}]
    again = v2.import_api(Body=json.dumps(document))
    assert (again["Name"], again["Version"], again["Tags"]) == ("whole", "3", {"team": "ops"})
    assert again["CorsConfiguration"] == {"AllowOrigins": ["https://a.example"], "MaxAge": 5}
    assert parts(v2, again["ApiId"]) == parts(v2, api_id)


def test_yaml_says_the_same(v2: Any) -> None:
    api_id = filled(v2)
    assert export(v2, api_id, "YAML") == export(v2, api_id)


def test_without_extensions(v2: Any) -> None:
    text = json.dumps(export(v2, filled(v2), IncludeExtensions=False))
    assert "x-amazon" not in text and "getPet" in text


def test_the_server_names_the_stage(v2: Any) -> None:
    api_id = filled(v2)
    v2.create_stage(ApiId=api_id, StageName="prod")
    refused(
        v2.export_api,
        "BadRequestException",
        "no deployment",
        ApiId=api_id,
        Specification="OAS30",
        OutputType="JSON",
        StageName="prod",
    )
    v2.create_deployment(ApiId=api_id, StageName="prod")
    (server,) = export(v2, api_id, StageName="prod")["servers"]
    assert server["variables"]["basePath"]["default"] == "prod"


def test_exports_that_cannot_be(v2: Any) -> None:
    api_id = api(v2)
    values = {"ApiId": api_id, "Specification": "OAS30", "OutputType": "JSON"}
    for change, code, words in (
        ({"Specification": "SWAGGER"}, "BadRequestException", "OAS30"),
        ({"OutputType": "XML"}, "BadRequestException", "outputType"),
        ({"ExportVersion": "2.0"}, "BadRequestException", "exportVersion"),
        ({"StageName": "none"}, "NotFoundException", "stage"),
        ({"ApiId": socket(v2)}, "BadRequestException", "WEBSOCKET"),
    ):
        refused(v2.export_api, code, words, **(values | change))


def document(**more: Any) -> dict[str, Any]:
    target = {
        "type": "http_proxy",
        "httpMethod": "GET",
        "uri": "https://example.com",
        "payloadFormatVersion": "1.0",
    }
    operation = {"x-amazon-apigateway-integration": target}
    return {
        "openapi": "3.0.1",
        "info": {"title": "imported", "version": "1"},
        "paths": {"/a": {"get": operation}},
    } | more


@pytest.mark.parametrize(
    ("basepath", "path"), [("ignore", "/a"), ("prepend", "/x/y/a"), ("split", "/y/a"), (None, "/a")]
)
def test_base_paths(v2: Any, basepath: str | None, path: str) -> None:
    body = json.dumps(document(servers=[{"url": "https://h.example/x/y"}]))
    more = {"Basepath": basepath} if basepath else {}
    api_id = v2.import_api(Body=body, **more)["ApiId"]
    assert [each["RouteKey"] for each in v2.get_routes(ApiId=api_id)["Items"]] == [f"GET {path}"]


def test_yaml_and_shared_integrations(v2: Any) -> None:
    shared = {"type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "https://example.com"}
    operation = {
        "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/one"}
    }
    body = document(
        components={"x-amazon-apigateway-integrations": {"one": shared}},
        paths={"/a": {"get": operation, "post": operation}},
    )
    api_id = v2.import_api(Body=yaml.safe_dump(body))["ApiId"]
    assert len(v2.get_integrations(ApiId=api_id)["Items"]) == 1
    assert len(v2.get_routes(ApiId=api_id)["Items"]) == 2


def test_a_route_without_integration_is_a_warning(v2: Any) -> None:
    body = json.dumps(document(paths={"/a": {"get": {}}}))
    assert v2.import_api(Body=body)["Warnings"] == ["No integration defined for route: GET /a"]
    refused(v2.import_api, "BadRequestException", "Warnings found", Body=body, FailOnWarnings=True)


def test_importing_again_replaces_and_redeploys(v2: Any) -> None:
    api_id = filled(v2)
    v2.create_stage(ApiId=api_id, StageName="live", AutoDeploy=True)
    before = plain(v2.get_api(ApiId=api_id))
    v2.reimport_api(ApiId=api_id, Body=json.dumps(document()))
    after = plain(v2.get_api(ApiId=api_id))
    assert [each["RouteKey"] for each in v2.get_routes(ApiId=api_id)["Items"]] == ["GET /a"]
    assert (after["Name"], after["ApiEndpoint"]) == ("imported", before["ApiEndpoint"])
    assert sorted(export(v2, api_id, StageName="live")["paths"]) == ["/a"]
    refused(v2.reimport_api, "BadRequestException", "OpenAPI", ApiId=api_id, Body="{")
    assert [each["RouteKey"] for each in v2.get_routes(ApiId=api_id)["Items"]] == ["GET /a"]


BAD_INTEGRATION = {"/a": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Body"),
        ("{", "OpenAPI"),
        ("a: [", "OpenAPI"),
        ("[]", "OpenAPI"),
        (json.dumps({"swagger": "2.0", "info": {"title": "t"}, "paths": {}}), "3.0"),
        (json.dumps(document(info={})), "title"),
        (json.dumps(document(paths={"a": {"get": {}}})), "route key"),
        (json.dumps(document(paths=BAD_INTEGRATION)), "GET /a"),
        (json.dumps(document(paths={"/a": {"$ref": "#/none"}})), "#/none"),
        (json.dumps(document(paths={"/a": {"$ref": "https://example.com/x"}})), "within the document"),
        (json.dumps(document(paths={"/a": 3})), "OpenAPI"),
        (json.dumps(document(**{"x-amazon-apigateway-cors": {"allowMethods": 3}})), "allowMethods"),
        (
            json.dumps(document(paths={"/a": {"get": {"x-amazon-apigateway-integration": {"type": 3}}}})),
            "integrationType",
        ),
    ],
)
def test_a_broken_document_is_refused_and_leaves_nothing(v2: Any, body: str, words: str) -> None:
    before = len(v2.get_apis(MaxResults="500")["Items"])
    refused(v2.import_api, "BadRequestException", words, Body=body)
    assert len(v2.get_apis(MaxResults="500")["Items"]) == before


@pytest.mark.parametrize(
    "value", [None, 3, "text", [], [3], {}, {"a": 3}, {"$ref": "#/a"}, [{"a": None}], True]
)
@pytest.mark.parametrize(
    "place", ["tags", "security", "components", "servers", "x-amazon-apigateway-cors", "paths"]
)
def test_no_shape_of_a_document_makes_the_service_fail(v2: Any, place: str, value: Any) -> None:
    try:
        answer = v2.import_api(Body=json.dumps(document(**{place: value})), Basepath="prepend")
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
    except v2.exceptions.BadRequestException as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    assert status in (201, 400)


def test_a_document_of_six_megabytes_and_more_is_refused(v2: Any) -> None:
    body = json.dumps(document(**{"x-filler": "x" * 6 * 1024 * 1024}))
    with pytest.raises(v2.exceptions.ClientError) as refusal:
        v2.import_api(Body=body)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
