"""What the embedded CloudWatch Logs knows: groups, their streams, and the events of a stream in the order of their arrival.

``LogStore.region(name)`` gives the ``Logs`` of a region. An access log writes ``logs.append(group, stream, line)``, which makes
the stream (and, as the local gateway may, the group) when it is missing.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_EVENTS = 50_000
"""Events of a stream that are kept; the oldest go first."""


@dataclass(slots=True)
class Event:
    """One line: milliseconds since 1970 of the event and of its arrival, and a number that grows with every event."""

    when: int
    arrived: int
    message: str
    number: int


@dataclass
class Stream:
    """A log stream; ``created`` in milliseconds since 1970."""

    name: str
    created: int
    events: list[Event] = field(default_factory=list)

    @property
    def first(self) -> int | None:
        """The time of the earliest event."""
        return min((event.when for event in self.events), default=None)

    @property
    def last(self) -> int | None:
        """The time of the latest event."""
        return max((event.when for event in self.events), default=None)


@dataclass
class Group:
    """A log group; ``created`` in milliseconds since 1970, ``retention`` in days or None for ever."""

    name: str
    created: int
    streams: dict[str, Stream] = field(default_factory=dict)
    retention: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    kms: str | None = None
    kind: str = "STANDARD"

    @property
    def stored(self) -> int:
        """Bytes of all events, 26 more for each, as AWS counts them."""
        return sum(
            len(event.message.encode()) + 26 for stream in self.streams.values() for event in stream.events
        )


class Logs:
    """The logs of one region."""

    def __init__(self, store: LogStore) -> None:
        self._store = store
        self.groups: dict[str, Group] = {}

    def create_group(self, name: str) -> Group:
        """The group of this name, made when it is missing."""
        with self._store.lock:
            return self.groups.setdefault(name, Group(name, self._store.millis()))

    def create_stream(self, group: str, stream: str) -> Stream:
        """The stream of this name, made with its group when they are missing."""
        with self._store.lock:
            return self.create_group(group).streams.setdefault(stream, Stream(stream, self._store.millis()))

    def append(self, group: str, stream: str, line: str, when: float | None = None) -> None:
        """Add one line at ``when`` (epoch seconds, now when it is not given)."""
        millis = self._store.millis() if when is None else int(when * 1000)
        self.extend(group, stream, [(millis, line)])

    def extend(self, group: str, stream: str, lines: Iterable[tuple[int, str]]) -> None:
        """Add many lines, each with its time in milliseconds since 1970: generated history, or PutLogEvents."""
        with self._store.lock:
            events = self.create_stream(group, stream).events
            arrived = self._store.millis()
            events.extend(Event(when, arrived, line, self._store.number()) for when, line in lines)
            if len(events) > MOST_EVENTS:
                del events[: len(events) - MOST_EVENTS]
            self._store.changed()


class LogStore:
    """All regions. ``clock`` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._regions: dict[str, Logs] = {}
        self._hooks: list[Callable[[], None]] = []
        self._numbers = itertools.count(1)
        self.queries: dict[str, dict[str, Any]] = {}
        """Logs Insights' queries by region and id, the oldest first; not kept over a restart."""

    def region(self, name: str) -> Logs:
        """The logs of a region, made when they are first asked for."""
        with self.lock:
            return self._regions.setdefault(name, Logs(self))

    def millis(self) -> int:
        """The time in milliseconds since 1970."""
        return int(self.clock() * 1000)

    def number(self) -> int:
        """The next event's number."""
        return next(self._numbers)

    def on_change(self, hook: Callable[[], None]) -> None:
        """Call ``hook`` after every write; it must be quick."""
        self._hooks.append(hook)

    def changed(self) -> None:
        """There is something to save."""
        for hook in self._hooks:
            hook()

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self._regions.clear()
            self.queries.clear()
        self.changed()

    def dump(self) -> dict[str, Any]:
        """Everything as one JSON-ready value."""
        with self.lock:
            return {
                region: [_dumped(group) for group in logs.groups.values()]
                for region, logs in self._regions.items()
            }

    def load(self, saved: dict[str, Any]) -> None:
        """Take what ``dump`` gave; KeyError, TypeError or ValueError for anything else, and then nothing is taken."""
        regions: dict[str, Logs] = {}
        for region, groups in saved.items():
            logs = regions[region] = Logs(self)
            for each in groups:
                group = logs.groups[each["name"]] = Group(
                    each["name"],
                    each["created"],
                    {},
                    each["retention"],
                    each["tags"],
                    each["kms"],
                    each["kind"],
                )
                for name, created, events in each["streams"]:
                    lines = [Event(when, arrived, text, self.number()) for when, arrived, text in events]
                    group.streams[name] = Stream(name, created, lines)
        with self.lock:
            self._regions = regions


def _dumped(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "created": group.created,
        "retention": group.retention,
        "tags": group.tags,
        "kms": group.kms,
        "kind": group.kind,
        "streams": [
            [s.name, s.created, [[event.when, event.arrived, event.message] for event in s.events]]
            for s in group.streams.values()
        ],
    }
