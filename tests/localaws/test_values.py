"""The facts of DynamoDB that the product relies on, asked of the embedded one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dashboard.localaws.world.plain import AWKWARD, NUMBERS, every_type
from tests.localaws.support import client, simple_table

LONG = "12345678901234567890123456789012345678"


@pytest.fixture(scope="module")
def dynamodb(localaws: str) -> Any:
    made = client(localaws)
    simple_table(made, "strings", "S", "S", index=True)
    simple_table(made, "numbers", "N", "B")
    simple_table(made, "binaries", "B", "N")
    return made


def put(dynamodb: Any, item: dict[str, Any], table: str = "strings", **more: Any) -> Any:
    return dynamodb.put_item(TableName=table, Item=item, **more)


def key(text: str) -> dict[str, Any]:
    return {"pk": {"S": text}, "sk": {"S": "1"}}


def same(value: Any) -> Any:
    """Sets without their order."""
    if isinstance(value, dict):
        return {
            name: sorted(inner) if name in ("SS", "NS", "BS") else same(inner)
            for name, inner in value.items()
        }
    return [same(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_every_type_under_every_key_comes_back_as_it_was(dynamodb: Any, text: str) -> None:
    item = key(text) | every_type()
    put(dynamodb, item)
    assert same(dynamodb.get_item(TableName="strings", Key=key(text))["Item"]) == same(item)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_key_of_38_digits_is_found(dynamodb: Any, number: str) -> None:
    where = {"pk": {"N": number}, "sk": {"B": b"\x00a/b"}}
    put(dynamodb, where | {"here": {"S": number}}, "numbers")
    assert dynamodb.get_item(TableName="numbers", Key=where)["Item"]["here"] == {"S": number}


def test_a_number_key_is_found_however_it_is_written(dynamodb: Any) -> None:
    put(dynamodb, {"pk": {"N": "1.50"}, "sk": {"B": b"x"}}, "numbers")
    for text in ("1.5", "1.500", "15E-1", "+1.5", "01.5"):
        found = dynamodb.get_item(TableName="numbers", Key={"pk": {"N": text}, "sk": {"B": b"x"}})
        assert found["Item"]["pk"] == {"N": "1.5"}
        page = dynamodb.query(
            TableName="numbers",
            KeyConditionExpression="pk = :n",
            ExpressionAttributeValues={":n": {"N": text}},
        )
        assert page["Count"] == 1


def test_a_number_sort_key_orders_as_numbers(dynamodb: Any) -> None:
    texts = ["-3", "-0.5", "0", "1", "1.5", "9", "10", LONG, LONG[:-1] + "9"]
    for text in reversed(texts):
        put(dynamodb, {"pk": {"B": b"\xff"}, "sk": {"N": text}}, "binaries")
    page = dynamodb.query(
        TableName="binaries",
        KeyConditionExpression="pk = :b",
        ExpressionAttributeValues={":b": {"B": b"\xff"}},
    )
    assert [item["sk"]["N"] for item in page["Items"]] == texts


@pytest.mark.parametrize("operation", ["put_item", "update_item", "delete_item"])
def test_a_failed_condition_answers_the_item_that_is_there(dynamodb: Any, operation: str) -> None:
    item = key("guarded") | every_type()
    put(dynamodb, item)
    arguments: dict[str, Any] = {
        "TableName": "strings",
        "ConditionExpression": "#n = :v",
        "ExpressionAttributeNames": {"#n": "dotted.name"},
        "ExpressionAttributeValues": {":v": {"S": "something else"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    arguments |= {"Item": item} if operation == "put_item" else {"Key": key("guarded")}
    if operation == "update_item":
        arguments["UpdateExpression"] = "SET #n = :v"
    with pytest.raises(ClientError) as caught:
        getattr(dynamodb, operation)(**arguments)
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert same(caught.value.response["Item"]) == same(item)  # type: ignore[typeddict-item]


@pytest.mark.parametrize("name", [name for name in every_type() if name != "empty binary"])
def test_an_attribute_of_every_type_equals_itself_in_a_condition(dynamodb: Any, name: str) -> None:
    item = key("equal") | every_type()
    put(dynamodb, item)
    condition: dict[str, Any] = {
        "ConditionExpression": "#n = :v",
        "ExpressionAttributeNames": {"#n": name},
        "ExpressionAttributeValues": {":v": item[name]},
    }
    put(dynamodb, item, **condition)
    with pytest.raises(ClientError, match="conditional request failed"):
        put(dynamodb, item, **condition | {"ExpressionAttributeValues": {":v": {"S": "other"}}})


def test_all_old_is_the_item_before(dynamodb: Any) -> None:
    first, second = key("old") | every_type(), key("old") | {"only": {"N": "1"}}
    put(dynamodb, first)
    assert same(put(dynamodb, second, ReturnValues="ALL_OLD")["Attributes"]) == same(first)
    updated = dynamodb.update_item(
        TableName="strings",
        Key=key("old"),
        UpdateExpression="SET #a = :a REMOVE #b",
        ExpressionAttributeNames={"#a": "a.b", "#b": "only"},
        ExpressionAttributeValues={":a": {"S": ""}},
        ReturnValues="ALL_OLD",
    )
    assert updated["Attributes"] == second
    deleted = dynamodb.delete_item(TableName="strings", Key=key("old"), ReturnValues="ALL_OLD")
    assert deleted["Attributes"] == key("old") | {"a.b": {"S": ""}}
    assert "Attributes" not in dynamodb.delete_item(
        TableName="strings", Key=key("old"), ReturnValues="ALL_OLD"
    )


@pytest.mark.parametrize(
    "attribute",
    [
        {"N": "9" * 39},
        {"N": "1E+126"},
        {"SS": []},
        {"NS": ["1", "1.0"]},
        {"SS": ["a", "a"]},
        {"S": "x" * 410_000},
    ],
    ids=["39 digits", "too large", "empty set", "same number", "same string", "over 400 KB"],
)
def test_a_value_that_dynamodb_refuses_is_refused(dynamodb: Any, attribute: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        put(dynamodb, key("refused") | {"bad": attribute})
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "Item" not in dynamodb.get_item(TableName="strings", Key=key("refused"))


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("index", ["", "by-group"])
def test_pages_of_a_query_hold_each_item_once_and_in_order(dynamodb: Any, index: str, backward: bool) -> None:
    items = [
        {"pk": {"S": "pages"}, "sk": {"S": f"{n:03d}"}, "group": {"S": "g"}, "rank": {"N": str(n // 10)}}
        for n in range(60)
    ]
    for item in items:
        put(dynamodb, item)
    arguments: dict[str, Any] = {
        "TableName": "strings",
        "KeyConditionExpression": "#k = :k",
        "ExpressionAttributeNames": {"#k": "group" if index else "pk"},
        "ExpressionAttributeValues": {":k": {"S": "g" if index else "pages"}},
        "Limit": 25,
        "ScanIndexForward": not backward,
        "ReturnConsumedCapacity": "TOTAL",
    } | ({"IndexName": index} if index else {})
    pages = [dynamodb.query(**arguments)]
    while "LastEvaluatedKey" in pages[-1]:
        pages.append(dynamodb.query(**arguments, ExclusiveStartKey=pages[-1]["LastEvaluatedKey"]))
    found = [item for page in pages for item in page["Items"]]
    assert [page["Count"] for page in pages] == [25, 25, 10]
    assert {item["sk"]["S"] for item in found} == {item["sk"]["S"] for item in items}
    order = [float(item["rank"]["N"]) if index else item["sk"]["S"] for item in found]
    assert all((a >= b) if backward else (a <= b) for a, b in pairwise(order))
    assert all(page["ConsumedCapacity"]["CapacityUnits"] > 0 for page in pages)
    if index:
        assert pages[0]["LastEvaluatedKey"].keys() == {"pk", "sk", "group", "rank"}


def test_a_page_ends_after_one_megabyte(dynamodb: Any) -> None:
    for number in range(4):
        put(dynamodb, {"pk": {"S": "big"}, "sk": {"S": str(number)}, "v": {"S": "x" * 390_000}})
    page = dynamodb.query(
        TableName="strings", KeyConditionExpression="pk = :k", ExpressionAttributeValues={":k": {"S": "big"}}
    )
    assert page["Count"] < 4
    assert page["LastEvaluatedKey"]["sk"]["S"] == page["Items"][-1]["sk"]["S"]


def test_an_unknown_table_is_named_as_aws_names_it(dynamodb: Any) -> None:
    for call in (dynamodb.describe_table, dynamodb.scan):
        with pytest.raises(ClientError) as caught:
            call(TableName="unknown")
        assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
