"""A query's text → its commands."""

from __future__ import annotations

import re
from collections.abc import Callable

from dashboard.localaws.logs.insights.expressions import Expressions
from dashboard.localaws.logs.insights.functions import AGGREGATES
from dashboard.localaws.logs.insights.nodes import (
    Binary,
    Call,
    Column,
    Command,
    Dedup,
    Field,
    Fields,
    Filter,
    Limit,
    Node,
    Parse,
    Sort,
    Stats,
    Unary,
)
from dashboard.localaws.logs.insights.tokens import QueryError, Token

MOST_ROWS = 10_000
_LONGEST = 10_000


def parse(query: str) -> tuple[Command, ...]:
    """The commands in their order; QueryError for anything that is none."""
    if len(query) > _LONGEST:
        raise QueryError(f"The query is longer than {_LONGEST} characters", _LONGEST, len(query))
    return _Commands(query).read()


class _Commands(Expressions):
    """``command | command | …``"""

    def read(self) -> tuple[Command, ...]:
        """The whole query."""
        found: list[Command] = []
        while True:
            found.append(self._command())
            if self.token.kind == "end":
                break
            self.take("|")
        self._no_stray_aggregate(found)
        return tuple(found)

    def _command(self) -> Command:
        token = self.token
        kinds: dict[str, Callable[[], Command]] = {
            "fields": lambda: Fields(self._columns()),
            "display": lambda: Fields(self._columns(), only=True),
            "filter": lambda: Filter(self.condition()),
            "stats": self._stats,
            "sort": self._sort,
            "limit": self._limit,
            "parse": self._parse,
            "dedup": lambda: Dedup(tuple(column.node for column in self._columns())),
        }
        read = kinds.get(token.text.lower()) if token.kind == "name" else None
        if read is None:
            raise self.unexpected(token)
        self.place += 1
        return read()

    def _columns(self) -> tuple[Column, ...]:
        found = [self._column()]
        while self.sees(","):
            self.place += 1
            found.append(self._column())
        return tuple(found)

    def _column(self) -> Column:
        first = self.token
        node = self.condition()
        name = node.name if isinstance(node, Field) else self.text[first.start : self.before.end]
        if self.sees_word("as"):
            self.place += 1
            name = self.name()
        return Column(name, node)

    def _stats(self) -> Stats:
        columns = self._columns()
        first = next((column for column in columns if not _aggregates(column.node)), None)
        if first is not None:
            raise self.unexpected(self.token)
        if not self.sees_word("by"):
            return Stats(columns, ())
        self.place += 1
        return Stats(columns, self._columns())

    def _sort(self) -> Sort:
        keys = [self._key()]
        while self.sees(","):
            self.place += 1
            keys.append(self._key())
        return Sort(tuple(keys))

    def _key(self) -> tuple[Node, bool]:
        node = self.condition()
        if self.sees_word("asc") or self.sees_word("desc"):
            self.place += 1
            return node, self.before.text.lower() == "desc"
        return node, False

    def _limit(self) -> Limit:
        token = self.take_kind("number")
        if not token.text.isdigit() or not 1 <= int(token.text) <= MOST_ROWS:
            raise self.unexpected(token)
        return Limit(int(token.text))

    def _parse(self) -> Parse:
        value: Node = Field("@message")
        if self.token.kind not in ("pattern", "text"):
            value = self.sum()
        token = self.token
        if token.kind == "pattern":
            self.place += 1
            pattern = self.compiled(token)
            names = tuple(pattern.groupindex)
            if not names:
                raise self.unexpected(token)
            return Parse(value, pattern, names)
        glob = self.string(self.take_kind("text"))
        return self._glob(value, glob, token)

    def _glob(self, value: Node, glob: str, token: Token) -> Parse:
        if not self.sees_word("as"):
            raise self.unexpected(self.token)
        self.place += 1
        names = [self.name()]
        while self.sees(","):
            self.place += 1
            names.append(self.name())
        parts = glob.split("*")
        if len(parts) - 1 != len(names):
            raise self.unexpected(token)
        text = re.escape(parts[0])
        for part in parts[1:]:
            text += f"(.*?){re.escape(part)}" if part else "(.*?)"
        return Parse(value, re.compile(text + ("$" if not parts[-1] else ""), re.DOTALL), tuple(names))

    def _no_stray_aggregate(self, commands: list[Command]) -> None:
        """Aggregates stand in ``stats`` alone, or name a column that an earlier ``stats`` made."""
        counted = False
        for command in commands:
            if isinstance(command, Stats):
                counted = True
            elif not counted and any(_aggregates(node) for node in _nodes(command)):
                raise QueryError(
                    "Aggregate functions are supported in the stats command only", 0, len(self.text)
                )


def _nodes(command: Command) -> list[Node]:
    if isinstance(command, Fields):
        return [column.node for column in command.columns]
    if isinstance(command, Filter):
        return [command.condition]
    if isinstance(command, Sort):
        return [node for node, _ in command.keys]
    return []


def _aggregates(node: Node) -> bool:
    """Whether an aggregate is in it."""
    if isinstance(node, Call):
        return node.name in AGGREGATES or any(_aggregates(each) for each in node.arguments)
    if isinstance(node, Binary):
        return _aggregates(node.left) or _aggregates(node.right)
    return isinstance(node, Unary) and _aggregates(node.inner)


__all__ = ["MOST_ROWS", "QueryError", "parse"]
