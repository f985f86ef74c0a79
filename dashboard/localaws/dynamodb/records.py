"""The journal's records: one JSON value a line. ``replay`` does to the engine what a record says.

A record is written before anybody relies on it and read in the same order. ``meta`` replaces all that is not items; an item's record
names its table by TableId, so that one of a table that is gone, or was made anew under the same name, changes nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from dashboard.localaws.dynamodb import meta
from dashboard.localaws.dynamodb.backups import Backups
from dashboard.localaws.dynamodb.counts import Counts
from dashboard.localaws.dynamodb.engine import Item, Table, tables
from dashboard.localaws.dynamodb.history import History
from dashboard.localaws.dynamodb.scaling import Scaling

ROWS = 200
"""Items a record: one takes about a millisecond to write."""
META, ITEMS, WRITE, CLEAR, PAST, COPY = "meta", "items", "write", "clear", "past", "copy"


class State:
    """All that is DynamoDB's, and the records that make it anew."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.history = History()
        self.backups = Backups()
        self.scaling = Scaling()

    def meta(self) -> bytes:
        """The record of everything but items."""
        value = meta.dump() | {"backups": self.backups.dump(), "scaling": self.scaling.dump()}
        return line([META, value, not self.counts])

    def items(self, table: Table) -> Iterator[bytes]:
        """A table's items. Each record is made from what is there at that time, so that writes may fall between."""
        for rows in _chunks(_items(table)):
            yield line([ITEMS, table["TableId"], rows])

    def replaced(self, table: Table) -> Iterator[bytes]:
        """A table whose items were exchanged as a whole."""
        yield line([CLEAR, table["TableId"]])
        yield from self.items(table)

    def past(self, table_id: str, until: float) -> Iterator[bytes]:
        """A table's history up to a moment; what came later is in records of its own."""
        rows = [row for row in self.history.rows.get(table_id, ()) if row[0] < until]
        for part in _chunks(iter(rows)):
            yield line([PAST, table_id, part])

    def copy(self, arn: str) -> Iterator[bytes]:
        """The items of a backup, which nobody changes any more."""
        flat = (
            (partition, sort, item)
            for partition, sorts in self.backups.items.get(arn, {}).items()
            for sort, item in sorts.items()
        )
        for rows in _chunks(flat):
            yield line([COPY, arn, rows])

    def whole(self) -> Iterator[bytes]:
        """Everything, while writes go on: those that come from now on must follow in another file."""
        now = time.time()
        yield self.meta()
        for arn in list(self.backups.items):
            yield from self.copy(arn)
        for table in list(tables().all_values()):
            yield from self.items(table)
            yield from self.past(table["TableId"], now)


class Replay:
    """Makes the state from records, in their order. ``unsure`` are the tables whose counts are to be made anew."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._tables: dict[str, Table] = {}
        self.unsure: set[str] = set()
        self._do: dict[str, Callable[..., None]] = {
            META: self._meta,
            ITEMS: self._items,
            WRITE: self._write,
            CLEAR: self._clear,
            PAST: self._past,
            COPY: self._copy,
        }

    def record(self, text: bytes) -> None:
        """One line; ValueError, KeyError, TypeError or IndexError when it is none."""
        kind, *rest = orjson.loads(text)
        self._do[kind](*rest)

    def _meta(self, value: dict[str, Any], exact: bool) -> None:
        meta.load(value)
        self._state.backups.load(value["backups"])
        self._state.scaling.load(value["scaling"])
        self._tables = {table["TableId"]: table for table in tables().all_values()}
        self.unsure = self.unsure & self._tables.keys() if exact else set(self._tables)

    def _items(self, table_id: str, rows: list[tuple[str, str, Item]]) -> None:
        if table := self._tables.get(table_id):
            items = table["items"]
            for partition, sort, item in rows:
                items[partition][sort] = item

    def _write(
        self,
        table_id: str,
        partition: str,
        sort: str,
        item: Item | None,
        when: float | None = None,
        old: Item | None = None,
    ) -> None:
        table = self._tables.get(table_id)
        if table is None:
            return
        self.unsure.add(table_id)
        if when is not None:
            self._state.history.add(table_id, [(when, partition, sort, old)])
        if item is not None:
            table["items"][partition][sort] = item
        elif sorts := table["items"].get(partition):
            sorts.pop(sort, None)
            if not sorts:
                del table["items"][partition]

    def _clear(self, table_id: str) -> None:
        if table := self._tables.get(table_id):
            table["items"] = defaultdict(dict)
            self.unsure.add(table_id)

    def _past(self, table_id: str, rows: list[Any]) -> None:
        self._state.history.add(table_id, map(tuple, rows))

    def _copy(self, arn: str, rows: list[tuple[str, str, Item]]) -> None:
        self._state.backups.add_items(arn, rows)


def write(
    table: Table, partition: str, sort: str, item: Item | None, when: float | None, old: Item | None
) -> bytes:
    """The record of one write; with the time and the item before when the table keeps its history."""
    record = [WRITE, table["TableId"], partition, sort, item]
    return line(record if when is None else [*record, when, old])


def line(value: Any) -> bytes:
    """A record as it stands in the file."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _items(table: Table) -> Iterator[tuple[str, str, Item]]:
    for partition in list(table["items"]):
        for sort in list(table["items"].get(partition, ())):
            item = table["items"].get(partition, {}).get(sort)
            if item is not None:
                yield partition, sort, item


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while part := list(islice(rest, ROWS)):
        yield part
