"""A page of a table or an index: one call, and a signed cursor to the next page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.core.dynamodb import ReadRequest, Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.tables.core.queries import Query, plan_read
from dashboard.tables.operations import catalogue

__all__ = ["Query", "Rows", "read_page"]

CURSOR_LASTS = timedelta(days=7)
_SALT = "gatehouse.tables.cursor"


@dataclass(frozen=True)
class Rows:
    """Items of one call, in the order of the table or index. ``next`` is the cursor of the page after, None at the end.

    ``scanned`` counts items read, ``units`` what AWS says they cost.
    """

    table: Table
    items: tuple[Item, ...]
    scanned: int
    units: float
    next: str | None
    index: str
    request_id: str


def read_page(
    actor: Actor,
    place: Place,
    table: str,
    query: Query,
    cursor: str | None = None,
    *,
    known: Table | None = None,
) -> Rows:
    """One Query or Scan; ``known`` is the table's description if the caller has it already.

    InputError names the field of ``query`` (or ``cursor``) that cannot be used. Raises Refused, AwsError.
    """
    require(actor.user, "read", place.resource(f"table:{table}"))
    binding = _binding(actor, place, table, query)
    start = _open_cursor(cursor, binding) if cursor else None
    known, request = _planned(place, known or catalogue.facts(place, table).table, query, start)
    try:
        page = dynamodb.read(place.target, request)
    except AwsError as error:
        if error.kind in (Kind.NOT_FOUND, Kind.VALIDATION):
            # The table is gone or was made anew with other keys: what we know of it is not to be used again.
            _mistrust(place, table, error)
        raise
    following = None if page.next is None else _sign_cursor(page.next, binding)
    return Rows(known, page.items, page.scanned, page.units, following, query.index, page.request_id)


def _planned(place: Place, known: Table, query: Query, start: Item | None) -> tuple[Table, ReadRequest]:
    """The request; an index we do not know may be new, so then the table is described once more."""
    if query.index and known.index(query.index) is None:
        known = catalogue.facts(place, known.name, fresh=True).table
    return known, plan_read(known, query, start)


def _mistrust(place: Place, table: str, error: AwsError) -> None:
    if error.kind is Kind.NOT_FOUND:
        catalogue.forget(place, table)
    else:
        catalogue.forget_facts(place, table)


def _binding(actor: Actor, place: Place, table: str, query: Query) -> str:
    """What a cursor belongs to, as a digest: person, connection, region, table, index and query."""
    whose = str(actor.user.pk) if actor.user is not None else ""
    parts = (whose, place.connection.slug, place.region, table, query.fingerprint())
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _sign_cursor(key: Item, binding: str) -> str:
    return signing.dumps({"key": key, "for": binding}, salt=_SALT, compress=True)


def _open_cursor(cursor: str, binding: str) -> Item:
    try:
        held = signing.loads(cursor, salt=_SALT, max_age=CURSOR_LASTS)
    except signing.SignatureExpired as error:
        raise InputError(
            "cursor", f"This page link is older than {CURSOR_LASTS.days} days. Start again at the first page."
        ) from error
    except signing.BadSignature as error:
        raise InputError(
            "cursor", "This page link was altered or cut off. Start again at the first page."
        ) from error
    if held["for"] != binding:
        raise InputError(
            "cursor",
            "This page link was made for another query, table, place or person. Start again at the first page.",
        )
    key: Item = held["key"]
    return key
