"""Recorded values as items, so that one diff shows the changes of items and of our own rows alike."""

from __future__ import annotations

from typing import Any

from dashboard.core.wire import TAGS, Item, Wire


def as_item(value: Any) -> Item | None:
    """A recorded value as an item: wire items as they are, plain JSON objects turned into wire values."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return {"value": _wire(value)}
    if value and all(_is_wire(inner) for inner in value.values()):
        return value
    return {name: _wire(inner) for name, inner in value.items()}


def _is_wire(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in TAGS


def _wire(value: Any) -> Wire:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case list() | tuple():
            return {"L": [_wire(inner) for inner in value]}
        case dict():
            return {"M": {str(name): _wire(inner) for name, inner in value.items()}}
        case _:
            return {"S": str(value)}
