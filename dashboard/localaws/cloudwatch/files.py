"""Keeping metrics: one file a day, so that a live value rewrites today's only."""

from __future__ import annotations

import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import orjson

from dashboard.localaws.cloudwatch.columns import Columns
from dashboard.localaws.cloudwatch.store import DAY, MetricStore, Series, SeriesName
from dashboard.localaws.state import OFTEN, StateError

_MAGIC = b"metrics-1\n"
_LENGTH = struct.Struct("<I")


class MetricFiles:
    """The folder ``metrics`` in the state's folder; has the interface of ``serve.Saved``."""

    def __init__(self, folder: Path, store: MetricStore) -> None:
        self.folder = folder / "metrics"
        self.dirty = False
        self.seconds = 0.0
        self.quiet = OFTEN
        self._store = store

    def touched(self) -> None:
        """There is something to save."""
        self.dirty = True

    def save(self) -> None:
        """Write the days that changed; StateError when one cannot be written, and then its last file is still whole."""
        began = time.monotonic()
        self.dirty = False
        with self._store.lock:
            days, self._store.dirty_days = self._store.dirty_days, set()
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                while days:
                    self._save(next(iter(days)))
                    days.pop()
            except OSError as error:
                self.dirty = True
                self._store.dirty_days |= days
                raise StateError(
                    f"The embedded AWS cannot save its metrics in {self.folder}: {error.strerror}."
                ) from error
            finally:
                self.seconds = time.monotonic() - began

    def load(self) -> None:
        """Take what was saved; StateError when a file cannot be read."""
        for path in sorted(self.folder.glob("*.bin")):
            try:
                self._load(int(path.stem), path.read_bytes())
            except (OSError, ValueError, KeyError, TypeError, struct.error, zlib.error) as error:
                raise StateError(
                    f"The saved metrics {path} cannot be read; `make demo-reset` starts anew."
                ) from error
        self._store.age()
        self.dirty = bool(self._store.dirty_days)

    def _save(self, day: int) -> None:
        path = self.folder / f"{day}.bin"
        heads, bodies = [], []
        for region, name, series in self._store.all():
            rows = _rows(series, day)
            if len(rows):
                head, body = rows.dump()
                heads.append([region, name.namespace, name.metric, dict(name.dimensions), series.unit, head])
                bodies.append(body)
        if not heads:
            path.unlink(missing_ok=True)
            return
        temporary = path.with_suffix(".new")
        header = orjson.dumps(heads)
        with temporary.open("wb") as file:
            file.write(_MAGIC + _LENGTH.pack(len(header)) + header)
            file.write(zlib.compress(b"".join(bodies), 1))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def _load(self, day: int, data: bytes) -> None:
        if not data.startswith(_MAGIC):
            raise ValueError("Another version.")
        start = len(_MAGIC) + _LENGTH.size
        (length,) = _LENGTH.unpack(data[len(_MAGIC) : start])
        heads: list[Any] = orjson.loads(data[start : start + length])
        rest = memoryview(zlib.decompress(data[start + length :]))
        for region, namespace, metric, dimensions, unit, head in heads:
            columns, rest = Columns.load(head, rest)
            name = SeriesName.of(namespace, metric, dimensions)
            series = self._store.region(region).series.setdefault(name, Series())
            series.unit = unit
            series.days[day] = columns


def _rows(series: Series, day: int) -> Columns:
    """A day's closed rows and, after them, a copy of its open minutes."""
    closed = series.days.get(day) or Columns()
    open_now = {when: cell for when, cell in series.open.items() if when // DAY == day and cell.count}
    if not open_now:
        return closed
    rows, _ = Columns.load(closed.dump()[0], memoryview(closed.dump()[1]))
    for when, cell in open_now.items():
        rows.append(when, cell)
    return rows
