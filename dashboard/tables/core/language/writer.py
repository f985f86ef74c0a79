"""From a condition to its text; reading it again gives the same condition."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import Any

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
from dashboard.core.wire import Wire, tag_of
from dashboard.tables.core.language.tokens import FIELD, KEYWORDS, NOT_NUMBERS

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def where_text(condition: Condition) -> str:
    """The text of ``condition``; groups of one are written as their part. InputError for a number that is none."""
    return _text(condition)


def path_words(path: Path) -> str:
    """The text of a path: ``a.b[0]``, with double quotes round names that are no plain words."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + _name(part)
    return text


def value_text(value: Wire) -> str:
    """The text of a value."""
    tag = tag_of(value)
    inner = value[tag]
    if tag == "S":
        return _quoted(inner)
    if tag == "N":
        return _number(inner)
    if tag == "B":
        return f"b{_quoted(inner)}"
    if tag in ("SS", "NS", "BS"):
        return "<<" + ", ".join(value_text({tag[0]: part}) for part in inner) + ">>"
    if tag == "L":
        return "[" + ", ".join(map(value_text, inner)) + "]"
    if tag == "M":
        return "{" + ", ".join(f"{_quoted(name)}: {value_text(part)}" for name, part in inner.items()) + "}"
    return "null" if tag == "NULL" else str(inner).lower()


def _number(text: str) -> str:
    """As written; a text that is no number would be read as a name."""
    if numbers.parse(text) is None:
        raise InputError(FIELD, f"The number {numbers.problem(text)}.")
    return text


def _name(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.upper() not in KEYWORDS | NOT_NUMBERS
    return name if plain else '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _operand(operand: Path | Size | PathOperand | Wire) -> str:
    if isinstance(operand, Size):
        return f"size({path_words(operand.path)})"
    if isinstance(operand, PathOperand):
        return path_words(operand.path)
    return path_words(operand) if isinstance(operand, tuple) else value_text(operand)


@singledispatch
def _text(condition: Any) -> str:
    raise TypeError(f"not a condition: {type(condition).__name__}")


@_text.register
def _(condition: Compare) -> str:
    return f"{_operand(condition.left)} {condition.op} {_operand(condition.right)}"


@_text.register
def _(condition: Between) -> str:
    return f"{_operand(condition.left)} BETWEEN {value_text(condition.low)} AND {value_text(condition.high)}"


@_text.register
def _(condition: In) -> str:
    return f"{_operand(condition.left)} IN ({', '.join(map(value_text, condition.values))})"


@_text.register
def _(condition: BeginsWith) -> str:
    return f"begins_with({path_words(condition.path)}, {value_text(condition.prefix)})"


@_text.register
def _(condition: Contains) -> str:
    return f"contains({path_words(condition.path)}, {value_text(condition.value)})"


@_text.register
def _(condition: TypeIs) -> str:
    return f"attribute_type({path_words(condition.path)}, {_quoted(condition.tag)})"


@_text.register
def _(condition: Exists) -> str:
    return f"attribute_exists({path_words(condition.path)})"


@_text.register
def _(condition: NotExists) -> str:
    return f"attribute_not_exists({path_words(condition.path)})"


@_text.register
def _(condition: Not) -> str:
    return f"NOT {_grouped(condition.of)}"


@_text.register
def _(condition: And) -> str:
    return " AND ".join(map(_grouped, condition.all)) if len(condition.all) > 1 else _text(condition.all[0])


@_text.register
def _(condition: Or) -> str:
    return " OR ".join(map(_grouped, condition.any)) if len(condition.any) > 1 else _text(condition.any[0])


def _grouped(condition: Condition) -> str:
    """In brackets where it would otherwise join its neighbours; a group of one counts as its part."""
    while isinstance(condition, And | Or) and len(parts := _parts(condition)) == 1:
        condition = parts[0]
    text = _text(condition)
    return f"({text})" if isinstance(condition, And | Or) else text


def _parts(group: And | Or) -> tuple[Condition, ...]:
    return group.all if isinstance(group, And) else group.any
