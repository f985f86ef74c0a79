"""The table that is measured: 100 items a page, about 500 bytes and 14 attributes each, most types among them."""

from __future__ import annotations

from typing import Any

TABLE, INDEX, CUSTOMER, STATUS = "orders", "by-status", "CUSTOMER#1", "open"
ITEMS = 1000
KEYS = {
    "TableName": TABLE,
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "status")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": INDEX,
            "KeySchema": [
                {"AttributeName": "status", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def order(number: int) -> dict[str, Any]:
    """One item in wire form."""
    return {
        "pk": {"S": CUSTOMER},
        "sk": {"S": f"ORDER#{number:06d}"},
        "status": {"S": STATUS},
        "created": {"S": f"2026-03-{number % 28 + 1:02d}T09:{number % 60:02d}:00Z"},
        "total": {"N": f"{number * 37 % 9000}.{number % 100:02d}"},
        "currency": {"S": "EUR"},
        "paid": {"BOOL": number % 3 > 0},
        "discount": {"NULL": True},
        "tags": {"SS": ["fragile", "gift", "priority"]},
        "address": {
            "M": {
                "name": {"S": "Ana Lindqvist"},
                "street": {"S": f"Hafenstrasse {number % 90 + 1}"},
                "city": {"S": "Hamburg"},
                "postcode": {"S": "20457"},
            }
        },
        "lines": {
            "L": [
                {
                    "M": {
                        "sku": {"S": f"SKU-{number + line:05d}"},
                        "qty": {"N": str(line + 1)},
                        "price": {"N": "19.90"},
                    }
                }
                for line in range(3)
            ]
        },
        "weight_kg": {"N": "1.250"},
        "signature": {"B": "iVBORw0KGgoAAAANSUhEUgAA"},
        "note": {"S": "Leave at the door of the neighbour, please ring twice and do not bend."},
    }


PAGE = [order(number) for number in range(100)]
LAST_KEY = {name: PAGE[-1][name] for name in ("pk", "sk")}
