"""What a plan sends finds exactly what the search asks for, whatever the condition, the items and the indexes.

A small DynamoDB is played here: an index holds the items that have all its key attributes, projected; a Query takes those that fulfil
its key condition, and refuses a filter on its key; GetItem finds by the key alone.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.core.dynamodb import Index, Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import Compare, Condition, Path
from dashboard.core.wire import Item, Wire, same
from dashboard.tables.core.evaluate import holds, value_at
from dashboard.tables.core.parts import attributes, conjuncts, implied, simples, subject
from dashboard.tables.core.planner import SearchPlan, plan
from dashboard.tables.core.predicates import check
from dashboard.tables.core.search import Search
from tests.tables.conditions import groups, simple
from tests.tables.core.plans import ORDERS

TEXTS = st.sampled_from(["a", "b", "ab", "c"]).map(lambda text: {"S": text})
NUMBERS = st.sampled_from(["1", "2.0", "-3"]).map(lambda text: {"N": text})
OTHERS: st.SearchStrategy[Wire] = st.sampled_from(
    [{"BOOL": True}, {"L": [{"S": "a"}]}, {"SS": ["a"]}, {"M": {"x": {"S": "a"}}}, {"S": ""}]
)
KEYS = {part.name: part.tag for part in (ORDERS.partition, *([ORDERS.sort] if ORDERS.sort else []))}
INDEXED = {part.name: part.tag for index in ORDERS.indexes for part in (*index.partition, *index.sort)} | KEYS
NAMES = sorted({*INDEXED, "total", "note", "street"})


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An item as the table can hold it: the key is there, and an index's key attributes have their type or are missing."""
    item: Item = {}
    for name in NAMES:
        if name in INDEXED:
            there = name in KEYS or draw(st.booleans())
            if there:
                item[name] = draw(TEXTS if INDEXED[name] == "S" else NUMBERS)
        elif draw(st.booleans()):
            item[name] = draw(TEXTS | NUMBERS | OTHERS)
    return item


def typed(name: str) -> st.SearchStrategy[Condition]:
    """A condition that a key could have."""
    values = TEXTS if INDEXED.get(name, "S") == "S" else NUMBERS
    return simple(st.just((name,)), values) | values.map(lambda value: Compare((name,), "=", value))


PATHS: st.SearchStrategy[Path] = st.sampled_from(NAMES).map(lambda name: (name,)) | st.just(("note", "x"))
ONE = st.sampled_from(NAMES).flatmap(typed) | simple(PATHS, TEXTS | NUMBERS | OTHERS)
WHERE = groups(ONE, leaves=5) | st.lists(ONE, min_size=1, max_size=4).map(lambda parts: _and(parts))


def _and(parts: list[Condition]) -> Condition:
    from dashboard.core.expressions import And

    return parts[0] if len(parts) == 1 else And(tuple(parts))


def held(table: Table, index: Index | None, every: list[Item]) -> list[Item]:
    """What reading the table or the index can see."""
    if index is None:
        return every
    keys = {part.name for part in (*index.partition, *index.sort)}
    seen = {*keys, *table.key_names, *index.included}
    return [
        item if index.projection == "ALL" else {name: value for name, value in item.items() if name in seen}
        for item in every
        if keys <= item.keys()
    ]


def carried_out(table: Table, found: SearchPlan, every: list[Item]) -> list[Item]:
    """The items that the plan's calls give, in their order."""
    if found.way == "get":
        by_key = [
            item for key in found.gets for item in every if all(same(item[n], v) for n, v in key.items())
        ]
        return [item for item in by_key if holds(found.after, item)]
    index = table.index(found.index) if found.index else None
    if found.way == "query":
        keys = {part.name for part in (*index.partition, *index.sort)} if index else set(table.key_names)
        assert not attributes(found.filter) & keys, "DynamoDB refuses a filter on the key of a Query"
    seen = held(table, index, every)
    return [
        item
        for key in (found.keys or (None,))
        for item in seen
        if holds(key, item) and holds(found.filter, item) and holds(found.after, item)
    ]


def identity(item: Item) -> Any:
    return tuple(str(item[name]) for name in ORDERS.key_names)


def searched(where: Condition, **more: Any) -> SearchPlan | None:
    """The plan, None for a condition that is refused anyway."""
    try:
        check(ORDERS, where)
    except InputError:
        return None
    return plan(ORDERS, Search(where, **more))


MANY = st.lists(items(), max_size=12, unique_by=identity)


@settings(max_examples=150)
@given(WHERE, MANY, st.booleans())
def test_a_plan_finds_what_is_looked_for_and_each_item_once(
    where: Condition, every: list[Item], consistent: bool
) -> None:
    found = searched(where, consistent=consistent)
    if found is not None:
        expected = sorted(map(identity, (item for item in every if holds(where, item))))
        assert sorted(map(identity, carried_out(ORDERS, found, every))) == expected


@settings(max_examples=150)
@given(WHERE, MANY, st.sampled_from(sorted(index.name for index in ORDERS.indexes)))
def test_an_index_that_is_called_usable_misses_nothing(
    where: Condition, every: list[Item], name: str
) -> None:
    found = searched(where)
    usable = found is not None and any(one.name == f"index:{name}" and one.usable for one in found.options)
    if usable:
        chosen = plan(ORDERS, Search(where, f"index:{name}"))
        expected = sorted(map(identity, (item for item in every if holds(where, item))))
        assert sorted(map(identity, carried_out(ORDERS, chosen, every))) == expected


@given(WHERE)
def test_key_conditions_have_the_shape_that_a_query_takes(where: Condition) -> None:
    found = searched(where)
    for condition in found.keys if found else ():
        assert found is not None
        parts = conjuncts(condition)
        *equal, _ = parts
        assert all(isinstance(one, Compare) and one.op == "=" for one in equal)
        names = [subject(one)[0] for one in simples(condition)]
        index = ORDERS.index(found.index) if found.index else None
        key = [*index.partition, *index.sort] if index else [ORDERS.partition, ORDERS.sort]
        assert names == [part.name for part in key if part][: len(names)]


@given(groups(ONE, leaves=6), items())
def test_what_a_condition_implies_is_there(where: Condition, item: Item) -> None:
    if holds(where, item):
        assert all(value_at(item, (name,)) is not None for name in implied(where))
