"""Items through the door: every type, pages, writes, and what AWS sends back."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dashboard.aws import dynamodb
from dashboard.aws.target import Target
from dashboard.core.dynamodb import ReadRequest
from dashboard.core.errors import AwsError, Kind
from dashboard.core.expressions import And, Compare, Exists, Remove, Set
from dashboard.core.wire import Item
from tests.stub.server import StubAws

EVERYTHING: Item = {
    "pk": {"S": "a/b?c#d,..%2F\n'\"é\U0001f600"},
    "empty": {"S": ""},
    "big": {"N": "-9.9999999999999999999999999999999999999E+125"},
    "kept": {"N": "12.50"},
    "bytes": {"B": "AAH/gA=="},
    "no bytes": {"B": ""},
    "strings": {"SS": ["b", "a", ""]},
    "numbers": {"NS": ["2", "1.0"]},
    "binaries": {"BS": ["/w==", "AA=="]},
    "yes": {"BOOL": True},
    "null": {"NULL": True},
    "<img src=x onerror=alert(1)>": {"S": "x"},
    "a.b[0]": {"M": {"S": {"S": "a map with a key like a tag"}, "": {"L": []}, "B": {"B": "AQ=="}}},
    "list": {"L": [{"M": {}}, {"L": [{"BS": ["AQ=="]}, {"N": "1"}]}]},
}
KEY: Item = {"pk": {"S": "a"}, "sk": {"B": "AAE="}}

numbers = some.decimals(allow_nan=False, allow_infinity=False).map(str)
texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=8)
binaries = some.binary(max_size=8).map(lambda raw: base64.b64encode(raw).decode())
values: some.SearchStrategy[dict[str, Any]] = some.recursive(
    some.one_of(
        texts.map(lambda value: {"S": value}),
        numbers.map(lambda value: {"N": value}),
        binaries.map(lambda value: {"B": value}),
        some.booleans().map(lambda value: {"BOOL": value}),
        some.just({"NULL": True}),
        some.lists(texts, min_size=1, max_size=3, unique=True).map(lambda value: {"SS": value}),
        some.lists(binaries, min_size=1, max_size=3, unique=True).map(lambda value: {"BS": value}),
    ),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3).map(lambda value: {"L": value}),
        some.dictionaries(texts, inner, max_size=3).map(lambda value: {"M": value}),
    ),
    max_leaves=6,
)


class OneTable:
    """Put, get and delete of one item, kept as the JSON that arrived."""

    def __init__(self, stub: StubAws) -> None:
        self.item: Any = None
        stub.reply("PutItem", self.put)
        stub.reply("GetItem", lambda body: {"Item": self.item} if self.item is not None else {})
        stub.reply("Scan", lambda body: {"Items": [self.item], "Count": 1, "ScannedCount": 1})

    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        before, self.item = self.item, body["Item"]
        return {"Attributes": before} if before is not None else {}


def test_it_works(stub: StubAws, target: Target) -> None:
    OneTable(stub)
    assert dynamodb.get_item(target, "t", KEY).item is None
    first = dynamodb.put_item(target, "t", EVERYTHING, condition=None, change="c-1")
    assert (first.before, first.attempts) == (None, 1)
    assert dynamodb.get_item(target, "t", KEY).item == EVERYTHING
    assert dynamodb.read(target, ReadRequest("t")).items == (EVERYTHING,)
    second = dynamodb.put_item(target, "t", {"pk": {"S": "x"}}, condition=None, change="c-2")
    assert second.before == EVERYTHING


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(item=some.dictionaries(texts, values, max_size=4))
def test_every_value_comes_back_as_it_was(stub: StubAws, target: Target, item: Item) -> None:
    table = OneTable(stub)
    dynamodb.put_item(target, "t", item, condition=None, change="")
    assert table.item == item  # what reached AWS
    assert dynamodb.get_item(target, "t", KEY).item == item


def test_a_scan_is_one_call_with_its_cost(stub: StubAws, target: Target) -> None:
    stub.reply(
        "Scan",
        {
            "Items": [KEY],
            "ScannedCount": 7,
            "LastEvaluatedKey": KEY,
            "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 12.5},
        },
    )
    page = dynamodb.read(target, ReadRequest("t", index="i", start=KEY, consistent=True, limit=50))
    assert (page.items, page.scanned, page.units, page.next) == ((KEY,), 7, 12.5, KEY)
    assert page.request_id.startswith("STUB")
    assert stub.of("Scan") == [
        {
            "TableName": "t",
            "IndexName": "i",
            "Limit": 50,
            "ExclusiveStartKey": KEY,
            "ConsistentRead": True,
            "ReturnConsumedCapacity": "TOTAL",
        }
    ]


def test_a_query_is_one_call(stub: StubAws, target: Target) -> None:
    stub.reply("Query", {"Items": [], "ScannedCount": 0})
    request = ReadRequest(
        "t",
        key_condition=And((Compare(("pk",), "=", {"S": "a"}), Compare(("sk",), ">", {"B": "AAE="}))),
        filter=Exists(("a.b",)),
        fields=(("pk",), ("list", 0, "x.y")),
        backward=True,
    )
    page = dynamodb.read(target, request)
    assert (page.items, page.next, page.units) == ((), None, 0.0)
    assert stub.of("Query") == [
        {
            "TableName": "t",
            "Limit": 100,
            "KeyConditionExpression": "#0 = :0 AND #1 > :1",
            "FilterExpression": "attribute_exists (#2)",
            "ProjectionExpression": "#0, #3[0].#4",
            "ExpressionAttributeNames": {"#0": "pk", "#1": "sk", "#2": "a.b", "#3": "list", "#4": "x.y"},
            "ExpressionAttributeValues": {":0": {"S": "a"}, ":1": {"B": "AAE="}},
            "ScanIndexForward": False,
            "ReturnConsumedCapacity": "TOTAL",
        }
    ]


def test_an_update_is_conditional_and_carries_the_change(stub: StubAws, target: Target) -> None:
    stub.reply("UpdateItem", {"Attributes": EVERYTHING})
    written = dynamodb.update_item(
        target,
        "t",
        KEY,
        actions=(Set(("a.b",), {"BS": ["AAE="]}), Remove(("old",))),
        condition=Compare(("a.b",), "=", {"S": "q"}),
        change="0190-ab",
    )
    assert written.before == EVERYTHING
    request = stub.requests[0]
    assert request.headers["user-agent"].endswith(" gatehouse gatehouse-change/0190-ab")
    assert request.body == {
        "TableName": "t",
        "Key": KEY,
        "UpdateExpression": "SET #0 = :0 REMOVE #1",
        "ConditionExpression": "#0 = :1",
        "ExpressionAttributeNames": {"#0": "a.b", "#1": "old"},
        "ExpressionAttributeValues": {":0": {"BS": ["AAE="]}, ":1": {"S": "q"}},
        "ReturnValues": "ALL_OLD",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ReturnConsumedCapacity": "TOTAL",
    }


def test_a_delete_sends_only_what_is_needed(stub: StubAws, target: Target) -> None:
    stub.reply("DeleteItem", {})
    assert dynamodb.delete_item(target, "t", KEY, condition=None, change="").before is None
    assert "gatehouse-change" not in stub.requests[0].headers["user-agent"]
    assert "ConditionExpression" not in stub.requests[0].body


@pytest.mark.parametrize("item", [None, EVERYTHING])
def test_a_failed_condition_brings_the_item(stub: StubAws, target: Target, item: Item | None) -> None:
    extra: dict[str, Any] = {} if item is None else {"Item": item}
    stub.fail("DeleteItem", "ConditionalCheckFailedException", "The conditional request failed", **extra)
    with pytest.raises(AwsError) as caught:
        dynamodb.delete_item(target, "t", KEY, condition=Exists(("pk",)), change="c")
    assert (caught.value.kind, caught.value.item, caught.value.attempts) == (Kind.CONDITION, item, 1)


def test_a_read_only_connection_sends_no_write(stub: StubAws) -> None:
    target = Target("eu-central-1", endpoint=stub.endpoint, read_only=True)
    with pytest.raises(AwsError, match="ReadOnlyConnection") as caught:
        dynamodb.put_item(target, "t", KEY, condition=None, change="c")
    assert (caught.value.kind, stub.requests) == (Kind.DENIED, [])


def test_a_value_that_is_none_is_not_sent(stub: StubAws, target: Target) -> None:
    for value in ({"Q": "x"}, {"B": "not base64!"}, {"S": "a", "N": "1"}):
        with pytest.raises(ValueError, match=r"wire value|base64"):
            dynamodb.put_item(target, "t", {"a": value}, condition=None, change="")
    assert stub.requests == []


def test_a_change_id_cannot_add_a_header(stub: StubAws, target: Target) -> None:
    with pytest.raises(ValueError, match="change id"):
        dynamodb.delete_item(target, "t", KEY, condition=None, change="a\r\nX-Evil: 1")
    assert stub.requests == []
