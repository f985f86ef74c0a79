"""Making tables on the embedded AWS for a test, by a bare client."""

from __future__ import annotations

import uuid
from typing import Any

import boto3

from dashboard.core.dynamodb import Table
from dashboard.core.wire import Item, from_bytes, tag_of, to_bytes
from tests.tables.tables import description

REGION = "eu-central-1"


def client(endpoint: str) -> Any:
    """A bare DynamoDB client."""
    return boto3.client("dynamodb", endpoint_url=endpoint, region_name=REGION)


def make(endpoint: str, table: Table) -> str:
    """Create ``table`` with its indexes under a name of its own; the name."""
    described = description(table)["Table"]
    name = f"{table.name}-{uuid.uuid4().hex[:8]}"
    indexes = {
        field: [
            {key: value for key, value in index.items() if key != "IndexStatus"} for index in described[field]
        ]
        for field in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        if described[field]
    }
    client(endpoint).create_table(
        TableName=name,
        KeySchema=described["KeySchema"],
        AttributeDefinitions=described["AttributeDefinitions"],
        BillingMode="PAY_PER_REQUEST",
        **indexes,
    )
    return name


def put(endpoint: str, table: str, *items: Item) -> None:
    """Write items behind Gatehouse's back."""
    bare = client(endpoint)
    for item in items:
        bare.put_item(TableName=table, Item={name: bare_value(value) for name, value in item.items()})


def get(endpoint: str, table: str, key: Item) -> Item | None:
    """Read an item behind Gatehouse's back."""
    key = {name: bare_value(value) for name, value in key.items()}
    found = client(endpoint).get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return None if found is None else {name: wire_value(value) for name, value in found.items()}


def bare_value(value: Any) -> Any:
    """A wire value as boto3 wants it: binary as bytes."""
    return _turned(value, to_bytes)


def wire_value(value: Any) -> Any:
    """What boto3 gives, as a wire value."""
    return _turned(value, from_bytes)


def _turned(value: Any, binary: Any) -> Any:
    tag = tag_of(value)
    inner = value[tag]
    if tag == "B":
        return {"B": binary(inner)}
    if tag == "BS":
        return {"BS": [binary(one) for one in inner]}
    if tag == "M":
        return {"M": {name: _turned(part, binary) for name, part in inner.items()}}
    return {"L": [_turned(part, binary) for part in inner]} if tag == "L" else value
