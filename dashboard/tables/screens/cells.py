"""Pure display: what an attribute value looks like in a grid's cell. No request, no template, no call.

A cell is a pair ``(mark, text)``: the mark is the type tag of a value that is not a string, ``""`` for a string (or no value at all),
and TEXT for a string that the cell does not show letter for letter. The text is at most about ``ROOM`` characters, whatever the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.console.templatetags.console import size
from dashboard.core.wire import TAGS, Wire
from dashboard.tables.core.itemkeys import readable
from dashboard.tables.core.size import value_size

ROOM = 80
"""Characters of a value that a cell shows before it is folded."""
INSIDE = 40
"""Characters that a member's name, or its value, takes inside a cell."""
MANY = 12
"""Members of a set that may be shown without counting."""

Cell = tuple[str, str]
ABSENT: Cell = ("", "")
TEXT = "T"
"""The mark of a string that is folded, or holds characters that are not drawn."""
MARKS = ("", TEXT, *TAGS)
"""Every mark. The text of a cell marked ``""``, N or BOOL is the value itself."""


def cell(value: Wire | None) -> Cell:
    """The mark and the text of one value; a string longer than ROOM ends with its size."""
    if value is None:
        return ABSENT
    ((tag, inner),) = value.items()
    if tag == "N":
        return "N", inner
    if tag != "S":
        return tag, brief(value)
    if 0 < len(inner) <= ROOM and inner.isprintable():
        return "", inner
    if not inner:
        return "S", "empty"
    shown = inner[:ROOM]
    if not shown.isprintable():
        shown = readable({"S": shown})  # a line break, or a character that turns the direction of writing
    return TEXT, shown if len(inner) <= ROOM else f"{shown}… {size(value_size(value))}"


def brief(value: Wire, room: int = ROOM) -> str:
    """Any value on one line of about ``room`` characters; what is left out is counted."""
    ((tag, inner),) = value.items()
    match tag:
        case "S":
            return inner if len(inner) <= room else f"{inner[: max(room, 8)]}…"
        case "N":
            return str(inner)
        case "M":
            return "{" + _members(inner.values(), len(inner), room, inner) + "}"
        case "L":
            return "[" + _members(inner, len(inner), room) + "]"
        case "BOOL":
            return "true" if inner else "false"
        case "NULL":
            return "null"
        case "B":
            return _binary(inner)
        case _:
            return "{" + _several(inner, tag, room) + "}"


def _binary(text: str) -> str:
    shown = text if len(text) <= 24 else f"{text[:24]}…"
    count = len(text) // 4 * 3 - text.count("=", -2)  # base64, always padded
    return f"{shown} ({size(count)})"


def _several(members: Sequence[str], tag: str, room: int) -> str:
    """The members of a set."""
    if tag != "BS" and len(members) <= MANY and sum(map(len, members)) <= INSIDE:
        return ", ".join(members)
    return _members([{tag[0]: each} for each in members[: room + 1]], len(members), room)


def _members(values: Iterable[Wire], count: int, room: int, names: Iterable[str] | None = None) -> str:
    """The first members that fit, with the names they have in a map; then how many there are."""
    shown: list[str] = []
    named = None if names is None else iter(names)
    for value in values:
        if room <= 0:
            shown.append(f"… {count:,} in all")
            break
        ((tag, text),) = value.items()
        if tag != "N" and (
            tag != "S" or len(text) > room or len(text) > INSIDE
        ):  # these two are most of them
            text = brief(value, min(room, INSIDE))
        if named is not None:
            name = next(named)
            text = f"{name if len(name) <= INSIDE else name[:INSIDE]}: {text}"
        shown.append(text)
        room -= len(text) + 2
    return ", ".join(shown)
