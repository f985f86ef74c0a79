"""Short ways to parts of APIs, and to a refusal."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

LAMBDA = "arn:aws:lambda:eu-central-1:000000000000:function:f"
AUTHORIZER = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{LAMBDA}/invocations"


def api(v2: Any, name: str = "shop", **more: Any) -> str:
    """The id of a new HTTP API."""
    return str(v2.create_api(Name=name, ProtocolType="HTTP", **more)["ApiId"])


def socket(v2: Any, name: str = "chat") -> str:
    """The id of a new WebSocket API."""
    more = {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
    return str(v2.create_api(Name=name, **more)["ApiId"])


def integration(v2: Any, api_id: str, uri: str = "https://example.com/{proxy}", **more: Any) -> str:
    """The id of a new HTTP integration."""
    values = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "GET",
        "IntegrationUri": uri,
        "PayloadFormatVersion": "1.0",
    }
    return str(v2.create_integration(ApiId=api_id, **(values | more))["IntegrationId"])


def route(v2: Any, api_id: str, key: str = "GET /pets", **more: Any) -> str:
    """The id of a new route."""
    return str(v2.create_route(ApiId=api_id, RouteKey=key, **more)["RouteId"])


def jwt(v2: Any, api_id: str, name: str = "people") -> str:
    """The id of a new JWT authorizer."""
    answer = v2.create_authorizer(
        ApiId=api_id,
        Name=name,
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": ["shop"], "Issuer": "https://issuer.example"},
    )
    return str(answer["AuthorizerId"])


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what says nothing about the resource."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def refused(call: Any, code: str, words: str, **values: Any) -> None:
    """Check that a call is refused with this code and words, at the status that AWS gives it."""
    with pytest.raises(ClientError) as refusal:
        call(**values)
    response = refusal.value.response
    statuses = {"NotFoundException": 404, "BadRequestException": 400, "ConflictException": 409}
    assert response["Error"]["Code"] == code
    assert words in response["Error"]["Message"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == statuses[code]
