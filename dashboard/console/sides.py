"""Pure display: the two sides of a difference.

Short values stand whole; of long ones the place where they differ, the whole folded below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.core.unseen import apart, parted, unseen
from dashboard.core.wire import TYPE_NAMES, Wire, tag_of

LONG = 2_000
"""Characters above which a value is folded."""
HEAD = 200
"""Characters of a folded value that stands alone."""

CELL = 500
"""Characters of one of several versions."""


@dataclass(frozen=True)
class Side:
    """One value: its type, what of it is shown, and what the eye does not see of it (``note``).

    ``whole`` is the value where ``text`` is a part of it, ``length`` its characters, ``start`` the first that differs (from 1; 0 for none).
    """

    type_name: str
    text: str
    note: str = ""
    whole: str = ""
    start: int = 0

    @property
    def length(self) -> str:
        """The characters of the whole."""
        return f"{len(self.whole):,}"


Text = Callable[[Wire], str]


def sides(before: Wire | None, after: Wire | None, text: Text) -> tuple[Side | None, Side | None]:
    """Both sides; None where there is no value. ``text`` writes a value out."""
    old, new = (text(value) if value is not None else "" for value in (before, after))
    if max(len(old), len(new)) <= LONG:
        return _side(before, old, old), _side(after, new, new)
    if before is None or after is None or tag_of(before) != tag_of(after):
        return _side(before, old, _head(old)), _side(after, new, _head(new))
    start, one, other = parted(old, new)
    return _side(before, old, one, start + 1), _side(after, new, other, start + 1)


def columns(values: Sequence[Wire | None], text: Text) -> tuple[Side | None, ...]:
    """Several versions of one value beside each other, each from shortly before the first place at which any differs when they are long."""
    texts = [text(value) if value is not None else "" for value in values]
    there = [written for value, written in zip(values, texts, strict=True) if value is not None]
    begin = apart(there) if max(map(len, texts)) > CELL else 0
    shown = [_from(written, begin) for written in texts]
    return tuple(_side(*each) for each in zip(values, texts, shown, strict=True))


def _from(text: str, begin: int) -> str:
    part = text[begin : begin + CELL]
    return ("…" if begin else "") + part + ("…" if begin + CELL < len(text) else "")


def _head(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:HEAD]}…"


def _side(value: Wire | None, whole: str, shown: str, start: int = 0) -> Side | None:
    if value is None:
        return None
    tag = tag_of(value)
    if not whole:
        return Side(TYPE_NAMES[tag], "", f"empty {TYPE_NAMES[tag]}")
    note = unseen(value["S"]) if tag == "S" else ""
    said = f"holds {note}" if note else ""
    return Side(TYPE_NAMES[tag], shown, said, "" if shown == whole else whole, start)
