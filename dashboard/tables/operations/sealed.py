"""Signed texts that go to the browser and come back: each is good for one person, place and purpose, and for some time.

A cursor says where a run stands, an approval what it may cost, a preview what was shown. None of them is believed unless we signed it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import InputError

_FOR = "for"


@dataclass(frozen=True)
class Seal:
    """One kind of signed text: ``salt`` parts it from the other kinds, ``field`` is where its refusals stand.

    ``altered``, ``expired`` and ``foreign`` are the sentences for a text that is not as it was signed, is older than ``lasts``, or
    was signed for something else.
    """

    salt: str
    lasts: timedelta
    field: str
    altered: str
    expired: str
    foreign: str

    def sign(self, held: Mapping[str, Any], bound: str) -> str:
        """``held`` (plain JSON) as text that is fit for an address; ``bound`` is from ``binding``."""
        if _FOR in held:
            raise ValueError(f"the name {_FOR!r} is the seal's own")
        return signing.dumps({**held, _FOR: bound}, salt=self.salt, compress=True)

    def open(self, text: str, bound: str, within: timedelta | None = None) -> dict[str, Any]:
        """What was signed, no longer ago than ``within`` if that is given; InputError (``field``) with the sentence that fits."""
        try:
            held: dict[str, Any] = signing.loads(text, salt=self.salt, max_age=within or self.lasts)
        except signing.SignatureExpired as error:
            raise InputError(self.field, self.expired) from error
        except signing.BadSignature as error:
            raise InputError(self.field, self.altered) from error
        if held.pop(_FOR) != bound:
            raise InputError(self.field, self.foreign)
        return held


def binding(actor: Actor, place: Place, *parts: Any) -> str:
    """What a text belongs to, as a digest: person, connection and the account behind it, region, and ``parts`` (plain JSON)."""
    whose = str(actor.user.pk) if actor.user is not None else ""
    where = [place.connection.slug, str(place.connection.leads_since), place.region]
    held = json.dumps([whose, *where, *parts])  # as JSON no part runs into the next
    return hashlib.sha256(held.encode()).hexdigest()
