"""The way back from each change of a saved query."""

from __future__ import annotations

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.operations.undo import never_committed
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import InputError
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change
from dashboard.tables.models import SavedQuery
from dashboard.tables.operations.saved import (
    CREATE,
    DELETE,
    UPDATE,
    Stale,
    delete,
    may_change,
    restore,
    values_of,
)

_TITLE = {CREATE: "Query saved", UPDATE: "Saved query changed", DELETE: "Saved query deleted"}


def handlers() -> tuple[Handler, ...]:
    """One for each action. Reading is all the policy asks; that it is one's own query is asked beside it."""
    return tuple(
        Handler(action, _TITLE[action], permission="read", undo=undo, reconcile=never_committed)
        for action in (CREATE, UPDATE, DELETE)
    )


def undo(actor: Actor, change: Change, reason: str) -> Undone:
    """Put the query back as it was before ``change``, if it is as the change left it."""
    place = find_place(change.connection, change.region)
    if place is None:
        return Undone(False, "The connection is gone, and the query with it.")
    try:
        return _undo(actor, place, change)
    except (Stale, Refused, InputError) as error:
        return Undone(False, f"Not undone. {error}")


def _undo(actor: Actor, place: Place, change: Change) -> Undone:
    row = SavedQuery.objects.filter(pk=change.subject.removeprefix("query:")).first()
    left, before = change.outcome.after, change.outcome.before
    if (row is None) != (left is None) or (row is not None and values_of(row) != left):
        return Undone(False, "Not undone: the query is not what that change left.")
    if row is not None and before is None:
        return Undone(True, "The query is gone again.", delete(actor, place, row, left, undo_of=change))
    owner = User.objects.filter(username=before["owner"]).first()
    if owner is None:
        return Undone(False, f"Not undone: {before['owner']}, whose query it was, has no account any more.")
    if row is None:
        row = SavedQuery(
            pk=change.subject.removeprefix("query:"),
            owner=owner,
            connection=place.connection,
            region=place.region,
            table=change.resource.removeprefix("table:"),
        )
    if not may_change(actor.user, row):
        return Undone(False, f"Not undone: the query belongs to {owner.get_username()}.")
    return Undone(True, "The query is as it was.", restore(actor, place, row, owner, before, undo_of=change))
