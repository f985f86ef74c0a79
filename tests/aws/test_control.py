"""Tables as DescribeTable tells them."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.aws import dynamodb
from dashboard.aws.target import Target
from dashboard.core.dynamodb import Index, KeyPart
from dashboard.core.pages import Page
from tests.stub.server import StubAws

PARCELS: dict[str, Any] = {
    "TableName": "parcels",
    "TableStatus": "ACTIVE",
    "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/parcels",
    "CreationDateTime": 1700000000.25,
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
        {"AttributeName": "depot", "AttributeType": "B"},
    ],
    "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ItemCount": 5000,
    "TableSizeBytes": 123456,
    "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    "DeletionProtectionEnabled": True,
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "Replicas": [{"RegionName": "us-east-1"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-depot",
            "KeySchema": [
                {"AttributeName": "depot", "KeyType": "HASH"},
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["weight"]},
            "IndexStatus": "CREATING",
            "ItemCount": 3,
            "IndexSizeBytes": 99,
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "local",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "depot", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}


def test_it_works(stub: StubAws, target: Target) -> None:
    stub.reply("DescribeTable", {"Table": PARCELS})
    table = dynamodb.describe_table(target, "parcels")
    pk, sk, depot = KeyPart("pk", "S"), KeyPart("sk", "N"), KeyPart("depot", "B")
    assert (table.name, table.status, table.partition, table.sort) == ("parcels", "ACTIVE", pk, sk)
    assert table.key_names == ("pk", "sk")
    assert table.indexes == (
        Index("by-depot", (depot, pk), (sk,), True, "INCLUDE", ("weight",), "CREATING", 3, 99),
        Index("local", (pk,), (depot,), False, "KEYS_ONLY"),
    )
    assert (table.billing, table.read_units, table.write_units) == ("PAY_PER_REQUEST", None, None)
    assert (table.item_count, table.size_bytes) == (5000, 123456)
    assert (table.table_class, table.deletion_protection) == ("STANDARD_INFREQUENT_ACCESS", True)
    assert (table.stream_view, table.replicas) == ("NEW_AND_OLD_IMAGES", ("us-east-1",))
    assert (table.created, table.raw) == ("2023-11-14T22:13:20+00:00", PARCELS)
    assert stub.of("DescribeTable") == [{"TableName": "parcels"}]


def test_a_plain_provisioned_table(stub: StubAws, target: Target) -> None:
    plain = {
        "TableName": "t",
        "KeySchema": PARCELS["KeySchema"][:1],
        "AttributeDefinitions": PARCELS["AttributeDefinitions"][:1],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
    }
    stub.reply("DescribeTable", {"Table": plain})
    table = dynamodb.describe_table(target, "t")
    assert (table.sort, table.indexes, table.created) == (None, (), "")
    assert (table.billing, table.read_units, table.write_units) == ("PROVISIONED", 5, 6)


def test_names_come_in_pages(stub: StubAws, target: Target) -> None:
    stub.reply("ListTables", {"TableNames": ["a", "b"], "LastEvaluatedTableName": "b"}, times=1)
    assert dynamodb.list_tables(target) == Page(("a", "b"), "b")
    stub.reply("ListTables", {"TableNames": []})
    assert dynamodb.list_tables(target, start="b", limit=10) == Page((), None)
    assert stub.of("ListTables") == [{"Limit": 100}, {"Limit": 10, "ExclusiveStartTableName": "b"}]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("ENABLED", "expires"), ("ENABLING", "expires"), ("DISABLING", ""), ("DISABLED", "")],
)
def test_the_attribute_of_expiry(stub: StubAws, target: Target, status: str, expected: str) -> None:
    stub.reply(
        "DescribeTimeToLive",
        {"TimeToLiveDescription": {"TimeToLiveStatus": status, "AttributeName": "expires"}},
    )
    assert dynamodb.describe_time_to_live(target, "t") == expected
    assert stub.of("DescribeTimeToLive") == [{"TableName": "t"}]
