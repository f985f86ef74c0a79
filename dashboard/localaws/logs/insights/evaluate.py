"""Commands over rows: what a query answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, assert_never

from dashboard.localaws.logs.insights.functions import AGGREGATES, FUNCTIONS, floor_to
from dashboard.localaws.logs.insights.nodes import (
    Binary,
    Call,
    Column,
    Command,
    Dedup,
    Field,
    Fields,
    Filter,
    In,
    Like,
    Limit,
    Literal,
    Node,
    Parse,
    Sort,
    Stats,
    Unary,
)
from dashboard.localaws.logs.insights.rows import Row
from dashboard.localaws.logs.insights.values import Moment, Value, compare, number, order, rounded, text, true

DEFAULT = ("@timestamp", "@message")


@dataclass
class Outcome:
    """``columns`` in the order in which they are shown, ``matched`` events; ``grouped`` after ``stats``."""

    rows: list[Row]
    columns: list[str] = field(default_factory=list)
    matched: int = 0
    grouped: bool = False
    limit: int | None = None


class Evaluator:
    """``now`` is the query's time in milliseconds since 1970."""

    def __init__(self, now: int) -> None:
        self._now = now

    def run(self, commands: Sequence[Command], rows: Sequence[Row]) -> Outcome:
        """The answer to ``commands`` over ``rows``, which are given the latest first."""
        outcome = Outcome(list(rows), matched=len(rows))
        steps: dict[type, Callable[[Any, Outcome], None]] = {
            Fields: self._fields,
            Filter: self._filter,
            Parse: self._parse,
            Stats: self._stats,
            Sort: self._sort,
            Limit: self._limit,
            Dedup: self._dedup,
        }
        for command in commands:
            steps[type(command)](command, outcome)
        if not outcome.columns:
            outcome.columns = list(DEFAULT)
        return outcome

    def _fields(self, command: Fields, outcome: Outcome) -> None:
        names = [column.name for column in command.columns]
        outcome.columns = names if command.only else list(dict.fromkeys([*outcome.columns, *names]))
        for row in outcome.rows:
            self._name(row, command.columns)

    def _name(self, row: Row, columns: Sequence[Column]) -> None:
        for column in columns:
            if not (isinstance(column.node, Field) and column.node.name == column.name):
                row.named[column.name] = self.value(column.node, row)

    def _filter(self, command: Filter, outcome: Outcome) -> None:
        outcome.rows = [row for row in outcome.rows if true(self.value(command.condition, row))]
        if not outcome.grouped:
            outcome.matched = len(outcome.rows)

    def _parse(self, command: Parse, outcome: Outcome) -> None:
        outcome.columns = list(dict.fromkeys([*outcome.columns, *command.names])) if outcome.columns else []
        for row in outcome.rows:
            found = command.pattern.search(text(self.value(command.value, row)))
            groups = found.groups() if found else ()
            named = found.groupdict() if found else {}
            parts = [named[name] for name in command.names] if named else groups
            row.named.update(zip(command.names, parts, strict=False))

    def _stats(self, command: Stats, outcome: Outcome) -> None:
        groups: dict[tuple[str | None, ...], tuple[list[Value], list[Row]]] = {}
        for row in outcome.rows:
            values = [self.value(column.node, row) for column in command.by]
            key = tuple(None if value is None else text(value) for value in values)
            groups.setdefault(key, (values, []))[1].append(row)
        if not command.by and not groups:
            groups[()] = ([], [])
        made = []
        for values, rows in groups.values():
            named = dict(zip((column.name for column in command.by), values, strict=True))
            for column in command.columns:
                named[column.name] = self._aggregate(column.node, rows)
            when = next((value.millis for value in values if isinstance(value, Moment)), None)
            made.append(Row(when, named=named))
        outcome.rows = made
        outcome.columns = [column.name for column in (*command.by, *command.columns)]
        outcome.grouped = True

    def _aggregate(self, node: Node, rows: Sequence[Row]) -> Value:
        """An expression over aggregates; what is none of them is taken of the group's first row."""
        if isinstance(node, Call) and node.name in AGGREGATES:
            if node.arguments == (Literal("*"),):
                return Decimal(len(rows))
            values = [tuple(self.value(each, row) for each in node.arguments) for row in rows]
            return AGGREGATES[node.name].call(values)
        if isinstance(node, Call):
            return self._called(node.name, [self._aggregate(each, rows) for each in node.arguments], None)
        if isinstance(node, Binary):
            return self._binary(
                node.operator, self._aggregate(node.left, rows), self._aggregate(node.right, rows)
            )
        if isinstance(node, Unary):
            return self._unary(node.operator, self._aggregate(node.inner, rows))
        return self.value(node, rows[0]) if rows else None

    def _sort(self, command: Sort, outcome: Outcome) -> None:
        for node, descending in reversed(command.keys):
            valued = [(self.value(node, row), row) for row in outcome.rows]
            there = [(order(value), row) for value, row in valued if value is not None]
            there.sort(key=lambda pair: pair[0], reverse=descending)
            outcome.rows = [row for _, row in there] + [row for value, row in valued if value is None]

    def _limit(self, command: Limit, outcome: Outcome) -> None:
        outcome.limit = command.count
        outcome.rows = outcome.rows[: command.count]

    def _dedup(self, command: Dedup, outcome: Outcome) -> None:
        """Rows without one of the fields stay, as at AWS."""
        seen: set[tuple[str, ...]] = set()
        kept = []
        for row in outcome.rows:
            values = [self.value(node, row) for node in command.nodes]
            key = tuple(map(text, values))
            if None not in values and key in seen:
                continue
            seen.add(key)
            kept.append(row)
        outcome.rows = kept

    def value(self, node: Node, row: Row) -> Value:
        """An expression's value for one row, None when a field that it needs is missing."""
        if isinstance(node, Field):
            return row.get(node.name)
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Call):
            if (
                node.text in row.named
            ):  # a column that an earlier command made and that has this call's text as its name
                return row.named[node.text]
            return self._called(node.name, [self.value(each, row) for each in node.arguments], row)
        if isinstance(node, Unary):
            return self._unary(node.operator, self.value(node.inner, row))
        if isinstance(node, Like):
            shown = text(self.value(node.value, row))
            return (
                node.pattern in shown if isinstance(node.pattern, str) else bool(node.pattern.search(shown))
            )
        if isinstance(node, In):
            found = self.value(node.value, row)
            return any(compare("=", found, self.value(each, row)) for each in node.choices)
        if isinstance(node, Binary):
            return self._pair(node, row)
        assert_never(node)

    def _pair(self, node: Binary, row: Row) -> Value:
        if node.operator in ("and", "or"):
            first = true(self.value(node.left, row))
            if first == (node.operator == "or"):
                return first
            return true(self.value(node.right, row))
        return self._binary(node.operator, self.value(node.left, row), self.value(node.right, row))

    def _called(self, name: str, values: list[Value], row: Row | None) -> Value:
        if name == "now":
            return Decimal(self._now // 1000)
        if name == "bin":
            when = row.when if row else None
            return None if when is None else floor_to(when, text(values[0]))
        if name in AGGREGATES:
            return None
        return FUNCTIONS[name].call(*values)

    def _unary(self, operator: str, value: Value) -> Value:
        if operator == "not":
            return not true(value)
        found = number(value)
        return None if found is None else -found

    def _binary(self, operator: str, left: Value, right: Value) -> Value:
        if operator in ("=", "!=", "<", "<=", ">", ">="):
            return compare(operator, left, right)
        a, b = number(left), number(right)
        if a is None or b is None:
            return None
        try:
            return rounded(_ARITHMETIC[operator](a, b))
        except ArithmeticError:  # a division by zero, or a power that nothing can hold
            return None


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "^": lambda a, b: a**b,
}
