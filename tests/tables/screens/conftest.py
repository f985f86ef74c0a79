"""A table with an index on the canned AWS, and somebody who edits in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from tests.stub.server import StubAws

TABLE = "parcels"
BASE = "/c/main/eu-central-1/tables/"


def description(name: str = TABLE, **more: Any) -> dict[str, Any]:
    """DescribeTable's answer: pk (S), sk (S), a global index by status and weight, a local one with the keys alone."""
    return {
        "Table": {
            "TableName": name,
            "TableStatus": "ACTIVE",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
                {"AttributeName": "status", "AttributeType": "S"},
                {"AttributeName": "weight", "AttributeType": "N"},
                {"AttributeName": "raw", "AttributeType": "B"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-status",
                    "KeySchema": [
                        {"AttributeName": "status", "KeyType": "HASH"},
                        {"AttributeName": "weight", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["city"]},
                    "IndexStatus": "ACTIVE",
                }
            ],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": "by-raw",
                    "KeySchema": [
                        {"AttributeName": "pk", "KeyType": "HASH"},
                        {"AttributeName": "raw", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "ItemCount": 5000,
            "TableSizeBytes": 1_234_567,
            "TableArn": f"arn:aws:dynamodb:eu-central-1:123456789012:table/{name}",
            "CreationDateTime": 1_700_000_000,
        }
        | more
    }


def page(*items: dict[str, Any], scanned: int | None = None, **more: Any) -> dict[str, Any]:
    """Query's or Scan's answer."""
    return {
        "Items": list(items),
        "Count": len(items),
        "ScannedCount": len(items) if scanned is None else scanned,
        "ConsumedCapacity": {"TableName": TABLE, "CapacityUnits": 12.5},
    } | more


@pytest.fixture
def aws(stub: StubAws, place: Place) -> StubAws:
    """The canned AWS with the table, described once so that what follows is warm; its requests counted from here."""
    from dashboard.tables.operations import catalogue

    stub.reply("DescribeTable", lambda body: description(body["TableName"]))
    stub.reply("ListTables", {"TableNames": [TABLE]})
    catalogue.refresh_names(place)
    catalogue.facts(place, TABLE)
    stub.requests.clear()
    return stub


@pytest.fixture
def web(aws: StubAws, client_for: Callable[[User], Client], editor: User) -> Client:
    """A browser in which an editor is signed in."""
    return client_for(editor)


@pytest.fixture
def owner(aws: StubAws, client_for: Callable[[User], Client], admin: User) -> Client:
    """A browser in which somebody is signed in who may administer."""
    return client_for(admin)


def key_description(name: str, **keys: str) -> dict[str, Any]:
    """DescribeTable's answer for a table with these key attributes (name to type tag), partition first, and no index."""
    whole = description(name)["Table"]
    for part in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        del whole[part]
    whole["AttributeDefinitions"] = [
        {"AttributeName": key, "AttributeType": tag} for key, tag in keys.items()
    ]
    whole["KeySchema"] = [
        {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
    return {"Table": whole}
