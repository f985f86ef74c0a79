"""How much a person may read in PartiQL before they are asked, and the signed answer to that question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import InputError
from dashboard.core.wire import Wire

LASTS = timedelta(days=1)
_CURSOR, _APPROVAL, _SHOWN = (
    "gatehouse.partiql.cursor",
    "gatehouse.partiql.approval",
    "gatehouse.partiql.shown",
)


@dataclass(frozen=True)
class Cursor:
    """Where a statement goes on: AWS's token, and what the pages before took. ``pages`` counts them."""

    token: str
    units: float
    pages: int
    items: int


def binding(actor: Actor, place: Place, *parts: str, parameters: Sequence[Wire] = ()) -> str:
    """What a token belongs to, as a digest: person, connection and the account behind it, region, statement and its parameters."""
    whose = str(actor.user.pk) if actor.user is not None else ""
    where = [place.connection.slug, str(place.connection.leads_since), place.region]
    held = json.dumps([whose, *where, *parts, list(parameters)])
    return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()


def sign_cursor(cursor: Cursor, bound: str) -> str:
    """For the link to the next page."""
    held = {"t": cursor.token, "u": cursor.units, "p": cursor.pages, "i": cursor.items, "for": bound}
    return signing.dumps(held, salt=_CURSOR, compress=True)


def open_cursor(text: str, bound: str) -> Cursor:
    """InputError (``cursor``) when it is not one that this person got for this statement here."""
    held = _opened(text, _CURSOR, bound, "cursor", "page link")
    return Cursor(held["t"], held["u"], held["p"], held["i"])


def approve(units: float, bound: str) -> str:
    """The signed leave to spend so many units on one statement."""
    return signing.dumps({"u": units, "for": bound}, salt=_APPROVAL)


def approved(text: str, bound: str) -> float:
    """The units of an approval; InputError (``approved``) for one of another person, statement or day."""
    return float(_opened(text, _APPROVAL, bound, "approved", "approval")["u"])


def sign_shown(items: Sequence[Any], bound: str) -> str:
    """The items as they were shown, so that what comes back is what was shown."""
    return signing.dumps({"items": list(items), "for": bound}, salt=_SHOWN, compress=True)


def open_shown(text: str, bound: str) -> list[Any]:
    """InputError (``shown``) when the preview belongs to another statement, person or day."""
    held = _opened(text, _SHOWN, bound, "shown", "preview")
    items: list[Any] = held["items"]
    return items


def _opened(text: str, salt: str, bound: str, field: str, what: str) -> dict[str, Any]:
    try:
        held: dict[str, Any] = signing.loads(text, salt=salt, max_age=LASTS)
    except signing.SignatureExpired as error:
        raise InputError(field, f"This {what} is older than a day. Run the statement again.") from error
    except signing.BadSignature as error:
        raise InputError(field, f"This {what} was altered or cut off. Run the statement again.") from error
    if held["for"] != bound:
        raise InputError(
            field,
            f"This {what} was made for another statement, value, place or person. Run the statement again.",
        )
    return held
