"""The tables of the demo's parcel carrier, as CreateTable takes them."""

from __future__ import annotations

from typing import Any

REGION = "eu-central-1"
PARCELS, LABELS, SEALS = "parcels", "shipping-labels", "customs-seals"
TTL_ATTRIBUTE = "expires_at"


def _key(partition: str, sort: str = "") -> list[dict[str, str]]:
    parts = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*parts, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else parts


def _types(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": tag} for name, tag in types.items()]


TABLES: tuple[dict[str, Any], ...] = (
    {
        "TableName": PARCELS,
        "AttributeDefinitions": _types(
            pk="S", sk="S", customer_id="S", created="S", depot_status="S", last_scan="N"
        ),
        "KeySchema": _key("pk", "sk"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-customer",
                "KeySchema": _key("customer_id", "created"),
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "by-depot-status",
                "KeySchema": _key("depot_status", "last_scan"),
                "Projection": {
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": ["tracking", "service", "weight_kg"],
                },
            },
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "Tags": [{"Key": "team", "Value": "tracking"}, {"Key": "environment", "Value": "demo"}],
    },
    {
        "TableName": LABELS,
        "AttributeDefinitions": _types(label="S"),
        "KeySchema": _key("label"),
        "BillingMode": "PAY_PER_REQUEST",
    },
    {
        "TableName": SEALS,
        "AttributeDefinitions": _types(seal_number="N", chip="B"),
        "KeySchema": _key("seal_number", "chip"),
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 20, "WriteCapacityUnits": 10},
    },
)
