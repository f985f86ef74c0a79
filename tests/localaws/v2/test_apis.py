"""APIs: create, quick create, read, page, change, delete, tags."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.localaws.server import running
from tests.localaws.support import client
from tests.localaws.v2.support import LAMBDA, api, plain, refused, route, socket


def test_it_works(v2: Any) -> None:
    answer = plain(v2.create_api(Name="shop", ProtocolType="HTTP", Description="Sells", Tags={"team": "ops"}))
    api_id, created = answer["ApiId"], answer.pop("CreatedDate")
    assert abs(created - datetime.now(UTC)) < timedelta(minutes=1)
    assert answer == {
        "ApiEndpoint": f"https://{api_id}.execute-api.eu-central-1.amazonaws.com",
        "ApiId": api_id,
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "Description": "Sells",
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
        "Name": "shop",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
        "Tags": {"team": "ops"},
    }
    assert plain(v2.get_api(ApiId=api_id)) == answer | {"CreatedDate": created}
    v2.delete_api(ApiId=api_id)
    refused(
        v2.get_api,
        "NotFoundException",
        f"Invalid API identifier specified 000000000000:{api_id}",
        ApiId=api_id,
    )


def test_a_websocket_api(v2: Any) -> None:
    answer = v2.get_api(ApiId=socket(v2))
    assert answer["ApiEndpoint"].startswith("wss://")
    assert answer["RouteSelectionExpression"] == "$request.body.action"


@pytest.mark.parametrize(
    ("target", "kind", "method", "version"),
    [
        ("https://example.com", "HTTP_PROXY", "ANY", "1.0"),
        (LAMBDA, "AWS_PROXY", "POST", "2.0"),
    ],
)
def test_quick_create(v2: Any, target: str, kind: str, method: str, version: str) -> None:
    api_id = api(v2, "quick", Target=target)
    (made,) = v2.get_integrations(ApiId=api_id)["Items"]
    assert (made["IntegrationType"], made["IntegrationMethod"]) == (kind, method)
    assert (made["IntegrationUri"], made["PayloadFormatVersion"]) == (target, version)
    (its_route,) = v2.get_routes(ApiId=api_id)["Items"]
    assert its_route["RouteKey"] == "$default"
    assert its_route["Target"] == f"integrations/{made['IntegrationId']}"
    (stage,) = v2.get_stages(ApiId=api_id)["Items"]
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert stage["DeploymentId"] == v2.get_deployments(ApiId=api_id)["Items"][0]["DeploymentId"]
    assert all(part["ApiGatewayManaged"] for part in (made, its_route, stage))


def test_what_was_made_quickly_changes_through_the_api(v2: Any) -> None:
    api_id = api(v2, "quick", Target="https://example.com", RouteKey="GET /a")
    before = v2.get_stage(ApiId=api_id, StageName="$default")["DeploymentId"]
    v2.update_api(ApiId=api_id, Target="https://example.org", RouteKey="GET /b")
    assert v2.get_integrations(ApiId=api_id)["Items"][0]["IntegrationUri"] == "https://example.org"
    assert v2.get_routes(ApiId=api_id)["Items"][0]["RouteKey"] == "GET /b"
    assert v2.get_stage(ApiId=api_id, StageName="$default")["DeploymentId"] != before
    refused(v2.update_api, "BadRequestException", "quick create", ApiId=api(v2), Target="https://a.b")


def test_apis_page() -> None:
    with running() as address:
        here = client(address, "apigatewayv2")
        names = [f"api-{number:02}" for number in range(30)]
        for name in names:
            api(here, name)
        pages = list(here.get_paginator("get_apis").paginate(PaginationConfig={"PageSize": 12}))
        assert [len(page["Items"]) for page in pages] == [12, 12, 6]
        assert [each["Name"] for page in pages for each in page["Items"]] == names
        assert client(address, "apigatewayv2", "us-east-1").get_apis()["Items"] == []
        refused(here.get_apis, "BadRequestException", "position", NextToken="nonsense")
        refused(here.get_apis, "BadRequestException", "maxResults", MaxResults="many")


def test_an_update_replaces_what_it_names_and_keeps_the_rest(v2: Any) -> None:
    api_id = api(v2, "old", Description="stays")
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 60}
    answer = v2.update_api(ApiId=api_id, Name="new", Version="2", CorsConfiguration=cors)
    assert (answer["Name"], answer["Description"], answer["Version"]) == ("new", "stays", "2")
    assert v2.get_api(ApiId=api_id)["CorsConfiguration"] == cors
    v2.delete_cors_configuration(ApiId=api_id)
    assert "CorsConfiguration" not in v2.get_api(ApiId=api_id)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ProtocolType": "REST"}, "Must be one of [HTTP, WEBSOCKET]"),
        ({"ProtocolType": "WEBSOCKET"}, "RouteSelectionExpression"),
        (
            {"ProtocolType": "HTTP", "RouteSelectionExpression": "$request.body.x"},
            "route selection expression",
        ),
        ({"ProtocolType": "HTTP", "Name": ""}, "Name"),
        ({"ProtocolType": "HTTP", "Name": "n" * 129}, "Name"),
        ({"ProtocolType": "HTTP", "Target": "nothing"}, "target"),
        ({"ProtocolType": "HTTP", "Target": "https://a.b", "RouteKey": "pets"}, "route key"),
        ({"ProtocolType": "HTTP", "RouteKey": "GET /a"}, "Target"),
        ({"ProtocolType": "HTTP", "CorsConfiguration": {"AllowMethods": ["BREW"]}}, "AllowMethods"),
        ({"ProtocolType": "HTTP", "CorsConfiguration": {"MaxAge": 90_000}}, "MaxAge"),
        (
            {"ProtocolType": "HTTP", "CorsConfiguration": {"AllowCredentials": True, "AllowOrigins": ["*"]}},
            "AllowOrigins",
        ),
        (
            {
                "ProtocolType": "WEBSOCKET",
                "RouteSelectionExpression": "$request.body.a",
                "CorsConfiguration": {"AllowMethods": ["GET"]},
            },
            "CORS",
        ),
        ({"ProtocolType": "HTTP", "IpAddressType": "ipv6"}, "ipAddressType"),
        ({"ProtocolType": "HTTP", "Tags": {"aws:mine": "x"}}, "aws:"),
    ],
)
def test_a_wrong_api_is_refused_and_leaves_nothing(v2: Any, values: dict, words: str) -> None:
    before = len(v2.get_apis(MaxResults="500")["Items"])
    refused(v2.create_api, "BadRequestException", words, **({"Name": "n"} | values))
    assert len(v2.get_apis(MaxResults="500")["Items"]) == before


def test_tags_of_apis_and_stages(v2: Any) -> None:
    api_id = api(v2, "tagged")
    v2.create_stage(ApiId=api_id, StageName="prod", Tags={"tier": "gold"})
    arn = f"arn:aws:apigateway:eu-central-1::/apis/{api_id}"
    v2.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    v2.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert v2.get_tags(ResourceArn=arn)["Tags"] == v2.get_api(ApiId=api_id)["Tags"] == {"b": "2"}
    v2.tag_resource(ResourceArn=f"{arn}/stages/prod", Tags={"more": "x"})
    assert v2.get_stage(ApiId=api_id, StageName="prod")["Tags"] == {"tier": "gold", "more": "x"}
    refused(v2.get_tags, "NotFoundException", "resource", ResourceArn=arn + "x")
    refused(v2.get_tags, "BadRequestException", "ARN", ResourceArn="arn:aws:s3:::bucket")
    many = {str(number): "" for number in range(51)}
    refused(v2.tag_resource, "BadRequestException", "50", ResourceArn=arn, Tags=many)


def test_a_rest_api_is_not_one_of_these(v2: Any) -> None:
    rest = client(v2.meta.endpoint_url, "apigateway")
    api_id = rest.create_rest_api(name="rest")["id"]
    refused(v2.get_api, "NotFoundException", "Invalid API identifier", ApiId=api_id)
    assert api(v2) not in {each["id"] for each in rest.get_rest_apis(limit=500)["items"]}


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    with running(state_dir=tmp_path) as address:
        here = client(address, "apigatewayv2")
        api_id = api(here)
        route(here, api_id)
        here.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        before = [plain(here.get_stages(ApiId=api_id)), plain(here.get_routes(ApiId=api_id))]
    with running(state_dir=tmp_path) as address:
        here = client(address, "apigatewayv2")
        assert [plain(here.get_stages(ApiId=api_id)), plain(here.get_routes(ApiId=api_id))] == before
        assert plain(here.get_deployments(ApiId=api_id))["Items"][0]["DeploymentStatus"] == "DEPLOYED"
