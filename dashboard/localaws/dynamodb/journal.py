"""Keeping DynamoDB's state: every write is appended to a log, which is folded into a base now and then.

``dynamodb-<n>.base`` holds everything as it was when the log ``dynamodb-<n>.log`` began. Folding starts log n+1, writes base n+1 in
small pieces beside the requests, renames it into place when it is whole, and only then takes base and log n away; a stop at any moment
leaves a base and all logs since. Logs are written within a quarter of a second and outlive a kill of this process; bases and the last
log outlive the machine's too, because they are synced.
"""

from __future__ import annotations

import gc
import os
import re
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dashboard.localaws.dynamodb.engine import Item, Table, tables
from dashboard.localaws.dynamodb.meta import adopt
from dashboard.localaws.dynamodb.records import Replay, State, write
from dashboard.localaws.state import StateError

PAUSE = 0.1
"""Seconds between two pieces of work."""
SLICE = 0.01
"""Seconds that a piece may take of the requests' time."""
SMALLEST = 8_000_000
"""Bytes of a log before it is worth folding."""
_NAME = re.compile(r"dynamodb-(\d+)\.(base|log)")


class Journal:
    """Has the interface of ``state.Store``: ``save`` writes what is buffered and does a piece of what is left to do."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder, self.state = folder, state
        self.dirty, self.seconds, self.quiet = False, 0.0, PAUSE
        self._number = 0
        self._log: BinaryIO | None = None
        self._buffer: list[bytes] = []
        self._meta = False
        self._jobs: deque[Iterator[bytes]] = deque()
        self._folding: Iterator[None] | None = None
        self._base_size = 0
        self._log_size = 0

    def touched(self) -> None:
        """Something that is not items changed."""
        self._meta = self.dirty = True

    def wrote(
        self, table: Table, partition: str, sort: str, item: Item | None, when: float | None, old: Item | None
    ) -> None:
        """An item was written, or deleted when it is None."""
        self._buffer.append(write(table, partition, sort, item, when, old))
        self.dirty = True

    def replaced(self, table: Table) -> None:
        """All items of a table were exchanged."""
        self.touched()
        self._jobs.append(self.state.replaced(table))

    def copied(self, arn: str) -> None:
        """A backup was made."""
        self.touched()
        self._jobs.append(self.state.copy(arn))

    def emptied(self) -> None:
        """Everything was forgotten: begin anew."""
        self._buffer, self._folding = [], None
        self._jobs.clear()
        self.touched()
        self._fold()

    def save(self) -> None:
        """Write; StateError when it cannot be written, and then it is still known here."""
        end = time.monotonic() + SLICE
        try:
            self._flush()
            while self._jobs and time.monotonic() < end:
                record = next(self._jobs[0], None)
                if record is None:
                    self._jobs.popleft()
                else:
                    self._append([record])
            if self._folding is None and not self._jobs and self._log_size > max(SMALLEST, self._base_size):
                self._fold()
            while self._folding is not None and time.monotonic() < end:
                if next(self._folding, self) is self:
                    self._folding = None
        except OSError as error:
            self.dirty = True
            raise StateError(
                f"The embedded AWS cannot save its data in {self.folder}: {error.strerror}."
            ) from error
        self.dirty = bool(self._buffer or self._meta or self._jobs or self._folding)

    def finish(self) -> None:
        """At the end: write all, folded when there is something to fold."""
        self._drain()
        if self._log_size:
            self._fold()
            self._drain()
        if self._log is not None:
            self._log.close()

    def _drain(self) -> None:
        while self.dirty:
            self.save()

    def _flush(self) -> None:
        records = [self.state.meta(), *self._buffer] if self._meta else self._buffer
        if records:
            self._append(records)
            self._buffer, self._meta = [], False

    def _append(self, records: list[bytes]) -> None:
        if self._log is None:
            self._log = self._path(self._number, "log").open("ab", buffering=0)
        data = b"".join(records)
        self._log.write(data)
        self._log_size += len(data)

    def _path(self, number: int, kind: str) -> Path:
        return self.folder / f"dynamodb-{number}.{kind}"

    def _fold(self) -> None:
        """Begin a new log, and a base of all that is before it."""
        self._flush()
        if self._log is not None:
            self._log.close()
            self._log = None
        self._number += 1
        self._log_size = 0
        self._folding = self._folded(self._number)
        self.dirty = True

    def _folded(self, number: int) -> Iterator[None]:
        path = self._path(number, "base")
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            for record in self.state.whole():
                file.write(record)
                yield
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        self._base_size = path.stat().st_size
        for old, kind in self._there():
            if old < number:
                self._path(old, kind).unlink()

    def _there(self) -> list[tuple[int, str]]:
        found = (_NAME.fullmatch(one.name) for one in self.folder.iterdir())
        return sorted((int(one[1]), one[2]) for one in found if one)

    def load(self) -> None:
        """Take what was saved; StateError when it cannot be read. A last line that was cut off was never promised to anybody."""
        there = self._there()
        bases = [number for number, kind in there if kind == "base"]
        first = max(bases, default=0)
        logs = [number for number, kind in there if kind == "log" and number >= first]
        replay = Replay(self.state)
        gc.disable()  # nothing that is loaded here can be garbage, and looking for it takes longer than loading
        try:
            if bases:
                self._base_size = self._replay(replay, self._path(first, "base"))
            for number in logs:
                self._log_size = self._replay(replay, self._path(number, "log"), cut=number == logs[-1])
        finally:
            gc.enable()
        gc.freeze()
        self._number = max([first, *logs])
        if not there and tables().has_any():  # saved by a version without a journal
            adopt()
            self._fold()
        for table in list(tables().all_values()):
            if table["TableId"] in replay.unsure:
                self.state.counts.anew(table)

    def _replay(self, replay: Replay, path: Path, cut: bool = False) -> int:
        try:
            data = path.read_bytes()
            whole = data.rfind(b"\n") + 1
            if whole < len(data):
                if not cut:
                    raise ValueError("the last line is cut off")
                with path.open("r+b") as file:
                    file.truncate(whole)
            for record in data[:whole].split(b"\n")[:-1]:
                replay.record(record)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise StateError(
                f"The saved data {path} cannot be read; `make demo-reset` starts anew."
            ) from error
        return len(data)
