"""A definition of ours from its import to what its calls leave behind: keys, limits, an authorizer, validators, CORS."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.localaws.functions.support import function, uri
from tests.localaws.gateway.support import Got, call, lines, log_to, path, plan_and_key, total
from tests.localaws.support import client

DEFINITION = Path(__file__).parent / "definitions" / "orders.yaml"
AUTHORIZER = """
def handler(event, context):
    token = event["authorizationToken"]
    if token == "nobody":
        raise Exception("Unauthorized")
    return {
        "principalId": token,
        "policyDocument": {"Version": "2012-10-17", "Statement": [{
            "Action": "execute-api:Invoke",
            "Effect": "Deny" if token == "denied" else "Allow",
            "Resource": event["methodArn"].split("/")[0] + "/*",
        }]},
        "context": {"team": "blue"},
    }
"""
SHOP = "https://shop.example"


@dataclass(frozen=True)
class Orders:
    """The deployed API, its plan, its key, and where it logs."""

    endpoint: str
    name: str
    api: str
    plan: str
    key: str
    value: str
    group: str

    def call(self, where: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Got:
        """One request to the stage."""
        return call(self.endpoint, path(self.api, "prod", where), method, body, **headers)


@pytest.fixture
def orders(localaws: str, apigw: Any, backend: str) -> Orders:
    """Imported, deployed, logging, with a plan of five requests at once and forty a day."""
    name, group = f"orders-{uuid.uuid4().hex[:6]}", f"orders-{uuid.uuid4().hex[:6]}"
    arn = function(client(localaws, "lambda"), AUTHORIZER)[1]
    text = DEFINITION.read_text().replace("${name}", name).replace("${authorizer}", uri(arn))
    api = str(apigw.import_rest_api(body=text.encode(), failOnWarnings=True)["id"])
    variables = {"backend": urlsplit(backend).netloc}
    apigw.create_deployment(restApiId=api, stageName="prod", variables=variables)
    log_to(apigw, api, "prod", group)
    limits = {
        "throttle": {"rateLimit": 0.01, "burstLimit": 5},
        "quota": {"limit": 40, "period": "DAY"},
    }
    plan, key, value = plan_and_key(apigw, api, "prod", **limits)
    return Orders(localaws, name, api, plan, key, value, group)


def test_it_works(orders: Orders, apigw: Any, cloudwatch: Any, logs: Any) -> None:
    """Seven calls with a key whose plan takes five: the 429, the usage, the metrics and the lines."""
    got = [
        orders.call("/orders?page=2", authorization="ada", x_api_key=orders.value, origin=SHOP)
        for _ in range(7)
    ]
    assert [each.status for each in got] == [200] * 5 + [429] * 2
    assert got[0].json == {"page": "2", "caller": "ada", "of": "blue", "orders": [1, 2, 3]}
    assert got[0].headers["access-control-allow-origin"] == SHOP
    request = got[6].headers["x-amzn-requestid"]
    assert got[6].json == {"error": "Too Many Requests", "request": request}
    assert got[6].headers["retry-after"] == "1"
    assert got[6].headers["x-amzn-errortype"] == "TooManyRequestsException"
    today = datetime.now(UTC).date().isoformat()
    usage = apigw.get_usage(usagePlanId=orders.plan, startDate=today, endDate=today)
    assert usage["items"] == {orders.key: [[5, 35]]}
    assert total(cloudwatch, "Count", "SampleCount", ApiName=orders.name, Stage="prod") == 7
    assert total(cloudwatch, "4XXError", ApiName=orders.name, Stage="prod") == 2
    written = lines(logs, orders.group)
    assert [each["status"] for each in written] == ["200"] * 5 + ["429"] * 2
    assert (written[6]["type"], written[6]["key"], written[6]["id"]) == ("THROTTLED", orders.key, request)
    assert orders.value not in json.dumps(written)


def test_an_order_reaches_the_backend(orders: Orders) -> None:
    body = b'{"items": [{"name": "tea", "count": 2}]}'
    got = orders.call(
        "/orders", "POST", body, authorization="ada", x_api_key=orders.value, content_type="application/json"
    )
    assert got.status == 201
    assert json.loads(got.json["body"]) == {"taken": [{"name": "tea", "count": 2}], "by": "ada"}
    proxied = orders.call("/files/a/b?x=1", "PUT", b"data", x_api_key=orders.value)
    assert (proxied.json["method"], proxied.json["path"]) == ("PUT", "/files/a/b?x=1")
    assert proxied.json["body"] == "data"


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"x_api_key": "K"}, 401, "UnauthorizedException"),
        ({"authorization": "nobody", "x_api_key": "K"}, 401, "UnauthorizedException"),
        ({"authorization": "denied", "x_api_key": "K"}, 403, "AccessDeniedException"),
        ({"authorization": "ada"}, 403, "ForbiddenException"),
        ({"authorization": "ada", "x_api_key": "another-key-another-key"}, 403, "ForbiddenException"),
    ],
)
def test_who_may_not_call(orders: Orders, headers: dict[str, str], status: int, kind: str) -> None:
    sent = {name: orders.value if value == "K" else value for name, value in headers.items()}
    got = orders.call("/orders?page=1", "GET", None, **sent)
    assert (got.status, got.headers["x-amzn-errortype"]) == (status, kind)
    assert got.headers["access-control-allow-origin"] == SHOP


@pytest.mark.parametrize(
    ("method", "where", "body", "message"),
    [
        ("GET", "/orders", None, "Missing required request parameters: [page]"),
        ("POST", "/orders", b"{}", "Invalid request body"),
        ("POST", "/orders", b'{"items": [{"count": 1}]}', "Invalid request body"),
        ("POST", "/orders", b'{"items": [{"name": "tea", "count": "two"}]}', "Invalid request body"),
        ("POST", "/orders", b"no json", "Invalid request body"),
        ("POST", "/orders", None, "Invalid request body"),
    ],
)
def test_what_does_not_fit_is_refused(
    orders: Orders, method: str, where: str, body: bytes | None, message: str
) -> None:
    got = orders.call(where, method, body, authorization="ada", x_api_key=orders.value)
    assert (got.status, got.json) == (400, {"message": message})


def test_a_page_may_ask_first(orders: Orders) -> None:
    got = orders.call("/orders", "OPTIONS", origin=SHOP, access_control_request_method="POST")
    assert (got.status, got.headers["access-control-allow-methods"]) == (200, "GET,POST")
    assert got.headers["access-control-allow-origin"] == SHOP
