"""What became of a transaction whose answer never came: read all of its items at one moment and compare."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.accounts.place import Place
from dashboard.aws import dynamodb
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.tables.core.plans import Effect
from dashboard.tables.core.transactions import Planned

Target = tuple[str, Item, Effect]
"""A table, the key of an item in it, and what was meant to become of that item."""


def settle(
    place: Place, writes: Sequence[Planned], error: AwsError, *, sure: bool = False
) -> tuple[Item | None, ...] | None:
    """The items as they stand when all writes landed; None when AWS is ``sure`` that they did not (a condition failed) and it is so.

    Otherwise AwsError: *failed* when every item is as before, ``error`` itself when nobody can tell.
    """
    targets = [(one.step.table.name, one.step.key, one.plan.effect) for one in writes if one.plan is not None]
    try:
        found = look(place, targets)
    except AwsError as unread:
        if sure:
            return None  # AWS has said that nothing happened; reading was for the case that it erred
        raise error from unread
    if landed(targets, found):
        return found
    if sure:
        return None
    if not untouched(targets, found):
        raise error
    raise error.known_unchanged(
        "No answer came, and reading all the items showed that nothing was changed. You can send it again."
    ) from error


def look(place: Place, targets: Sequence[Target]) -> tuple[Item | None, ...]:
    """The items at one moment; AwsError with Kind.CONFLICT while the transaction itself is still under way."""
    return dynamodb.transact_get(place.target, [(table, key) for table, key, _ in targets]).items


def landed(targets: Sequence[Target], found: Sequence[Item | None]) -> bool:
    """Whether every item is as it was to become."""
    return all(effect.landed(item) for (_, _, effect), item in zip(targets, found, strict=True))


def untouched(targets: Sequence[Target], found: Sequence[Item | None]) -> bool:
    """Whether every item is as it was."""
    return all(effect.untouched(item) for (_, _, effect), item in zip(targets, found, strict=True))


def target_of(table: Table, change: Change) -> Target:
    """The item of a recorded change; InputError when the table has another key now."""
    key = decode_key(change.subject, table.key_names)
    return table.name, key, Effect(change.action, change.shown, change.intended)
