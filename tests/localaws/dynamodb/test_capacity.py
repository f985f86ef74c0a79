"""Capacity units by AWS's rounding, sizes and counts by its rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.dynamodb.capacity import block_units, read_units
from dashboard.localaws.dynamodb.sizes import item_size, number_size, value_size
from tests.localaws.dynamodb.support import text
from tests.localaws.support import simple_table


def units(answer: dict[str, Any]) -> float:
    return float(answer["ConsumedCapacity"]["CapacityUnits"])


@pytest.fixture(scope="module")
def table(dynamodb: Any) -> str:
    """Twenty items of 1,000 bytes in one partition, and one of 9,000 in another."""
    simple_table(dynamodb, "sized", "S", "N", index=True)
    for number in range(20):
        item = {"pk": {"S": "p"}, "sk": {"N": str(number)}, "group": {"S": "g"}, "rank": {"N": str(number)}}
        item["fill"] = text(1000 - item_size(item) - len("fill"))
        assert item_size(item) == 1000
        dynamodb.put_item(TableName="sized", Item=item)
    dynamodb.put_item(TableName="sized", Item={"pk": {"S": "large"}, "sk": {"N": "1"}, "fill": text(8985)})
    return "sized"


def test_it_works(dynamodb: Any, table: str) -> None:
    """A page is rounded on its sum: 20 items of 1,000 bytes are 5 blocks of 4 KB."""
    given = {
        "TableName": table,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "p"}},
        "ReturnConsumedCapacity": "TOTAL",
    }
    assert units(dynamodb.query(**given)) == 2.5
    assert units(dynamodb.query(**given, ConsistentRead=True)) == 5.0
    assert units(dynamodb.query(**given, Limit=4)) == 0.5
    assert units(dynamodb.query(**given, Limit=5)) == 1.0


@pytest.mark.parametrize(
    ("size", "consistent", "expected"),
    [
        (0, False, 0.5),
        (1, False, 0.5),
        (4096, False, 0.5),
        (4097, False, 1.0),
        (4097, True, 2.0),
        (409_600, True, 100.0),
    ],
)
def test_reads_are_blocks_of_4_kb(size: int, consistent: bool, expected: float) -> None:
    assert read_units(size, consistent) == expected


@pytest.mark.parametrize(("size", "expected"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (409_600, 400)])
def test_writes_are_blocks_of_1_kb(size: int, expected: float) -> None:
    assert block_units(size) == expected


def test_a_filter_costs_what_was_read(dynamodb: Any, table: str) -> None:
    answer = dynamodb.scan(
        TableName=table,
        FilterExpression="attribute_exists(nothing)",
        ReturnConsumedCapacity="TOTAL",
    )
    assert (answer["Count"], answer["ScannedCount"]) == (0, 21)
    assert units(answer) == 4.0  # 29,000 bytes: 8 blocks


def test_an_item(dynamodb: Any, table: str) -> None:
    key = {"pk": {"S": "large"}, "sk": {"N": "1"}}
    more = {"TableName": table, "Key": key, "ReturnConsumedCapacity": "TOTAL"}
    assert units(dynamodb.get_item(**more)) == 1.5
    assert units(dynamodb.get_item(**more, ConsistentRead=True)) == 3.0
    assert units(dynamodb.get_item(**more, ProjectionExpression="pk")) == 1.5
    assert units(dynamodb.get_item(**more | {"Key": {"pk": {"S": "none"}, "sk": {"N": "1"}}})) == 0.5


def test_batches_and_transactions_round_each_item(dynamodb: Any, table: str) -> None:
    keys = [{"pk": {"S": "p"}, "sk": {"N": str(number)}} for number in range(3)]
    batch = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys}}, ReturnConsumedCapacity="TOTAL")
    assert batch["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 1.5}]
    several = dynamodb.transact_get_items(
        TransactItems=[{"Get": {"TableName": table, "Key": key}} for key in keys],
        ReturnConsumedCapacity="TOTAL",
    )
    assert several["ConsumedCapacity"][0]["CapacityUnits"] == 6.0


def test_a_write_costs_the_larger_of_before_and_after_and_its_indexes(dynamodb: Any) -> None:
    simple_table(dynamodb, "written", index=True)
    big = {"pk": {"S": "a"}, "group": {"S": "g"}, "rank": {"N": "1"}, "fill": text(3000)}
    more = {"TableName": "written", "ReturnConsumedCapacity": "INDEXES"}
    put = dynamodb.put_item(Item=big, **more)["ConsumedCapacity"]
    assert put["Table"] == {"CapacityUnits": 3.0}
    assert put["GlobalSecondaryIndexes"] == {"by-group": {"CapacityUnits": 3.0}}
    assert put["CapacityUnits"] == 6.0
    again = dynamodb.put_item(Item=big, **more)["ConsumedCapacity"]
    assert again["CapacityUnits"] == 3.0  # the entry stays as it is
    moved = dynamodb.put_item(Item=big | {"rank": {"N": "2"}}, **more)["ConsumedCapacity"]
    assert moved["CapacityUnits"] == 9.0  # deleted and inserted
    small = dynamodb.put_item(Item={"pk": {"S": "a"}}, **more)["ConsumedCapacity"]
    assert small["CapacityUnits"] == 6.0
    gone = dynamodb.delete_item(Key={"pk": {"S": "a"}}, **more)["ConsumedCapacity"]
    assert gone["CapacityUnits"] == 1.0
    assert "GlobalSecondaryIndexes" not in gone


def test_sizes_and_counts_of_a_table_and_its_index(dynamodb: Any) -> None:
    simple_table(dynamodb, "counted", index=True)
    item = {"pk": {"S": "a"}, "group": {"S": "g"}, "rank": {"N": "12"}}
    for key in ("a", "b"):
        dynamodb.put_item(TableName="counted", Item=item | {"pk": {"S": key}})
    dynamodb.put_item(TableName="counted", Item={"pk": {"S": "c"}, "text": text(100)})
    table = dynamodb.describe_table(TableName="counted")["Table"]
    [index] = table["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (2, 2 * item_size(item))
    assert (table["ItemCount"], table["TableSizeBytes"]) == (3, 2 * item_size(item) + 3 + 104)
    for key in ("a", "c"):
        dynamodb.delete_item(TableName="counted", Key={"pk": {"S": key}})
    table = dynamodb.describe_table(TableName="counted")["Table"]
    assert (table["ItemCount"], table["TableSizeBytes"]) == (1, item_size(item))
    assert table["GlobalSecondaryIndexes"][0]["ItemCount"] == 1


def test_a_local_index_fetches_what_it_does_not_hold(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName="local",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "other")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-other",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "other", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "other": {"S": "o"}, "fill": text(5000)}
    dynamodb.put_item(TableName="local", Item=item)
    given = {
        "TableName": "local",
        "IndexName": "by-other",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "p"}},
        "ReturnConsumedCapacity": "INDEXES",
    }
    bare = dynamodb.query(**given)
    assert bare["Items"] == [{name: item[name] for name in ("pk", "sk", "other")}]
    assert bare["ConsumedCapacity"]["CapacityUnits"] == 0.5
    whole = dynamodb.query(**given, Select="ALL_ATTRIBUTES")
    assert whole["Items"] == [item]
    assert whole["ConsumedCapacity"]["Table"]["CapacityUnits"] == 1.0
    assert whole["ConsumedCapacity"]["LocalSecondaryIndexes"]["by-other"]["CapacityUnits"] == 0.5


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "-7"}, 3),
        ({"N": "100"}, 2),
        ({"N": "1234"}, 3),
        ({"N": "12345678901234567890123456789012345678"}, 20),
        ({"B": "AAE="}, 2),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"k": {"S": "ab"}}}, 7),
        ({"SS": ["a", "bc"]}, 3),
        ({"BS": ["AAE=", "AA=="]}, 3),
    ],
    ids=str,
)
def test_sizes_of_values(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


@given(st.integers(min_value=-(10**37), max_value=10**37), st.integers(min_value=0, max_value=20))
def test_a_number_is_as_large_however_it_is_written(number: int, zeros: int) -> None:
    plain = str(number)
    assert number_size(plain) == number_size(f"{plain}.{'0' * zeros}") == number_size(f"{plain}0e-1")
    assert 1 <= number_size(plain) <= 21
