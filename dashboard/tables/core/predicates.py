"""Whether DynamoDB would take a condition, with a sentence that names the place when it would not.

Sources: Developer Guide, "Comparison operator and function reference" and "Quotas" (expression parameters); the refusals in words are
DynamoDB's own validation errors. Where a comparison is taken but can match no item, such as a string key against a number, it is
refused too: reading a table for nothing is never what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.core import numbers
from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    In,
    Not,
    Or,
    Path,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import TAGS, TYPE_NAMES, Wire, tag_of
from dashboard.tables.core.conditions import MAX_EXPRESSION_BYTES, MAX_OPERATORS
from dashboard.tables.core.evaluate import ordered
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, key_problem
from dashboard.tables.core.language import path_words, value_text
from dashboard.tables.core.language.tokens import FIELD
from dashboard.tables.core.parts import Simple, expression_bytes, paths, subject, values
from dashboard.tables.core.values import MAX_NESTING, check_name, check_value

MAX_IN = 100
"""Values of one IN."""
OPERATORS = ("=", "<>", "<", "<=", ">", ">=")
_ORDERED = ("S", "N", "B")


def check(table: Table, condition: Condition | None) -> None:
    """Raise InputError (field ``where``) for the first thing in ``condition`` that DynamoDB would refuse or that can match nothing."""
    if condition is None:
        return
    _check_groups(condition)
    for simple, negated in _signed(condition, False):
        try:
            _check_simple(table, simple)
            _check_key(table, simple, negated)
        except InputError as error:
            raise InputError(FIELD, error.rule) from error
    if (count := _operators(condition)) > MAX_OPERATORS:
        raise InputError(
            FIELD,
            f"The condition has {count:,} operators and functions; DynamoDB takes at most {MAX_OPERATORS}.",
        )
    if (length := expression_bytes(condition)) > MAX_EXPRESSION_BYTES:
        raise InputError(
            FIELD,
            f"The condition's expression is {length:,} bytes long even with short names; DynamoDB takes at most "
            f"{MAX_EXPRESSION_BYTES:,}. Search in several steps.",
        )


def _check_groups(condition: Condition) -> None:
    if isinstance(condition, Not):
        _check_groups(condition.of)
    elif isinstance(condition, And | Or):
        parts = condition.all if isinstance(condition, And) else condition.any
        if not parts:
            raise InputError(FIELD, "A group of the condition is empty.")
        for part in parts:
            _check_groups(part)


def _signed(condition: Condition, negated: bool) -> Iterator[tuple[Simple, bool]]:
    """The conditions without others in them, in the order written, each with whether an odd number of NOTs turns it round."""
    if isinstance(condition, And | Or):
        for part in condition.all if isinstance(condition, And) else condition.any:
            yield from _signed(part, negated)
    elif isinstance(condition, Not):
        yield from _signed(condition.of, not negated)
    else:
        yield condition, negated


def _operators(condition: Condition) -> int:
    """As DynamoDB counts: each comparison, function (``size`` too), AND, OR and NOT."""
    if isinstance(condition, And | Or):
        parts = condition.all if isinstance(condition, And) else condition.any
        return sum(map(_operators, parts)) + len(parts) - 1
    if isinstance(condition, Not):
        return _operators(condition.of) + 1
    return 1 + sum(isinstance(getattr(condition, side, None), Size) for side in ("left", "right"))


def _check_simple(table: Table, condition: Simple) -> None:
    for path in paths(condition):
        _check_path(path)
    where = path_words(subject(condition))
    for value in values(condition):
        check_value(subject(condition), value, 0)
    if isinstance(condition, In) and not 1 <= len(condition.values) <= MAX_IN:
        raise InputError(FIELD, f"{where}: IN takes 1 to {MAX_IN} values and has {len(condition.values)}.")
    if isinstance(condition, TypeIs) and condition.tag not in TAGS:
        raise InputError(FIELD, f"{where}: The type is one of {', '.join(TAGS)}.")
    _check_operands(where, condition)
    _check_size(where, condition)


def _check_path(path: Path) -> None:
    if not path or not isinstance(path[0], str):
        raise InputError(FIELD, "A path begins with the name of an attribute, not with a place in a list.")
    if len(path) > MAX_NESTING:
        raise InputError(
            FIELD,
            f"{path_words(path[:3])}…: The path has {len(path)} parts; DynamoDB takes at most {MAX_NESTING}.",
        )
    for place, part in enumerate(path):
        if isinstance(part, str):
            check_name(path[:place], part)
        elif part < 0:
            raise InputError(
                FIELD, f"{path_words(path[:place])}: A place in a list is a whole number from 0."
            )


def _check_operands(where: str, condition: Simple) -> None:
    """Types of the values against the operator."""
    if isinstance(condition, Compare):
        _check_compare(where, condition)
    elif isinstance(condition, BeginsWith) and (tag := tag_of(condition.prefix)) not in ("S", "B"):
        raise InputError(
            FIELD,
            f"{where}: begins_with takes a string or binary, not a {TYPE_NAMES[tag]}. Compare numbers with < and >.",
        )
    elif isinstance(condition, Between):
        _check_between(where, condition)


def _check_compare(where: str, condition: Compare) -> None:
    if condition.op not in OPERATORS:
        raise InputError(FIELD, f"{where}: The comparison is one of {' '.join(OPERATORS)}.")
    right = condition.right
    if isinstance(right, PathOperand | Size):
        same_side = condition.left == (right.path if isinstance(right, PathOperand) else right)
        if same_side:
            raise InputError(FIELD, f"{where}: It is compared with itself. Both sides have to differ.")
        return
    if condition.op not in ("=", "<>") and (tag := tag_of(right)) not in _ORDERED:
        raise InputError(
            FIELD,
            f"{where}: A {TYPE_NAMES[tag]} has no order, so {condition.op} cannot compare with it. "
            "Only strings, numbers and binary have one; use = or <>.",
        )


def _check_between(where: str, condition: Between) -> None:
    low, high = tag_of(condition.low), tag_of(condition.high)
    for tag in (low, high):
        if tag not in _ORDERED:
            raise InputError(
                FIELD,
                f"{where}: A {TYPE_NAMES[tag]} has no order; BETWEEN takes strings, numbers or binary.",
            )
    if low != high:
        raise InputError(
            FIELD,
            f"{where}: BETWEEN takes two values of one type, not a {TYPE_NAMES[low]} and a {TYPE_NAMES[high]}.",
        )
    if ordered(condition.high, "<", condition.low):
        raise InputError(
            FIELD, f"{where}: The upper value of BETWEEN must not be smaller than the lower one."
        )


def _check_size(where: str, condition: Simple) -> None:
    if not isinstance(condition, Compare | Between | In):
        return
    sized = isinstance(condition.left, Size)
    held = values(condition)
    if isinstance(condition, Compare) and isinstance(condition.right, Size):
        return
    wrong = next((tag_of(value) for value in held if tag_of(value) != "N"), None) if sized else None
    if wrong:
        raise InputError(
            FIELD, f"size({where}): A size is a number and can never be compared with a {TYPE_NAMES[wrong]}."
        )


def _check_key(table: Table, condition: Simple, negated: bool) -> None:
    """A key attribute is always there, of its own type, neither empty nor longer than a key can be. NOT ``<>`` is an equality."""
    path = subject(condition)
    part, limit = _key_part(table, path[0])
    if part is None or (isinstance(condition, Compare | Between | In) and isinstance(condition.left, Size)):
        return
    if len(path) > 1:
        raise InputError(
            FIELD,
            f"{path_words(path)}: {part.name} is a key and a {TYPE_NAMES[part.tag]}; it has nothing inside.",
        )
    if isinstance(condition, TypeIs) and condition.tag != part.tag:
        raise InputError(
            FIELD,
            f"{path_words(path)}: It is a key and always a {TYPE_NAMES[part.tag]}; no item would match.",
        )
    if isinstance(condition, Compare) and condition.op == "<>" and not negated:
        return
    for value in values(condition):
        _check_key_value(part, value, limit, exact=_is_exact(condition))


def _is_exact(condition: Simple) -> bool:
    return isinstance(condition, In) or (isinstance(condition, Compare) and condition.op == "=")


def _check_key_value(part: KeyPart, value: Wire, limit: int, exact: bool) -> None:
    where = path_words((part.name,))
    if (tag := tag_of(value)) != part.tag:
        hint = _spelling(part, value)
        raise InputError(
            FIELD,
            f"{where}: It is a key and always a {TYPE_NAMES[part.tag]}, so no item matches a {TYPE_NAMES[tag]}.{hint}",
        )
    if exact and (problem := key_problem(part, value, limit)):
        raise InputError(FIELD, f"{where}: {problem} No item has such a key.")


def _spelling(part: KeyPart, value: Wire) -> str:
    """The same characters as a value of the key's type, for who wrote a condition as text or chose the type in a row."""
    if part.tag == "S" and "N" in value:
        return f" Compare it with the text {value_text({'S': value['N']})}."
    if part.tag == "N" and "S" in value and not numbers.problem(value["S"]):
        return f" Compare it with the number {value['S']}, without quotes."
    return ""


def _key_part(table: Table, name: str | int) -> tuple[KeyPart | None, int]:
    if name == table.partition.name:
        return table.partition, MAX_PARTITION_BYTES
    return (table.sort if table.sort is not None and name == table.sort.name else None), MAX_SORT_BYTES
