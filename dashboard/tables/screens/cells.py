"""Pure display: what an attribute value looks like in a grid's cell. No request, no template, no call.

A cell is a pair ``(mark, text)``: the mark is the type tag of a value that is not a string (``""`` for a string or no value at all),
the text is at most about ``ROOM`` characters, whatever the size of the value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.console.templatetags.console import size
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item, Wire, tag_of
from dashboard.tables.core.itemkeys import readable
from dashboard.tables.core.size import value_size

ROOM = 80
"""Characters of a value that a cell shows before it is folded."""
COLUMNS = 16
"""Columns a grid shows before the rest is folded, keys included."""
MOST_COLUMNS = 120
"""Columns a grid shows when asked for all of them."""

Cell = tuple[str, str]
ABSENT: Cell = ("", "")


def cell(value: Wire | None) -> Cell:
    """The mark and the text of one value; a string longer than ROOM ends with its size."""
    if value is None:
        return ABSENT
    tag = tag_of(value)
    inner = value[tag]
    if tag == "S":
        if not inner:
            return "S", "empty"
        shown = inner[:ROOM]
        if not shown.isprintable():
            shown = readable({"S": shown})  # a line break, or a character that turns the direction of writing
        return "", shown if len(inner) <= ROOM else f"{shown}… {size(value_size(value))}"
    if tag == "N":
        return "N", inner
    return tag, brief(value)


def brief(value: Wire, room: int = ROOM) -> str:
    """Any value on one line of about ``room`` characters; what is left out is counted."""
    tag = tag_of(value)
    inner = value[tag]
    match tag:
        case "S":
            return inner if len(inner) <= room else f"{inner[: max(room, 8)]}…"
        case "N":
            return str(inner)
        case "BOOL":
            return "true" if inner else "false"
        case "NULL":
            return "null"
        case "B":
            return _binary(inner)
        case "M":
            return (
                "{" + _members(((f"{name}: ", each) for name, each in inner.items()), len(inner), room) + "}"
            )
        case "L":
            return "[" + _members((("", each) for each in inner), len(inner), room) + "]"
        case _:
            one = tag[0]
            return "{" + _members((("", {one: each}) for each in inner), len(inner), room) + "}"


def _binary(text: str) -> str:
    shown = text if len(text) <= 24 else f"{text[:24]}…"
    return f"{shown} ({size(value_size({'B': text}))})"


def _members(parts: Iterable[tuple[str, Wire]], count: int, room: int) -> str:
    """The first members that fit, then how many there are."""
    shown: list[str] = []
    left = room
    for name, value in parts:
        if left <= 0:
            return ", ".join(shown) + f", … {count:,} in all"
        text = name[:40] + brief(value, min(left, 40))
        shown.append(text)
        left -= len(text) + 2
    return ", ".join(shown)


@dataclass(frozen=True)
class Column:
    """A column's attribute, whether it is a key of the table or of the index being read, and the class of its head.

    A column of nothing but numbers has the class ``num``.
    """

    name: str
    is_key: bool
    css: str


@dataclass(frozen=True)
class Row:
    """One item: its key in URL form, the key cells (which link to it), the other cells, and the names that have no column."""

    key: str
    keys: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    more: str


@dataclass(frozen=True)
class Grid:
    """A page of items as columns and rows. ``folded`` counts the attributes without a column of their own."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    folded: int

    @property
    def total(self) -> int:
        """How many different attributes the page's items have."""
        return len(self.columns) + self.folded


def grid(
    items: Sequence[Item], keys: Sequence[str], index_keys: Sequence[str] = (), most: int = COLUMNS
) -> Grid:
    """Lay out a page: the table's keys, the index's keys, then the other attributes, the most frequent first."""
    first = tuple(keys) + tuple(name for name in index_keys if name not in keys)
    counted = Counter(name for item in items for name in item)
    others = [name for name, _ in counted.most_common() if name not in first]
    room = max(0, most - len(first))
    # One name more than fits is shown rather than folded: the folded column would take the same place.
    shown = tuple(others if len(others) <= room + 1 else others[:room])
    names = first[len(keys) :] + shown
    folded = frozenset(others[len(shown) :])
    columns = tuple(_column(name, name in first, items) for name in (*first, *shown))
    return Grid(columns, tuple(_row(item, keys, names, folded) for item in items), len(folded))


def _column(name: str, is_key: bool, items: Sequence[Item]) -> Column:
    numbers = all("N" in item[name] for item in items if name in item)
    return Column(name, is_key, " ".join((["key"] if is_key else []) + (["num"] if numbers else [])))


def _row(item: Item, keys: Sequence[str], names: Sequence[str], folded: frozenset[str]) -> Row:
    return Row(
        encode_key(item, keys),
        tuple(cell(item[name]) for name in keys),
        tuple([cell(item.get(name)) for name in names]),
        _names(item, folded) if folded else "",
    )


def _names(item: Mapping[str, Wire], folded: frozenset[str]) -> str:
    """The item's attributes that have no column, as ``+3: a, b, c``."""
    names = [name for name in item if name in folded]
    if not names:
        return ""
    text = ", ".join(name[:40] for name in names[:6])
    return f"+{len(names)}: {text}" + ("…" if len(names) > 6 else "")
