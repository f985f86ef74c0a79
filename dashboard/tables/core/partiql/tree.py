"""A PartiQL statement as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.wire import Wire

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Value:
    """A literal: S, N, BOOL or NULL as a wire value. Binary has no literal; it comes as a parameter."""

    wire: Wire


@dataclass(frozen=True)
class Parameter:
    """A ``?``; ``number`` counts those of the statement from 0."""

    number: int


@dataclass(frozen=True)
class Attribute:
    """A document path; names are taken literally."""

    path: Path


@dataclass(frozen=True)
class ListOf:
    """``[...]``."""

    members: tuple[Operand, ...]


@dataclass(frozen=True)
class SetOf:
    """``<<...>>``."""

    members: tuple[Operand, ...]


@dataclass(frozen=True)
class MapOf:
    """``{'name': ...}``, each name once."""

    members: tuple[tuple[str, Operand], ...]


@dataclass(frozen=True)
class Call:
    """``size(path)``, ``list_append(a, b)``, ``set_add(a, b)``, ``set_delete(a, b)``; the name is in small letters."""

    name: str
    arguments: tuple[Operand, ...]


@dataclass(frozen=True)
class Sum:
    """``left + right`` or ``left - right``."""

    op: str
    left: Operand
    right: Operand


Operand = Value | Parameter | Attribute | ListOf | SetOf | MapOf | Call | Sum


@dataclass(frozen=True)
class Compare:
    """``left op right`` with op one of ``= <> < <= > >=``."""

    op: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Between:
    """``operand BETWEEN low AND high``."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True)
class In:
    """``operand IN [a, b]``."""

    operand: Operand
    options: tuple[Operand, ...]


@dataclass(frozen=True)
class Is:
    """``operand IS [NOT] MISSING`` or ``NULL``."""

    operand: Operand
    what: str
    negated: bool


@dataclass(frozen=True)
class Test:
    """``begins_with``, ``contains``, ``attribute_type``, ``attribute_exists`` or ``attribute_not_exists``."""

    name: str
    arguments: tuple[Operand, ...]


@dataclass(frozen=True)
class Not:
    """The condition does not hold."""

    of: Condition


@dataclass(frozen=True)
class And:
    """Every one holds; two at least."""

    all: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """One holds at least; two at least."""

    any: tuple[Condition, ...]


Condition = Compare | Between | In | Is | Test | Not | And | Or


@dataclass(frozen=True)
class Select:
    """``fields`` is empty for ``*``. ``order`` is (path, descending) in turn."""

    table: str
    index: str = ""
    fields: tuple[Path, ...] = ()
    where: Condition | None = None
    order: tuple[tuple[Path, bool], ...] = ()


@dataclass(frozen=True)
class Insert:
    """``item`` is a map, or a parameter that holds one."""

    table: str
    item: MapOf | Parameter


@dataclass(frozen=True)
class SetTo:
    """``SET path = value``."""

    path: Path
    value: Operand


@dataclass(frozen=True)
class RemoveAt:
    """``REMOVE path``."""

    path: Path


@dataclass(frozen=True)
class Update:
    """``returning`` is empty or ``ALL OLD``, ``ALL NEW``, ``MODIFIED OLD``, ``MODIFIED NEW``."""

    table: str
    changes: tuple[SetTo | RemoveAt, ...]
    where: Condition
    returning: str = ""


@dataclass(frozen=True)
class Delete:
    """``returning`` is empty or ``ALL OLD``."""

    table: str
    where: Condition
    returning: str = ""


@dataclass(frozen=True)
class Exists:
    """``EXISTS(SELECT ...)``: a condition of a transaction."""

    select: Select

    @property
    def table(self) -> str:
        """The table it looks into."""
        return self.select.table


Statement = Select | Insert | Update | Delete | Exists
PERMISSION = {Select: "read", Exists: "read", Insert: "write", Update: "write", Delete: "delete"}
"""What a statement needs on its table."""


@dataclass(frozen=True)
class Parsed:
    """A statement with the number of its parameters and the line it begins in (from 1)."""

    statement: Statement
    parameters: int
    line: int = 1

    @property
    def table(self) -> str:
        """The one table it names."""
        return self.statement.table

    @property
    def index(self) -> str:
        """The index it reads, empty for the table itself."""
        return self.statement.index if isinstance(self.statement, Select) else ""

    @property
    def permission(self) -> str:
        """``read``, ``write`` or ``delete``, on ``table:<table>``."""
        return PERMISSION[type(self.statement)]

    @property
    def writes(self) -> bool:
        """Whether it changes an item."""
        return self.permission != "read"
