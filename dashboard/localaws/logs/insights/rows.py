"""A log event as the fields that Logs Insights sees in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dashboard.localaws.logs.insights.values import Moment, Value

MOST_FIELDS = 200
"""Fields that are discovered in one event, as AWS's quota says."""


@dataclass
class Row:
    """One event, or one group after ``stats`` (then ``message`` is None). ``named`` is what commands named."""

    when: int | None
    system: dict[str, Value]
    message: str | None
    named: dict[str, Value] = field(default_factory=dict)
    _found: dict[str, Value] | None = None

    def get(self, name: str) -> Value:
        """A field's value, None when the row has none of this name."""
        if name in self.named:
            return self.named[name]
        if name in self.system:
            return self.system[name]
        return self.discovered.get(name)

    @property
    def discovered(self) -> dict[str, Value]:
        """The leaves of a JSON message by their dotted paths."""
        if self._found is None:
            self._found = discover(self.message) if self.message else {}
        return self._found


def event_row(when: int, arrived: int, message: str, stream: str, log: str, pointer: str) -> Row:
    """The row of one event; times in milliseconds since 1970, ``log`` is ``account:group``."""
    system: dict[str, Value] = {
        "@timestamp": Moment(when),
        "@ingestionTime": Moment(arrived),
        "@message": message,
        "@logStream": stream,
        "@log": log,
        "@ptr": pointer,
    }
    return Row(when, system, message)


def discover(message: str) -> dict[str, Value]:
    """The fields of a JSON message: ``identity.ip``, ``list.0``; {} for any other."""
    if not message.lstrip().startswith("{"):
        return {}
    try:
        value = json.loads(message, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        return {}
    found: dict[str, Value] = {}
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting and len(found) < MOST_FIELDS:
        path, each = waiting.pop(0)
        if isinstance(each, dict | list):
            inside = each.items() if isinstance(each, dict) else enumerate(each)
            waiting[:0] = [(f"{path}.{name}" if path else str(name), part) for name, part in inside]
        elif each is not None:
            found[path] = each
    return found
