"""A table's description as plain JSON for our database, and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from dashboard.core.dynamodb import Index, KeyPart, Table


def to_json(table: Table) -> Any:
    """A dict of everything but ``raw``, which only the door's own answer has."""
    stored = asdict(table)
    del stored["raw"]
    return stored


def from_json(stored: dict[str, Any]) -> Table:
    """The table; names an older version wrote and we do not know are passed over."""
    known = {field.name for field in fields(Table)} - {"raw"}
    values = {name: value for name, value in stored.items() if name in known}
    return Table(
        **{
            **values,
            "partition": KeyPart(**values["partition"]),
            "sort": KeyPart(**values["sort"]) if values.get("sort") else None,
            "indexes": tuple(_index(index) for index in values.get("indexes", ())),
            "replicas": tuple(values.get("replicas", ())),
        }
    )


def _index(stored: dict[str, Any]) -> Index:
    parts = {name: tuple(KeyPart(**part) for part in stored[name]) for name in ("partition", "sort")}
    return Index(**{**stored, **parts, "included": tuple(stored["included"])})
