"""Real requests to stages of REST APIs: what they serve, their integrations, the gateway's own answers."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.localaws.gateway.shop import deploy, shop
from tests.localaws.gateway.support import (
    Got,
    call,
    lines,
    log_to,
    method,
    mock,
    new_api,
    path,
    resource,
    total,
)
from tests.localaws.support import http


def test_it_works(localaws: str, apigw: Any, backend: str) -> None:
    got = call(localaws, path(shop(apigw, backend), "prod", "/pets/a%20b?x=1"))
    assert got.json == {"id": "a b", "colour": "red", "canary": "false"}
    assert (got.headers["x-id"], got.headers["x-amzn-remapped-date"]) == ("seven", "x")
    assert {"x-amzn-requestid", "x-amz-apigw-id"} <= got.headers.keys()


def test_a_stage_serves_its_deployment_not_the_working_copy(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    before = apigw.get_stage(restApiId=api, stageName="prod")["deploymentId"]
    method(apigw, api, "/new", "GET", mock())
    new = path(api, "prod", "/new")
    assert call(localaws, new).json == {"message": "Missing Authentication Token"}
    deploy(apigw, api, "prod")
    assert call(localaws, new).status == 200
    back = [{"op": "replace", "path": "/deploymentId", "value": before}]
    apigw.update_stage(restApiId=api, stageName="prod", patchOperations=back)
    missing = call(localaws, new)
    assert missing.status == 403
    assert missing.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_a_canary_takes_its_share(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    pet = path(api, "prod", "/pets/1")
    canary = {"percentTraffic": 100.0, "stageVariableOverrides": {"colour": "yellow"}}
    apigw.create_deployment(restApiId=api, stageName="prod", canarySettings=canary)
    assert call(localaws, pet).json == {"id": "1", "colour": "yellow", "canary": "true"}
    none = [{"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"}]
    apigw.update_stage(restApiId=api, stageName="prod", patchOperations=none)
    assert call(localaws, pet).json == {"id": "1", "colour": "red", "canary": "false"}


def test_a_proxy_passes_everything_on(localaws: str, apigw: Any, backend: str, cloudwatch: Any) -> None:
    name = f"shop-{uuid.uuid4().hex[:6]}"
    api = shop(apigw, backend, name)
    where = path(api, "prod", "/files/a%20b/c?x=1&x=2")
    got = call(localaws, where, "PUT", b"text", X_Mine="1", Expect="nothing")
    asked = got.json
    assert (asked["method"], asked["path"], asked["body"]) == ("PUT", "/store/a%20b/c?x=1&x=2", "text")
    assert asked["headers"]["x-mine"] == "1"
    assert asked["headers"]["x-stage"] == "prod"
    assert asked["headers"]["x-amzn-apigateway-api-id"] == api
    assert "expect" not in asked["headers"]
    assert got.headers["x-backend"] == "yes"
    assert "x-amzn-remapped-server" in got.headers
    assert total(cloudwatch, "IntegrationLatency", "SampleCount", ApiName=name, Stage="prod") == 1


def test_http_maps_both_ways(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    got = call(localaws, path(api, "prod", "/orders"), "POST", b'{"pet": {"id": 1}}', X_Mine="1")
    assert json.loads(got.json["said"]) == {"wanted": {"id": 1}}
    assert got.headers["x-from"] == "yes"


@pytest.mark.parametrize(
    ("place", "timeout", "status", "message", "kind"),
    [
        ("/slow", 100, 504, "Endpoint request timed out", "INTEGRATION_TIMEOUT"),
        ("/break", 1000, 504, "Network error communicating with endpoint", "INTEGRATION_FAILURE"),
        (
            "http://127.0.0.1:1/",
            1000,
            504,
            "Network error communicating with endpoint",
            "INTEGRATION_FAILURE",
        ),
        ("http://example.com/", 1000, 500, "Internal server error", "API_CONFIGURATION_ERROR"),
        ("http://127.0.0.1.example.com/", 1000, 500, "Internal server error", "API_CONFIGURATION_ERROR"),
        ("http://169.254.169.254/latest/", 1000, 500, "Internal server error", "API_CONFIGURATION_ERROR"),
        ("/{unmapped}", 1000, 500, "Internal server error", "API_CONFIGURATION_ERROR"),
    ],
)
def test_a_target_that_fails(
    localaws: str, apigw: Any, backend: str, logs: Any,
    place: str, timeout: int, status: int, message: str, kind: str,
) -> None:  # fmt: skip
    api, group = new_api(apigw), f"access-{uuid.uuid4().hex[:6]}"
    uri = place if place.startswith("http") else backend + place
    method(
        apigw,
        api,
        "/x",
        "GET",
        {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri, "timeoutInMillis": timeout},
    )
    deploy(apigw, api, "prod")
    log_to(apigw, api, "prod", group)
    got = call(localaws, path(api, "prod", "/x"))
    assert (got.status, got.json) == (status, {"message": message})
    assert lines(logs, group)[0]["type"] == kind


def test_a_targets_status_is_passed_or_selected(
    localaws: str, apigw: Any, backend: str, cloudwatch: Any
) -> None:
    api = new_api(apigw, name := f"api-{uuid.uuid4().hex[:6]}")
    for where, kind in (("/proxy", "HTTP_PROXY"), ("/plain", "HTTP")):
        method(
            apigw,
            api,
            where,
            "GET",
            {"type": kind, "integrationHttpMethod": "GET", "uri": f"{backend}/status/503"},
        )
    here = {"restApiId": api, "resourceId": resource(apigw, api, "/plain"), "httpMethod": "GET"}
    apigw.put_method_response(**here, statusCode="502")
    apigw.put_integration_response(**here, statusCode="502", selectionPattern="5\\d{2}")
    deploy(apigw, api, "prod")
    found = [call(localaws, path(api, "prod", where)).status for where in ("/proxy", "/plain")]
    assert found == [503, 502]
    assert total(cloudwatch, "5XXError", ApiName=name) == 2


def test_a_gateway_response_of_ones_own(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    apigw.put_gateway_response(
        restApiId=api,
        responseType="DEFAULT_4XX",
        responseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
        responseTemplates={
            "application/json": '{"error": $context.error.messageString, "why": "$context.error.responseType"}'
        },
    )
    apigw.put_gateway_response(restApiId=api, responseType="INVALID_API_KEY", statusCode="401")
    deploy(apigw, api, "prod")
    missing = call(localaws, path(api, "prod", "/nothing"))
    assert missing.json == {"error": "Missing Authentication Token", "why": "MISSING_AUTHENTICATION_TOKEN"}
    assert missing.headers["access-control-allow-origin"] == "*"
    assert call(localaws, path(api, "prod", "/pets")).status == 401


def test_required_parameters(localaws: str, apigw: Any) -> None:
    api = new_api(apigw)
    validator = apigw.create_request_validator(restApiId=api, name="v", validateRequestParameters=True)["id"]
    wanted = {
        "method.request.header.x-a": True,
        "method.request.querystring.q": True,
        "method.request.header.x-b": False,
    }
    method(apigw, api, "/x", "GET", mock(), requestValidatorId=validator, requestParameters=wanted)
    deploy(apigw, api, "prod")
    got = call(localaws, path(api, "prod", "/x"))
    assert (got.status, got.json) == (400, {"message": "Missing required request parameters: [x-a, q]"})
    assert call(localaws, path(api, "prod", "/x?q=1"), x_a="1").status == 200


@pytest.mark.parametrize(
    ("settings", "status", "message"),
    [
        ({"authorizationType": "AWS_IAM"}, 403, "Missing Authentication Token"),
        ({"authorizationType": "NONE"}, 200, None),
    ],
)
def test_authorization(
    localaws: str, apigw: Any, settings: dict[str, str], status: int, message: str | None
) -> None:
    api = new_api(apigw)
    method(apigw, api, "/x", "GET", mock(), **settings)
    deploy(apigw, api, "prod")
    got = call(localaws, path(api, "prod", "/x"))
    assert (got.status, got.json.get("message")) == (status, message)


def test_a_directive_in_a_template_is_an_error_not_a_wrong_answer(localaws: str, apigw: Any) -> None:
    api = new_api(apigw)
    method(apigw, api, "/x", "GET", mock("#macro(a)b#end"))
    deploy(apigw, api, "prod")
    got = call(localaws, path(api, "prod", "/x"))
    assert (got.status, got.json) == (500, {"message": "Internal server error"})


def test_detailed_metrics_only_when_they_are_on(
    localaws: str, apigw: Any, backend: str, cloudwatch: Any
) -> None:
    name = f"shop-{uuid.uuid4().hex[:6]}"
    api = shop(apigw, backend, name)
    place = {"ApiName": name, "Stage": "prod", "Resource": "/pets/{id}", "Method": "GET"}
    call(localaws, path(api, "prod", "/pets/1"))
    assert total(cloudwatch, "Count", **place) == 0
    on = [{"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"}]
    apigw.update_stage(restApiId=api, stageName="prod", patchOperations=on)
    call(localaws, path(api, "prod", "/pets/1"))
    assert total(cloudwatch, "Count", **place) == 1


def by_host(endpoint: str, api: str, where: str, **headers: str) -> Got:
    return call(endpoint, where, "GET", None, Host=f"{api}.execute-api.eu-central-1.localhost", **headers)


def test_the_host_names_the_api(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    assert by_host(localaws, api, "/prod/pets/1").json["id"] == "1"
    assert by_host(localaws, api, "/none/pets/1").json == {"message": "Forbidden"}
    assert by_host(localaws, "unknown", "/prod/pets/1").status == 403


def test_a_web_page_may_call_a_stage_and_nothing_else(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    got = call(
        localaws,
        path(api, "prod", "/pets/1"),
        Origin="https://a.example",
        Sec_Fetch_Site="cross-site",
    )
    assert got.status == 200
    status, text = http(f"{localaws}/", Origin="https://a.example")
    assert (status, "not web pages" in text) == (403, True)


@pytest.mark.parametrize(
    "where", ["/", "", "/none", "/prod/../../_local/health", "/%00/%FF", "/prod/" + "x" * 5000]
)
def test_odd_paths_are_refused_as_aws_does(localaws: str, apigw: Any, backend: str, where: str) -> None:
    api = shop(apigw, backend)
    got = call(localaws, f"/_aws/execute-api/{api}{where}")
    assert (got.status, list(got.json)) == (403, ["message"])


def test_slow_targets_do_not_hold_up_others(localaws: str, apigw: Any, backend: str) -> None:
    api = shop(apigw, backend)
    method(
        apigw,
        api,
        "/slow",
        "GET",
        {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": f"{backend}/slow"},
    )
    deploy(apigw, api, "prod")
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(call, localaws, path(api, "prod", "/slow")) for _ in range(8)]
        while not all(each.running() or each.done() for each in waiting):
            time.sleep(0.01)
        assert call(localaws, path(api, "prod", "/pets/1")).status == 200
        quick = time.monotonic() - began
        assert [each.result().status for each in waiting] == [200] * 8
    assert quick < 1 <= time.monotonic() - began < 4
