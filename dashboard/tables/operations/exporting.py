"""Every item of a table as a download: within the reader's budget at once, above it only when its estimate was agreed to; recorded.

The record says who took what and how many items, never the items. A download is a read, so nothing can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import orjson
from django.urls import reverse

from dashboard.accounts.actor import Actor
from dashboard.accounts.budget import read_budget
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.core.dynamodb import ReadRequest, Table
from dashboard.core.errors import AwsError, InputError
from dashboard.history.handlers import Handler
from dashboard.history.models import Change
from dashboard.history.record import recording
from dashboard.tables.operations import catalogue

EXPORT = "items.export"
UNIT = 4096
PAGE, PAGE_BYTES = 1000, 1_048_576
GROWN = 1.25
"""What the table may have become since AWS counted it, for a download nobody was asked about."""


@dataclass(frozen=True)
class Cost:
    """What reading every item costs in read units: about ``estimate``; it stops, unfinished, at ``most``. ``asks`` before it begins."""

    estimate: float
    most: float
    budget: int
    asks: bool

    @property
    def agreed(self) -> int:
        """The estimate as it is agreed to, in whole units."""
        return ceil(self.estimate)


class Unfinished(Exception):
    """An export that stops before its end: the connection is cut, so that no browser takes the file for a whole one."""


def cost(actor: Actor, table: Table) -> Cost:
    """Half a unit for each 4 KB, the reads being eventually consistent, each page rounded up.

    The size may be six hours old: what was asked about may read up to twice the estimate; what was not stops at the budget, and is
    asked about when a quarter more than the estimate would not fit into it, so that it does not break off at its end.
    """
    size, items = table.size_bytes or 0, table.item_count or 0
    pages = 1 + max(size // PAGE_BYTES, items // PAGE)
    estimate, budget = size / UNIT / 2 + pages / 2, read_budget(actor.user)
    asks = estimate * GROWN > budget
    return Cost(estimate, 2 * estimate if asks else float(budget), budget, asks)


def export(actor: Actor, place: Place, name: str, agreed: str = "") -> Iterator[bytes]:
    """Every item as a line of DynamoDB JSON, a piece for each Scan; the first is read before this returns.

    ``agreed`` is the estimate the reader said yes to. InputError (``agreed``) when one is needed and this is none or less than it is
    by now. Raises Refused, AwsError; Unfinished while the pieces are taken.
    """
    require(actor.user, "read", place.resource(f"table:{name}"))
    wanted = cost(actor, catalogue.facts(place, name).table)
    units = int(agreed) if agreed.isascii() and agreed.isdigit() and len(agreed) < 16 else 0
    if wanted.asks and units < wanted.agreed:
        raise InputError(
            "agreed",
            f"This download reads about {wanted.agreed:,} units, which can be more than the {wanted.budget:,} you may read unasked. "
            "Nothing was read. Agree to it below, or leave it.",
        )
    pieces = _pieces(actor, place, name, wanted)
    next(pieces)
    return pieces


def _pieces(actor: Actor, place: Place, name: str, wanted: Cost) -> Iterator[bytes]:
    """An empty piece once the first page is read, then the pages; the record ends with what was read, also when the reader leaves."""
    taken, units, whole = 0, 0.0, False
    target = place.background
    asked = {"estimate": wanted.agreed, "budget": wanted.budget}
    with recording(
        actor, place.resource(f"table:{name}"), EXPORT, label=name, subject="items", intended=asked
    ) as change:
        try:
            page = dynamodb.read(target, ReadRequest(name, limit=PAGE))
            units += page.units
            yield b""
            while True:
                taken += len(page.items)
                yield b"".join(
                    orjson.dumps({"Item": item}, option=orjson.OPT_APPEND_NEWLINE) for item in page.items
                )
                if page.next is None:
                    whole = True
                    return
                if units >= wanted.most:
                    raise Unfinished(f"more than {wanted.most:.0f} units were read")
                page = dynamodb.read(target, ReadRequest(name, limit=PAGE, start=page.next))
                units += page.units
        except AwsError as error:
            if taken:
                change.partial(error, after=_told(taken, units, whole))
            else:
                change.failed(error)
            raise
        finally:
            if not change.ended:
                change.done(after=_told(taken, units, whole))


def _told(items: int, units: float, whole: bool) -> dict[str, int | bool]:
    return {"items": items, "read_units": ceil(units), "whole_table": whole}


def handlers() -> tuple[Handler, ...]:
    """For ``AppConfig.ready``: what a download is called in the record."""
    return (
        Handler(
            EXPORT,
            "Items downloaded",
            permission="read",
            no_undo="A download cannot be taken back: the items are with whoever took them.",
            link=_link,
        ),
    )


def _link(change: Change) -> str:
    """The table's page of items."""
    return reverse(
        "tables:browse", args=[change.connection, change.region, change.resource.removeprefix("table:")]
    )
