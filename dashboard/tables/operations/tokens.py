"""Cursors and approvals: signed texts that are good for one person, place, table and search.

A cursor says where a run stands and what it has cost so far; it is in addresses, so it is signed and never trusted otherwise. An
approval says how many units in all a run of this search may spend: it begins one for some minutes, so that a page loaded again later asks
again, and carries one that goes on for hours.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.wire import Item
from dashboard.tables.core.search import Search
from dashboard.tables.operations import sealed

CURSOR_LASTS = timedelta(days=7)
APPROVAL_LASTS = timedelta(hours=12)
BEGINS = timedelta(minutes=10)
"""After an approval a run may begin so long."""
_AGAIN = "Start again at the first page."
_APPROVAL_GONE = "The approval of the cost was altered or has expired. Approve it again."
_CURSOR = sealed.Seal(
    salt="gatehouse.tables.cursor",
    lasts=CURSOR_LASTS,
    field="cursor",
    altered=f"This page link was altered or cut off. {_AGAIN}",
    expired=f"This page link is older than {CURSOR_LASTS.days} days. {_AGAIN}",
    foreign=f"This page link was made for another query, table, place or person. {_AGAIN}",
)
_APPROVAL = sealed.Seal(
    salt="gatehouse.tables.approval",
    lasts=APPROVAL_LASTS,
    field="approved",
    altered=_APPROVAL_GONE,
    expired=_APPROVAL_GONE,
    foreign="The cost was approved for another query, table, place or person. Approve it again.",
)


@dataclass(frozen=True)
class Position:
    """Where a run stands. ``way`` is the plan's name, ``part`` the key condition it is at, ``key`` where that one goes on.

    ``have`` counts the items of the page being filled; ``matched``, ``read``, ``units`` and ``calls`` the whole run. ``density`` is matches
    for each item read by the last call, ``pageful`` the items that 1 MB held; both None while unknown.
    """

    way: str
    part: int = 0
    key: Item | None = None
    have: int = 0
    matched: int = 0
    read: int = 0
    units: float = 0.0
    calls: int = 0
    density: float | None = None
    pageful: int | None = None
    last_units: float = 0.0

    @property
    def fresh(self) -> bool:
        """Whether nothing has been read yet."""
        return self.calls == 0


def binding(actor: Actor, place: Place, table: str, search: Search) -> str:
    """What a token belongs to: person, place, table and search."""
    return sealed.binding(actor, place, table, search.fingerprint())


def sign_cursor(position: Position, bound: str) -> str:
    """The cursor of ``position``."""
    return _CURSOR.sign({"at": asdict(position)}, bound)


def open_cursor(cursor: str, bound: str) -> Position:
    """Where the cursor stands; InputError (``cursor``) when it is altered, old or of something else."""
    return Position(**_CURSOR.open(cursor, bound)["at"])


def sign_approval(units: float, bound: str) -> str:
    """The approval of so many units in all."""
    return _APPROVAL.sign({"units": units}, bound)


def open_approval(approved: str, bound: str, *, begins: bool) -> float:
    """The approved units, for a run that ``begins`` or goes on; InputError (``approved``) for a text that is altered, old or foreign."""
    return float(_APPROVAL.open(approved, bound, BEGINS if begins else None)["units"])
