"""Two texts line by line: what stays, what goes, what comes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class TextLine:
    """A line with its number (from 1) before and after, None on the side on which it does not stand.

    ``passed_over`` counts the lines that are the same and not shown, in place of which this one stands; then it has no text.
    """

    before: int | None
    after: int | None
    text: str
    passed_over: int = 0

    @property
    def kind(self) -> str:
        """gap, removed, added or same."""
        if self.passed_over:
            return "gap"
        return "removed" if self.after is None else "added" if self.before is None else "same"


def text_diff(before: str, after: str, around: int = 3) -> tuple[TextLine, ...]:
    """The lines of both in the order of reading, removed ones first; of those that stay only ``around`` beside a change."""
    was, will = before.splitlines(), after.splitlines()
    found: list[TextLine] = []
    codes = SequenceMatcher(None, was, will, autojunk=False).get_opcodes()
    for place, (kind, start, end, begin, stop) in enumerate(codes):
        if kind == "equal":
            same = [TextLine(start + n + 1, begin + n + 1, text) for n, text in enumerate(was[start:end])]
            found += _shortened(same, 0 if place == 0 else around, 0 if place == len(codes) - 1 else around)
            continue
        found += [TextLine(start + n + 1, None, text) for n, text in enumerate(was[start:end])]
        found += [TextLine(None, begin + n + 1, text) for n, text in enumerate(will[begin:stop])]
    return tuple(found)


def _shortened(lines: list[TextLine], head: int, tail: int) -> Iterator[TextLine]:
    """The first ``head`` and last ``tail`` of the lines, and what is between them when that is a single one."""
    hidden = len(lines) - head - tail
    if hidden < 2:
        yield from lines
        return
    yield from lines[:head]
    yield TextLine(None, None, "", hidden)
    yield from lines[len(lines) - tail :]
