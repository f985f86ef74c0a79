"""What a statement reads or writes of a table that is known: one item, a partition, or everything; and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.errors import InputError
from dashboard.core.wire import TYPE_NAMES, Item, Wire, same, tag_of
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, key_of, key_problem
from dashboard.tables.core.partiql.order import check_order
from dashboard.tables.core.partiql.tokens import FIELD
from dashboard.tables.core.partiql.tree import (
    And,
    Attribute,
    Compare,
    Condition,
    Exists,
    In,
    Insert,
    ListOf,
    MapOf,
    Operand,
    Or,
    Parameter,
    Parsed,
    SetOf,
    Value,
)

_TYPE_HINTS = {
    ("S", "N"): " Digits that are text are in quotes: '5' in a statement, \"5\" in a parameter.",
    ("N", "S"): " A number has no quotes.",
    ("B", "S"): ' Binary is a parameter: {"$b": "AAH/"}.',
}


@dataclass(frozen=True)
class Reach:
    """``get`` reads ``count`` items by their whole keys, ``query`` ``count`` partitions, ``scan`` all of the table or index."""

    way: Literal["get", "query", "scan"]
    count: int
    why: str


def bind(operand: Operand, parameters: Sequence[Wire]) -> Wire | None:
    """The wire value of a literal or parameter, nested ones included; None for what depends on the item."""
    match operand:
        case Value():
            return operand.wire
        case Parameter():
            return parameters[operand.number]
        case ListOf():
            members = [bind(one, parameters) for one in operand.members]
            return None if None in members else {"L": members}
        case SetOf():
            return _set([bind(one, parameters) for one in operand.members])
        case MapOf():
            pairs = {name: bind(one, parameters) for name, one in operand.members}
            return None if None in pairs.values() else {"M": pairs}
    return None


def _set(members: Sequence[Wire | None]) -> Wire | None:
    tags = {tag_of(one) for one in members if one is not None}
    if None in members or len(tags) != 1 or not tags <= {"S", "N", "B"}:
        return None
    tag = tags.pop()
    return {f"{tag}S": [one[tag] for one in members if one is not None]}


def check_parameters(parsed: Sequence[Parsed], parameters: Sequence[Wire]) -> tuple[tuple[Wire, ...], ...]:
    """The parameters of each statement, in order; InputError when they are too few or too many."""
    wanted = sum(one.parameters for one in parsed)
    if wanted != len(parameters):
        raise InputError(
            "parameters",
            f"The statement has {wanted} parameter{'' if wanted == 1 else 's'} (?) and {len(parameters)} "
            f"value{' was' if len(parameters) == 1 else 's were'} given. Enter one for each, in their order.",
        )
    found, place = [], 0
    for one in parsed:
        found.append(tuple(parameters[place : place + one.parameters]))
        place += one.parameters
    return tuple(found)


def reach_of(table: Table, parsed: Parsed, parameters: Sequence[Wire]) -> Reach:
    """How DynamoDB will find what the statement names. InputError for an index that the table does not have.

    Source: Developer Guide, PartiQL select statements: a partition key given by ``=`` or ``IN`` (or several of those joined by OR)
    is read by its key, everything else is a full scan.
    """
    if isinstance(parsed.statement, Insert):
        return Reach("get", 1, "INSERT writes one item.")
    partition, sort, where_from = _keys(table, parsed.index, parsed.line)
    where = _where(parsed)
    if len(partition) > 1 or len(sort) > 1:
        raise InputError(
            FIELD,
            f"DynamoDB's PartiQL cannot read the index {parsed.index}: its key has several attributes. Use the query builder for it.",
        )
    part = partition[0]
    count = _given(where, part.name)
    check_order(parsed, part, sort[0] if sort else None, count)
    if count is None:
        return Reach("scan", 1, _why_all(where, part.name, where_from))
    _check_types(parsed, where, (*partition, *sort), parameters)
    if sort and not parsed.index and _given(where, sort[0].name) is not None:
        both = count * (_given(where, sort[0].name) or 1)
        return Reach(
            "get", both, f"{part.name} and {sort[0].name} are given, so {_amount(both, 'item')} read by key."
        )
    if not sort and not parsed.index:
        return Reach("get", count, f"{part.name} is given, so {_amount(count, 'item')} read by key.")
    return Reach(
        "query", count, f"{part.name} is given, so {_amount(count, f'partition of {where_from}')} read."
    )


def _why_all(where: Condition | None, name: str, where_from: str) -> str:
    """Why everything is read; a name where a text was meant is the usual reason."""
    named = next(
        (
            str(other.path[0])
            for part in _conjuncts(where)
            if isinstance(part, Compare) and part.op == "="
            for one, other in ((part.left, part.right), (part.right, part.left))
            if _is(one, name) and isinstance(other, Attribute) and len(other.path) == 1
        ),
        None,
    )
    if named is not None:
        text = "'" + named.replace("'", "''") + "'"
        return f"{name} is compared with the attribute {named}, so DynamoDB reads all of {where_from}. A text is in single quotes: {text}."
    why = "There is no WHERE" if where is None else f"The WHERE does not give {name} by = or IN in every case"
    return f"{why}, so DynamoDB reads all of {where_from}."


def key_given(table: Table, parsed: Parsed, parameters: Sequence[Wire]) -> Item:
    """The one item that an UPDATE, DELETE, INSERT or a SELECT of a batch names, by its whole key.

    InputError when WHERE does not give every key attribute by ``=`` and a value, which DynamoDB asks for.
    """
    if isinstance(parsed.statement, Insert):
        try:
            return key_of(table, item_given(table, parsed.statement, parameters))
        except InputError as error:
            raise InputError(FIELD, f"Line {parsed.line}: {error.rule}") from error
    equal = _equalities(_where(parsed), parameters)
    key: Item = {}
    parts = [(table.partition, MAX_PARTITION_BYTES)] + ([(table.sort, MAX_SORT_BYTES)] if table.sort else [])
    for part, most in parts:
        values = equal.get(part.name, [])
        if not values or any(not same(values[0], other) for other in values):
            names = " and ".join(table.key_names)
            raise InputError(
                FIELD,
                f"Line {parsed.line}: WHERE has to give the item's whole key, {names}, each by = and one value, joined by AND.",
            )
        if problem := key_problem(part, values[0], most):
            raise InputError(FIELD, f"Line {parsed.line}: {part.name}: {problem}")
        key[part.name] = values[0]
    return key


def item_given(table: Table, statement: Insert, parameters: Sequence[Wire]) -> Item:
    """The item that an INSERT writes; InputError when it is none or holds what is computed."""
    value = bind(statement.item, parameters)
    if value is None or "M" not in value:
        raise InputError(
            FIELD,
            f"What is inserted into {table.name} is a map with values or parameters only: {{'name': 'text'}}.",
        )
    item: Item = value["M"]
    return item


def _where(parsed: Parsed) -> Condition | None:
    statement = parsed.statement
    if isinstance(statement, Exists):
        return statement.select.where
    return None if isinstance(statement, Insert) else statement.where


def _keys(table: Table, index: str, line: int) -> tuple[tuple[KeyPart, ...], tuple[KeyPart, ...], str]:
    if not index:
        return (table.partition,), (table.sort,) if table.sort else (), "the table"
    found = table.index(index)
    if found is None:
        known = ", ".join(sorted(one.name for one in table.indexes)) or "none"
        raise InputError(FIELD, f"Line {line}: The table {table.name} has no index {index}; it has: {known}.")
    return found.partition, found.sort, f"the index {index}"


def _given(where: Condition | None, name: str) -> int | None:
    """How many values of the attribute the condition lets through at most; None when it does not bound them."""
    match where:
        case Compare(op="=") if _is(where.left, name) != _is(where.right, name):
            return 1 if _constant(where.right if _is(where.left, name) else where.left) else None
        case In() if _is(where.operand, name):
            return len(where.options) if all(map(_constant, where.options)) else None
        case And():
            return min(
                (count for part in where.all if (count := _given(part, name)) is not None), default=None
            )
        case Or():
            counts = [_given(part, name) for part in where.any]
            return None if None in counts else sum(count for count in counts if count is not None)
    return None


def _is(operand: Operand, name: str) -> bool:
    return isinstance(operand, Attribute) and operand.path == (name,)


def _constant(operand: Operand) -> bool:
    return isinstance(operand, Value | Parameter)


def _conjuncts(where: Condition | None) -> list[Condition]:
    if isinstance(where, And):
        return [part for each in where.all for part in _conjuncts(each)]
    return [] if where is None else [where]


def _equalities(where: Condition | None, parameters: Sequence[Wire]) -> dict[str, list[Wire]]:
    """Attribute to the values that WHERE says it equals, as far as they are joined by AND."""
    found: dict[str, list[Wire]] = {}
    for part in _conjuncts(where):
        if not isinstance(part, Compare) or part.op != "=":
            continue
        for left, right in ((part.left, part.right), (part.right, part.left)):
            value = bind(right, parameters)
            if isinstance(left, Attribute) and len(left.path) == 1 and value is not None:
                found.setdefault(str(left.path[0]), []).append(value)
    return found


def _check_types(
    parsed: Parsed, where: Condition | None, keys: Sequence[KeyPart], parameters: Sequence[Wire]
) -> None:
    """InputError when a key attribute is compared with a value of another type, which DynamoDB refuses."""
    equal = _equalities(where, parameters)
    for key in keys:
        for value in equal.get(key.name, ()):
            if tag_of(value) != key.tag:
                raise InputError(
                    FIELD,
                    f"Line {parsed.line}: {key.name} is a key of type {TYPE_NAMES[key.tag]} and is compared with a "
                    f"{TYPE_NAMES[tag_of(value)]}.{_TYPE_HINTS.get((key.tag, tag_of(value)), '')}",
                )


def _amount(count: int, what: str) -> str:
    """``one item is``, ``at most 3 partitions of the table are``."""
    if count == 1:
        return f"one {what} is"
    word, _, rest = what.partition(" ")
    return f"at most {count} {word}s {rest + ' ' if rest else ''}are"
