"""Pure display: an attribute's value in full, for the item page. Nested values become flat lines with a depth, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from dashboard.console.templatetags.console import size
from dashboard.core.unseen import unseen, unseen_name
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
MOST_SHOWN = 1_000
"""Attributes of an item that are drawn; a browser would take minutes over the 40,000 that an item can have."""
HEAD = 16
"""Bytes in a line of the hexadecimal view."""
MOST_HEX = 1_024
"""Bytes of a binary value that are shown in hexadecimal; the download has all of them."""
MOST_LABEL = 120
"""Characters of a key in a title."""
DEEPEST = 12
"""The depth to which lines are indented; deeper ones stay there, and say how deep they are."""


@dataclass(frozen=True)
class Line:
    """One line of a nested value: ``name`` is the member's name or place, ``depth`` how far it is indented.

    ``note`` says what the eye does not see in its name and its text.
    """

    depth: int
    name: str
    tag: str
    text: str
    download: str = ""
    note: str = ""


Address = Callable[..., str]
"""The address of the download of the value at a path: the attribute's name, then member names and places."""


@dataclass(frozen=True)
class Shown:
    """One attribute as the item page shows it.

    ``text`` is the whole value of a plain one, ``lines`` the members of a collection; ``folded`` says it is long, and ``summary`` then
    stands for it. ``hex`` is the head of a binary value, a line for 16 bytes; ``left_out`` counts lines that are not drawn.
    ``download`` is the address of a value that is worth taking away: binary, and texts that are folded. ``note`` says what the eye
    does not see.
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
    hex: tuple[str, ...] = ()
    left_out: int = 0
    download: str = ""
    note: str = ""

    @property
    def plain(self) -> bool:
        """Whether the text is all there is to show."""
        return (
            bool(self.text)
            and self.tag != "B"
            and not (self.lines or self.note or self.folded or self.download)
        )

    @property
    def name_note(self) -> str:
        """What the eye does not see in the name: the code points of what has no shape, blank space at an end."""
        return unseen_name(self.name)


class Attributes(Sequence[Shown]):
    """An item's attributes, the keys first, the others by name, each made when it is asked for.

    A page draws ``rows``, the first MOST_SHOWN; ``left`` counts the others, which the item's JSON holds.
    """

    def __init__(self, item: Item, keys: Sequence[str], address: Address | None) -> None:
        self._item, self._keys, self._address = item, keys, address
        self._names = [name for name in keys if name in item]
        self._names += sorted(name for name in item if name not in keys)

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> Shown: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Shown]: ...
    def __getitem__(self, place: int | slice) -> Shown | Sequence[Shown]:
        if isinstance(place, slice):
            return tuple(self._shown(name) for name in self._names[place])
        return self._shown(self._names[place])

    def _shown(self, name: str) -> Shown:
        return _shown(name, self._item[name], name in self._keys, self._address)

    @property
    def rows(self) -> Sequence[Shown]:
        """Those that are drawn."""
        return self[:MOST_SHOWN]

    @property
    def left(self) -> int:
        """How many are not."""
        return max(0, len(self) - MOST_SHOWN)


def attributes(item: Item, keys: Sequence[str], address: Address | None = None) -> Attributes:
    """The item's attributes for ``attributes.html``; with ``address``, also where to download what is worth it."""
    return Attributes(item, keys, address)


def _shown(name: str, value: Wire, is_key: bool, address: Address | None) -> Shown:
    tag = tag_of(value)
    amount = size(item_size({name: value}))
    head = (name, tag, TYPE_NAMES[tag], is_key)
    if tag in ("M", "L", "SS", "NS", "BS"):
        lines = list(_lines(value, 0, (name,), address))
        count = len(value[tag])
        kept = tuple(lines[:MOST_LINES])
        summary = f"{count:,} {'entry' if count == 1 else 'entries'}: {brief(value, 60)}"
        return Shown(*head, amount, "", kept, len(lines) > MANY, summary, left_out=len(lines) - len(kept))
    where = address(name) if address else ""
    if tag == "B":
        raw = value["B"]
        count = value_size(value)
        note = f"{count:,} {'byte' if count == 1 else 'bytes'}"
        return Shown(
            *head, amount, raw, (), len(raw) > LONG, f"{note}: {brief(value)}", _hex(raw), 0, where, note
        )
    text = brief(value, len(value["S"])) if tag == "S" else brief(value)
    if len(text) <= LONG:
        return Shown(*head, amount, text, note=unseen(text))
    summary = f"{len(text):,} characters: {text[:100]}…"
    return Shown(*head, amount, text, (), True, summary, download=where, note=unseen(text))


def _hex(base64_text: str) -> tuple[str, ...]:
    """``00000010  41 42 …  |AB…|`` for each 16 bytes, up to MOST_HEX bytes."""
    raw = to_bytes(base64_text)[:MOST_HEX]
    lines = []
    for start in range(0, len(raw), HEAD):
        part = raw[start : start + HEAD]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<{HEAD * 3 - 1}}  |{text}|")
    return tuple(lines)


def _lines(value: Wire, depth: int, path: tuple[str | int, ...], address: Address | None) -> Iterator[Line]:
    tag = tag_of(value)
    inner = value[tag]
    members: Iterator[tuple[str, str | int, Wire]]
    if tag == "M":
        members = ((name, name, each) for name, each in inner.items())
    elif tag == "L":
        members = ((f"[{place}]", place, each) for place, each in enumerate(inner))
    else:
        members = (("", place, {tag[0]: each}) for place, each in enumerate(inner))
    for name, step, each in members:
        yield from _line(name, each, depth, (*path, step), address)


def _line(
    name: str, value: Wire, depth: int, path: tuple[str | int, ...], address: Address | None
) -> Iterator[Line]:
    """The line of a member and, when it is a collection that is not empty, those of its members."""
    tag = tag_of(value)
    note = _note(path[-1], value)
    if depth > DEEPEST:
        name = f"(depth {depth}) {name}"
    place = min(depth, DEEPEST)
    if tag in ("M", "L", "SS", "NS", "BS") and value[tag]:
        count = f"{len(value[tag]):,} {'entry' if len(value[tag]) == 1 else 'entries'}"
        yield Line(place, name, tag, count, note=note)
        yield from _lines(value, depth + 1, path, address)
    else:
        where = address(*path) if address and tag == "B" else ""
        yield Line(place, name, tag, brief(value, len(value["S"]) if tag == "S" else 0), where, note)


def _note(step: str | int, value: Wire) -> str:
    """What the eye does not see of a member: in its name, in its text."""
    name = unseen_name(step) if isinstance(step, str) else ""
    text = unseen(value["S"]) if "S" in value else ""
    return "; ".join([f"its name holds {name}"] * bool(name) + [f"holds {text}"] * bool(text))


def key_label(key: Item, names: Sequence[str]) -> str:
    """``PARCEL#17 / EVENT#3``: a key in words for titles and crumbs, not longer than a line."""
    text = readable_key(key, tuple(names))
    return text if len(text) <= MOST_LABEL else f"{text[:MOST_LABEL]}…"
