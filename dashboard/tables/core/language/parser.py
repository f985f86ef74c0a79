"""From the text of a condition to its value."""

from __future__ import annotations

from collections.abc import Callable

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
from dashboard.core.wire import TAGS, Wire
from dashboard.tables.core.language.literals import read_literal
from dashboard.tables.core.language.stream import Stream
from dashboard.tables.core.language.tokens import FIELD, NOT_NUMBERS, OPERATORS, Token, refuse

MAX_GROUPS = 100
"""Groups and NOTs inside one another."""
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
Operand = Path | Size | Wire


def parse_where(text: str) -> Condition:
    """The condition that ``text`` spells; InputError (field ``where``) names the column and the rule."""
    stream = Stream(text)
    if stream.next.kind == "end":
        raise InputError(FIELD, "The condition is empty. Write for example status = 'open', or leave it out.")
    condition = _any(stream, 0)
    if stream.next.kind != "end":
        raise stream.unexpected("AND, OR or the end of the condition")
    return condition


def parse_path(text: str) -> Path:
    """The path that ``text`` spells, ``a.b[0]`` or ``"we.ird"[1]``; InputError (field ``field``) when it is none."""
    try:
        stream = Stream(text)
        path = _path(stream)
        if stream.next.kind != "end":
            raise stream.unexpected("the end of the name")
    except InputError as error:
        raise InputError("field", error.rule) from error
    return path


def _any(stream: Stream, depth: int) -> Condition:
    parts = _joined(stream, "OR", depth, _all)
    return parts[0] if len(parts) == 1 else Or(parts)


def _all(stream: Stream, depth: int) -> Condition:
    parts = _joined(stream, "AND", depth, _not)
    return parts[0] if len(parts) == 1 else And(parts)


def _joined(
    stream: Stream, word: str, depth: int, part: Callable[[Stream, int], Condition]
) -> tuple[Condition, ...]:
    parts = [part(stream, depth)]
    while stream.took("keyword", word):
        parts.append(part(stream, depth))
    return tuple(parts)


def _not(stream: Stream, depth: int) -> Condition:
    column = stream.next.column
    if depth > MAX_GROUPS:
        raise refuse(column, f"More than {MAX_GROUPS} groups are inside one another.")
    if stream.took("keyword", "NOT"):
        return Not(_not(stream, depth + 1))
    if stream.took("mark", "("):
        inner = _any(stream, depth + 1)
        stream.expect("mark", ")", f"a ) for the ( at column {column}")
        return inner
    return _term(stream)


def _term(stream: Stream) -> Condition:
    function = _FUNCTIONS.get(stream.next.text.lower()) if stream.calls() else None
    if function is not None:
        return function(stream)
    column = stream.next.column
    left = _operand(stream)
    if stream.took("keyword", "BETWEEN"):
        low = _value(stream, "the lower value")
        stream.expect("keyword", "AND", "AND and the upper value of BETWEEN")
        return Between(_attribute(left, column), low, _value(stream, "the upper value"))
    if stream.took("keyword", "IN"):
        return In(_attribute(left, column), _members(stream))
    return _comparison(stream, left, column)


def _comparison(stream: Stream, left: Operand, column: int) -> Condition:
    operator = stream.next.text if stream.next.kind == "mark" else ""
    if operator not in OPERATORS:
        raise stream.unexpected("a comparison (= <> < <= > >=), BETWEEN or IN")
    stream.take()
    right = _operand(stream)
    if isinstance(left, dict):  # 5 < total is total > 5
        if isinstance(right, dict):
            raise refuse(column, "Both sides are values. One side of a comparison is an attribute.")
        return Compare(right, _FLIPPED[operator], left)
    return Compare(left, operator, PathOperand(right) if isinstance(right, tuple) else right)


def _members(stream: Stream) -> tuple[Wire, ...]:
    stream.expect("mark", "(", "( and the values of IN")
    values = [_value(stream, "a value")]
    while stream.took("mark", ","):
        values.append(_value(stream, "a value"))
    stream.expect("mark", ")", ") after the values of IN")
    return tuple(values)


def _operand(stream: Stream) -> Operand:
    if stream.calls():
        if stream.next.text.lower() != "size":
            known = ", ".join(sorted({*_FUNCTIONS, "size"}))
            raise refuse(
                stream.next.column,
                f"There is no function {stream.next.text} that could stand here. The functions are {known}; only size gives a value.",
            )
        stream.take()
        return Size(_only_path(stream))
    if stream.next.kind == "name":
        return _path(stream)
    return _value(stream, "an attribute or a value")


def _attribute(operand: Operand, column: int) -> Path | Size:
    if isinstance(operand, dict):
        raise refuse(
            column, "A value stands here. On the left of BETWEEN and IN stands an attribute or its size."
        )
    return operand


def _path(stream: Stream) -> Path:
    parts: list[str | int] = [_name(stream, "the name of an attribute")]
    while True:
        if stream.took("mark", "."):
            parts.append(_name(stream, "the name after the dot"))
        elif stream.took("mark", "["):
            token = stream.next
            if token.kind != "number" or not token.text.isdigit() or len(token.text) > 9:
                raise stream.unexpected("the place in the list: a whole number from 0")
            parts.append(int(stream.take().text))
            stream.expect("mark", "]", "]")
        else:
            return tuple(parts)


def _name(stream: Stream, wanted: str) -> str:
    token = stream.next
    if token.kind == "keyword":
        raise refuse(
            token.column,
            f'{token.text} is a word of the language. An attribute of that name is written "{token.text}".',
        )
    if token.kind != "name":
        raise stream.unexpected(wanted)
    if not token.quoted and token.text.upper() in NOT_NUMBERS:
        raise refuse(
            token.column,
            f'DynamoDB has no number {token.text}. An attribute of that name is written "{token.text}".',
        )
    if not token.text:
        raise refuse(token.column, "The name is empty. A name has at least one character.")
    return stream.take().text


def _value(stream: Stream, wanted: str) -> Wire:
    if stream.next.kind == "name":
        token = stream.next
        if not token.quoted and token.text.upper() in NOT_NUMBERS:
            raise refuse(token.column, f"DynamoDB has no number {token.text}.")
        raise refuse(
            token.column,
            f"Expected {wanted} and found the name {_shown(token)}. Text stands in single quotes.",
        )
    return read_literal(stream, wanted)


def _shown(token: Token) -> str:
    return token.text if len(token.text) <= 40 else token.text[:40] + "…"


def _only_path(stream: Stream) -> Path:
    stream.expect("mark", "(", "(")
    path = _path(stream)
    stream.expect("mark", ")", ")")
    return path


def _exists(stream: Stream) -> Condition:
    stream.take()
    return Exists(_only_path(stream))


def _not_exists(stream: Stream) -> Condition:
    stream.take()
    return NotExists(_only_path(stream))


def _with_value(stream: Stream, wanted: str) -> tuple[Path, Wire, int]:
    stream.take()
    stream.expect("mark", "(", "(")
    path = _path(stream)
    stream.expect("mark", ",", f"a comma and {wanted}")
    column = stream.next.column
    value = _value(stream, wanted)
    stream.expect("mark", ")", ")")
    return path, value, column


def _begins_with(stream: Stream) -> Condition:
    path, value, _ = _with_value(stream, "what it begins with")
    return BeginsWith(path, value)


def _contains(stream: Stream) -> Condition:
    path, value, _ = _with_value(stream, "what it contains")
    return Contains(path, value)


def _type_is(stream: Stream) -> Condition:
    path, value, column = _with_value(stream, "the type")
    tag = value.get("S")
    if tag not in TAGS:
        raise refuse(column, f"The type is one of {', '.join(TAGS)} in single quotes.")
    return TypeIs(path, tag)


_FUNCTIONS: dict[str, Callable[[Stream], Condition]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _type_is,
    "begins_with": _begins_with,
    "contains": _contains,
}
