"""Two people changed one item: what each did to each attribute, and what comes of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.core.nested import Place, places
from dashboard.core.wire import Item, Wire, same


@dataclass(frozen=True)
class MergeRow:
    """One attribute that you or they changed; None where it is not there. A conflict is one that both changed, differently."""

    name: str
    original: Wire | None
    yours: Wire | None
    theirs: Wire | None
    by: Literal["you", "them", "both"]
    conflict: bool

    @property
    def inside(self) -> tuple[tuple[str, tuple[Place, ...]], ...]:
        """Where inside a collection each of both changed something: ("you", places), ("they", places)."""
        sides = (("you", places(self.original, self.yours)), ("they", places(self.original, self.theirs)))
        return tuple((who, found) for who, found in sides if found)


@dataclass(frozen=True)
class Merge:
    """``rows`` are the attributes somebody changed.

    ``merged`` is what stands there now with your changes on it; in a conflict it holds yours, so that nothing typed is lost, and the
    row is marked. When the item is gone (``gone``), ``merged`` is your whole draft.
    """

    rows: tuple[MergeRow, ...]
    merged: Item
    gone: bool = False

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The names of the attributes that both changed, differently."""
        return tuple(row.name for row in self.rows if row.conflict)

    @property
    def settled(self) -> bool:
        """Whether what stands there now is all you wanted: the same change was saved before, or by somebody else."""
        return not self.gone and all(row.by == "them" or same(row.yours, row.theirs) for row in self.rows)


def three_way(original: Item, yours: Item, theirs: Item | None) -> Merge:
    """Compare your draft and what stands there now with what you started from. ``theirs`` is None when the item was deleted."""
    now = theirs or {}
    names = dict.fromkeys((*original, *now, *yours))
    rows = tuple(
        row
        for name in names
        if (row := _row(name, original.get(name), yours.get(name), now.get(name))) is not None
    )
    if theirs is None:
        return Merge(rows, dict(yours), gone=True)
    merged = dict(theirs)
    for row in rows:
        if row.by == "them":
            continue
        if row.yours is None:
            merged.pop(row.name, None)
        else:
            merged[row.name] = row.yours
    return Merge(rows, merged)


def _row(name: str, original: Wire | None, yours: Wire | None, theirs: Wire | None) -> MergeRow | None:
    you, them = not same(original, yours), not same(original, theirs)
    if not you and not them:
        return None
    by: Literal["you", "them", "both"] = "both" if you and them else "you" if you else "them"
    return MergeRow(name, original, yours, theirs, by, you and them and not same(yours, theirs))
