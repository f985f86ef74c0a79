"""Rows of one series in columns: thirty days of minutes stay small in memory and go to a file as they are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from dashboard.localaws.cloudwatch.cell import Cell, Histogram, implied, unpacked

_TYPES = {"times": "I", "totals": "d", "counts": "I", "lows": "d", "highs": "d", "ends": "I"}


class Columns:
    """Aggregates by time (epoch seconds, a multiple of ``grain``). One time may have several rows: they add up."""

    def __init__(self, grain: int = 60) -> None:
        self.grain = grain
        self.times = array("I")
        self.totals = array("d")
        self.counts = array("I")
        self.lows = array("d")
        self.highs = array("d")
        self.ends = array("I")
        self.blob = bytearray()
        self._rolled: dict[int, Columns] = {}

    def __len__(self) -> int:
        return len(self.times)

    def append(self, when: int, cell: Cell) -> None:
        """Add a row."""
        self.times.append(when - when % self.grain)
        self.totals.append(cell.total)
        self.counts.append(cell.count)
        self.lows.append(cell.low)
        self.highs.append(cell.high)
        self.blob += cell.packed()
        self.ends.append(len(self.blob))
        self._rolled.clear()

    def histogram(self, row: int) -> Histogram:
        """The histogram of a row."""
        start = self.ends[row - 1] if row else 0
        if start == self.ends[row]:
            return implied(self.totals[row], self.counts[row], self.lows[row], self.highs[row])
        return unpacked(bytes(self.blob[start : self.ends[row]]))

    def add_to(self, cell: Cell, row: int, histograms: bool) -> None:
        """Add a row to ``cell``; without ``histograms`` its percentiles are not filled."""
        histogram = self.histogram(row) if histograms else {}
        cell.merge(self.totals[row], self.counts[row], self.lows[row], self.highs[row], histogram)

    def cells(self) -> Iterator[tuple[int, Cell]]:
        """Every row."""
        for row, when in enumerate(self.times):
            cell = Cell()
            self.add_to(cell, row, True)
            yield when, cell

    def rolled(self, grain: int) -> Columns:
        """The same in coarser rows, one a time; kept until something is added, because reports read the past again and again."""
        if grain not in self._rolled:
            cells: dict[int, Cell] = {}
            for row, when in enumerate(self.times):
                self.add_to(cells.setdefault(when - when % grain, Cell()), row, True)
            rolled = Columns(grain)
            for when, cell in cells.items():
                rolled.append(when, cell)
            self._rolled[grain] = rolled
        return self._rolled[grain]

    def dump(self) -> tuple[dict[str, Any], bytes]:
        """What describes the bytes, and the bytes."""
        head = {"grain": self.grain, "rows": len(self), "blob": len(self.blob)}
        return head, b"".join([*(getattr(self, name).tobytes() for name in _TYPES), bytes(self.blob)])

    @classmethod
    def load(cls, head: dict[str, Any], data: memoryview) -> tuple[Columns, memoryview]:
        """What ``dump`` gave, and the bytes after it; ValueError for anything else."""
        columns = cls(head["grain"])
        for name, kind in _TYPES.items():
            column = array(kind)
            size = head["rows"] * column.itemsize
            column.frombytes(data[:size])
            if len(column) != head["rows"]:
                raise ValueError("The rows are not whole.")
            setattr(columns, name, column)
            data = data[size:]
        columns.blob = bytearray(data[: head["blob"]])
        return columns, data[head["blob"] :]
