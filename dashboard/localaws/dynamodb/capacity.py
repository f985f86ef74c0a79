"""Capacity units by AWS's rounding ("DynamoDB read and write operations").

Reads: half a unit for every started 4 KB, a whole one when consistent, two in a transaction; a page of Query or Scan is rounded on its
sum, every item of a batch on its own. Writes: a unit for every started KB of the larger of before and after, two in a transaction;
an index costs what its entry costs, twice when its key moves, nothing when its entry stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.localaws.dynamodb import changes
from dashboard.localaws.dynamodb.changes import Change
from dashboard.localaws.dynamodb.engine import Item, Table, engine, table_named
from dashboard.localaws.dynamodb.sizes import GLOBAL, LOCAL, index_of, item_size

READ_BLOCK, WRITE_BLOCK = 4096, 1024
Units = dict[tuple[str, str], float]
"""Units by kind of index ('' for the table) and index name."""


def read_units(size: int, consistent: bool) -> float:
    """Units of reading ``size`` bytes at once; what is not there costs as much as the smallest item."""
    return max(1, -(-size // READ_BLOCK)) * (1.0 if consistent else 0.5)


def block_units(size: int) -> float:
    """Units of writing ``size`` bytes."""
    return float(max(1, -(-size // WRITE_BLOCK)))


def change_units(change: Change, factor: float = 1.0) -> Units:
    """Units of one write; ``factor`` 2 for the table's part of a transaction."""
    units = {("", ""): factor * block_units(max(change.before, change.after))}
    for entry in change.entries:
        cost = _entry_units(entry)
        if cost:
            units[entry.index.kind, entry.index.name] = cost
    return units


def _entry_units(entry: changes.Entry) -> float:
    if entry.before is None or entry.after is None:
        return block_units((entry.before or 0) + (entry.after or 0))
    if entry.moved:
        return block_units(entry.before) + block_units(entry.after)
    return 0.0 if entry.same else block_units(max(entry.before, entry.after))


def total(units: Iterable[Units]) -> Units:
    """The sum of many."""
    found: Units = {}
    for each in units:
        for name, value in each.items():
            found[name] = found.get(name, 0.0) + value
    return found


def shown(table: str, units: Units, level: str, split: str = "") -> dict[str, Any]:
    """ConsumedCapacity as it is answered; ``split`` is Read or Write where AWS answers ReadCapacityUnits or WriteCapacityUnits too."""

    def part(value: float) -> dict[str, float]:
        return {"CapacityUnits": value} | ({f"{split}CapacityUnits": value} if split else {})

    answer: dict[str, Any] = {"TableName": table, **part(sum(units.values()))}
    if level == "INDEXES":
        answer["Table"] = part(units.get(("", ""), 0.0))
        for kind in (GLOBAL, LOCAL):
            found = {name: part(value) for (of, name), value in units.items() if of == kind}
            if found:
                answer[kind] = found
    return answer


def level_of(data: dict[str, Any]) -> str:
    """NONE, TOTAL or INDEXES, as the request asks."""
    return data.get("ReturnConsumedCapacity") or "NONE"


def note(table: str, units: Units, *, write: bool) -> None:
    """Remember for the metrics what was consumed; of indexes CloudWatch has figures of the global ones only."""
    call = changes.current()
    for (kind, name), value in units.items():
        index = name if kind == GLOBAL else ""
        (call.wrote if write else call.read)(table, value, index)


def add(
    result: dict[str, Any],
    data: dict[str, Any],
    table_name: str,
    write: bool = False,
    old_item: Item | None = None,
    new_item: Item | None = None,
    index_name: str | None = None,
) -> None:
    """The engine's ``_add_consumed_capacity``: of a single write, a GetItem, a Query or a Scan."""
    table = table_named(table_name)
    if table is None:
        return
    units = _written(table, old_item, new_item) if write else _read(table, data, index_name)
    note(table["TableName"], units, write=write)
    if level_of(data) != "NONE":
        result["ConsumedCapacity"] = shown(table["TableName"], units, level_of(data))


def _written(table: Table, old: Item | None, new: Item | None) -> Units:
    noted = changes.current().changes
    found = noted[-1] if noted and noted[-1].table is table else changes.change_of(table, old, new)
    return change_units(found)


def _read(table: Table, data: dict[str, Any], index_name: str | None) -> Units:
    consistent = bool(data.get("ConsistentRead"))
    if "Key" in data:
        return {("", ""): read_units(item_size(engine()._get_item_by_key(table, data["Key"])), consistent)}
    call = changes.current()
    units = read_units(call.page_bytes, consistent)
    if not index_name:
        return {("", ""): units}
    fetched = sum(read_units(size, consistent) for size in call.fetched)
    for kind in (GLOBAL, LOCAL):
        if any(one["IndexName"] == index_name for one in table.get(kind) or ()):
            return {("", ""): fetched, (kind, index_name): units}
    return {("", ""): units}


def paginate(
    items: list[Item], limit: Any, table: Table, index_name: str | None = None
) -> tuple[list[Item], bool]:
    """The engine's ``_paginate_evaluated_items``: a page of at most ``limit`` items and 1 MB, and whether it stopped for that."""
    index = None
    for kind in (GLOBAL, LOCAL):
        index = index or next(
            (index_of(table, one, kind) for one in table.get(kind) or () if one["IndexName"] == index_name),
            None,
        )
    most = engine()._DDB_PAGE_SIZE_BYTES
    page: list[Item] = []
    size, stopped = 0, False
    for item in items:
        more = item_size(index.entry(item) if index else item)
        if page and size + more > most:
            stopped = True
            break
        page.append(item)
        size += more
        if (limit is not None and len(page) >= int(limit)) or size >= most:
            stopped = True
            break
    changes.current().page_bytes = size
    return page, stopped
