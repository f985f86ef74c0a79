"""Real requests to stages of HTTP APIs."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

import pytest

from tests.localaws.gateway.support import FORMAT, call, lines, path, total
from tests.localaws.gateway.tokens import issuer, new_key, token


def api_with(http_apis: Any, routes: dict[str, dict[str, Any]], stage: str = "$default", **api: Any) -> str:
    """An HTTP API whose routes call ``uri``s; a stage that deploys itself."""
    made = http_apis.create_api(Name=f"api-{uuid.uuid4().hex[:8]}", ProtocolType="HTTP", **api)["ApiId"]
    for key, route in routes.items():
        integration = {
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "ANY",
            "PayloadFormatVersion": "1.0",
        }
        integration |= {name: value for name, value in route.items() if name[0].isupper()}
        target = http_apis.create_integration(ApiId=made, **integration)["IntegrationId"]
        http_apis.create_route(
            ApiId=made, RouteKey=key, Target=f"integrations/{target}", **route.get("route", {})
        )
    http_apis.create_stage(ApiId=made, StageName=stage, AutoDeploy=True)
    return str(made)


def test_it_works(localaws: str, http_apis: Any, backend: str, cloudwatch: Any, logs: Any) -> None:
    api = api_with(
        http_apis,
        {
            "GET /pets/{id}": {"IntegrationUri": f"{backend}/store/{{id}}"},
            "$default": {"IntegrationUri": backend},
        },
    )
    group = f"access-{uuid.uuid4().hex[:6]}"
    settings = {
        "DestinationArn": f"arn:aws:logs:eu-central-1:000000000000:log-group:{group}",
        "Format": FORMAT,
    }
    http_apis.update_stage(ApiId=api, StageName="$default", AccessLogSettings=settings)
    got = call(localaws, path(api, quote("$default"), "/pets/7?x=1"), X_Mine="1")
    assert (got.status, got.json["path"], got.json["headers"]["x-mine"]) == (200, "/store/7?x=1", "1")
    assert got.headers["x-amzn-requestid"] == got.headers["apigw-requestid"]
    short = call(localaws, f"/_aws/execute-api/{api}/pets/7", "POST", b"x")
    assert (short.json["method"], short.json["path"]) == ("POST", "/")
    assert total(cloudwatch, "Count", "SampleCount", ApiId=api) == 2
    assert total(cloudwatch, "4xx", ApiId=api, Stage="$default") == 0
    assert total(cloudwatch, "IntegrationLatency", "SampleCount", ApiId=api, Stage="$default") == 2
    assert total(cloudwatch, "DataProcessed", ApiId=api) > 100
    written = lines(logs, group)
    assert [each["route"] for each in written] == ["GET /pets/{id}", "$default"]
    assert [each["backend"] for each in written] == ["200", "200"]
    assert written[0]["key"] == "-"


def test_routes_that_are_not_there(localaws: str, http_apis: Any, backend: str) -> None:
    api = api_with(http_apis, {"GET /pets": {"IntegrationUri": backend}}, stage="v1")
    assert call(localaws, path(api, "v1", "/pets")).status == 200
    for where in ("/v1/other", "/pets", "/v2/pets"):
        got = call(localaws, f"/_aws/execute-api/{api}{where}")
        assert (got.status, got.json) == (404, {"message": "Not Found"})
    assert call(localaws, path(api, "v1", "/pets"), "DELETE").status == 404


def test_throttles_of_a_stage_and_a_route(
    localaws: str, http_apis: Any, backend: str, cloudwatch: Any
) -> None:
    api = api_with(http_apis, {key: {"IntegrationUri": backend} for key in ("GET /a", "GET /b")}, stage="v1")
    limits = {"ThrottlingRateLimit": 0.01, "ThrottlingBurstLimit": 2}
    http_apis.update_stage(
        ApiId=api,
        StageName="v1",
        DefaultRouteSettings=limits,
        RouteSettings={"GET /b": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}},
    )
    a, b = (path(api, "v1", where) for where in ("/a", "/b"))
    assert [call(localaws, a).status for _ in range(3)] == [200, 200, 429]
    got = call(localaws, b)
    assert (got.status, got.json) == (429, {"message": "Too Many Requests"})
    assert total(cloudwatch, "4xx", ApiId=api, Stage="v1") == 2
    http_apis.delete_route_settings(ApiId=api, StageName="v1", RouteKey="GET /b")
    assert call(localaws, b).status == 200


def test_mappings(localaws: str, http_apis: Any, backend: str) -> None:
    changes = {
        "overwrite:path": "/new/$request.path.id",
        "append:header.x-stage": "$context.stage",
        "remove:querystring.x": "''",
        "overwrite:header.x-mine": "$request.querystring.x",
    }
    answers = {"200": {"overwrite:statuscode": "202", "append:header.x-more": "$response.header.x-backend"}}
    route = {"IntegrationUri": backend, "RequestParameters": changes, "ResponseParameters": answers}
    api = api_with(http_apis, {"ANY /pets/{id}": route}, stage="v1")
    got = call(localaws, path(api, "v1", "/pets/7?x=1&y=2"), X_Mine="0")
    asked = got.json
    assert (got.status, got.headers["x-more"], asked["path"]) == (202, "yes", "/new/7?y=2")
    assert (asked["headers"]["x-stage"], asked["headers"]["x-mine"]) == ("v1", "1")


@pytest.mark.parametrize(
    ("where", "timeout", "status", "message"),
    [
        ("/slow", 100, 504, "Gateway Timeout"),
        ("/break", 1000, 503, "Service Unavailable"),
        ("http://example.com", 1000, 500, "Internal Server Error"),
    ],
)
def test_a_target_that_fails(
    localaws: str, http_apis: Any, backend: str, where: str, timeout: int, status: int, message: str
) -> None:
    uri = where if where.startswith("http") else backend + where
    api = api_with(http_apis, {"$default": {"IntegrationUri": uri, "TimeoutInMillis": timeout}}, stage="v1")
    got = call(localaws, path(api, "v1", "/"))
    assert (got.status, got.json) == (status, {"message": message})


def test_a_jwt_authorizer(localaws: str, http_apis: Any, backend: str, logs: Any) -> None:
    key = new_key()
    with issuer(key) as here:
        api = api_with(http_apis, {"GET /open": {"IntegrationUri": backend}}, stage="v1")
        authorizer = http_apis.create_authorizer(
            ApiId=api,
            Name="jwt",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": here, "Audience": ["shop"]},
        )["AuthorizerId"]
        route = http_apis.get_routes(ApiId=api)["Items"][0]["RouteId"]
        http_apis.update_route(
            ApiId=api,
            RouteId=route,
            AuthorizationType="JWT",
            AuthorizerId=authorizer,
            AuthorizationScopes=["read"],
        )
        group = f"access-{uuid.uuid4().hex[:6]}"
        arn = f"arn:aws:logs:eu-central-1:000000000000:log-group:{group}"
        text = '{"sub":"$context.authorizer.claims.sub","why":"$context.authorizer.error","id":"$context.requestId"}'
        http_apis.update_stage(
            ApiId=api, StageName="v1", AccessLogSettings={"DestinationArn": arn, "Format": text}
        )
        opened = path(api, "v1", "/open")
        missing = call(localaws, opened)
        assert (missing.status, missing.json, missing.headers["www-authenticate"]) == (
            401,
            {"message": "Unauthorized"},
            "Bearer",
        )
        good = token(key, {"iss": here, "scope": "read write"})
        assert call(localaws, opened, Authorization=f"Bearer {good}").status == 200
        late = token(key, {"iss": here, "scope": "read", "exp": 1})
        refused = call(localaws, opened, Authorization=late)
        assert (refused.status, "expired" in refused.headers["www-authenticate"]) == (401, True)
        other = token(key, {"iss": here, "scope": "write"})
        assert call(localaws, opened, Authorization=other).status == 403
        assert call(localaws, opened, Authorization=token(new_key(), {"iss": here})).status == 401
    written = lines(logs, group)
    assert [each["sub"] for each in written] == ["-", "anna", "-", "anna", "-"]
    assert written[2]["why"] == "the token has expired"


def test_cors(localaws: str, http_apis: Any, backend: str) -> None:
    cors = {
        "AllowOrigins": ["https://a.example"],
        "AllowMethods": ["GET"],
        "AllowHeaders": ["x-a"],
        "MaxAge": 60,
    }
    api = api_with(http_apis, {"GET /pets": {"IntegrationUri": backend}}, stage="v1", CorsConfiguration=cors)
    pets = path(api, "v1", "/pets")
    asked = {"Origin": "https://a.example", "Access_Control_Request_Method": "GET"}
    preflight = call(localaws, pets, "OPTIONS", None, **asked)
    assert (preflight.status, preflight.text) == (204, "")
    assert preflight.headers["access-control-allow-methods"] == "GET"
    assert preflight.headers["access-control-max-age"] == "60"
    got = call(localaws, pets, Origin="https://a.example")
    assert (got.status, got.headers["access-control-allow-origin"]) == (200, "https://a.example")
    assert "access-control-allow-origin" not in call(localaws, pets, Origin="https://b.example").headers
    assert (
        "access-control-allow-origin"
        in call(localaws, path(api, "v1", "/no"), Origin="https://a.example").headers
    )


def test_detailed_metrics_only_when_they_are_on(
    localaws: str, http_apis: Any, backend: str, cloudwatch: Any
) -> None:
    api = api_with(http_apis, {"GET /pets": {"IntegrationUri": backend}}, stage="v1")
    place = {"ApiId": api, "Stage": "v1", "Resource": "/pets", "Method": "GET"}
    call(localaws, path(api, "v1", "/pets"))
    assert total(cloudwatch, "Count", **place) == 0
    http_apis.update_stage(ApiId=api, StageName="v1", DefaultRouteSettings={"DetailedMetricsEnabled": True})
    call(localaws, path(api, "v1", "/pets"))
    assert total(cloudwatch, "Count", **place) == 1


def test_a_stage_without_auto_deploy_serves_its_deployment(
    localaws: str, http_apis: Any, backend: str
) -> None:
    api = api_with(http_apis, {"GET /old": {"IntegrationUri": backend}}, stage="auto")
    deployment = http_apis.create_deployment(ApiId=api)["DeploymentId"]
    http_apis.create_stage(ApiId=api, StageName="manual", DeploymentId=deployment)
    target = http_apis.get_routes(ApiId=api)["Items"][0]["Target"]
    http_apis.create_route(ApiId=api, RouteKey="GET /new", Target=target)
    statuses = [call(localaws, path(api, stage, "/new")).status for stage in ("auto", "manual")]
    assert statuses == [200, 404]


def test_a_websocket_api_does_not_answer_plain_requests(localaws: str, http_apis: Any) -> None:
    api = http_apis.create_api(
        Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )["ApiId"]
    assert call(localaws, path(api, "v1", "")).status == 403
