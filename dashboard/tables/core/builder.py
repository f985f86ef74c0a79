"""A condition as rows that a person fills in: attribute, operator, values and their type, in groups that hold groups.

The rows are a form's fields, named by their place: ``c`` is the outermost group, ``c.0`` its first member, ``c.1.0`` the first member of
its second member. A group has ``.join``; a row has ``.attr``, ``.op``, ``.kind``, ``.v`` (once or more) and ``.to``. Every condition can be
shown as rows, and the rows of a condition make the same condition again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.core.expressions import Condition
from dashboard.tables.core.operators import OPERATORS

ROOT = "c"
JOINS = {"all": "all", "any": "any", "none": "none", "notall": "not all"}
"""How a group's members are joined: AND, OR, and their opposites."""
DEEPEST = 5
"""Groups inside one another that are drawn as rows; a condition that goes deeper is shown as text."""
MOST_ROWS = 60
"""Rows that are drawn; a condition of more is shown as text."""
MOST_VALUES = 100
"""Values of IN (Developer Guide, "Comparison operator and function reference")."""
_CONTROL = re.compile(r"[\x00-\x1f]")
_FIELD = re.compile(r"(c(?:\.\d{1,3}){0,9})\.(join|attr|op|kind|v|to)", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One comparison as it was entered. ``kind`` is how the values are meant, empty for automatic (see ``operators``)."""

    attribute: str = ""
    op: str = "="
    values: tuple[str, ...] = ("",)
    to: str = ""
    kind: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in that asks for anything: such a row is left out."""
        if any(self.entered):
            return False
        return not self.attribute.strip() or (
            OPERATORS[self.op].values > 0 and self.kind not in ("S", "NULL")
        )

    @property
    def entered(self) -> tuple[str, ...]:
        """The values that the operator takes, as they were entered."""
        match OPERATORS[self.op].values:
            case 0:
                return ()
            case 1:
                return self.values[:1] or ("",)
            case 2:
                return (*(self.values[:1] or ("",)), self.to)
            case _:
                return self.values


@dataclass(frozen=True)
class Group:
    """Members joined by ``join``, one of JOINS."""

    join: str = "all"
    members: tuple[Row | Group, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Every row in it, at any depth."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.rows()
            else:
                yield member

    @property
    def depth(self) -> int:
        """How many groups are inside one another, itself included."""
        return 1 + max((member.depth for member in self.members if isinstance(member, Group)), default=0)

    @property
    def drawable(self) -> bool:
        """Whether it is small enough to be drawn as rows, and every name fits an input, which has no line breaks."""
        rows = tuple(self.rows())
        return (
            self.depth <= DEEPEST
            and len(rows) <= MOST_ROWS
            and not any(_CONTROL.search(text) for row in rows for text in (row.attribute, *row.values))
        )


Part = Row | Group
Places = dict[int, "Places"]


def from_fields(fields: Iterable[tuple[str, Sequence[str]]]) -> Group:
    """The rows that a form's fields are; what does not belong to them is passed over."""
    held: dict[str, dict[str, list[str]]] = {}
    for name, values in fields:
        if (found := _FIELD.fullmatch(name)) and values:
            held.setdefault(found[1], {})[found[2]] = list(values)
    places: Places = {}
    for path in held:
        inner = places
        for part in path.split(".")[1:]:
            inner = inner.setdefault(int(part), {})
    return _group(ROOT, places, held)


def _group(path: str, places: Places, held: Mapping[str, Mapping[str, list[str]]]) -> Group:
    members: list[Part] = []
    for place in sorted(places):
        inner = f"{path}.{place}"
        fields = held.get(inner, {})
        if places[place] or "join" in fields:
            members.append(_group(inner, places[place], held))
        else:
            members.append(_row(fields))
    join = held.get(path, {}).get("join", ["all"])[-1]
    return Group(join if join in JOINS else "all", tuple(members))


def _row(fields: Mapping[str, list[str]]) -> Row:
    op = fields.get("op", ["="])[-1]
    return Row(
        fields.get("attr", [""])[-1],
        op if op in OPERATORS else "=",
        tuple(fields.get("v", [""])[:MOST_VALUES]),
        fields.get("to", [""])[-1],
        fields.get("kind", [""])[-1],
    )


def acted(group: Group, action: str) -> Group:
    """The rows after a button: ``add:c.1`` a row, ``group:c`` a group, ``value:c.0`` a value, ``remove:c.0``; else as they were."""
    verb, _, path = action.partition(":")
    places = path.split(".")
    if places[0] != ROOT or not all(part.isascii() and part.isdigit() for part in places[1:]):
        return group
    changed = _acted(group, verb, [int(part) for part in places[1:]])
    return changed if isinstance(changed, Group) else group


def _acted(part: Part, verb: str, places: Sequence[int]) -> Part | None:
    """The part after the button, None when it was taken away."""
    if places:
        if not isinstance(part, Group) or places[0] >= len(part.members):
            return part
        inner = _acted(part.members[places[0]], verb, places[1:])
        after = part.members[places[0] + 1 :]
        return replace(
            part, members=(*part.members[: places[0]], *(() if inner is None else (inner,)), *after)
        )
    if verb == "remove":
        return None
    if isinstance(part, Group):
        return replace(part, members=part.members + _new(verb))
    return replace(part, values=(*part.values, "")) if verb == "value" else part


def _new(verb: str) -> tuple[Part, ...]:
    if verb == "add":
        return (Row(),)
    if verb == "group":
        return (Group("any", (Row(), Row())),)
    return ()


def with_key_rows(group: Group, condition: Condition | None, names: Sequence[str]) -> Group:
    """The rows with one ready for each key attribute that nobody asked about yet, while there is no other condition.

    ``names`` are the paths' texts, partition key first.
    """
    used = {row.attribute for row in group.rows()}
    if condition is not None and (group.join != "all" or used != {names[0]}):
        return group
    ready = tuple(Row(name) for name in names if name not in used)
    return replace(group, members=group.members + ready)
