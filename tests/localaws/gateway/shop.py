"""A small REST API with every kind of integration, and changes of its stage."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.localaws.gateway.support import (
    method,
    mock,
    new_api,
)


def shop(apigw: Any, backend: str, name: str = "") -> str:
    """An API: GET /pets (mock, key required), GET /pets/{id} (mock), ANY /files/{path+} (HTTP_PROXY), POST /orders (HTTP)."""
    api = new_api(apigw, name)
    method(apigw, api, "/pets", "GET", mock('{"pets": [], "stage": "$context.stage"}'), apiKeyRequired=True)
    text = '{"id": "$input.params(\'id\')", "colour": "$stageVariables.colour", "canary": "$context.isCanaryRequest"}'
    method(apigw, api, "/pets/{id}", "GET", mock(text, headers={"X-Id": "'seven'", "Date": "'x'"}))
    proxy = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "ANY",
        "uri": "http://${stageVariables.host}/store/{path}",
        "requestParameters": {
            "integration.request.path.path": "method.request.path.path",
            "integration.request.header.X-Stage": "context.stage",
        },
    }
    given = {"method.request.path.path": True}
    method(apigw, api, "/files/{path+}", "ANY", proxy, requestParameters=given)
    plain = {
        "type": "HTTP",
        "integrationHttpMethod": "POST",
        "uri": f"{backend}/orders",
        "requestTemplates": {"application/json": "{\"wanted\": $input.json('$.pet')}"},
        "templates": {"application/json": "{\"said\": $input.json('$.body')}"},
        "headers": {"X-From": "integration.response.header.X-Backend"},
    }
    method(apigw, api, "/orders", "POST", plain)
    deploy(apigw, api, "prod", colour="red", host=urlsplit(backend).netloc)
    return api


def deploy(apigw: Any, api: str, stage: str, **variables: str) -> str:
    more = {"variables": variables} if variables else {}
    return str(apigw.create_deployment(restApiId=api, stageName=stage, **more)["id"])


def throttle(apigw: Any, api: str, rate: float, burst: int, key: str = "/*/*") -> None:
    apigw.update_stage(
        restApiId=api,
        stageName="prod",
        patchOperations=[
            {"op": "replace", "path": f"{key}/throttling/rateLimit", "value": str(rate)},
            {"op": "replace", "path": f"{key}/throttling/burstLimit", "value": str(burst)},
        ],
    )
