"""From conditions and actions to DynamoDB's expressions, in PynamoDB's language.

Every name becomes ``#n`` and every value ``:n``, so nothing a person wrote is ever read as syntax.
"""

# PynamoDB's conditions have no types of their own.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from pynamodb.expressions.condition import (
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    Exists,
    In,
    IsType,
    Not,
    NotExists,
)
from pynamodb.expressions.operand import Path, Value, _Operand, _Size
from pynamodb.expressions.update import Action, RemoveAction, SetAction, Update

from dashboard.aws.values import to_sending
from dashboard.core import expressions as core
from dashboard.core.wire import Wire, tag_of

MOST_EXPRESSION_BYTES = 4096
"""Of one expression with its placeholders; Developer Guide, "Quotas", expression parameters."""


class Name(Path):
    """A path taken literally. PynamoDB's own reads dots and brackets in a string as syntax and refuses an empty name."""

    def __init__(self, segments: core.Path) -> None:
        if not segments or not isinstance(segments[0], str):
            raise ValueError("a path begins with the name of an attribute")
        self.attribute = None  # type: ignore[assignment]
        self.attr_type = None
        self.values = (list(segments),)

    def _serialize_value(self, value: list[str | int], names: dict[str, str], values: Any) -> str:
        text = ""
        for segment in value:
            if isinstance(segment, int):
                text += f"[{segment}]"
            else:
                text += ("." if text else "") + names.setdefault(segment, f"#{len(names)}")
        return text


class Literal(Value):
    """A wire value as it stands: PynamoDB's own guesses whether a dict is one."""

    def __init__(self, wire: Wire) -> None:
        self.attr_type = tag_of(wire)
        self.values = (to_sending(wire),)


class Joined(Condition):
    """Any number of conditions with AND or OR between them, without the nesting of pairs: it neither recurses nor grows."""

    def __init__(self, operator: str, parts: Sequence[Condition], enclosed: bool) -> None:
        super().__init__(operator, *parts)
        joined = f" {operator} ".join(f"{{{number}}}" for number in range(len(parts)))
        self.format_string = f"({joined})" if enclosed else joined


class Expressions:
    """The expressions of one request, which share their names and values."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self.parts: dict[str, str] = {}

    def condition(self, parameter: str, condition: core.Condition | None) -> None:
        """Add ``ConditionExpression``, ``FilterExpression`` or ``KeyConditionExpression``; None adds nothing."""
        if condition is not None:
            self.parts[parameter] = compiled(condition).serialize(self._names, self._values)

    def update(self, actions: Sequence[core.Action]) -> None:
        """Add ``UpdateExpression``."""
        update = Update(*(_action(action) for action in actions))
        self.parts["UpdateExpression"] = update.serialize(self._names, self._values) or ""

    def projection(self, fields: Sequence[core.Path]) -> None:
        """Add ``ProjectionExpression`` when there are fields."""
        if fields:
            texts = [Name(path).serialize(self._names, self._values) for path in fields]
            self.parts["ProjectionExpression"] = ", ".join(texts)

    def arguments(self) -> dict[str, Any]:
        """All of it as arguments of a call."""
        arguments: dict[str, Any] = dict(self.parts)
        if self._names:
            arguments["ExpressionAttributeNames"] = {short: name for name, short in self._names.items()}
        if self._values:
            arguments["ExpressionAttributeValues"] = self._values
        return arguments


def expression_bytes(condition: core.Condition) -> int:
    """How long the condition's expression is; AWS refuses more than ``MOST_EXPRESSION_BYTES``."""
    return len(compiled(condition).serialize({}, {}).encode())


def update_bytes(actions: Sequence[core.Action]) -> int:
    """How long the update's expression is; the same limit holds for it."""
    expressions = Expressions()
    expressions.update(actions)
    return len(expressions.parts["UpdateExpression"].encode())


def compiled(condition: core.Condition) -> Condition:
    """PynamoDB's form of the condition; the outermost AND has no brackets, as a key condition wants it."""
    if isinstance(condition, core.And):
        return _joined("AND", _flat(core.And, condition), enclosed=False)
    return _compile(condition)


def _joined(operator: str, parts: Sequence[core.Condition], enclosed: bool) -> Condition:
    if not parts:
        raise ValueError(f"{operator} of nothing")
    if len(parts) == 1:
        return _compile(parts[0])
    return Joined(operator, [_compile(part) for part in parts], enclosed)


def _flat(kind: type[core.And] | type[core.Or], condition: core.Condition) -> list[core.Condition]:
    """The parts, with those of nested conditions of the same kind in their place; without recursion."""
    parts: list[core.Condition] = []
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, kind):
            waiting.extend(reversed(part.all if isinstance(part, core.And) else part.any))
        else:
            parts.append(part)
    return parts


def _operand(operand: core.Path | core.Size | core.PathOperand | Wire) -> _Operand:
    if isinstance(operand, core.Size):
        return _Size(Name(operand.path))
    if isinstance(operand, core.PathOperand):
        return Name(operand.path)
    return Name(operand) if isinstance(operand, tuple) else Literal(operand)


@singledispatch
def _compile(condition: Any) -> Condition:
    raise TypeError(f"not a condition: {type(condition).__name__}")


@_compile.register
def _(condition: core.Compare) -> Condition:
    return Comparison(condition.op, _operand(condition.left), _operand(condition.right))


@_compile.register
def _(condition: core.Between) -> Condition:
    return Between(_operand(condition.left), Literal(condition.low), Literal(condition.high))


@_compile.register
def _(condition: core.In) -> Condition:
    if not 1 <= len(condition.values) <= 100:
        raise ValueError("IN takes 1 to 100 values")
    return In(_operand(condition.left), *(Literal(value) for value in condition.values))


@_compile.register
def _(condition: core.BeginsWith) -> Condition:
    return BeginsWith(Name(condition.path), Literal(condition.prefix))


@_compile.register
def _(condition: core.Contains) -> Condition:
    return Contains(Name(condition.path), Literal(condition.value))


@_compile.register
def _(condition: core.TypeIs) -> Condition:
    return IsType(Name(condition.path), Literal({"S": condition.tag}))


@_compile.register
def _(condition: core.Exists) -> Condition:
    return Exists(Name(condition.path))


@_compile.register
def _(condition: core.NotExists) -> Condition:
    return NotExists(Name(condition.path))


@_compile.register
def _(condition: core.Not) -> Condition:
    return Not(_compile(condition.of))


@_compile.register
def _(condition: core.And) -> Condition:
    return _joined("AND", _flat(core.And, condition), enclosed=True)


@_compile.register
def _(condition: core.Or) -> Condition:
    return _joined("OR", _flat(core.Or, condition), enclosed=True)


def _action(action: core.Action) -> Action:
    if isinstance(action, core.Set):
        return SetAction(Name(action.path), Literal(action.value))
    return RemoveAction(Name(action.path))
