"""What a template consists of. Expressions have a value; pieces write text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class TemplateError(Exception):
    """The template is broken, or uses what is not offered; the text names it."""


@dataclass(frozen=True)
class Literal:
    """A text, number, boolean or null."""

    value: Any


@dataclass(frozen=True)
class Quoted:
    """A text in double quotes, whose references and directives count."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ListOf:
    """``[a, b]``."""

    members: tuple[Expression, ...]


@dataclass(frozen=True)
class MapOf:
    """``{"a": b}``."""

    members: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True)
class Range:
    """``[1..3]``, both ends included, also downwards."""

    first: Expression
    last: Expression


@dataclass(frozen=True)
class Unary:
    """``!`` and ``-``."""

    operator: str
    operand: Expression


@dataclass(frozen=True)
class Binary:
    """Two operands and what stands between them."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Member:
    """``.name``."""

    name: str


@dataclass(frozen=True)
class Call:
    """``.name(arguments)``."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Index:
    """``[expression]``."""

    at: Expression


@dataclass(frozen=True)
class Reference:
    """``$root`` and what follows; ``source`` is how it is written, which is what an unknown root leaves in the text."""

    root: str
    tail: tuple[Member | Call | Index, ...]
    source: str
    quiet: bool = False


@dataclass(frozen=True)
class Text:
    """Text as it stands."""

    text: str


@dataclass(frozen=True)
class Escaped:
    """A reference after a backslash: its source when its root is known, else with the backslash."""

    reference: Reference


@dataclass(frozen=True)
class Set:
    """``#set($target = value)``."""

    target: Reference
    value: Expression


@dataclass(frozen=True)
class If:
    """Conditions with what they guard, in order; ``otherwise`` when none holds."""

    branches: tuple[tuple[Expression, tuple[Piece, ...]], ...]
    otherwise: tuple[Piece, ...]


@dataclass(frozen=True)
class ForEach:
    """``#foreach($name in over) … #end``."""

    name: str
    over: Expression
    body: tuple[Piece, ...]


@dataclass(frozen=True)
class Leave:
    """``#break`` (a loop) or ``#stop`` (the template)."""

    word: str


Expression = Literal | Quoted | ListOf | MapOf | Range | Unary | Binary | Reference
Piece = Text | Escaped | Reference | Set | If | ForEach | Leave
