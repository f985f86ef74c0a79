"""What the eye does not see in a text: characters without a shape, odd spaces, blank space at an end; and where two long texts part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

MOST_HIDDEN = 4
"""Kinds of invisible characters that are named."""
_PLAIN_SPACE = frozenset(" \n\t\r")
AROUND = 40
"""Characters of what is alike that stand on either side of a difference."""
MOST_APART = 400
"""Characters of a difference that are shown of a long text."""


def unseen(text: str) -> str:
    """In words, as ``holds …`` goes on: carriage returns, characters without a shape, blank space at an end; empty for none."""
    said = []
    if count := text.count("\r"):
        said.append(f"{count:,} carriage return{'' if count == 1 else 's'} (CR)")
    hidden = Counter(_hidden(text))
    said += [
        f"{count:,} invisible character{'' if count == 1 else 's'} (U+{ord(char):04X})"
        for char, count in hidden.most_common(MOST_HIDDEN)
    ]
    if len(hidden) > MOST_HIDDEN:
        said.append(f"{len(hidden) - MOST_HIDDEN:,} more kinds of invisible characters")
    if text != text.strip():
        said.append("blank space at an end")
    return ", ".join(said)


def unseen_name(name: str) -> str:
    """The same for a name, shorter: ``U+200B, blank space at an end``."""
    hidden = dict.fromkeys(f"U+{ord(char):04X}" for char in name if not char.isprintable())
    said = list(hidden)[:MOST_HIDDEN] + (["…"] if len(hidden) > MOST_HIDDEN else [])
    return ", ".join(said + (["blank space at an end"] if name != name.strip() else []))


def _hidden(text: str) -> list[str]:
    if text.isprintable():
        return []
    return [char for char in text if not char.isprintable() and char not in _PLAIN_SPACE]


def parted(before: str, after: str) -> tuple[int, str, str]:
    """Where two texts part (characters from the start), and both from shortly before there to shortly after their difference.

    What is left out is an ellipsis; of a long difference its beginning is given.
    """
    start = _alike(before, after)
    most = min(len(before), len(after)) - start
    ends = _alike(before[start:][::-1], after[start:][::-1]) if most else 0
    return start, _cut(before, start, min(ends, most)), _cut(after, start, min(ends, most))


def apart(texts: Sequence[str]) -> int:
    """Where to begin to show texts of which some differ: shortly before the first place at which one does."""
    first = min((_alike(texts[0], text) for text in texts[1:] if text != texts[0]), default=0)
    return max(0, first - AROUND)


def _alike(one: str, other: str) -> int:
    """How many characters they begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, start: int, ends: int) -> str:
    begin, differs = max(0, start - AROUND), len(text) - ends
    stop = min(differs, start + MOST_APART)
    stop = min(len(text), stop + AROUND) if stop == differs else stop
    return ("…" if begin else "") + text[begin:stop] + ("…" if stop < len(text) else "")
