"""The aggregate of some values: how many, their sum, least and greatest, and a histogram from which percentiles are read.

The histogram's buckets grow by one percent, so that a percentile is off by half a percent at most; cells add up without loss.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_GROWTH = 0.01
_LOG = math.log1p(_GROWTH)
_MIDDLE = 4096
"""The bucket of the value 1; 0 is the bucket of zero, negative buckets are those of negative values."""
_PAIR = struct.Struct("<hI")

Histogram = dict[int, int]


def bucket(value: float) -> int:
    """The bucket in which a value is counted."""
    if value == 0:
        return 0
    index = min(8191, max(1, round(math.log(abs(value)) / _LOG) + _MIDDLE))
    return index if value > 0 else -index


def middle(index: int) -> float:
    """The value for which a bucket stands."""
    if index == 0:
        return 0.0
    size = math.exp((abs(index) - _MIDDLE) * _LOG)
    return size if index > 0 else -size


@dataclass(slots=True)
class Cell:
    """An aggregate; ``count`` values whose sum is ``total``. An empty cell has no least and no greatest (inf, -inf)."""

    total: float = 0.0
    count: int = 0
    low: float = math.inf
    high: float = -math.inf
    histogram: Histogram = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[float]) -> Cell:
        """The cell of single values."""
        cell = cls()
        for value in values:
            cell.add(value)
        return cell

    @classmethod
    def counted(cls, values: Mapping[float, int]) -> Cell:
        """The cell of value → how many of it; entries with 0 are left out."""
        cell = cls()
        for value, count in values.items():
            cell.add(value, count)
        return cell

    @classmethod
    def flags(cls, ones: int, count: int) -> Cell:
        """The cell of ``count`` values of which ``ones`` are 1 and the rest 0: errors among requests."""
        return cls.counted({0.0: count - ones, 1.0: ones})

    def add(self, value: float, count: int = 1) -> None:
        """Add ``count`` times ``value``."""
        if count < 1:
            return
        self.total += value * count
        self.count += count
        self.low = min(self.low, value)
        self.high = max(self.high, value)
        index = bucket(value)
        self.histogram[index] = self.histogram.get(index, 0) + count

    def merge(self, total: float, count: int, low: float, high: float, histogram: Histogram) -> None:
        """Add what another cell holds."""
        self.total += total
        self.count += count
        self.low = min(self.low, low)
        self.high = max(self.high, high)
        mine = self.histogram
        for index, number in histogram.items():
            mine[index] = mine.get(index, 0) + number

    def percentile(self, percent: float) -> float:
        """The value below or at which ``percent`` of the values are (nearest rank), off by half a percent at most."""
        wanted = percent / 100 * self.count
        passed = 0
        for index in sorted(self.histogram):
            passed += self.histogram[index]
            if passed >= wanted:
                return min(self.high, max(self.low, middle(index)))
        return self.high

    def packed(self) -> bytes:
        """The histogram as bytes, none when it follows from the other members."""
        if self.histogram == implied(self.total, self.count, self.low, self.high):
            return b""
        return b"".join(_PAIR.pack(index, number) for index, number in self.histogram.items())


def implied(total: float, count: int, low: float, high: float) -> Histogram:
    """The histogram of a cell whose values are all alike, or all 0 or 1."""
    if low == high:
        return {bucket(low): count}
    ones = int(total)
    return {0: count - ones, _MIDDLE: ones}


def unpacked(data: bytes) -> Histogram:
    """What ``Cell.packed`` gave, when it is not empty."""
    return dict(_PAIR.iter_unpack(data))
