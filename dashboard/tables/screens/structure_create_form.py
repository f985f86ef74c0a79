"""The fields of the page that makes a table."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from dashboard.tables.core.structure import Definition
from dashboard.tables.screens.structure_fields import (
    CLASS,
    STREAM,
    TYPES,
    Field,
    Wrong,
    billing_field,
    capacity_fields,
    index_fields,
    key_fields,
    tag_rows,
)


def form_of(made: Definition, wrong: Wrong, data: QueryDict | None) -> dict[str, Any]:
    """Groups of fields for the template; ``data`` is what was posted, whose texts win over what could be read of them."""
    tags = made.tags
    if data is not None:
        tags = tuple(zip(data.getlist("tag-key"), data.getlist("tag-value"), strict=False))
    return {
        "name": Field(
            "name",
            "Name",
            made.name,
            help="3 to 255 of A-Z a-z 0-9 _ . -",
            error=wrong.get("name", ""),
            mono=True,
        ),
        "keys": _keys(made, wrong),
        "groups": _groups(made, wrong, data),
        "indexes": [
            index_fields(index, number, wrong, f"index-{number}-", local=True, data=data)
            for number, index in enumerate(made.indexes)
        ],
        "index_count": len(made.indexes),
        "tags": tag_rows(tags, 1 if data is not None else 2),
        "tags_wrong": wrong.get("tags", ""),
        "indexes_wrong": wrong.get("indexes", ""),
        "unfolded": made != _simple(made)
        or bool(wrong.keys() - {"name", "partition", "sort"})
        or (data is not None and data.get("step") in ("tags", "index")),
    }


def _keys(made: Definition, wrong: Wrong) -> list[tuple[Field, Field]]:
    sort = made.sort
    return [
        (
            Field(
                "partition", "Partition key", made.partition.name, error=wrong.get("partition", ""), mono=True
            ),
            Field("partition-type", "Type of the partition key", made.partition.tag, "select", TYPES),
        ),
        (
            Field(
                "sort", "Sort key (if any)", sort.name if sort else "", error=wrong.get("sort", ""), mono=True
            ),
            Field("sort-type", "Type of the sort key", sort.tag if sort else "S", "select", TYPES),
        ),
    ]


def _groups(made: Definition, wrong: Wrong, data: QueryDict | None) -> list[tuple[str, list[Field]]]:
    own = data is not None and data.get("key") == "own"
    table_class = Field("table_class", "Table class", made.table_class, "select", CLASS)
    expiry = Field(
        "ttl",
        "Items expire by the attribute",
        made.ttl,
        help="Empty: they stay. It is switched on in a second step, once the table is there.",
        error=wrong.get("ttl", ""),
        mono=True,
    )
    return [
        ("Capacity", [billing_field(made.billing, wrong), *capacity_fields(made, wrong, "", data)]),
        ("Storage", [table_class, *key_fields(made.encryption, wrong, own=own)]),
        (
            "What happens to items",
            [
                Field(
                    "stream",
                    "Stream of changes",
                    made.stream,
                    "select",
                    STREAM,
                    error=wrong.get("stream", ""),
                ),
                expiry,
                Field(
                    "protection",
                    "Protect the table against deletion",
                    "on" if made.protection else "",
                    "checkbox",
                ),
            ],
        ),
    ]


def _simple(made: Definition) -> Definition:
    """The same table with nothing but its name and key."""
    return Definition(made.name, made.partition, made.sort)
