"""A page of a table or an index as a person asks for it, turned into one Query or Scan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from dashboard.core import numbers
from dashboard.core.dynamodb import Index, KeyPart, ReadRequest, Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import And, BeginsWith, Between, Compare, Condition
from dashboard.core.wire import TYPE_NAMES, Item, Wire, to_bytes
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, key_problem

SORT_OPS = ("=", "<", "<=", ">", ">=", "between", "begins_with")
MODES = ("scan", "query")
MAX_LIMIT = 1000


@dataclass(frozen=True)
class Query:
    """What was asked for, as text. ``index`` is empty for the table itself; ``limit`` counts items read, 1 to 1000.

    Where an index has several partition or sort attributes, ``partition``, ``sort`` and ``sort_to`` are JSON arrays of texts;
    the sort comparison then applies to the last sort value given and the ones before it must be equal.
    """

    index: str = ""
    partition: str = ""
    sort_op: str = ""
    sort: str = ""
    sort_to: str = ""
    backward: bool = False
    limit: int = 100
    mode: str = "scan"

    def fingerprint(self) -> str:
        """One text for one query, to which a cursor is bound."""
        return json.dumps(astuple(self))


def plan_read(table: Table, query: Query, start: Item | None = None) -> ReadRequest:
    """The one call that answers ``query``; InputError names the field that cannot be used."""
    if query.mode not in MODES:
        raise InputError("mode", "Choose Scan or Query.")
    if not 1 <= query.limit <= MAX_LIMIT:
        raise InputError("limit", f"The number of items a page reads is between 1 and {MAX_LIMIT}.")
    index = _index(table, query.index)
    condition = None
    if query.mode == "query":
        condition = _key_condition(table, index, query)
    else:
        _check_scan(query)
    return ReadRequest(
        table=table.name,
        index=query.index,
        key_condition=condition,
        limit=query.limit,
        start=start,
        backward=query.backward,
    )


def parse_key_text(part: KeyPart, text: str, field: str, limit: int = MAX_SORT_BYTES) -> Wire:
    """The value that ``text`` means for the key attribute ``part``; binary is entered as base64."""
    if part.tag == "N":
        text = text.strip()
    value = {part.tag: text}
    if text == "":
        raise InputError(field, f"{part.name} needs a value: it is a key of type {TYPE_NAMES[part.tag]}.")
    if part.tag == "N" and (problem := numbers.problem(text)):
        raise InputError(field, f"{part.name} is a number, and the value {problem}.")
    if part.tag == "B":
        try:
            to_bytes(text)
        except ValueError as error:
            raise InputError(
                field, f"{part.name} is binary: enter it as base64, for example AAH/."
            ) from error
    elif not _is_text(text):
        raise InputError(field, f"{part.name} holds half of a character (an unpaired surrogate).")
    if problem := key_problem(part, value, limit):
        raise InputError(field, f"{part.name}: {problem}")
    return value


def _index(table: Table, name: str) -> Index | None:
    if not name:
        return None
    index = table.index(name)
    if index is None:
        known = ", ".join(sorted(other.name for other in table.indexes)) or "none"
        raise InputError("index", f"The table has no index of that name; it has: {known}.")
    return index


def _check_scan(query: Query) -> None:
    for field in ("partition", "sort", "sort_to"):
        if getattr(query, field):
            raise InputError(field, "A scan reads every item and takes no key value. Choose Query to use it.")
    if query.backward:
        raise InputError("backward", "A scan has no order to turn round. Choose Query for that.")


def _key_condition(table: Table, index: Index | None, query: Query) -> Condition:
    partition = index.partition if index else (table.partition,)
    sort = index.sort if index else ((table.sort,) if table.sort else ())
    values = _texts(partition, query.partition, "partition")
    if len(values) != len(partition):
        raise InputError("partition", f"Enter a value for each of: {_names(partition)}.")
    parts: list[Condition] = [
        Compare((part.name,), "=", parse_key_text(part, text, "partition", MAX_PARTITION_BYTES))
        for part, text in zip(partition, values, strict=True)
    ]
    parts += _sort_conditions(sort, query)
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _sort_conditions(sort: Sequence[KeyPart], query: Query) -> list[Condition]:
    if not query.sort_op:
        if query.sort or query.sort_to:
            raise InputError("sort_op", "Choose how to compare the sort key, or clear its value.")
        return []
    if query.sort_op not in SORT_OPS:
        raise InputError("sort_op", f"Compare the sort key with one of: {', '.join(SORT_OPS)}.")
    if not sort:
        raise InputError("sort_op", "There is no sort key here to compare.")
    if query.sort_to and query.sort_op != "between":
        raise InputError("sort_to", "A second value belongs to between only.")
    texts = _texts(sort, query.sort, "sort")
    if not texts or len(texts) > len(sort):
        raise InputError("sort", f"Enter one to {len(sort)} values, in this order: {_names(sort)}.")
    *equal, (last, text) = zip(sort, texts, strict=False)
    conditions: list[Condition] = [
        Compare((part.name,), "=", parse_key_text(part, value, "sort")) for part, value in equal
    ]
    return [*conditions, _comparison(last, text, query)]


def _comparison(part: KeyPart, text: str, query: Query) -> Condition:
    if query.sort_op == "begins_with":
        if part.tag == "N":
            raise InputError("sort_op", f"{part.name} is a number; begins_with is for strings and binary.")
        return BeginsWith((part.name,), parse_key_text(part, text, "sort"))
    value = parse_key_text(part, text, "sort")
    if query.sort_op != "between":
        return Compare((part.name,), query.sort_op, value)
    high = parse_key_text(part, query.sort_to, "sort_to")
    if _smaller(part, high, value):
        raise InputError("sort_to", "The second value of between must not be smaller than the first.")
    return Between((part.name,), value, high)


def _smaller(part: KeyPart, a: Wire, b: Wire) -> bool:
    """Whether ``a`` sorts before ``b``: numbers by value, strings and binary by their bytes."""
    if part.tag == "N":
        return numbers.order(a["N"]) < numbers.order(b["N"])
    if part.tag == "B":
        return to_bytes(a["B"]) < to_bytes(b["B"])
    return str(a["S"]).encode() < str(b["S"]).encode()


def _texts(parts: Sequence[KeyPart], text: str, field: str) -> list[str]:
    """One text as it stands for a single attribute, a JSON array for several."""
    if len(parts) == 1:
        return [text]
    try:
        texts = json.loads(text)
    except (ValueError, RecursionError):
        texts = None
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise InputError(
            field,
            f'There are several attributes here ({_names(parts)}): enter a JSON array, for example ["a", "b"].',
        )
    return texts


def _names(parts: Sequence[KeyPart]) -> str:
    return ", ".join(part.name for part in parts)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
