"""Pure display: an attribute's value in full, for the item page. Nested values become flat lines with a depth, without recursion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.console.templatetags.console import size
from dashboard.core.wire import TYPE_NAMES, Item, Wire, tag_of, to_bytes
from dashboard.tables.core.itemkeys import readable_key
from dashboard.tables.core.size import item_size, value_size
from dashboard.tables.screens.cells import brief

LONG = 400
"""Characters of a text above which it is folded."""
MANY = 40
"""Lines of a nested value above which it is folded."""
MOST_LINES = 3_000
"""Lines of a nested value that are drawn; the JSON below the page has all of them."""
HEAD = 32
"""Bytes of a binary value that are also shown in hexadecimal."""
MOST_LABEL = 120
"""Characters of a key in a title."""
DEEPEST = 12
"""The depth to which lines are indented; deeper ones stay there, and say how deep they are."""


@dataclass(frozen=True)
class Line:
    """One line of a nested value: ``name`` is the member's name or place, ``depth`` how far it is indented."""

    depth: int
    name: str
    tag: str
    text: str


@dataclass(frozen=True)
class Shown:
    """One attribute as the item page shows it.

    ``text`` is the whole value of a plain one, ``lines`` the members of a collection; ``folded`` says it is long, and ``summary`` then
    stands for it. ``hex`` is the head of a binary value; ``left_out`` counts lines that are not drawn.
    """

    name: str
    tag: str
    type_name: str
    is_key: bool
    size: str
    text: str = ""
    lines: tuple[Line, ...] = ()
    folded: bool = False
    summary: str = ""
    hex: str = ""
    left_out: int = 0


def attributes(item: Item, keys: Sequence[str]) -> tuple[Shown, ...]:
    """The item's attributes, the keys first, the others by name."""
    names = [name for name in keys if name in item] + sorted(name for name in item if name not in keys)
    return tuple(_shown(name, item[name], name in keys) for name in names)


def _shown(name: str, value: Wire, is_key: bool) -> Shown:
    tag = tag_of(value)
    amount = size(item_size({name: value}))
    head = (name, tag, TYPE_NAMES[tag], is_key)
    if tag in ("M", "L", "SS", "NS", "BS"):
        lines = list(_lines(value, 0))
        count = len(value[tag])
        kept = tuple(lines[:MOST_LINES])
        summary = f"{count:,} {'entry' if count == 1 else 'entries'}: {brief(value, 60)}"
        return Shown(*head, amount, "", kept, len(lines) > MANY, summary, "", len(lines) - len(kept))
    if tag == "B":
        raw = value["B"]
        hexed = " ".join(f"{byte:02x}" for byte in to_bytes(raw)[:HEAD])
        count = value_size(value)
        more = f" … {count:,} bytes in all" if count > HEAD else ""
        return Shown(*head, amount, raw, (), len(raw) > LONG, brief(value), hexed + more)
    text = brief(value, len(value["S"])) if tag == "S" else brief(value)
    return Shown(*head, amount, text, (), len(text) > LONG, f"{text[:100]}…" if len(text) > LONG else "")


def _lines(value: Wire, depth: int) -> Iterator[Line]:
    tag = tag_of(value)
    inner = value[tag]
    members: Iterator[tuple[str, Wire]]
    if tag == "M":
        members = iter(inner.items())
    elif tag == "L":
        members = ((f"[{place}]", each) for place, each in enumerate(inner))
    else:
        members = (("", {tag[0]: each}) for each in inner)
    for name, each in members:
        yield from _line(name, each, depth)


def _line(name: str, value: Wire, depth: int) -> Iterator[Line]:
    """The line of a member and, when it is a collection that is not empty, those of its members."""
    tag = tag_of(value)
    if depth > DEEPEST:
        name = f"(depth {depth}) {name}"
    place = min(depth, DEEPEST)
    if tag in ("M", "L", "SS", "NS", "BS") and value[tag]:
        yield Line(place, name, tag, f"{len(value[tag]):,} {'entry' if len(value[tag]) == 1 else 'entries'}")
        yield from _lines(value, depth + 1)
    else:
        yield Line(place, name, tag, brief(value, len(value["S"]) if tag == "S" else 0))


def key_label(key: Item, names: Sequence[str]) -> str:
    """``PARCEL#17 / EVENT#3``: a key in words for titles and crumbs, not longer than a line."""
    text = readable_key(key, tuple(names))
    return text if len(text) <= MOST_LABEL else f"{text[:MOST_LABEL]}…"
