"""The key of an item: taken from it, checked against the table, read by a person."""

from __future__ import annotations

from dashboard.core import numbers
from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.wire import TYPE_NAMES, Item, Wire, same, tag_of, to_bytes
from dashboard.tables.core.values import Misplaced, refuse

MAX_PARTITION_BYTES = 2048
MAX_SORT_BYTES = 1024


def key_of(table: Table, item: Item) -> Item:
    """The key attributes of ``item``, partition key first; Misplaced when one is missing or cannot be a key."""
    parts = [(table.partition, MAX_PARTITION_BYTES)]
    if table.sort is not None:
        parts.append((table.sort, MAX_SORT_BYTES))
    key = {}
    for part, limit in parts:
        if part.name not in item:
            raise _refuse(part, f"The item needs this attribute: it is the table's {_role(table, part)}.")
        key[part.name] = item[part.name]
        problem = key_problem(part, item[part.name], limit)
        if problem:
            raise _refuse(part, f"{problem} It is the table's {_role(table, part)}.")
    return key


def key_problem(part: KeyPart, value: Wire, limit: int) -> str:
    """Why ``value`` cannot stand in the key attribute ``part``, as a sentence; empty when it can."""
    tag = tag_of(value)
    if tag != part.tag:
        return f"The value is a {TYPE_NAMES[tag]} and must be a {TYPE_NAMES[part.tag]}."
    if tag == "N":
        return ""
    size = len(to_bytes(value["B"]) if tag == "B" else value["S"].encode("utf-8", "surrogatepass"))
    if size == 0:
        return "The value must not be empty."
    return f"The value is {size:,} bytes and at most {limit:,} are possible." if size > limit else ""


def index_problems(table: Table, item: Item) -> tuple[Misplaced, ...]:
    """What would make DynamoDB refuse ``item`` because of an index: a key attribute of one that is there with a wrong value."""
    problems = {}
    for index in table.indexes:
        for parts, limit in ((index.partition, MAX_PARTITION_BYTES), (index.sort, MAX_SORT_BYTES)):
            for part in parts:
                if part.name in item and (problem := key_problem(part, item[part.name], limit)):
                    sentence = (
                        f"{problem} It is a key of the index {index.name}. "
                        "Leave the attribute out to keep the item out of that index."
                    )
                    problems[part.name, sentence] = refuse((part.name,), sentence)
    return tuple(problems.values())


def check_same_key(table: Table, key: Item, draft: Item) -> None:
    """Misplaced when ``draft`` has another key than ``key``: a write of one item cannot change it."""
    key_of(table, draft)
    for name in table.key_names:
        if not same(key[name], draft[name]):
            raise refuse((name,), "The key of an item cannot be changed by an update.")


def has_key(table: Table, key: Item, draft: Item) -> bool:
    """Whether ``draft`` is under ``key``; with another key it is a move."""
    return all(same(key[name], draft.get(name)) for name in table.key_names)


def readable(value: Wire) -> str:
    """A key value on one line for labels: text as it is, control characters escaped, binary as base64."""
    tag = tag_of(value)
    text = str(value[tag])
    if tag == "B":
        return f"binary {text}"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def readable_key(key: Item, names: tuple[str, ...]) -> str:
    """The key's values for labels, partition key first. Two keys can read alike; the encoded key tells them apart."""
    return " / ".join(readable(key[name]) for name in names)


def canonical_key(key: Item) -> Item:
    """The key as DynamoDB answers with it: numbers in its spelling."""
    return {
        name: {"N": numbers.canonical(value["N"])} if "N" in value else value for name, value in key.items()
    }


def _refuse(part: KeyPart, sentence: str) -> Misplaced:
    return refuse((part.name,), sentence)


def _role(table: Table, part: KeyPart) -> str:
    return "partition key" if part is table.partition else "sort key"
