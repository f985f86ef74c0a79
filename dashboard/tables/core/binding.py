"""Which of the conditions that must all hold can be the key condition of a Query, and what is left of them.

A Query takes an equality for every partition attribute and, from left to right, equalities of the sort attributes with one comparison
at the end (``= < <= > >= BETWEEN begins_with``). Several values of a key (IN, or OR of equalities) become several Queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from dashboard.core.dynamodb import KeyPart
from dashboard.core.expressions import BeginsWith, Between, Compare, Condition, In, Or
from dashboard.core.wire import TYPE_NAMES, Wire, same, tag_of
from dashboard.tables.core.evaluate import ordered
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, key_problem
from dashboard.tables.core.language import path_words
from dashboard.tables.core.parts import joined

MAX_KEYS = 25
"""Queries or GetItems that one search may become; beyond that nobody would wait for them one after the other."""
_RANGES = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Bound:
    """The key conditions, one a Query, and the conditions that they do not cover.

    ``equal`` counts the attributes compared by equality, ``ranged`` says whether a comparison follows them.
    """

    keys: tuple[Condition, ...]
    values: tuple[dict[str, Wire], ...]
    rest: tuple[Condition, ...]
    equal: int
    ranged: bool


@dataclass(frozen=True)
class Unbound:
    """Why there is no key condition, as a sentence."""

    reason: str


def bind(
    partition: Sequence[KeyPart], sort: Sequence[KeyPart], conditions: Sequence[Condition]
) -> Bound | Unbound:
    """The key condition for these key attributes out of ``conditions``, which all have to hold."""
    chosen: list[tuple[KeyPart, list[Wire]]] = []
    used: list[Condition] = []
    for part in partition:
        found = _equal(part, conditions, MAX_PARTITION_BYTES)
        if found is None:
            return Unbound(_why_not(part, conditions))
        used.append(found[0])
        chosen.append((part, found[1]))
    if _count(chosen) > MAX_KEYS:
        return Unbound(
            f"The condition names {_count(chosen)} partitions; more than {MAX_KEYS} are not queried one by one."
        )
    last: Condition | None = None
    for part in sort:
        found = _equal(part, conditions, MAX_SORT_BYTES)
        if found is not None and _count([*chosen, (part, found[1])]) <= MAX_KEYS:
            used.append(found[0])
            chosen.append((part, found[1]))
            continue
        last, covered = _range(part, conditions)
        used += covered
        break
    keys = _combinations(chosen)
    rest = tuple(one for one in conditions if not any(one is other for other in used))
    return Bound(tuple(_condition(key, last) for key in keys), keys, rest, len(chosen), last is not None)


def _combinations(chosen: Sequence[tuple[KeyPart, list[Wire]]]) -> tuple[dict[str, Wire], ...]:
    names = [part.name for part, _ in chosen]
    return tuple(
        dict(zip(names, values, strict=True)) for values in product(*(values for _, values in chosen))
    )


def _count(chosen: Sequence[tuple[KeyPart, list[Wire]]]) -> int:
    count = 1
    for _, values in chosen:
        count *= len(values)
    return count


def _condition(key: dict[str, Wire], last: Condition | None) -> Condition:
    parts: list[Condition] = [Compare((name,), "=", value) for name, value in key.items()]
    found = joined([*parts, last] if last is not None else parts)
    assert found is not None  # there is always a partition attribute
    return found


def _equal(part: KeyPart, conditions: Sequence[Condition], limit: int) -> tuple[Condition, list[Wire]] | None:
    """The condition with the fewest values for ``part``, and those values, each once."""
    best: tuple[Condition, list[Wire]] | None = None
    for condition in conditions:
        values = _values(part.name, condition)
        if values is None or any(
            tag_of(value) != part.tag or key_problem(part, value, limit) for value in values
        ):
            continue
        once: list[Wire] = []
        for value in values:
            if not any(same(value, other) for other in once):
                once.append(value)
        if best is None or len(once) < len(best[1]):
            best = condition, once
    return best


def _values(name: str, condition: Condition) -> list[Wire] | None:
    """The values one of which the attribute must have, None when the condition does not say that."""
    if isinstance(condition, Compare):
        plain = condition.left == (name,) and condition.op == "=" and isinstance(condition.right, dict)
        return [condition.right] if plain and isinstance(condition.right, dict) else None
    if isinstance(condition, In):
        return list(condition.values) if condition.left == (name,) else None
    if isinstance(condition, Or):
        found: list[Wire] = []
        for part in condition.any:
            values = _values(name, part)
            if values is None:
                return None
            found += values
        return found
    return None


def _range(part: KeyPart, conditions: Sequence[Condition]) -> tuple[Condition | None, list[Condition]]:
    """The narrowest comparison for the last sort attribute, and the conditions it covers whole."""
    mine = [one for one in conditions if _is_range(part, one)]
    for kind in (Between, BeginsWith):
        for condition in mine:
            if isinstance(condition, kind):
                return condition, [condition]
    lows = [one for one in mine if isinstance(one, Compare) and one.op in (">", ">=")]
    highs = [one for one in mine if isinstance(one, Compare) and one.op in ("<", "<=")]
    if not lows or not highs:
        return (mine[0], [mine[0]]) if mine else (None, [])
    low, high = lows[0], highs[0]
    assert isinstance(low.right, dict) and isinstance(high.right, dict)
    if ordered(high.right, "<", low.right):
        return low, [low]  # nothing can match; DynamoDB refuses a BETWEEN that is upside down
    covered: list[Condition] = [one for one in (low, high) if one.op in (">=", "<=")]
    return Between((part.name,), low.right, high.right), covered


def _is_range(part: KeyPart, condition: Condition) -> bool:
    if isinstance(condition, Compare):
        if condition.left != (part.name,) or condition.op not in _RANGES:
            return False
        return isinstance(condition.right, dict) and _can_be_key(part, condition.right)
    if isinstance(condition, Between):
        both = _can_be_key(part, condition.low) and _can_be_key(part, condition.high)
        return condition.left == (part.name,) and both
    if isinstance(condition, BeginsWith):
        return condition.path == (part.name,) and part.tag != "N" and _can_be_key(part, condition.prefix)
    return False


def _can_be_key(part: KeyPart, value: Wire) -> bool:
    """DynamoDB refuses empty and overlong values in a key condition, even where they only bound a range."""
    return tag_of(value) == part.tag and not key_problem(part, value, MAX_SORT_BYTES)


def _why_not(part: KeyPart, conditions: Sequence[Condition]) -> str:
    name = path_words((part.name,))
    for condition in conditions:
        values = _values(part.name, condition)
        if values is not None:
            wrong = next((tag_of(value) for value in values if tag_of(value) != part.tag), None)
            if wrong:
                return f"{name} is a {TYPE_NAMES[part.tag]} there and is compared with a {TYPE_NAMES[wrong]}."
            return f"The value of {name} cannot be a key."
    if any(_is_range(part, one) for one in conditions):
        return f"{name} is its partition key, which a Query compares with = only; no order goes across partitions."
    return f"The condition does not say what {name}, its partition key, equals."
