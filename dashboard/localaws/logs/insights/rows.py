"""A log event as the fields that Logs Insights sees in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dashboard.localaws.logs.insights.values import Moment, Value
from dashboard.localaws.logs.store import Event

_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)
MOST_FIELDS = 200
"""Fields that are discovered in one event, as AWS's quota says."""


class Row:
    """One event, or one group after ``stats`` (then ``event`` is None). ``named`` is what commands named.

    ``when`` is in milliseconds since 1970. What is asked for is made then: most rows of a query are only counted.
    """

    __slots__ = ("_found", "event", "log", "named", "stream", "when")

    def __init__(
        self,
        when: int | None,
        event: Event | None = None,
        log: str = "",
        stream: str = "",
        named: dict[str, Value] | None = None,
    ) -> None:
        self.when = when
        self.event = event
        self.log = log
        self.stream = stream
        self.named: dict[str, Value] = {} if named is None else named
        self._found: dict[str, Value] | None = None

    def get(self, name: str) -> Value:
        """A field's value, None when the row has none of this name."""
        if name in self.named:
            return self.named[name]
        if self.event is not None and name in SYSTEM:
            return SYSTEM[name](self, self.event)
        return self.discovered.get(name)

    @property
    def discovered(self) -> dict[str, Value]:
        """The leaves of a JSON message by their dotted paths."""
        if self._found is None:
            self._found = discover(self.event.message) if self.event is not None else {}
        return self._found


def _pointer(row: Row, event: Event) -> str:
    group = row.log.partition(":")[2]
    return base64.b64encode(f"{group}\0{row.stream}\0{event.number}".encode()).decode()


SYSTEM: Mapping[str, Callable[[Row, Event], Value]] = {
    "@timestamp": lambda row, event: Moment(event.when),
    "@ingestionTime": lambda row, event: Moment(event.arrived),
    "@message": lambda row, event: event.message,
    "@logStream": lambda row, event: row.stream,
    "@log": lambda row, event: row.log,
    "@ptr": _pointer,
}
"""The fields that every event has; ``@log`` is ``account:group``."""


def discover(message: str) -> dict[str, Value]:
    """The fields of a JSON message: ``identity.ip``, ``list.0``; {} for any other."""
    if not message.lstrip().startswith("{"):
        return {}
    try:
        found: dict[str, Value] = {}
        _collect(found, "", _DECODER.decode(message))
    except (ValueError, RecursionError, ArithmeticError):
        return {}
    return found


def _collect(found: dict[str, Value], path: str, value: Any) -> None:
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        if len(found) >= MOST_FIELDS:
            return
        place = f"{path}{name}"
        if isinstance(part, dict | list):
            _collect(found, f"{place}.", part)
        elif part is not None:
            found[place] = part
