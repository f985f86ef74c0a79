"""From rows to a condition and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dashboard.core import numbers
from dashboard.core.errors import InputError
from dashboard.core.expressions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Exists,
    In,
    Not,
    NotExists,
    Or,
    Path,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import Wire, compact, tag_of, to_bytes
from dashboard.tables.core.builder import ROOT, Group, Part, Row
from dashboard.tables.core.operators import KINDS, OPERATORS, guess
from dashboard.tables.core.search import parse_path, path_words
from dashboard.tables.core.values import check_value

Declared = Mapping[str, str]
"""Key attribute to its declared type."""
_COMPARE = ("=", "<>", "<", "<=", ">", ">=")
_PLAIN = ("S", "N", "B")


def condition_of(group: Group, declared: Declared) -> Condition | None:
    """The condition that the rows are, None when all are blank; InputError whose field is the place of the row and the input in it."""
    return _grouped(group, ROOT, declared)


def _grouped(group: Group, path: str, declared: Declared) -> Condition | None:
    parts = [_part(member, f"{path}.{place}", declared) for place, member in enumerate(group.members)]
    held = tuple(part for part in parts if part is not None)
    if not held:
        return None
    if len(held) == 1:
        return held[0] if group.join in ("all", "any") else Not(held[0])
    match group.join:
        case "all":
            return And(held)
        case "any":
            return Or(held)
        case "none":
            return Not(Or(held))
        case _:
            return Not(And(held))


def _part(part: Part, path: str, declared: Declared) -> Condition | None:
    if isinstance(part, Group):
        return _grouped(part, path, declared)
    return None if part.blank else _compared(part, path, declared)


def _compared(row: Row, path: str, declared: Declared) -> Condition:
    attribute = _path(row.attribute, f"{path}.attr")
    op = row.op
    if op.startswith("!"):
        return Not(_plain(row, op[1:], attribute, path, declared))
    return _plain(row, op, attribute, path, declared)


def _plain(row: Row, op: str, attribute: Path, path: str, declared: Declared) -> Condition:
    if op == "exists":
        return Exists(attribute)
    if op == "missing":
        return NotExists(attribute)
    if op.startswith("type:"):
        return TypeIs(attribute, op.removeprefix("type:"))
    left: Path | Size = attribute
    if op.startswith("size:"):
        left, op = Size(attribute), op.removeprefix("size:")
    tag = declared_type(attribute, declared)
    if op in _COMPARE:
        return Compare(left, op, _operand(row, path, tag))
    values = _values(row, path, tag)
    if op == "between":
        return Between(left, values[0], values[1])
    if op == "in":
        return In(left, values)
    assert isinstance(left, tuple)
    return BeginsWith(left, values[0]) if op == "begins_with" else Contains(left, values[0])


def declared_type(path: Path, declared: Declared) -> str:
    """The declared type of a path that is a key attribute, else empty."""
    first = path[0]
    return declared.get(first, "") if len(path) == 1 and isinstance(first, str) else ""


def _path(text: str, field: str) -> Path:
    if not text.strip():
        raise InputError(field, "Name the attribute, or clear the value.")
    try:
        return parse_path(text)
    except InputError as error:
        raise InputError(field, error.rule) from error


def _operand(row: Row, path: str, tag: str) -> Wire | PathOperand | Size:
    if row.kind in ("path", "size"):
        other = _path(row.entered[0], f"{path}.v")
        return PathOperand(other) if row.kind == "path" else Size(other)
    return _values(row, path, tag)[0]


def _values(row: Row, path: str, tag: str) -> tuple[Wire, ...]:
    if row.kind not in KINDS or row.kind in ("path", "size"):
        raise InputError(
            f"{path}.kind", f"{OPERATORS[row.op].words} compares with values, not with another attribute."
        )
    entered = [(f"{path}.v", text) for text in row.entered]
    if OPERATORS[row.op].values == 2:
        entered[1] = (f"{path}.to", row.to)
    elif len(entered) > 1:  # the room for one more value that was left empty
        entered = [each for each in entered if each[1]] or entered[:1]
    return tuple(
        _value(text, row.kind or guess(row.op, text, tag), row.kind, field) for field, text in entered
    )


def _value(text: str, tag: str, kind: str, field: str) -> Wire:
    if not kind and text == "":
        raise InputError(
            field, "Enter the value; both are needed." if field.endswith(".to") else "Enter the value."
        )
    match tag:
        case "S":
            return {"S": text}
        case "N":
            if problem := numbers.problem(text.strip()):
                raise InputError(field, f"The value {problem}.")
            return {"N": text.strip()}
        case "B":
            return {"B": _binary(text.strip(), field)}
        case "BOOL":
            if text.strip().lower() not in ("true", "false"):
                raise InputError(field, "Enter true or false.")
            return {"BOOL": text.strip().lower() == "true"}
        case "NULL":
            return {"NULL": True}
        case _:
            return _json(text, field)


def _binary(text: str, field: str) -> str:
    try:
        to_bytes(text)
    except ValueError as error:
        raise InputError(field, "Binary is entered as base64, for example AAH/.") from error
    return text


def _json(text: str, field: str) -> Wire:
    try:
        value = json.loads(text)
        check_value((), value, 0)
    except (ValueError, RecursionError) as error:
        raise InputError(field, 'Enter DynamoDB\'s JSON, for example {"SS": ["a", "b"]}.') from error
    except InputError as error:
        raise InputError(field, error.rule) from error
    return dict(value)


def rows_of(condition: Condition | None, declared: Declared) -> Group:
    """The rows that show ``condition``; ``condition_of`` makes the same of them."""
    if condition is None:
        return Group()
    shown = _shown(condition, declared)
    return shown if isinstance(shown, Group) else Group("all", (shown,))


def _shown(condition: Condition, declared: Declared) -> Part:
    if isinstance(condition, And | Or):
        members = condition.all if isinstance(condition, And) else condition.any
        return Group(
            "all" if isinstance(condition, And) else "any",
            tuple(_shown(member, declared) for member in members),
        )
    if not isinstance(condition, Not):
        return _row(condition, "", declared)
    inner = condition.of
    if isinstance(inner, Between | In | BeginsWith | Contains) and not _sized(inner):
        return _row(inner, "!", declared)
    shown = _shown(inner, declared)
    if isinstance(shown, Group) and shown.join == "all":
        return Group("notall", shown.members)
    if isinstance(shown, Group) and shown.join == "any":
        return Group("none", shown.members)
    return Group("none", (shown,))


def _sized(condition: Between | In | BeginsWith | Contains) -> bool:
    return isinstance(condition, Between | In) and isinstance(condition.left, Size)


def _row(condition: Condition, negated: str, declared: Declared) -> Row:
    match condition:
        case Exists(path):
            return Row(path_words(path), "exists")
        case NotExists(path):
            return Row(path_words(path), "missing")
        case TypeIs(path, tag):
            return Row(path_words(path), f"type:{tag}")
        case BeginsWith(path, value):
            return _valued(path, f"{negated}begins_with", (value,), declared)
        case Contains(path, value):
            return _valued(path, f"{negated}contains", (value,), declared)
        case Between(left, low, high):
            return _valued(left, f"{negated}between", (low, high), declared)
        case In(left, values):
            return _valued(left, f"{negated}in", values, declared)
        case Compare(left, op, right):
            return _comparison(left, op, right, declared)
        case _:
            raise TypeError(type(condition))


def _comparison(left: Path | Size, op: str, right: Wire | PathOperand | Size, declared: Declared) -> Row:
    if isinstance(right, PathOperand | Size):
        path, code = _left(left, op)
        kind = "size" if isinstance(right, Size) else "path"
        return Row(path_words(path), code, (path_words(right.path),), kind=kind)
    return _valued(left, op, (right,), declared)


def _left(left: Path | Size, op: str) -> tuple[Path, str]:
    return (left.path, f"size:{op}") if isinstance(left, Size) else (left, op)


def _valued(left: Path | Size, op: str, values: Sequence[Wire], declared: Declared) -> Row:
    path, code = _left(left, op)
    kind, texts = _texts(code, values, declared_type(path, declared))
    if OPERATORS[code].values == 2:
        return Row(path_words(path), code, texts[:1], texts[1], kind)
    return Row(path_words(path), code, texts, "", kind)


def _texts(op: str, values: Sequence[Wire], tag: str) -> tuple[str, tuple[str, ...]]:
    """The kind and the texts of the values: automatic where that means the same, else their type, else DynamoDB's JSON."""
    tags = {tag_of(value) for value in values}
    one = tags.pop() if len(tags) == 1 else ""
    if one == "BOOL":
        return one, tuple("true" if value["BOOL"] else "false" for value in values)
    if one == "NULL" and len(values) == 1:
        return one, ("",)
    texts = tuple(str(value[one]) for value in values) if one in _PLAIN else ()
    if not texts or not all(_enterable(text, one, len(texts)) for text in texts):
        return "json", tuple(compact(value) for value in values)
    if all(text and guess(op, text, tag) == one for text in texts):
        return "", texts
    return one, texts


def _enterable(text: str, tag: str, count: int) -> bool:
    """Whether an input of one line gives the text back: no line break or other control character, empty only as the one string."""
    if not text:
        return tag == "S" and count == 1
    return tag != "S" or all(character >= " " for character in text)
