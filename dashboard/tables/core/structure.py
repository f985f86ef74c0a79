"""How a table is made: what CreateTable and its sister calls set, without figures and states. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from dashboard.core.dynamodb import Index, KeyPart, Table

ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"
STANDARD, INFREQUENT = "STANDARD", "STANDARD_INFREQUENT_ACCESS"
MANAGED = "managed"
"""Encryption with the account's key ``alias/aws/dynamodb``; the empty text is the key that AWS owns, anything else a key's id or ARN."""
VIEWS = {
    "KEYS_ONLY": "the key of each item changed",
    "NEW_IMAGE": "the item as it is after",
    "OLD_IMAGE": "the item as it was before",
    "NEW_AND_OLD_IMAGES": "the item before and after",
}
"""What a stream's records hold, by StreamViewType."""


@dataclass(frozen=True)
class IndexDefinition:
    """A secondary index. ``read`` and ``write`` are its provisioned units, ``max_read`` and ``max_write`` its on-demand limits a second.

    A local index has neither, it lives on its table's. ``included`` is in the order of the alphabet.
    """

    name: str
    partition: tuple[KeyPart, ...]
    sort: tuple[KeyPart, ...] = ()
    is_global: bool = True
    projection: str = "ALL"
    included: tuple[str, ...] = ()
    read: int | None = None
    write: int | None = None
    max_read: int | None = None
    max_write: int | None = None

    @property
    def shape(self) -> tuple[Any, ...]:
        """What cannot be changed once it is there."""
        return (self.name, self.partition, self.sort, self.is_global, self.projection, self.included)


@dataclass(frozen=True)
class Definition:
    """A table. ``stream`` is a StreamViewType or empty, ``ttl`` the attribute items expire by or empty, ``tags`` are in order of key."""

    name: str
    partition: KeyPart
    sort: KeyPart | None = None
    indexes: tuple[IndexDefinition, ...] = ()
    billing: str = ON_DEMAND
    read: int | None = None
    write: int | None = None
    max_read: int | None = None
    max_write: int | None = None
    table_class: str = STANDARD
    encryption: str = ""
    stream: str = ""
    ttl: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    protection: bool = False

    def index(self, name: str) -> IndexDefinition | None:
        """The index of that name, if there is one."""
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def types(self) -> dict[str, str]:
        """The type tag of every key attribute, the table's first (AttributeDefinitions)."""
        own = (self.partition,) if self.sort is None else (self.partition, self.sort)
        parts = [*own, *(part for index in self.indexes for part in (*index.partition, *index.sort))]
        found: dict[str, str] = {}
        for part in parts:
            found.setdefault(part.name, part.tag)
        return found


def definition_of(table: Table, ttl: str = "", tags: tuple[tuple[str, str], ...] = ()) -> Definition:
    """A described table as a definition. TTL and tags come from calls of their own; AWS's own tags (``aws:…``) are left out."""
    return completed(
        Definition(
            name=table.name,
            partition=table.partition,
            sort=table.sort,
            indexes=tuple(_index(one) for one in table.indexes if one.status != "DELETING"),
            billing=table.billing,
            read=table.read_units,
            write=table.write_units,
            max_read=table.max_read,
            max_write=table.max_write,
            table_class=table.table_class,
            encryption=(table.kms_key or MANAGED) if table.encryption else "",
            stream=table.stream_view,
            ttl=ttl,
            tags=tuple(sorted(tag for tag in tags if not tag[0].startswith("aws:"))),
            protection=table.deletion_protection,
        )
    )


def _index(index: Index) -> IndexDefinition:
    return IndexDefinition(
        name=index.name,
        partition=index.partition,
        sort=index.sort,
        is_global=index.is_global,
        projection=index.projection,
        included=index.included,
        read=index.read_units,
        write=index.write_units,
        max_read=index.max_read,
        max_write=index.max_write,
    )


def completed(definition: Definition) -> Definition:
    """The same as DynamoDB would describe it: no capacity that the mode does not have, an index's own where none is given."""
    provisioned = definition.billing == PROVISIONED
    indexes = tuple(
        _completed_index(definition, index)
        for index in sorted(definition.indexes, key=lambda index: (not index.is_global, index.name))
    )
    changed = replace(definition, indexes=indexes, tags=tuple(sorted(definition.tags)))
    return (
        replace(changed, max_read=None, max_write=None)
        if provisioned
        else replace(changed, read=None, write=None)
    )


def _completed_index(definition: Definition, index: IndexDefinition) -> IndexDefinition:
    included = tuple(sorted(index.included)) if index.projection == "INCLUDE" else ()
    bare = replace(index, included=included, read=None, write=None, max_read=None, max_write=None)
    if not index.is_global:
        return bare
    if definition.billing == PROVISIONED:
        read = definition.read if index.read is None else index.read
        write = definition.write if index.write is None else index.write
        return replace(bare, read=read, write=write)
    return replace(bare, max_read=index.max_read, max_write=index.max_write)


SECTIONS = ("capacity", "class", "encryption", "stream", "ttl", "tags", "protection")
"""What of a table is changed by itself; an index is added and dropped."""


def section(definition: Definition, name: str) -> dict[str, Any]:
    """A part of the definition as plain JSON, for comparing, for the record, for the way back: one of SECTIONS, or ``index:<name>``."""
    if name.startswith("index:"):
        index = definition.index(name.removeprefix("index:"))
        return {"index": None if index is None else index_json(index)}
    if name == "capacity":
        indexes = {index.name: _units(index) for index in definition.indexes if index.is_global}
        return {"billing": definition.billing, **_units(definition), "indexes": indexes}
    if name == "tags":
        return {"tags": dict(definition.tags)}
    held = "table_class" if name == "class" else name
    return {held: getattr(definition, held)}


def with_section(definition: Definition, name: str, value: dict[str, Any]) -> Definition:
    """The definition with that part of it replaced by what ``section`` gave; an index that is gone meanwhile has no capacity."""
    if name.startswith("index:"):
        others = tuple(index for index in definition.indexes if index.name != name.removeprefix("index:"))
        added = () if value["index"] is None else (index_from(value["index"]),)
        return completed(replace(definition, indexes=(*others, *added)))
    if name == "tags":
        return replace(definition, tags=tuple(sorted(value["tags"].items())))
    if name != "capacity":
        return replace(definition, **value)
    units = value["indexes"]
    indexes = tuple(replace(index, **units.get(index.name, {})) for index in definition.indexes)
    own = {key: held for key, held in value.items() if key != "indexes"}
    return completed(replace(definition, **own, indexes=indexes))


def _units(held: Definition | IndexDefinition) -> dict[str, int | None]:
    return {
        "read": held.read,
        "write": held.write,
        "max_read": held.max_read,
        "max_write": held.max_write,
    }


def index_json(index: IndexDefinition) -> dict[str, Any]:
    """An index as plain JSON."""
    return {
        "name": index.name,
        "partition": [[part.name, part.tag] for part in index.partition],
        "sort": [[part.name, part.tag] for part in index.sort],
        "is_global": index.is_global,
        "projection": index.projection,
        "included": list(index.included),
        **_units(index),
    }


def index_from(stored: dict[str, Any]) -> IndexDefinition:
    """What ``index_json`` gave."""
    parts = {name: tuple(KeyPart(*part) for part in stored[name]) for name in ("partition", "sort")}
    return IndexDefinition(**{**stored, **parts, "included": tuple(stored["included"])})


def fingerprint(table: Table, definition: Definition) -> str:
    """A digest of everything that was shown of how a table is made, and of which table of that name it was."""
    held = {name: section(definition, name) for name in SECTIONS}
    held["indexes"] = {"all": [index_json(index) for index in definition.indexes]}
    keys = [definition.name, table.table_id or table.created, str(definition.partition), str(definition.sort)]
    text = json.dumps([keys, held], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
