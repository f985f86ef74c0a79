"""What DynamoDB would refuse of a definition, said before anything is sent. Pure.

Sources: Developer Guide "Quotas in Amazon DynamoDB" and "Naming rules", API Reference CreateTable. What is a quota that AWS raises on
request is not refused here: AWS knows the account's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dashboard.core.dynamodb import KeyPart
from dashboard.core.errors import InputError
from dashboard.tables.core.structure import (
    INFREQUENT,
    MANAGED,
    ON_DEMAND,
    PROVISIONED,
    STANDARD,
    VIEWS,
    Definition,
    IndexDefinition,
)

NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)
TAG_TEXT = re.compile(r"[\w\s+\-=.:/@]*")
MOST_GLOBAL, MOST_LOCAL, MOST_PARTS, MOST_TAGS = 20, 5, 4, 50
MOST_INCLUDED, MOST_INCLUDED_OF_ONE = 100, 20
MOST_UNITS = 2**53
TYPES = {"S": "string", "N": "number", "B": "binary"}


def check(definition: Definition, *, new: bool = True) -> tuple[InputError, ...]:
    """Every rule that is broken, with the field of the form it stands at; none when DynamoDB would take it (quotas and rights aside).

    Of a table that is there (not ``new``) global indexes are not counted: the account may be allowed more than ``MOST_GLOBAL``.
    """
    parts = (_keys, _types, *((_global_indexes,) if new else ()), _indexes, _capacity, _settings, _tags)
    return tuple(InputError(field, rule) for part in parts for field, rule in part(definition))


Found = Iterator[tuple[str, str]]


def _keys(definition: Definition) -> Found:
    if not NAME.fullmatch(definition.name):
        yield "name", "A table's name has 3 to 255 of the characters A-Z a-z 0-9 _ . and -."
    yield from _part("partition", "The partition key", definition.partition)
    if definition.sort is not None:
        yield from _part("sort", "The sort key", definition.sort)
        if definition.sort.name == definition.partition.name:
            yield "sort", "The sort key must be another attribute than the partition key."


def _part(field: str, what: str, part: KeyPart) -> Found:
    if not part.name:
        yield field, f"{what} needs the name of an attribute."
    elif len(part.name.encode("utf-8", "surrogatepass")) > 255:
        yield field, f"{what} is an attribute whose name is longer than 255 bytes, which no key can have."
    if part.tag not in TYPES:
        yield field, f"{what} must be a string (S), a number (N) or binary (B)."


def _types(definition: Definition) -> Found:
    known: dict[str, str] = {definition.partition.name: definition.partition.tag}
    if definition.sort is not None:
        known.setdefault(definition.sort.name, definition.sort.tag)
    for number, index in enumerate(definition.indexes):
        for role, parts in (("partition", index.partition), ("sort", index.sort)):
            for part in parts:
                if known.setdefault(part.name, part.tag) != part.tag:
                    yield (
                        f"index-{number}-{role}",
                        f"The attribute {part.name} is a {TYPES.get(known[part.name], 'value')} in one key and a "
                        f"{TYPES.get(part.tag, 'value')} in another; a key attribute has one type in the whole table.",
                    )


def _global_indexes(definition: Definition) -> Found:
    globals_ = sum(index.is_global for index in definition.indexes)
    if globals_ > MOST_GLOBAL:
        yield (
            "indexes",
            f"A table is made with at most {MOST_GLOBAL} global indexes; these are {globals_}. Where AWS allows the account more, add "
            "them when the table is there.",
        )


def _indexes(definition: Definition) -> Found:
    counted = Counter(index.name for index in definition.indexes)
    globals_ = sum(index.is_global for index in definition.indexes)
    if len(definition.indexes) - globals_ > MOST_LOCAL:
        yield (
            "indexes",
            f"A table has at most {MOST_LOCAL} local indexes; these are {len(definition.indexes) - globals_}.",
        )
    included = sum(len(index.included) for index in definition.indexes if index.projection == "INCLUDE")
    if included > MOST_INCLUDED:
        yield (
            "indexes",
            f"All indexes together may name {MOST_INCLUDED} attributes to include; these name {included}.",
        )
    for number, index in enumerate(definition.indexes):
        at = f"index-{number}-"
        if not NAME.fullmatch(index.name):
            yield f"{at}name", "An index's name has 3 to 255 of the characters A-Z a-z 0-9 _ . and -."
        elif counted[index.name] > 1:
            yield f"{at}name", f"There are {counted[index.name]} indexes of the name {index.name}."
        yield from _index_keys(definition, index, at)
        yield from _projection(index, at)


def _index_keys(definition: Definition, index: IndexDefinition, at: str) -> Found:
    for role, parts in (("partition", index.partition), ("sort", index.sort)):
        for part in parts:
            yield from _part(f"{at}{role}", f"The {role} key of an index", part)
        if len(parts) > MOST_PARTS:
            yield (
                f"{at}{role}",
                f"The {role} key of an index has at most {MOST_PARTS} attributes; these are {len(parts)}.",
            )
    if not index.partition:
        yield f"{at}partition", "An index needs a partition key."
    names = Counter(part.name for part in (*index.partition, *index.sort) if part.name)
    for name, times in names.items():
        if times > 1:
            yield f"{at}sort", f"The attribute {name} stands {times} times in the key of this index."
    if index.is_global:
        return
    if definition.sort is None:
        yield f"{at}kind", "A local index needs a table with a sort key."
    if index.partition[:1] != (definition.partition,) or len(index.partition) > 1:
        yield (
            f"{at}partition",
            f"A local index has the table's own partition key, {definition.partition.name}.",
        )
    if len(index.sort) != 1:
        yield f"{at}sort", "A local index has exactly one sort key attribute."


def _projection(index: IndexDefinition, at: str) -> Found:
    if index.projection not in ("ALL", "KEYS_ONLY", "INCLUDE"):
        yield f"{at}projection", "A projection is ALL, KEYS_ONLY or INCLUDE."
    if index.projection != "INCLUDE":
        return
    if not index.included:
        yield f"{at}included", "Name at least one attribute to include, or choose another projection."
    if len(index.included) > MOST_INCLUDED_OF_ONE:
        yield (
            f"{at}included",
            f"One index includes at most {MOST_INCLUDED_OF_ONE} attributes by name; these are {len(index.included)}.",
        )
    for name, times in Counter(index.included).items():
        if not name or len(name.encode("utf-8", "surrogatepass")) > 255:
            yield f"{at}included", "The name of an attribute to include has 1 to 255 bytes."
        if times > 1:
            yield f"{at}included", f"The attribute {name} is named {times} times."


def _capacity(definition: Definition) -> Found:
    if definition.billing not in (ON_DEMAND, PROVISIONED):
        yield "billing", "Capacity is either on demand or provisioned."
    held: list[tuple[str, Definition | IndexDefinition]] = [("", definition)]
    held += [(f"index-{number}-", one) for number, one in enumerate(definition.indexes) if one.is_global]
    for at, one in held:
        if definition.billing == PROVISIONED:
            pairs = [("read", one.read), ("write", one.write)]
            if one is not definition:
                pairs = [(name, units) for name, units in pairs if units is not None]
        else:
            pairs = [
                (name, units)
                for name, units in (("max_read", one.max_read), ("max_write", one.max_write))
                if units is not None
            ]
        for name, units in pairs:
            if units is None or not 1 <= units <= MOST_UNITS:
                what = {
                    "read": "Read units",
                    "write": "Write units",
                    "max_read": "The read limit",
                    "max_write": "The write limit",
                }[name]
                yield f"{at}{name}", f"{what} must be a whole number, 1 or more."


def _settings(definition: Definition) -> Found:
    if definition.table_class not in (STANDARD, INFREQUENT):
        yield "table_class", "The table class is STANDARD or STANDARD_INFREQUENT_ACCESS."
    if definition.stream and definition.stream not in VIEWS:
        yield "stream", f"A stream's records are one of {', '.join(VIEWS)}."
    if len(definition.ttl.encode("utf-8", "surrogatepass")) > 255:
        yield "ttl", "The name of the attribute that items expire by is longer than 255 bytes."
    if definition.encryption not in ("", MANAGED) and not re.fullmatch(
        r"[A-Za-z0-9:/_-]{1,2048}", definition.encryption
    ):
        yield "encryption", "A KMS key is named by its id, its ARN or an alias (alias/…)."


def _tags(definition: Definition) -> Found:
    if len(definition.tags) > MOST_TAGS:
        yield "tags", f"A table has at most {MOST_TAGS} tags; these are {len(definition.tags)}."
    counted = Counter(key for key, _ in definition.tags)
    for key, value in definition.tags:
        if not 1 <= len(key) <= 128:
            yield "tags", "A tag's key has 1 to 128 characters."
        if len(value) > 256:
            yield "tags", f"The value of the tag {key} is longer than 256 characters."
        if key.lower().startswith("aws:"):
            yield "tags", f"The tag {key} begins with aws:, which is kept for AWS."
        if not TAG_TEXT.fullmatch(key) or not TAG_TEXT.fullmatch(value):
            yield (
                "tags",
                f"The tag {key} holds a character that tags cannot have; letters, digits, spaces and + - = . _ : / @ are taken.",
            )
        if counted[key] > 1:
            yield "tags", f"The tag {key} is given {counted[key]} times."
