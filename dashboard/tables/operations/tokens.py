"""Cursors and approvals: signed texts that are good for one person, place, table and search.

A cursor says where a run stands and what it has cost so far; it is in addresses, so it is signed and never trusted otherwise. An
approval says how many units in all a run of this search may spend.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core import signing

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import InputError
from dashboard.core.wire import Item
from dashboard.tables.core.search import Search

CURSOR_LASTS = timedelta(days=7)
APPROVAL_LASTS = timedelta(hours=12)
_CURSOR, _APPROVAL = "gatehouse.tables.cursor", "gatehouse.tables.approval"


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
    """What a token belongs to, as a digest: person, connection, region, table and search."""
    whose = str(actor.user.pk) if actor.user is not None else ""
    parts = (whose, place.connection.slug, place.region, table, search.fingerprint())
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def sign_cursor(position: Position, bound: str) -> str:
    """The cursor of ``position``."""
    return signing.dumps({"at": asdict(position), "for": bound}, salt=_CURSOR, compress=True)


def open_cursor(cursor: str, bound: str) -> Position:
    """Where the cursor stands; InputError (``cursor``) when it is altered, old or of something else."""
    try:
        held = signing.loads(cursor, salt=_CURSOR, max_age=CURSOR_LASTS)
    except signing.SignatureExpired as error:
        raise InputError(
            "cursor", f"This page link is older than {CURSOR_LASTS.days} days. Start again at the first page."
        ) from error
    except signing.BadSignature as error:
        raise InputError(
            "cursor", "This page link was altered or cut off. Start again at the first page."
        ) from error
    if held["for"] != bound:
        raise InputError(
            "cursor",
            "This page link was made for another query, table, place or person. Start again at the first page.",
        )
    return Position(**held["at"])


def sign_approval(units: float, bound: str) -> str:
    """The approval of so many units in all."""
    return signing.dumps({"units": units, "for": bound}, salt=_APPROVAL, compress=True)


def open_approval(approved: str, bound: str) -> float:
    """The approved units; InputError (``approved``) when the text is altered, old or of something else."""
    try:
        held = signing.loads(approved, salt=_APPROVAL, max_age=APPROVAL_LASTS)
    except signing.BadSignature as error:
        raise InputError(
            "approved", "The approval of the cost was altered or has expired. Approve it again."
        ) from error
    if held["for"] != bound:
        raise InputError(
            "approved",
            "The cost was approved for another query, table, place or person. Approve it again.",
        )
    return float(held["units"])
