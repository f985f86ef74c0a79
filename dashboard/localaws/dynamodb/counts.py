"""ItemCount and TableSizeBytes of tables, and both of their indexes, kept with every write.

AWS brings them up to date about every six hours; here they are always true, because nobody waits six hours for a test. What is
counted anew (a table that was loaded or restored, an index that was added) is counted in pieces, and shows the last figures meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dashboard.localaws.dynamodb.changes import Change
from dashboard.localaws.dynamodb.engine import Item, Table
from dashboard.localaws.dynamodb.sizes import GLOBAL, LOCAL, Index, indexes, item_size

AT_ONCE = 2000
"""Items that may be counted within a request."""


@dataclass
class _Recount:
    table: Table
    left: dict[str, dict[str, None]]
    """What is still to be counted, by partition and sort value; what is written there meanwhile is counted with it."""
    items: int = 0
    size: int = 0
    parts: dict[str, list[int]] = field(default_factory=dict)


class Counts:
    """Of all tables, by TableId where a count is under way."""

    def __init__(self) -> None:
        self._running: dict[str, _Recount] = {}

    def __bool__(self) -> bool:
        return bool(self._running)

    def changed(self, change: Change, partition: str, sort: str, shown_size: int) -> None:
        """After a write: the engine has counted the item, but put a guess in the place of the size ``shown_size``."""
        table = change.table
        table["TableSizeBytes"] = shown_size + change.after - change.before
        running = self._running.get(table["TableId"])
        if running is not None:
            if sort not in running.left.get(partition, ()):
                self._during(running, change)
            return
        if not change.entries:
            return
        descriptions = _descriptions(table)
        for entry in change.entries:
            described = descriptions[entry.index.name]
            described["ItemCount"] += (entry.after is not None) - (entry.before is not None)
            described["IndexSizeBytes"] += (entry.after or 0) - (entry.before or 0)

    def anew(self, table: Table) -> None:
        """Count the table from its items: at once when it is small, else in the pieces that ``work`` does."""
        running = self._running[table["TableId"]] = _Recount(
            table, {partition: dict.fromkeys(sorts) for partition, sorts in table["items"].items()}
        )
        if sum(map(len, table["items"].values())) <= AT_ONCE:
            while table["TableId"] in self._running:
                self._piece(running)

    def work(self) -> bool:
        """Count a piece of what is left; False when nothing was."""
        running = next(iter(self._running.values()), None)
        if running is not None:
            self._piece(running)
        return running is not None

    def forget(self, table_id: str | None = None) -> None:
        """The table is gone; without an id, all are."""
        if table_id is None:
            self._running.clear()
        self._running.pop(table_id or "", None)

    def _piece(self, running: _Recount, most: int = 200) -> None:
        counted = 0
        plan = list(indexes(running.table))
        while running.left and counted < most:
            partition, sorts = next(iter(running.left.items()))
            items = running.table["items"].get(partition, {})
            while sorts and counted < most:
                counted += 1
                item = items.get(sorts.popitem()[0])
                if item is not None:
                    _count(running, plan, item)
            if not sorts:
                del running.left[partition]
        if not running.left:
            self._done(running)

    def _done(self, running: _Recount) -> None:
        table = running.table
        del self._running[table["TableId"]]
        table["ItemCount"], table["TableSizeBytes"] = running.items, running.size
        for name, described in _descriptions(table).items():
            described["ItemCount"], described["IndexSizeBytes"] = running.parts.get(name, [0, 0])

    def _during(self, running: _Recount, change: Change) -> None:
        running.items += bool(change.after) - bool(change.before)
        running.size += change.after - change.before
        for entry in change.entries:
            both = running.parts.setdefault(entry.index.name, [0, 0])
            both[0] += (entry.after is not None) - (entry.before is not None)
            both[1] += (entry.after or 0) - (entry.before or 0)


def _count(running: _Recount, plan: list[Index], item: Item) -> None:
    running.items += 1
    running.size += item_size(item)
    for name, size in _entries(plan, item):
        both = running.parts.setdefault(name, [0, 0])
        both[0] += 1
        both[1] += size


def _entries(plan: list[Index], item: Item) -> Iterator[tuple[str, int]]:
    for index in plan:
        entry = index.entry(item)
        if entry is not None:
            yield index.name, item_size(entry)


def _descriptions(table: Table) -> dict[str, dict[str, Any]]:
    return {one["IndexName"]: one for kind in (GLOBAL, LOCAL) for one in table.get(kind) or ()}
