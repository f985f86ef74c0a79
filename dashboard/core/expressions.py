"""Conditions and updates as plain values, which the door to AWS turns into DynamoDB expressions.

A path is a tuple of attribute names (str, taken literally: dots, brackets and HTML are just characters) and list
indexes (int). Values are wire values.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.wire import Wire

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Size:
    """``size(path)`` as an operand of a comparison."""

    path: Path


@dataclass(frozen=True)
class PathOperand:
    """Another attribute as the right-hand side of a comparison."""

    path: Path


@dataclass(frozen=True)
class Compare:
    """``left op right`` with op one of ``= <> < <= > >=``."""

    left: Path | Size
    op: str
    right: Wire | PathOperand | Size


@dataclass(frozen=True)
class Between:
    """``low <= left <= high``."""

    left: Path | Size
    low: Wire
    high: Wire


@dataclass(frozen=True)
class In:
    """``left`` is one of 1 to 100 values."""

    left: Path | Size
    values: tuple[Wire, ...]


@dataclass(frozen=True)
class BeginsWith:
    """A string or binary that begins with ``prefix``."""

    path: Path
    prefix: Wire


@dataclass(frozen=True)
class Contains:
    """A string that holds a substring, or a set or list that holds a value."""

    path: Path
    value: Wire


@dataclass(frozen=True)
class TypeIs:
    """The attribute has the type with this tag, for example ``NS``."""

    path: Path
    tag: str


@dataclass(frozen=True)
class Exists:
    """The attribute is there."""

    path: Path


@dataclass(frozen=True)
class NotExists:
    """The attribute is not there."""

    path: Path


@dataclass(frozen=True)
class Not:
    """The condition does not hold."""

    of: Condition


@dataclass(frozen=True)
class And:
    """Every one holds; at least one."""

    all: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """At least one holds; at least one."""

    any: tuple[Condition, ...]


Condition = Compare | Between | In | BeginsWith | Contains | TypeIs | Exists | NotExists | Not | And | Or


@dataclass(frozen=True)
class Set:
    """Write ``value`` at ``path``."""

    path: Path
    value: Wire


@dataclass(frozen=True)
class Remove:
    """Take the attribute away."""

    path: Path


Action = Set | Remove
