"""What an UPDATE leaves behind, as far as that follows from its text and the item that was read; and the terms that guard it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dashboard.core.dynamodb import Table
from dashboard.core.wire import Item, Wire, tag_of
from dashboard.tables.core.partiql.reach import bind
from dashboard.tables.core.partiql.tree import (
    And,
    Attribute,
    Call,
    Compare,
    Condition,
    Delete,
    Is,
    ListOf,
    MapOf,
    Operand,
    Parameter,
    Path,
    SetOf,
    SetTo,
    Sum,
    Update,
)


@dataclass(frozen=True)
class Guarded:
    """A statement whose WHERE also asks for what was shown; ``parameters`` are its own and those of the terms that were added."""

    statement: Update | Delete
    parameters: tuple[Wire, ...]
    names: tuple[str, ...]


def touched(statement: Update) -> tuple[str, ...]:
    """The attributes that the update writes or reads values from, top-level names in their order."""
    names: dict[str, None] = {}
    for change in statement.changes:
        names[str(change.path[0])] = None
        if isinstance(change, SetTo):
            names.update(dict.fromkeys(_named(change.value)))
    return tuple(names)


def after(statement: Update, item: Item, parameters: Sequence[Wire]) -> Item | None:
    """The item after the update; None when a value of it is computed by DynamoDB or a path leads where nothing is."""
    if _overlapping(statement):
        return None
    result: Item = copy.deepcopy(item)
    for change in statement.changes:
        if isinstance(change, SetTo):
            value = bind(change.value, parameters)
            if value is None or not _set(result, change.path, value):
                return None
        elif not _remove(result, change.path):
            return None
    return result


def guarded(statement: Update | Delete, table: Table, shown: Item, parameters: Sequence[Wire]) -> Guarded:
    """The statement with a term for each attribute that it touches (an update) or that the item has (a delete), as it was shown.

    It asks for the whole item as it was, too, and returns it (RETURNING ALL OLD *).
    """
    names = touched(statement) if isinstance(statement, Update) else tuple(shown)
    names = tuple(name for name in names if name not in table.key_names)
    terms: list[Condition] = []
    values: list[Wire] = list(parameters)
    for name in names:
        attribute = Attribute((name,))
        value = shown.get(name)
        if value is None:
            terms.append(Is(attribute, "MISSING", False))
        else:
            terms.append(Compare("=", attribute, Parameter(len(values))))
            values.append(value)
    where = And((*_parts(statement.where), *terms)) if terms else statement.where
    return Guarded(replace(statement, where=where, returning="ALL OLD"), tuple(values), names)


def _overlapping(statement: Update) -> bool:
    """Whether one path leads through another, or places of a list move while it is changed: DynamoDB decides what that is."""
    paths = [change.path for change in statement.changes]
    for number, change in enumerate(statement.changes):
        for other in paths[:number] + paths[number + 1 :]:
            if other[: len(change.path)] == change.path:
                return True
            if (
                not isinstance(change, SetTo)
                and other[0] == change.path[0]
                and any(isinstance(part, int) for part in change.path)
            ):
                return True
    return False


def _parts(where: Condition) -> tuple[Condition, ...]:
    return where.all if isinstance(where, And) else (where,)


def _named(operand: Operand) -> Iterable[str]:
    """The attributes that an operand reads."""
    match operand:
        case Attribute():
            return (str(operand.path[0]),)
        case ListOf() | SetOf():
            return [name for one in operand.members for name in _named(one)]
        case MapOf():
            return [name for _, one in operand.members for name in _named(one)]
        case Call():
            return [name for one in operand.arguments for name in _named(one)]
        case Sum():
            return [*_named(operand.left), *_named(operand.right)]
    return ()


def _set(item: Item, path: Path, value: Wire) -> bool:
    """Write ``value`` at ``path``; False where DynamoDB would refuse or place it elsewhere."""
    if len(path) == 1:
        item[str(path[0])] = value
        return True
    parent = _parent(item, path)
    last = path[-1]
    if parent is None or tag_of(parent) != ("L" if isinstance(last, int) else "M"):
        return False
    if isinstance(last, int):
        if last >= len(parent["L"]):
            return False
        parent["L"][last] = value
    else:
        parent["M"][last] = value
    return True


def _remove(item: Item, path: Path) -> bool:
    """Take away what stands at ``path``; False when nothing can be there."""
    if len(path) == 1:
        item.pop(str(path[0]), None)
        return True
    parent = _parent(item, path)
    last = path[-1]
    if parent is None or tag_of(parent) != ("L" if isinstance(last, int) else "M"):
        return False
    if isinstance(last, int):
        del parent["L"][last : last + 1]
    else:
        parent["M"].pop(last, None)
    return True


def _parent(item: Item, path: Path) -> Wire | None:
    """The map or list that holds the end of ``path``."""
    found = item.get(str(path[0]))
    for part in path[1:-1]:
        if found is None:
            return None
        if isinstance(part, int):
            members = found.get("L", [])
            found = members[part] if part < len(members) else None
        else:
            found = found.get("M", {}).get(part)
    return found
