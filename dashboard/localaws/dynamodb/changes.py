"""What the current request changes and reads: noted by the engine's hooks, taken by capacity, counts, metrics and journal.

The embedded AWS works in one thread, one request after another, so the current call is one variable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.localaws.dynamodb.engine import Item, Table
from dashboard.localaws.dynamodb.sizes import Index, indexes, item_size


@dataclass(slots=True)
class Entry:
    """An index's part of a change: bytes before and after (None: not in the index), and whether it moved or changed."""

    index: Index
    before: int | None
    after: int | None
    moved: bool
    same: bool


@dataclass(slots=True)
class Change:
    """One item written: its bytes before and after, 0 for none."""

    table: Table
    before: int
    after: int
    entries: list[Entry]


@dataclass
class Call:
    """The request that is being served."""

    operation: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    page_bytes: int = 0
    """Bytes of the items that Query or Scan evaluated, before any filter."""
    fetched: list[int] = field(default_factory=list)
    """Bytes of items that a local index had to fetch from its table."""
    reads: dict[tuple[str, str], float] = field(default_factory=dict)
    """Read units by table and index ('' for the table itself)."""
    writes: dict[tuple[str, str], float] = field(default_factory=dict)

    def read(self, table: str, units: float, index: str = "") -> None:
        """Note consumed read units."""
        self.reads[table, index] = self.reads.get((table, index), 0.0) + units

    def wrote(self, table: str, units: float, index: str = "") -> None:
        """Note consumed write units."""
        self.writes[table, index] = self.writes.get((table, index), 0.0) + units


call = Call()


def begin(operation: str, data: dict[str, Any]) -> Call:
    """A new current call."""
    global call
    call = Call(operation, data)
    return call


def current() -> Call:
    """The current call; outside of one, a call that nobody looks at."""
    return call


def change_of(table: Table, old: Item | None, new: Item | None) -> Change:
    """What changes when ``old`` becomes ``new`` (None: no item)."""
    entries = []
    for index in indexes(table):
        before, after = index.entry(old), index.entry(new)
        if before is None and after is None:
            continue
        moved = (
            before is not None and after is not None and any(before[key] != after[key] for key in index.keys)
        )
        entries.append(
            Entry(
                index,
                None if before is None else item_size(before),
                None if after is None else item_size(after),
                moved,
                before == after,
            )
        )
    return Change(table, item_size(old), item_size(new), entries)
