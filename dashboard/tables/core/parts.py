"""Taking a condition apart: what must all hold, which attributes it names, which must be there, how long its expression is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.core.expressions import (
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Exists,
    In,
    Not,
    NotExists,
    Or,
    Path,
    PathOperand,
    Size,
    TypeIs,
)
from dashboard.core.wire import Wire

Simple = Compare | Between | In | BeginsWith | Contains | TypeIs | Exists | NotExists


def conjuncts(condition: Condition | None) -> tuple[Condition, ...]:
    """The conditions that all have to hold, those of nested ANDs in their place; none for no condition."""
    if condition is None:
        return ()
    if isinstance(condition, And):
        return tuple(part for one in condition.all for part in conjuncts(one))
    return (condition,)


def joined(parts: Sequence[Condition]) -> Condition | None:
    """All of ``parts`` together, None for none."""
    if len(parts) < 2:
        return parts[0] if parts else None
    return And(tuple(parts))


def simples(condition: Condition) -> Iterator[Simple]:
    """The conditions without others in them, in the order written."""
    if isinstance(condition, And | Or):
        for part in condition.all if isinstance(condition, And) else condition.any:
            yield from simples(part)
    elif isinstance(condition, Not):
        yield from simples(condition.of)
    else:
        yield condition


def paths(condition: Simple) -> tuple[Path, ...]:
    """The paths it names, the left one first."""
    if isinstance(condition, Compare):
        right = (condition.right.path,) if isinstance(condition.right, PathOperand | Size) else ()
        return (subject(condition), *right)
    return (subject(condition),)


def subject(condition: Simple) -> Path:
    """The path on the left."""
    if isinstance(condition, Compare | Between | In):
        return condition.left.path if isinstance(condition.left, Size) else condition.left
    return condition.path


def values(condition: Simple) -> tuple[Wire, ...]:
    """The values it compares with."""
    if isinstance(condition, Compare):
        return (condition.right,) if isinstance(condition.right, dict) else ()
    if isinstance(condition, Between):
        return condition.low, condition.high
    if isinstance(condition, In):
        return condition.values
    if isinstance(condition, BeginsWith):
        return (condition.prefix,)
    return (condition.value,) if isinstance(condition, Contains) else ()


def attributes(condition: Condition | None) -> frozenset[str]:
    """The top-level attributes it names."""
    if condition is None:
        return frozenset()
    return frozenset(str(path[0]) for one in simples(condition) for path in paths(one))


def implied(condition: Condition | None) -> frozenset[str]:
    """The top-level attributes that every item which fulfils it has.

    A comparison with a missing attribute is false, but for ``<>``; so is every function but ``attribute_not_exists``.
    """
    if condition is None or isinstance(condition, NotExists):
        return frozenset()
    if isinstance(condition, And):
        return frozenset().union(*map(implied, condition.all))
    if isinstance(condition, Or):
        return frozenset.intersection(*map(implied, condition.any))
    if isinstance(condition, Not):
        return attributes(condition.of) if isinstance(condition.of, NotExists) else frozenset()
    if isinstance(condition, Compare) and condition.op == "<>":
        return frozenset()
    return frozenset(str(path[0]) for path in paths(condition))


def expression_bytes(condition: Condition) -> int:
    """How long its expression is with placeholders for names and values, as the door to AWS writes it."""
    names: dict[str, int] = {}
    return _length(condition, names, [0], outermost=True)


def _length(condition: Condition, names: dict[str, int], count: list[int], outermost: bool = False) -> int:
    if isinstance(condition, And | Or):
        parts = _flat(condition)
        if len(parts) == 1:
            return _length(parts[0], names, count)
        brackets = 0 if outermost and isinstance(condition, And) else 2
        word = 5 if isinstance(condition, And) else 4
        return sum(_length(part, names, count) for part in parts) + word * (len(parts) - 1) + brackets
    if isinstance(condition, Not):
        return _length(condition.of, names, count) + 6
    return _simple_length(condition, names, count)


def _flat(group: And | Or) -> list[Condition]:
    parts = group.all if isinstance(group, And) else group.any
    if len(parts) == 1:
        return [parts[0]]
    found: list[Condition] = []
    for part in parts:
        found += _flat(part) if type(part) is type(group) and isinstance(part, And | Or) else [part]
    return found


def _simple_length(condition: Simple, names: dict[str, int], count: list[int]) -> int:
    if isinstance(condition, Compare):
        left = _operand_length(condition.left, names, count)
        return left + len(condition.op) + 2 + _operand_length(condition.right, names, count)
    if isinstance(condition, Between | In):
        found = _operand_length(condition.left, names, count)
        held = [_value_length(count) for _ in values(condition)]
        return found + sum(held) + (14 if isinstance(condition, Between) else 6 + 2 * (len(held) - 1))
    name = _path_length(condition.path, names)
    if isinstance(condition, Exists):
        return name + len("attribute_exists ()")
    if isinstance(condition, NotExists):
        return name + len("attribute_not_exists ()")
    word = {BeginsWith: "begins_with (, )", Contains: "contains (, )", TypeIs: "attribute_type (, )"}
    return name + _value_length(count) + len(word[type(condition)])


def _operand_length(
    operand: Path | Size | PathOperand | Wire, names: dict[str, int], count: list[int]
) -> int:
    if isinstance(operand, Size):
        return _path_length(operand.path, names) + len("size ()")
    if isinstance(operand, PathOperand):
        return _path_length(operand.path, names)
    return _path_length(operand, names) if isinstance(operand, tuple) else _value_length(count)


def _path_length(path: Path, names: dict[str, int]) -> int:
    length = 0
    for part in path:
        if isinstance(part, int):
            length += len(f"[{part}]")
        else:
            length += len(f"#{names.setdefault(part, len(names))}") + (1 if length else 0)
    return length


def _value_length(count: list[int]) -> int:
    count[0] += 1
    return len(f":{count[0] - 1}")
