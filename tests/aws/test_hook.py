"""The parsing hook. The first test fails when a new botocore no longer calls it; the others hold without it."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.aws import calling, clients, dynamodb
from dashboard.aws.target import Target
from dashboard.core.dynamodb import ReadRequest
from dashboard.core.errors import AwsError, Kind
from tests.aws.test_items import EVERYTHING, KEY
from tests.stub.server import StubAws

TABLE = {
    "TableName": "t",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "CreationDateTime": 1700000000.5,
}


def test_it_works(stub: StubAws, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when botocore does not call the hook, or does not use what the hook has parsed."""

    def never(parsed: Any) -> Any:
        raise AssertionError("botocore parsed the answer itself: the before-parse hook was not called")

    monkeypatch.setattr(calling, "to_text", never)
    item = {**EVERYTHING, "a member botocore does not know": {"ZZ": "kept"}}
    stub.reply("Scan", {"Items": [item], "ScannedCount": 1})
    stub.reply("GetItem", {"Item": item})
    stub.reply("DescribeTable", {"Table": TABLE})
    stub.reply("PutItem", {"Attributes": item})
    assert dynamodb.read(target, ReadRequest("t")).items == (item,)
    assert dynamodb.get_item(target, "t", KEY).item == item
    assert dynamodb.describe_table(target, "t").raw == TABLE
    assert dynamodb.put_item(target, "t", KEY, condition=None, change="").before == item


@pytest.fixture
def no_hook(monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    """A botocore that has stopped calling it."""
    monkeypatch.setattr(clients, "parse_quickly", lambda client: None)


def test_without_the_hook_values_are_the_same(stub: StubAws, target: Target, no_hook: None) -> None:
    stub.reply("Query", {"Items": [EVERYTHING], "ScannedCount": 1, "LastEvaluatedKey": KEY})
    stub.reply("Scan", {"Items": [EVERYTHING], "ScannedCount": 1, "LastEvaluatedKey": KEY})
    stub.reply("DescribeTable", {"Table": TABLE})
    page = dynamodb.read(target, ReadRequest("t"))
    assert (page.items, page.next) == ((EVERYTHING,), KEY)
    assert dynamodb.describe_table(target, "t").raw == TABLE


def test_what_orjson_refuses_is_still_read(stub: StubAws, target: Target) -> None:
    stub.reply("GetItem", b'{"Item":{"pk":{"S":"\\ud800"}}}')
    assert dynamodb.get_item(target, "t", KEY).item == {"pk": {"S": "\ud800"}}


def test_an_answer_that_is_not_json_is_no_empty_page(stub: StubAws, target: Target) -> None:
    stub.reply("Scan", b"<html>a captive portal</html>")
    with pytest.raises(AwsError, match="DamagedAnswer") as caught:
        dynamodb.read(target, ReadRequest("t"))
    assert caught.value.kind is Kind.FAULT


def test_an_answer_that_stays_damaged_is_an_error(
    stub: StubAws, target: Target, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.reply("Scan", {"Items": [], "ScannedCount": 0})
    stub.reply("PutItem", {})
    monkeypatch.setattr("tests.stub.server.crc32", lambda payload: 1)
    with pytest.raises(AwsError, match="DamagedAnswer") as caught:
        dynamodb.read(target, ReadRequest("t"))
    assert (caught.value.kind, caught.value.attempts) == (Kind.FAULT, 3)
    with pytest.raises(AwsError) as caught:
        dynamodb.put_item(target, "t", KEY, condition=None, change="")
    assert caught.value.kind is Kind.LOST
