"""What the embedded CloudWatch knows: minute aggregates of every series, kept as long and as finely as AWS keeps them.

``MetricStore.region(name)`` gives the ``Metrics`` of a region. A live value is ``metrics.put(...)``; generated history is
``metrics.insert(...)``. AWS keeps minutes for 15 days, five minutes for 63 days and hours for 455 days.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dashboard.localaws.cloudwatch.cell import Cell
from dashboard.localaws.cloudwatch.columns import Columns

DAY = 86_400
KEPT = ((15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3600))
"""Age in seconds up to which points of a grain in seconds are kept."""
OPEN = 4
"""Minutes of a series that stay open for more values."""

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, order=True)
class SeriesName:
    """What tells a series from another in its region; ``dimensions`` are sorted by name."""

    namespace: str
    metric: str
    dimensions: Dimensions = ()

    @classmethod
    def of(cls, namespace: str, metric: str, dimensions: Mapping[str, str]) -> SeriesName:
        """The name with dimensions in any order."""
        return cls(namespace, metric, tuple(sorted(dimensions.items())))


@dataclass
class Series:
    """Closed rows by day (days since 1970), and the minutes that still get values."""

    days: dict[int, Columns] = field(default_factory=dict)
    open: dict[int, Cell] = field(default_factory=dict)
    unit: str = "None"

    def cells(self, start: int, end: int, period: int, histograms: bool) -> dict[int, Cell]:
        """Aggregates by the begin of each ``period`` counted from ``start``; periods without data have none."""
        found: dict[int, Cell] = {}
        for day in range(start // DAY, (end - 1) // DAY + 1):
            columns = self.days.get(day)
            if columns is None or columns.grain > period:
                continue
            coarse = next((g for g in (3600, 300) if not (period % g or start % g or end % g)), 60)
            rows = columns.rolled(coarse) if coarse > columns.grain else columns
            for row, when in enumerate(rows.times):
                if start <= when < end:
                    at = when - (when - start) % period
                    rows.add_to(found.setdefault(at, Cell()), row, histograms)
        for when, cell in self.open.items():
            if start <= when < end and period >= 60:
                at = when - (when - start) % period
                found.setdefault(at, Cell()).merge(
                    cell.total, cell.count, cell.low, cell.high, cell.histogram
                )
        return found

    def newest(self) -> int:
        """The time of the newest value, 0 when there is none."""
        if self.open:
            return max(self.open)
        return max((max(columns.times, default=0) for columns in self.days.values()), default=0)


class Metrics:
    """The metrics of one region."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store
        self.series: dict[SeriesName, Series] = {}

    def put(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        when: float,
        value: float,
        count: int = 1,
        unit: str = "",
    ) -> None:
        """Add ``count`` times ``value`` at ``when`` (epoch seconds) to one series."""
        with self._store.lock:
            series = self._series(SeriesName.of(namespace, name, dimensions), unit)
            minute = int(when) - int(when) % 60
            cell = series.open.get(minute)
            if cell is None:
                cell = series.open[minute] = Cell()
                self._close(series)
            cell.add(value, count)
            self._store.touched(minute // DAY)

    def insert(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        rows: Iterable[tuple[float, Cell]],
        unit: str = "",
    ) -> None:
        """Add whole aggregates by time (epoch seconds), in any order: generated history, or PutMetricData's statistic sets.

        What is older than 15 days is kept by five minutes, as AWS does; what is older than 455 days is not kept.
        """
        with self._store.lock:
            series = self._series(SeriesName.of(namespace, name, dimensions), unit)
            today = self._store.clock()
            slots: dict[tuple[int, int], Cell] = {}
            grains: dict[int, int] = {}
            for moment, cell in rows:
                day = int(moment) // DAY
                if day not in grains:
                    grains[day] = grain_of(day, today)
                grain = grains[day]
                if grain and cell.count:
                    _into(slots, (day, int(moment) - int(moment) % grain), cell)
            for (day, when), cell in slots.items():
                self._append(series, day, when, cell)
                self._store.touched(day)

    def find(self, namespace: str, metric: str, dimensions: Mapping[str, str]) -> Series | None:
        """The series of exactly these dimensions."""
        return self.series.get(SeriesName.of(namespace, metric, dimensions))

    def _series(self, name: SeriesName, unit: str) -> Series:
        series = self.series.setdefault(name, Series())
        if unit:
            series.unit = unit
        return series

    def _append(self, series: Series, day: int, when: int, cell: Cell) -> None:
        columns = series.days.get(day)
        if columns is None:
            grain = grain_of(day, self._store.clock())
            if not grain:
                return
            columns = series.days[day] = Columns(grain)
        columns.append(when, cell)

    def _close(self, series: Series) -> None:
        for minute in sorted(series.open)[:-OPEN]:
            cell = series.open.pop(minute)
            if cell.count:
                self._append(series, minute // DAY, minute, cell)


class MetricStore:
    """All regions. ``clock`` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.regions: dict[str, Metrics] = {}
        self.dirty_days: set[int] = set()
        self._hooks: list[Callable[[], None]] = []

    def region(self, name: str) -> Metrics:
        """The metrics of a region, made when they are first asked for."""
        with self.lock:
            return self.regions.setdefault(name, Metrics(self))

    def on_change(self, hook: Callable[[], None]) -> None:
        """Call ``hook`` after every value; it must be quick."""
        self._hooks.append(hook)

    def touched(self, day: int) -> None:
        """A day has something to save."""
        self.dirty_days.add(day)
        for hook in self._hooks:
            hook()

    def all(self) -> Iterator[tuple[str, SeriesName, Series]]:
        """Every series of every region."""
        for region, metrics in self.regions.items():
            for name, series in metrics.series.items():
                yield region, name, series

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.dirty_days |= {day for _, _, series in self.all() for day in days_of(series)}
            self.regions.clear()
            for hook in self._hooks:
                hook()

    def age(self) -> None:
        """Coarsen what has become old, and forget what AWS would have forgotten."""
        today = self.clock()
        with self.lock:
            for _, _, series in self.all():
                for day, columns in list(series.days.items()):
                    grain = grain_of(day, today)
                    if not grain:
                        del series.days[day]
                    elif grain > columns.grain:
                        series.days[day] = columns.rolled(grain)
                    else:
                        continue
                    self.dirty_days.add(day)


def _into(slots: dict[tuple[int, int], Cell], slot: tuple[int, int], cell: Cell) -> None:
    before = slots.get(slot)
    if before is None:
        slots[slot] = cell
        return
    both = Cell()
    for each in (before, cell):
        both.merge(each.total, each.count, each.low, each.high, each.histogram)
    slots[slot] = both


def grain_of(day: int, now: float) -> int:
    """Seconds between the points that are kept of a day (days since 1970), 0 when none are."""
    age = now - (day + 1) * DAY
    return next((grain for limit, grain in KEPT if age < limit), 0)


def days_of(series: Series) -> set[int]:
    """The days of which a series has values."""
    return series.days.keys() | {minute // DAY for minute in series.open}
