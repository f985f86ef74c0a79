"""The way back, and finding out how an unknown change ended."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection
from dashboard.accounts.policy import require
from dashboard.core.errors import AwsError
from dashboard.history.handlers import Undone, handler_of
from dashboard.history.models import Change
from dashboard.history.operations.reading import undone_by

SETTLED = timedelta(minutes=2)
"""A change younger than this may still be under way; its end is not asked for yet."""


def why_not_undo(change: Change) -> str:
    """The sentence that says why this change cannot be undone now; empty when it can."""
    handler = handler_of(change.action)
    if change.state == "unknown":
        return "Nobody knows yet whether this change was made. Find out first, then undo it."
    if change.state == "partial" and handler.undo is not None and not handler.partly:
        return "This change was made in part only. Look at what stands there and set it right by hand."
    if change.state not in ("done", "partial"):
        return "Nothing was changed, so there is nothing to undo."
    if handler.undo is None:
        return handler.no_undo or "This kind of change cannot be undone here."
    if elsewhere(change):
        return elsewhere(change)
    taken_back = undone_by(change)
    if taken_back is not None:
        return f"This change was already undone by {taken_back.user_name}."
    return ""


def elsewhere(change: Change) -> str:
    """Why the connection of ``change`` may not lead to the account it was made in any more; empty when it does.

    An undo there could write, and a reconciliation read, in an account that the change never touched.
    """
    if not change.connection:
        return ""
    row = Connection.objects.filter(slug=change.connection).only("leads_since").first()
    if row is None:
        return f"The connection {change.connection} that this change was made through is no more."
    if row.leads_since > change.time:
        return f"The connection {change.connection} was pointed elsewhere after this change; it may lead to another account now."
    return ""


def undo(actor: Actor, change: Change, reason: str) -> Undone:
    """Take ``change`` back through its module's handler, which is conditional and writes its own record."""
    handler = handler_of(change.action)
    require(actor.user, handler.permission, change.place)
    refusal = why_not_undo(change)
    if refusal or handler.undo is None:
        return Undone(False, refusal)
    return handler.undo(actor, change, reason)


def reconcile(change: Change) -> str:
    """Read AWS to learn how an unknown change ended; the sentence that says what came of it. Raises AwsError."""
    if change.state != "unknown":
        return "The end of this change is known."
    handler = handler_of(change.action)
    if handler.reconcile is None:
        return "Gatehouse cannot find out how this kind of change ended. Compare the resource with the values below."
    if elsewhere(change):
        return elsewhere(change)
    if timezone.now() - change.time < SETTLED:
        return "This change may still be under way. Try again in two minutes."
    if handler.reconcile(change):
        change.refresh_from_db()
        return "AWS was read and the end of this change is now recorded."
    return "AWS was read, but what stands there is neither the value before nor the one intended: it stays unknown."


def reconcile_all(limit: int = 100) -> int:
    """Find out about the oldest unknown changes of the last 30 days; how many were settled. A failing one is passed over."""
    now = timezone.now()
    rows = Change.objects.filter(
        outcome__isnull=True, time__lt=now - SETTLED, time__gt=now - timedelta(days=30)
    )
    settled = 0
    for change in rows.order_by("time")[:limit]:
        handler = handler_of(change.action)
        if elsewhere(change):
            continue
        try:
            settled += bool(handler.reconcile and handler.reconcile(change))
        except AwsError:
            continue  # its place cannot be read now; the next round asks again, and the call is in the AWS log
    return settled
