"""What an UPDATE leaves behind, as far as that follows from its text and the item that was read; and the terms that guard it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from dashboard.core import numbers
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
    """The item after the update of ``item``; None where that does not follow: a path that leads nowhere, a sum of what is no number."""
    if _overlapping(statement):
        return None
    result: Item = copy.deepcopy(item)
    for change in statement.changes:
        if isinstance(change, SetTo):
            value = _computed(change.value, item, parameters)
            if value is None or not _set(result, change.path, value):
                return None
        elif not _remove(result, change.path):
            return None
    return result


def nowhere(statement: Update, item: Item) -> tuple[Path, Path] | None:
    """A path that is set inside of what is not there or is no map or list, and that place; None when there is none.

    DynamoDB refuses such an update: "The document path provided in the update expression is invalid for update".
    """
    if _overlapping(statement):
        return None
    for change in statement.changes:
        if not isinstance(change, SetTo):
            continue
        for length in range(1, len(change.path)):
            place, member = change.path[:length], change.path[length]
            held = _at(item, place)
            if held is None or tag_of(held) != ("L" if isinstance(member, int) else "M"):
                return change.path, place
    return None


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


def _computed(operand: Operand, item: Item, parameters: Sequence[Wire]) -> Wire | None:
    """The value of an operand for the item as it was shown, all from the item before the update; None where DynamoDB would refuse."""
    if (value := bind(operand, parameters)) is not None:
        return value
    match operand:
        case Attribute():
            return _at(item, operand.path)
        case Sum():
            return _sum(
                operand.op, *(_computed(one, item, parameters) for one in (operand.left, operand.right))
            )
        case Call():
            return _called(operand.name, *(_computed(one, item, parameters) for one in operand.arguments[:2]))
        case ListOf():
            members = [_computed(one, item, parameters) for one in operand.members]
            return None if None in members else {"L": members}
        case MapOf():
            pairs = {name: _computed(one, item, parameters) for name, one in operand.members}
            return None if None in pairs.values() else {"M": pairs}
    return None


def _sum(op: str, left: Wire | None, right: Wire | None) -> Wire | None:
    if left is None or right is None or "N" not in left or "N" not in right:
        return None
    with localcontext(prec=300):
        first, second = Decimal(left["N"]), Decimal(right["N"])
        text = format(first + second if op == "+" else first - second, "f")
    return None if numbers.problem(text) else {"N": numbers.canonical(text)}


def _called(name: str, first: Wire | None, second: Wire | None = None) -> Wire | None:
    """``list_append``, ``set_add`` and ``set_delete``."""
    if second is None or (first is not None and tag_of(first) != tag_of(second)):
        return None
    tag = tag_of(second)
    if name == "list_append":
        return {"L": [*first["L"], *second["L"]]} if first is not None and tag == "L" else None
    if tag not in ("SS", "NS", "BS"):
        return None
    held = first[tag] if first is not None else []
    if name == "set_add":
        return {tag: [*held, *(one for one in second[tag] if not _among(tag, one, held))]}
    kept = [one for one in held if not _among(tag, one, second[tag])]
    return {tag: kept} if name == "set_delete" and kept else None


def _among(tag: str, member: str, members: Sequence[str]) -> bool:
    return any(numbers.same_number(member, one) if tag == "NS" else member == one for one in members)


def _at(item: Item, path: Path) -> Wire | None:
    """What stands at a path."""
    return _parent(item, (*path, ""))


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
