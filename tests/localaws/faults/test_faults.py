"""Faults on demand as clients meet them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from dashboard.localaws.layer import TOKEN_HEADER
from dashboard.localaws.server import running
from tests.localaws.support import client, http, simple_table

TOKEN = "token-of-this-test"
ITEMS = [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(10)]


@pytest.fixture(scope="module")
def started() -> Iterator[str]:
    with running(reset_token=TOKEN) as address:
        simple_table(client(address), "orders")
        yield address


@pytest.fixture
def endpoint(started: str) -> Iterator[str]:
    yield started
    asked(started, "DELETE")


def asked(
    endpoint: str, method: str, value: Any = None, path: str = "", token: str = TOKEN
) -> tuple[int, Any]:
    body = None if value is None else json.dumps(value).encode()
    status, text = http(f"{endpoint}/_local/faults{path}", method, body, **{TOKEN_HEADER: token})
    return status, json.loads(text)


def refused(call: Any, **given: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_it_works(endpoint: str) -> None:
    status, answer = asked(endpoint, "POST", {"kind": "throttled", "service": "dynamodb", "every": 2})
    assert status == 201
    dynamodb = client(endpoint)
    dynamodb.scan(TableName="orders")
    assert refused(dynamodb.scan, TableName="orders") == ("ProvisionedThroughputExceededException", 400)
    [rule] = asked(endpoint, "GET")[1]["rules"]
    assert (rule["id"], rule["met"], rule["hit"]) == (answer["rules"][0]["id"], 2, 1)
    assert asked(endpoint, "DELETE", path=f"/{rule['id']}") == (200, {"rules": []})
    for _ in range(2):
        dynamodb.scan(TableName="orders")


@pytest.mark.parametrize(
    ("service", "operation", "given", "kind", "code", "status"),
    [
        (
            "dynamodb",
            "get_item",
            {"TableName": "orders", "Key": {"pk": {"S": "a"}}},
            "500",
            "InternalServerError",
            500,
        ),
        ("dynamodb", "describe_table", {"TableName": "orders"}, "throttled", "ThrottlingException", 400),
        ("dynamodb", "list_tables", {}, "AccessDenied", "AccessDeniedException", 400),
        ("dynamodb", "list_tables", {}, "expired", "ExpiredTokenException", 400),
        ("apigateway", "get_rest_apis", {}, "throttled", "TooManyRequestsException", 429),
        ("apigateway", "get_rest_apis", {}, "AccessDenied", "AccessDeniedException", 403),
        ("apigateway", "get_rest_apis", {}, "expired", "ExpiredTokenException", 403),
        ("apigatewayv2", "get_apis", {}, "throttled", "TooManyRequestsException", 429),
        ("logs", "describe_log_groups", {}, "throttled", "ThrottlingException", 400),
        ("cloudwatch", "list_metrics", {}, "throttled", "Throttling", 400),
        ("sts", "get_caller_identity", {}, "expired", "ExpiredToken", 403),
        ("iam", "list_roles", {}, "AccessDenied", "AccessDenied", 403),
    ],
)
def test_the_error_is_the_services_own(
    endpoint: str, service: str, operation: str, given: dict, kind: str, code: str, status: int
) -> None:
    asked(endpoint, "POST", {"kind": kind})
    assert refused(getattr(client(endpoint, service), operation), **given) == (code, status)


def test_a_denial_names_the_action_and_the_table(endpoint: str) -> None:
    asked(endpoint, "POST", {"kind": "AccessDenied", "resource": "orders", "operation": "Scan"})
    dynamodb = client(endpoint)
    dynamodb.get_item(TableName="orders", Key={"pk": {"S": "a"}})
    with pytest.raises(
        ClientError, match=r"perform: dynamodb:Scan on resource: arn:aws:dynamodb:.*:table/orders"
    ):
        dynamodb.scan(TableName="orders")


def test_latency(endpoint: str) -> None:
    asked(endpoint, "POST", {"kind": "latency", "milliseconds": 300})
    began = time.monotonic()
    client(endpoint).list_tables()
    assert time.monotonic() - began >= 0.3


def test_a_dropped_connection(endpoint: str) -> None:
    asked(endpoint, "POST", {"kind": "drop", "operation": "Scan"})
    dynamodb = client(endpoint)
    with pytest.raises(HTTPClientError):
        dynamodb.scan(TableName="orders")
    dynamodb.list_tables()


@pytest.mark.parametrize(("share", "left"), [(0.2, 2), (1, 10)])
def test_a_share_of_a_batch_stays_unprocessed(endpoint: str, share: float, left: int) -> None:
    dynamodb = client(endpoint)
    for item in dynamodb.scan(TableName="orders")["Items"]:
        dynamodb.delete_item(TableName="orders", Key={"pk": item["pk"]})
    asked(endpoint, "POST", {"kind": "unprocessed", "share": share})
    answer = dynamodb.batch_write_item(RequestItems={"orders": ITEMS})
    assert answer["UnprocessedItems"].get("orders", []) == ITEMS[10 - left :]
    assert dynamodb.scan(TableName="orders", Select="COUNT")["Count"] == 10 - left
    keys = [one["PutRequest"]["Item"] for one in ITEMS]
    answer = dynamodb.batch_get_item(RequestItems={"orders": {"Keys": keys}})
    assert answer["UnprocessedKeys"]["orders"]["Keys"] == keys[10 - left :]
    assert len(answer["Responses"].get("orders", [])) == 10 - left


def test_what_the_fault_refused_was_not_done(endpoint: str) -> None:
    asked(endpoint, "POST", {"kind": "500", "operation": "PutItem"})
    dynamodb = client(endpoint)
    refused(dynamodb.put_item, TableName="orders", Item={"pk": {"S": "never"}})
    assert "Item" not in dynamodb.get_item(TableName="orders", Key={"pk": {"S": "never"}})


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_who_did_not_start_it_for_that_is_refused(endpoint: str, method: str) -> None:
    assert asked(endpoint, method, {"kind": "500"}, token="wrong")[0] == 403
    client(endpoint).list_tables()


def test_without_a_token_nobody_may() -> None:
    with running() as address:
        assert asked(address, "POST", {"kind": "500"}, token="")[0] == 403


@pytest.mark.parametrize("value", [{"kind": "teapot"}, "nonsense", [{"kind": "500"}, {}]])
def test_a_rule_that_cannot_be_is_one_sentence(endpoint: str, value: Any) -> None:
    status, answer = asked(endpoint, "POST", value)
    assert status == 400
    assert answer["message"].endswith(".")
    assert asked(endpoint, "GET")[1] == {"rules": []}


def test_a_body_that_is_no_json_is_one_sentence(endpoint: str) -> None:
    assert http(f"{endpoint}/_local/faults", "POST", b"{", **{TOKEN_HEADER: TOKEN})[0] == 400


def test_a_rule_that_is_not_there(endpoint: str) -> None:
    assert asked(endpoint, "DELETE", path="/99") == (404, {"message": "There is no rule 99."})


def test_a_reset_clears_the_rules() -> None:
    with running(reset_token=TOKEN) as address:
        asked(address, "POST", {"kind": "500"})
        assert http(f"{address}/_local/reset", "POST", b"", **{TOKEN_HEADER: TOKEN})[0] == 200
        client(address).list_tables()


def test_the_control_planes_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAWS_CONTROL_PLANE_LIMITS", "1")
    with running() as address:
        gateway = client(address, "apigateway")
        gateway.create_rest_api(name="first")
        with pytest.raises(ClientError) as caught:
            gateway.create_rest_api(name="second")
        assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
        assert dict(caught.value.response)["retryAfterSeconds"] == "30"
        assert [api["name"] for api in gateway.get_rest_apis()["items"]] == ["first"]
