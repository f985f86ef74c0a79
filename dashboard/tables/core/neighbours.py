"""Where an item's neighbours are: the searches for the items of its partition, in the table and in each index that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.expressions import And, Compare, Condition
from dashboard.core.wire import Item, tag_of
from dashboard.tables.core.search import Search


@dataclass(frozen=True)
class Neighbours:
    """A search and what it is called. ``index`` is empty for the table; ``search`` is None where ``why`` says the item is not in it."""

    index: str
    parts: tuple[str, ...]
    search: Search | None
    why: str = ""


def neighbours(table: Table, item: Item) -> tuple[Neighbours, ...]:
    """The table first, if a partition of it can hold more than one item; then its indexes."""
    own = () if table.sort is None else (_of("", "table", (table.partition,), item),)
    return (*own, *(_of_index(index.name, index.partition, index.sort, item) for index in table.indexes))


def _of_index(name: str, partition: Sequence[KeyPart], sort: Sequence[KeyPart], item: Item) -> Neighbours:
    parts = tuple(part.name for part in partition)
    missing = [
        part.name
        for part in (*partition, *sort)
        if part.name not in item or tag_of(item[part.name]) != part.tag
    ]
    if missing:
        return Neighbours(name, parts, None, f"the item is not in it: no {' and no '.join(missing)}")
    return _of(name, f"index:{name}", partition, item)


def _of(index: str, via: str, partition: Sequence[KeyPart], item: Item) -> Neighbours:
    equal: list[Condition] = [Compare((part.name,), "=", item[part.name]) for part in partition]
    where = equal[0] if len(equal) == 1 else And(tuple(equal))
    return Neighbours(index, tuple(part.name for part in partition), Search(where=where, via=via))
