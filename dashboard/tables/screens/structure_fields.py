"""The fields of the forms that make and change tables: from a definition to fields, and from what was posted to one. No AWS call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from django.http import QueryDict

from dashboard.core.dynamodb import KeyPart
from dashboard.core.errors import InputError
from dashboard.tables.core.structure import (
    MANAGED,
    ON_DEMAND,
    PROVISIONED,
    STANDARD,
    VIEWS,
    Definition,
    IndexDefinition,
)
from dashboard.tables.core.structure_rows import CLASSES, PROJECTIONS
from dashboard.tables.core.structure_rules import MOST_PARTS, MOST_TAGS

T = TypeVar("T")
Options = tuple[tuple[str, str], ...]
TYPES: Options = (("S", "String"), ("N", "Number"), ("B", "Binary"))
BILLING: Options = (
    (ON_DEMAND, "On demand: each read and write is billed"),
    (PROVISIONED, "Provisioned: units by the hour"),
)
STREAM: Options = (("", "Off"), *((view, f"On: {words}") for view, words in VIEWS.items()))
KEYS: Options = (
    ("", "Owned by AWS: no cost, nothing to manage"),
    (MANAGED, "Managed by AWS in this account (aws/dynamodb)"),
    ("own", "A KMS key of your own"),
)
MOST_INDEXES = 25
MOST_DIGITS = 15
_ROW = re.compile(r"index-[0-9]{1,3}-")
CLASS: Options = tuple(CLASSES.items())
PROJECTION: Options = tuple(PROJECTIONS.items())
KIND: Options = (
    ("global", "Global: a key of its own"),
    ("local", "Local: the table's partition key, another sort key"),
)


@dataclass(frozen=True)
class Field:
    """One input. ``kind`` is text, number, select, checkbox or textarea; ``error`` is the sentence that stands at it."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    options: Options = ()
    help: str = ""
    error: str = ""
    mono: bool = False
    css: str = ""


@dataclass(frozen=True)
class IndexFields:
    """The inputs of one index: ``partition`` and ``sort`` are pairs of name and type, the first of each always open."""

    number: int
    title: str
    head: tuple[Field, ...]
    partition: tuple[tuple[Field, Field], ...]
    sort: tuple[tuple[Field, Field], ...]
    rest: tuple[Field, ...]
    several: bool
    errors: tuple[str, ...] = ()


Wrong = Mapping[str, str]
"""Sentences by the field they stand at."""


def wrong_of(problems: Sequence[InputError]) -> dict[str, str]:
    """The first sentence for each field."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, problem.rule)
    return found


def said(problems: Sequence[InputError], indexes: Sequence[IndexDefinition] = ()) -> list[str]:
    """The sentences to stand above a form, each once, with the index that it is about."""
    found = []
    for field, rule in dict.fromkeys((problem.field, problem.rule) for problem in problems):
        row = _ROW.match(field)
        number = int(row[0].split("-")[1]) if row else len(indexes)
        name = (indexes[number].name or f"{number + 1}") if number < len(indexes) else ""
        found.append(f"Index {name}: {rule}" if name else rule)
    return found


def units(data: QueryDict, name: str, label: str) -> int | None:
    """A whole number, None for an empty field; InputError otherwise."""
    text = data.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InputError(name, f"{label} must be a whole number, 1 or more.")
    if len(text) > MOST_DIGITS:
        raise InputError(name, f"{label} must be a whole number of at most {MOST_DIGITS} digits.")
    return int(text)


def capacity_fields(
    held: Definition | IndexDefinition, wrong: Wrong, at: str = "", data: QueryDict | None = None
) -> tuple[Field, ...]:
    """Read and write units, and the on-demand limits; the page shows those of the mode that is chosen."""
    rows = (
        ("read", "Read units", held.read, "", "provisioned"),
        ("write", "Write units", held.write, "", "provisioned"),
        ("max_read", "Read limit a second", held.max_read, "Empty: no limit", "on-demand"),
        ("max_write", "Write limit a second", held.max_write, "Empty: no limit", "on-demand"),
    )
    return tuple(
        Field(
            f"{at}{name}",
            label,
            data.get(f"{at}{name}", "") if data is not None else "" if value is None else str(value),
            "number",
            help=help_text,
            error=wrong.get(f"{at}{name}", ""),
            css=css,
        )
        for name, label, value, help_text, css in rows
    )


def read_capacity(
    data: QueryDict, at: str = "", problems: list[InputError] | None = None
) -> dict[str, int | None]:
    """The four numbers that ``capacity_fields`` asked for. InputError for what is none; with ``problems`` that goes there instead."""
    labels = {
        "read": "Read units",
        "write": "Write units",
        "max_read": "The read limit",
        "max_write": "The write limit",
    }
    if problems is None:
        return {name: units(data, f"{at}{name}", label) for name, label in labels.items()}
    return {
        name: _tried(problems, partial(units, data, f"{at}{name}", label), None)
        for name, label in labels.items()
    }


def billing_field(value: str, wrong: Wrong) -> Field:
    """The capacity mode."""
    return Field("billing", "Capacity", value, "select", BILLING, error=wrong.get("billing", ""))


def key_fields(encryption: str, wrong: Wrong, *, own: bool = False) -> tuple[Field, Field]:
    """Which key encrypts, and the name of one's own; ``own`` is whether that is chosen though not named yet."""
    own = own or encryption not in ("", MANAGED)
    return (
        Field("key", "Encryption key", "own" if own else encryption, "select", KEYS),
        Field(
            "own_key",
            "Your KMS key",
            encryption if own else "",
            help="Its id, its ARN or an alias such as alias/orders. Needed only for a key of your own.",
            error=wrong.get("encryption", ""),
            mono=True,
            css="own-key",
        ),
    )


def read_encryption(data: QueryDict) -> str:
    """The key that was chosen; InputError (``encryption``) for no such choice, and when one's own is chosen and not named."""
    kind = data.get("key", "")
    if kind in ("", MANAGED):
        return kind
    if kind != "own":
        raise InputError("encryption", "The encryption key is AWS's, the account's or one of your own.")
    named = data.get("own_key", "").strip()
    if not named:
        raise InputError("encryption", "Name the KMS key, or choose another kind of key.")
    return named


def tag_rows(tags: Sequence[tuple[str, str]], spare: int = 2) -> tuple[tuple[int, str, str], ...]:
    """Number, key and value of each row of the form, with empty ones at the end."""
    rows = [*tags, *([("", "")] * spare)]
    return tuple((number, key, value) for number, (key, value) in enumerate(rows[: MOST_TAGS + spare]))


def read_tags(data: QueryDict) -> tuple[tuple[str, str], ...]:
    """The rows with a key; InputError (``tags``) for a value without one."""
    keys, values = data.getlist("tag-key"), data.getlist("tag-value")
    found = []
    for key, value in zip(keys, values, strict=False):
        if not key.strip() and value.strip():
            raise InputError("tags", f"The value {value.strip()[:60]} has no key.")
        if key.strip():
            found.append((key.strip(), value.strip()))
    return tuple(found)


def index_fields(
    index: IndexDefinition,
    number: int,
    wrong: Wrong,
    prefix: str,
    *,
    local: bool,
    provisioned: bool | None = None,
    data: QueryDict | None = None,
) -> IndexFields:
    """The inputs of one index; their names begin with ``prefix``. What was typed as numbers (``data``) wins over what was read of it."""

    def at(name: str) -> str:
        return wrong.get(f"{prefix}{name}", "")

    kind = Field(
        f"{prefix}kind", "Kind", "global" if index.is_global else "local", "select", KIND, error=at("kind")
    )
    name = Field(f"{prefix}name", "Index name", index.name, error=at("name"), mono=True)
    capacity = tuple(
        field
        for field in capacity_fields(index, wrong, prefix, data)
        if provisioned is None or field.css == ("provisioned" if provisioned else "on-demand")
    )
    return IndexFields(
        number,
        index.name or f"New index {number + 1}",
        (name, kind) if local else (name,),
        _pairs(index.partition, f"{prefix}p", "Partition key", at("partition")),
        _pairs(index.sort, f"{prefix}s", "Sort key (if any)", at("sort")),
        (
            Field(
                f"{prefix}projection", "Holds", index.projection, "select", PROJECTION, error=at("projection")
            ),
            Field(
                f"{prefix}included",
                "Attributes to include",
                "\n".join(index.included),
                "textarea",
                help="One a line, beside the keys. Only for “the keys and named attributes”.",
                error=at("included"),
                mono=True,
                css="included",
            ),
            *capacity,
        ),
        len(index.partition) > 1 or len(index.sort) > 1,
        tuple(sentence for field, sentence in wrong.items() if field.startswith(prefix)),
    )


def _pairs(parts: Sequence[KeyPart], prefix: str, label: str, error: str) -> tuple[tuple[Field, Field], ...]:
    found = []
    for number in range(MOST_PARTS):
        part = parts[number] if number < len(parts) else KeyPart("", "S")
        words = label if number == 0 else f"{label.partition(' (')[0]}, attribute {number + 1}"
        found.append(
            (
                Field(f"{prefix}{number}", words, part.name, error=error if number == 0 else "", mono=True),
                Field(
                    f"{prefix}{number}-type",
                    f"Type of {words[:1].lower()}{words[1:].removesuffix(' (if any)')}",
                    part.tag,
                    "select",
                    TYPES,
                ),
            )
        )
    return tuple(found)


def read_index(data: QueryDict, prefix: str, problems: list[InputError] | None = None) -> IndexDefinition:
    """The index whose inputs begin with ``prefix``, as typed. InputError for what is no number; with ``problems`` that goes there."""
    included = [line.strip() for line in data.get(f"{prefix}included", "").splitlines()]
    projection = data.get(f"{prefix}projection", "ALL")
    return IndexDefinition(
        name=data.get(f"{prefix}name", "").strip(),
        partition=_read_parts(data, f"{prefix}p"),
        sort=_read_parts(data, f"{prefix}s"),
        is_global=data.get(f"{prefix}kind", "global") != "local",
        projection=projection,
        included=tuple(line for line in included if line) if projection == "INCLUDE" else (),
        **read_capacity(data, prefix, problems),
    )


def _read_parts(data: QueryDict, prefix: str) -> tuple[KeyPart, ...]:
    found = []
    for number in range(MOST_PARTS):
        name = data.get(f"{prefix}{number}", "")
        if name.strip():
            found.append(KeyPart(name.strip(), data.get(f"{prefix}{number}-type", "S")))
    return tuple(found)


def read_definition(data: QueryDict) -> tuple[Definition, tuple[InputError, ...]]:
    """The table of the whole form, as far as it can be read, and what cannot. An index without a name and keys is an empty row."""
    problems: list[InputError] = []
    indexes = [read_index(data, f"index-{number}-", problems) for number in range(index_count(data))]
    sort = data.get("sort", "").strip()
    definition = Definition(
        name=data.get("name", "").strip(),
        partition=KeyPart(data.get("partition", "").strip(), data.get("partition-type", "S")),
        sort=KeyPart(sort, data.get("sort-type", "S")) if sort else None,
        indexes=tuple(index for index in indexes if index.name or index.partition or index.sort),
        billing=data.get("billing", ON_DEMAND),
        **read_capacity(data, "", problems),
        table_class=data.get("table_class", STANDARD),
        encryption=_tried(problems, partial(read_encryption, data), ""),
        stream=data.get("stream", ""),
        ttl=data.get("ttl", "").strip(),
        tags=_tried(problems, partial(read_tags, data), ()),
        protection=data.get("protection") == "on",
    )
    return of_mode(definition), tuple(problems)


def without_empty_rows(data: QueryDict) -> QueryDict:
    """The form without its rows of indexes that have neither name nor key, so that a row's number is its index's place."""
    found = data.copy()
    kept = [number for number in range(index_count(data)) if _is_filled(data, f"index-{number}-")]
    places = {f"index-{number}-": f"index-{place}-" for place, number in enumerate(kept)}
    for name in data:
        if row := _ROW.match(name):
            values = found.pop(name)
            if row[0] in places:
                found.setlist(places[row[0]] + name.removeprefix(row[0]), values)
    found["index-count"] = str(len(kept))
    return found


def _is_filled(data: QueryDict, prefix: str) -> bool:
    names = ("name", *(f"{role}{number}" for role in "ps" for number in range(MOST_PARTS)))
    return any(data.get(f"{prefix}{name}", "").strip() for name in names)


def of_mode(definition: Definition) -> Definition:
    """Without the numbers of the capacity mode that was not chosen."""
    if definition.billing == PROVISIONED:
        return replace(definition, max_read=None, max_write=None)
    return replace(definition, read=None, write=None)


def index_count(data: QueryDict) -> int:
    """How many rows of indexes the form had."""
    text = data.get("index-count", "0")
    return min(int(text), MOST_INDEXES) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _tried(problems: list[InputError], read: Callable[[], T], fallback: T) -> T:
    try:
        return read()
    except InputError as error:
        problems.append(error)
        return fallback
