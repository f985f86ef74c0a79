"""Descriptions of tables that the tests of this module share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.core.dynamodb import Index, KeyPart, Table

PARCELS = Table(
    "parcels",
    "ACTIVE",
    KeyPart("pk", "S"),
    KeyPart("sk", "S"),
    (
        Index("by-depot", (KeyPart("depot", "S"),), (KeyPart("weight", "N"),), True, "ALL"),
        Index(
            "by-route",
            (KeyPart("region", "S"), KeyPart("route", "N")),
            (KeyPart("day", "S"), KeyPart("stop", "N")),
            True,
            "ALL",
        ),
        Index("by-code", (KeyPart("pk", "S"),), (KeyPart("code", "B"),), False, "KEYS_ONLY"),
    ),
    billing="PAY_PER_REQUEST",
    item_count=2,
    size_bytes=100,
    created="2025-10-09T08:53:20+00:00",
)
COUNTERS = replace(PARCELS, name="counters", partition=KeyPart("id", "N"), sort=None, indexes=())


def description(table: Table) -> dict[str, Any]:
    """What DescribeTable answers for ``table``."""
    parts = [table.partition, *([table.sort] if table.sort else [])]
    parts += [part for index in table.indexes for part in (*index.partition, *index.sort)]
    tags = {part.name: part.tag for part in parts}
    described: dict[str, Any] = {
        "TableName": table.name,
        "TableStatus": table.status,
        "KeySchema": schema((table.partition,), (table.sort,) if table.sort else ()),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": tag} for name, tag in tags.items()],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ItemCount": 2,
        "TableSizeBytes": 100,
        "CreationDateTime": 1760000000.0,
    }
    for field, kind in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
        described[field] = [
            {
                "IndexName": index.name,
                "KeySchema": schema(index.partition, index.sort),
                "Projection": {"ProjectionType": index.projection},
                "IndexStatus": index.status,
            }
            for index in table.indexes
            if index.is_global is kind
        ]
    return {"Table": described}


def schema(partition: tuple[KeyPart, ...], sort: tuple[KeyPart, ...]) -> list[dict[str, str]]:
    """A KeySchema."""
    return [{"AttributeName": part.name, "KeyType": "HASH"} for part in partition] + [
        {"AttributeName": part.name, "KeyType": "RANGE"} for part in sort
    ]
