"""How much a person may read in PartiQL before they are asked, and the signed answer to that question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.wire import Wire
from dashboard.tables.operations import sealed

LASTS = timedelta(days=1)
BEGINS = timedelta(minutes=10)
"""After an approval a statement may begin so long; it goes on with it as long as its pages."""
_AGAIN = "Run the statement again."


def _seal(name: str, field: str, what: str) -> sealed.Seal:
    return sealed.Seal(
        salt=f"gatehouse.partiql.{name}",
        lasts=LASTS,
        field=field,
        altered=f"This {what} was altered or cut off. {_AGAIN}",
        expired=f"This {what} is too old. {_AGAIN}",
        foreign=f"This {what} was made for another statement, value, place or person. {_AGAIN}",
    )


_CURSOR = _seal("cursor", "cursor", "page link")
_APPROVAL = _seal("approval", "approved", "approval")
_SHOWN = _seal("shown", "shown", "preview")


@dataclass(frozen=True)
class Cursor:
    """Where a statement goes on: AWS's token, and what the pages before took. ``pages`` counts them."""

    token: str
    units: float
    pages: int
    items: int


def binding(actor: Actor, place: Place, *parts: str, parameters: Sequence[Wire] = ()) -> str:
    """What a token belongs to: person, place, statement and its parameters."""
    return sealed.binding(actor, place, *parts, list(parameters))


def sign_cursor(cursor: Cursor, bound: str) -> str:
    """For the link to the next page."""
    return _CURSOR.sign({"t": cursor.token, "u": cursor.units, "p": cursor.pages, "i": cursor.items}, bound)


def open_cursor(text: str, bound: str) -> Cursor:
    """InputError (``cursor``) when it is not one that this person got for this statement here."""
    held = _CURSOR.open(text, bound)
    return Cursor(held["t"], held["u"], held["p"], held["i"])


def approve(units: float, bound: str) -> str:
    """The signed leave to spend so many units on one statement."""
    return _APPROVAL.sign({"u": units}, bound)


def approved(text: str, bound: str, *, begins: bool) -> float:
    """The approved units, for a statement that ``begins`` or goes on; InputError (``approved``) for another person, statement or time."""
    return float(_APPROVAL.open(text, bound, BEGINS if begins else None)["u"])


def sign_shown(items: Sequence[Any], bound: str) -> str:
    """The items as they were shown, so that what comes back is what was shown."""
    return _SHOWN.sign({"items": list(items)}, bound)


def open_shown(text: str, bound: str) -> list[Any]:
    """InputError (``shown``) when the preview belongs to another statement, person or day."""
    items: list[Any] = _SHOWN.open(text, bound)["items"]
    return items
