"""Changing one thing about a table that AWS reads whole and sets whole, with its record and the way back.

DynamoDB's control plane has no conditions, but for policies. So what stands there is read again just before the change, and a change
is refused when that is not what the person was shown; between the two calls no other change of Gatehouse's is sent (``alone``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import require
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome
from dashboard.history.record import recording
from dashboard.tables.operations.alone import alone

State = dict[str, Any]
"""Plain JSON: how the thing stands. Two are alike when they are equal in what ``Aspect.compared`` names."""


@dataclass(frozen=True)
class Aspect:
    """One such thing. ``read(target, table, subject)`` answers its state; ``write(target, table, subject, wanted, current, change)``
    sets it and answers AWS's request id. ``subject`` narrows the table: an index, a region.

    With ``no_undo`` there is no way back but the one that sentence names. ``link`` is the name of the page's URL.
    """

    action: str
    title: str
    read: Callable[[Target, str, str], State]
    write: Callable[[Target, str, str, State, State, str], str]
    compared: tuple[str, ...]
    back: str = "It is again as it was."
    no_undo: str = ""
    link: str = "tables:backups"

    def alike(self, one: State | None, other: State | None) -> bool:
        """Whether the two states are the same thing."""
        return all((one or {}).get(name) == (other or {}).get(name) for name in self.compared)


@dataclass(frozen=True)
class Altered:
    """It was changed."""

    change_id: str


@dataclass(frozen=True)
class Changed:
    """Nothing was changed: it is not what was shown any more, but ``found``."""

    found: State
    change_id: str = ""


def alter(
    actor: Actor,
    place: Place,
    table: str,
    aspect: Aspect,
    shown: State,
    wanted: State,
    reason: str,
    *,
    subject: str = "",
    undo_of: Change | None = None,
) -> Altered | Changed:
    """Set it to ``wanted`` if it still is as ``shown``: one read, one write. Raises Refused, AwsError, InputError (``state``)."""
    require(actor.user, "administer", place.resource(f"table:{table}"))
    with alone(place, table):
        current = aspect.read(place.target, table, subject)
        if not aspect.alike(current, shown):
            return Changed(current)
        with recording(
            actor,
            place.resource(f"table:{table}"),
            aspect.action,
            label=f"{table} {subject}".strip(),
            subject=subject,
            reason=reason,
            shown=shown,
            intended=wanted,
            undo_of=undo_of,
        ) as change:
            try:
                request_id = aspect.write(place.target, table, subject, wanted, current, change.id)
            except AwsError as error:
                if error.code != "PolicyNotFoundException" or error.kind is Kind.LOST:
                    raise
                change.refused(error.code, error.message, error.request_id)
                return Changed(aspect.read(place.target, table, subject), change.id)
            change.done(before=current, after=wanted, request_id=request_id)
            return Altered(change.id)


def handler(aspect: Aspect) -> Handler:
    """The record's handler of an aspect."""

    def undo(actor: Actor, change: Change, reason: str) -> Undone:
        require(actor.user, "administer", change.place)
        place = find_place(change.connection, change.region)
        if place is None:
            return Undone(False, gone(change))
        before, after = change.outcome.before, change.outcome.after
        try:
            result = alter(
                actor,
                place,
                table_of(change),
                aspect,
                after,
                before,
                reason,
                subject=change.subject,
                undo_of=change,
            )
        except InputError as error:
            return Undone(False, f"Not undone: {error.rule}")
        if isinstance(result, Changed):
            message = "Not undone: it was changed again since. Nothing was changed; open its page to decide by hand."
            return Undone(False, message, result.change_id)
        return Undone(True, aspect.back, result.change_id)

    def reconcile(change: Change) -> bool:
        place = find_place(change.connection, change.region)
        if place is None:
            return False
        found = aspect.read(place.target, table_of(change), change.subject)
        if aspect.alike(found, change.intended):
            return settle(change, Outcome.Result.DONE, before=change.shown, after=found)
        if aspect.alike(found, change.shown):
            return settle_undone(change)
        return False

    return Handler(
        aspect.action,
        aspect.title,
        permission="administer",
        undo=None if aspect.no_undo else undo,
        reconcile=reconcile,
        no_undo=aspect.no_undo,
        link=lambda change: page_of(change, aspect.link),
    )


def page_of(change: Change, url_name: str) -> str:
    """The page of the table that the change is about."""
    from django.urls import reverse

    return reverse(url_name, args=[change.connection, change.region, table_of(change)])


def table_of(change: Change) -> str:
    """The table's name."""
    return change.resource.removeprefix("table:")


def gone(change: Change) -> str:
    """The sentence for a change whose connection is no more."""
    return f"There is no connection {change.connection} with the region {change.region} any more."


def settle(change: Change, result: str, **fields: object) -> bool:
    """Write the missing outcome; somebody who settled it in the same moment has said the same."""
    try:
        with transaction.atomic():
            Outcome.objects.create(change=change, result=result, reconciled=True, **fields)
    except IntegrityError:
        return Outcome.objects.filter(change=change).exists()
    return True


def settle_undone(change: Change) -> bool:
    """It did not happen."""
    message = "AWS was read later and all is as before: the change did not happen."
    return settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)
