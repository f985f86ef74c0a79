"""What differs inside a value: the places of a map, a list or a set that changed, instead of the whole attribute twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.core import numbers
from dashboard.core.diff import Kind
from dashboard.core.wire import Wire, same, tag_of

SETS = ("SS", "NS", "BS")
MOST = 200
"""Places that are told one by one; a value that differs in more is better read whole."""

Path = tuple[str | int, ...]
_SIMPLE_NAME = re.compile(r"[A-Za-z_#@$:/-][A-Za-z0-9_#@$:/-]*", re.ASCII)


@dataclass(frozen=True)
class Place:
    """One difference. ``path`` leads there from the attribute: member names and places in lists (of the new list, where it has one).

    ``before`` is None when it was added, ``after`` None when it was removed. A member of a set has the set's path.
    """

    path: Path
    kind: Kind
    before: Wire | None
    after: Wire | None

    @property
    def text(self) -> str:
        """The path for a reader, as it goes on behind the attribute's name: ``.city``, ``[2].weight``; empty for the value itself."""
        text = path_text(self.path)
        return f".{text}" if text and not text.startswith("[") else text


def places(before: Wire | None, after: Wire | None) -> tuple[Place, ...]:
    """Where two values of one collection type differ; empty when they are no such pair, so that the value itself is the place.

    Lists are compared after taking away what is alike at both ends, so an element put in the middle is one place. At most MOST + 1.
    """
    if before is None or after is None or tag_of(before) != tag_of(after):
        return ()
    if tag_of(before) not in ("M", "L", *SETS):
        return ()
    found = []
    for place in _inside((), before, after):
        found.append(place)
        if len(found) > MOST:
            break
    return tuple(found)


def _inside(path: Path, before: Wire, after: Wire) -> Iterator[Place]:
    tag = tag_of(before)
    if tag == "M":
        yield from _map(path, before["M"], after["M"])
    elif tag == "L":
        yield from _list(path, before["L"], after["L"])
    else:
        yield from _set(path, tag, before[tag], after[tag])


def _pair(path: Path, before: Wire | None, after: Wire | None) -> Iterator[Place]:
    if before is None or after is None:
        yield Place(path, "added" if before is None else "removed", before, after)
    elif tag_of(before) == tag_of(after) and tag_of(before) in ("M", "L", *SETS):
        yield from _inside(path, before, after)
    elif not same(before, after):
        yield Place(path, "changed", before, after)


def _map(path: Path, before: dict[str, Wire], after: dict[str, Wire]) -> Iterator[Place]:
    for name in dict.fromkeys((*before, *after)):
        yield from _pair((*path, name), before.get(name), after.get(name))


def _list(path: Path, before: list[Wire], after: list[Wire]) -> Iterator[Place]:
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and same(before[head], after[head]):
        head += 1
    tail = 0
    while tail < shorter - head and same(before[-1 - tail], after[-1 - tail]):
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    for offset in range(max(len(old), len(new))):
        one = old[offset] if offset < len(old) else None
        other = new[offset] if offset < len(new) else None
        yield from _pair((*path, head + offset), one, other)


def _set(path: Path, tag: str, before: list[str], after: list[str]) -> Iterator[Place]:
    def known(member: str) -> str:
        return numbers.canonical(member) if tag == "NS" else member

    old, new = {known(member) for member in before}, {known(member) for member in after}
    for member in before:
        if known(member) not in new:
            yield Place(path, "removed", {tag[0]: member}, None)
    for member in after:
        if known(member) not in old:
            yield Place(path, "added", None, {tag[0]: member})


def path_text(path: Path) -> str:
    """A path as a person reads it; names that are not plain words stand in brackets and quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _SIMPLE_NAME.fullmatch(part):
            text += f".{part}" if text else part
        else:
            shown = part if len(part) <= 60 else part[:60] + "…"
            text += f"[{ascii(shown) if not encodable(shown) else repr(shown)}]"
    return text


def encodable(text: str) -> bool:
    """Whether the text is whole characters, so that it can be sent as UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
