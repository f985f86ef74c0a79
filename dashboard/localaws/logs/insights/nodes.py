"""What a query says, after parsing: commands and expressions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Field:
    """A field of the event, or a name that an earlier command gave."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A text or a number of the query."""

    value: str | Decimal


@dataclass(frozen=True)
class Call:
    """A function and its arguments; ``text`` is how the query wrote the call, which is also its column's name."""

    name: str
    arguments: tuple[Node, ...]
    text: str


@dataclass(frozen=True)
class Binary:
    """Arithmetic, a comparison, or ``and`` / ``or``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Unary:
    """``-`` or ``not``."""

    operator: str
    inner: Node


@dataclass(frozen=True)
class Like:
    """``like``, ``=~`` with a pattern or a text that the value holds."""

    value: Node
    pattern: re.Pattern[str] | str


@dataclass(frozen=True)
class In:
    """``in [a, b]``."""

    value: Node
    choices: tuple[Node, ...]


Node = Field | Literal | Call | Binary | Unary | Like | In


@dataclass(frozen=True)
class Column:
    """An expression and the name under which it is shown."""

    name: str
    node: Node


@dataclass(frozen=True)
class Fields:
    """``fields`` adds columns; ``display`` (``only``) replaces what is shown."""

    columns: tuple[Column, ...]
    only: bool = False


@dataclass(frozen=True)
class Filter:
    """Keeps the rows for which the condition is true."""

    condition: Node


@dataclass(frozen=True)
class Parse:
    """Takes parts of a value out into fields: by named groups, or by the groups in order under ``names``."""

    value: Node
    pattern: re.Pattern[str]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Stats:
    """One row for each group."""

    columns: tuple[Column, ...]
    by: tuple[Column, ...]


@dataclass(frozen=True)
class Sort:
    """Keys and whether each is descending."""

    keys: tuple[tuple[Node, bool], ...]


@dataclass(frozen=True)
class Limit:
    """At most this many rows."""

    count: int


@dataclass(frozen=True)
class Dedup:
    """The first row for each combination of values."""

    nodes: tuple[Node, ...]


Command = Fields | Filter | Parse | Stats | Sort | Limit | Dedup
