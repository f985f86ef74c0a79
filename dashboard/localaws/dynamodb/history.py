"""What items were before each write, of the tables with point-in-time recovery: by it a table is as it was at a moment."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable

from dashboard.localaws.dynamodb.engine import Item, Table

DAY = 86_400
MOST = 1_000_000
"""Writes remembered of a table; beyond that the earliest are forgotten, and the earliest restorable moment moves."""
Row = tuple[float, str, str, Item | None]
"""When (epoch seconds), partition and sort value as the engine stores them, the item before."""
Items = dict[str, dict[str, Item]]


class History:
    """Of all tables, by TableId. ``clock`` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.rows: dict[str, list[Row]] = {}

    def note(self, table: Table, partition: str, sort: str, before: Item | None) -> float | None:
        """Remember what a write replaces; its time, None when the table keeps no history."""
        if not table.get("_pitr"):
            return None
        now = self.clock()
        self.add(table["TableId"], [(now, partition, sort, before)])
        return now

    def add(self, table_id: str, rows: Iterable[Row]) -> None:
        """Remember more, in the order in which it happened."""
        kept = self.rows.setdefault(table_id, [])
        kept.extend(rows)
        if len(kept) > MOST:
            del kept[: MOST // 10]

    def earliest(self, table: Table) -> float:
        """The first moment to which the table can be brought back."""
        rows, pitr = self.rows.get(table["TableId"], []), table["_pitr"]
        forgotten = rows[0][0] if len(rows) > MOST - MOST // 10 else 0.0
        return max(float(pitr["since"]), self.clock() - DAY * int(pitr["days"]), forgotten)

    def at(self, table: Table, moment: float) -> Items:
        """The table's items as they were at ``moment``: every later write taken back, the newest first."""
        items: Items = {partition: dict(sorts) for partition, sorts in table["items"].items()}
        rows = self.rows.get(table["TableId"], [])
        for _, partition, sort, before in reversed(
            rows[bisect_right(rows, moment, key=lambda row: row[0]) :]
        ):
            if before is not None:
                items.setdefault(partition, {})[sort] = before
            else:
                items.get(partition, {}).pop(sort, None)
        return {partition: sorts for partition, sorts in items.items() if sorts}

    def forget(self, table_id: str) -> None:
        """The table is gone, or keeps no history any more."""
        self.rows.pop(table_id, None)

    def prune(self, tables: Iterable[Table]) -> None:
        """Forget what is older than each table keeps."""
        for table in tables:
            rows = self.rows.get(table["TableId"])
            if rows and table.get("_pitr"):
                del rows[
                    : bisect_right(
                        rows, self.clock() - DAY * int(table["_pitr"]["days"]), key=lambda row: row[0]
                    )
                ]
