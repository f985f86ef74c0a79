"""The way back from each change of a table, and finding out how one ended that nobody saw the end of."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import require
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome
from dashboard.tables.core.structure import section
from dashboard.tables.operations.alone import alone
from dashboard.tables.operations.structure import ALTER, Moved, alter, look, recorded
from dashboard.tables.operations.structure_whole import (
    CREATE,
    DELETE,
    comparable,
    gone,
    intended,
    is_empty,
    made_as,
    send_deletion,
)

TITLES = {
    "capacity": "Capacity changed",
    "class": "Table class changed",
    "encryption": "Encryption changed",
    "stream": "Stream switched",
    "ttl": "Time to live switched",
    "tag": "Tags set",
    "untag": "Tags taken away",
    "protection": "Deletion protection switched",
    "index-add": "Index added",
    "index-drop": "Index dropped",
}
NO_WAY_BACK = (
    "A deleted table cannot be brought back from here. Its definition is in this record, so that a new one can be made like it; "
    "its items come back only from a backup, if there is one."
)


def handlers() -> tuple[Handler, ...]:
    """One for each kind of change of a table, for ``AppConfig.ready``."""
    altered = [
        Handler(
            ALTER + kind,
            title,
            permission="administer",
            undo=undo_alter,
            reconcile=reconcile_alter,
            link=link,
        )
        for kind, title in TITLES.items()
    ]
    created = Handler(
        CREATE,
        "Table created",
        permission="administer",
        undo=undo_create,
        reconcile=reconcile_create,
        link=link,
    )
    deleted = Handler(
        DELETE, "Table deleted", permission="administer", reconcile=reconcile_delete, no_undo=NO_WAY_BACK
    )
    return (*altered, created, deleted)


def undo_alter(actor: Actor, change: Change, reason: str) -> Undone:
    """Give the part its former value back, if it still is as the change left it. Raises Refused, AwsError."""
    require(actor.user, "administer", change.place)
    place, name, part = find_place(change.connection, change.region), _name(change), change.subject
    if place is None:
        return _no_place(change)
    now = look(place, name, part)
    before, after = change.outcome.before, change.outcome.after
    if part == "tags":  # a change of several tags is two calls, each with a way back of its own
        before, after = of_touched(section(now.definition, part)["tags"], before["tags"], after["tags"])
    if recorded(now.definition, part, after) != after:
        return Undone(False, "Not undone: somebody has changed this since. Nothing was changed.")
    try:
        result = alter(actor, place, name, part, before, now.fingerprint, reason, undo_of=change)
    except InputError as error:
        return Undone(False, f"Not undone: {error.rule}")
    except AwsError as error:
        if error.kind in (Kind.VALIDATION, Kind.QUOTA, Kind.CONFLICT):
            return Undone(
                False,
                f"AWS does not take the way back now: {error.message} Nothing was changed; try again later.",
            )
        raise
    if isinstance(result, Moved):
        return Undone(False, "Not undone: the table was changed at the same moment. Nothing was changed.")
    if result.failure is not None:
        told = " ".join(f"{step.title}: done." for step in result.steps)
        return Undone(False, f"Only partly undone. {told} Then AWS refused: {result.failure.message}")
    return Undone(True, _done(change), result.change_ids[-1])


def of_touched(
    now: dict[str, str], before: dict[str, str], after: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tags before and after a change as a part each, with those that it did not touch as they are ``now``; pure."""
    touched = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    others = {key: text for key, text in now.items() if key not in touched}
    was, will = (
        {"tags": others | {key: text for key, text in tags.items() if key in touched}}
        for tags in (before, after)
    )
    return was, will


def _done(change: Change) -> str:
    kind = change.action.removeprefix(ALTER)
    return {
        "index-add": "The index is being dropped again.",
        "index-drop": "The index is being made again; it is filled anew and can be read once it is ACTIVE.",
        "stream": "The stream is as before; a stream that was switched on again is a new one.",
    }.get(kind, "The table has its former setting again.")


def undo_create(actor: Actor, change: Change, reason: str) -> Undone:
    """Delete the table that was made, if it is that very table, as it was made, and empty. Raises Refused, AwsError."""
    require(actor.user, "administer", change.place)
    place = find_place(change.connection, change.region)
    if place is None:
        return _no_place(change)
    try:
        with alone(place, _name(change)):
            return _delete_again(actor, place, change, reason)
    except InputError as error:
        return Undone(False, f"Not undone: {error.rule}")


def _delete_again(actor: Actor, place: Place, change: Change, reason: str) -> Undone:
    try:
        table = look(place, _name(change)).table
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return Undone(False, "Not undone: the table is gone already.")
        raise
    stands = _why_kept(place, change)
    if stands:
        return Undone(False, f"Not undone: {stands} Nothing was changed.")
    deletion = send_deletion(actor, place, table, change.outcome.after, reason, undo_of=change)
    return Undone(True, "The empty table was deleted again.", deletion)


def _why_kept(place: Place, change: Change) -> str:
    """Why the table made by ``change`` is not deleted by an undo; empty when it can be."""
    now, after = look(place, _name(change)), change.outcome.after
    if now.table.table_id and after.get("TableId") and now.table.table_id != after["TableId"]:
        return "the table was deleted and another one made under its name."
    if now.table.deletion_protection:
        return "the table is protected against deletion; switch that off first."
    if now.table.status != "ACTIVE":
        return f"the table is {now.table.status}; try again when it is ACTIVE."
    if comparable(now.definition) != comparable(intended(change)):
        return "the table has been altered since it was made."
    return (
        ""
        if is_empty(place, now.table.name)
        else "there are items in the table; delete it by its name if they are to go."
    )


def reconcile_alter(change: Change) -> bool:
    """Read the table and write the missing outcome; False when the part is neither as before nor as intended. Raises AwsError."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    held = recorded(look(place, _name(change), change.subject).definition, change.subject, change.intended)
    if held == change.intended:
        return _settle(change, Outcome.Result.DONE, before=change.shown, after=change.intended)
    return held == change.shown and _not_carried_out(
        change, "The table was read later and is as it was before."
    )


def reconcile_create(change: Change) -> bool:
    """The same for a table that was to be made."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    try:
        table = look(place, _name(change)).table
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return _not_carried_out(change, "There is no such table.")
        raise
    if not made_as(table, intended(change), change):
        return False
    after = change.intended | {"TableId": table.table_id}
    return _settle(change, Outcome.Result.DONE, after=after)


def reconcile_delete(change: Change) -> bool:
    """The same for a table that was to be deleted."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    if gone(place, _name(change), change.shown.get("TableId", "")):
        return _settle(change, Outcome.Result.DONE, before=change.shown)
    return _not_carried_out(change, "The table is there as before.")


def link(change: Change) -> str:
    """The table's Structure page."""
    from django.urls import reverse

    return reverse("tables:structure", args=[change.connection, change.region, _name(change)])


def _name(change: Change) -> str:
    return change.resource.removeprefix("table:")


def _no_place(change: Change) -> Undone:
    return Undone(
        False, f"There is no connection {change.connection} with the region {change.region} any more."
    )


def _not_carried_out(change: Change, found: str) -> bool:
    message = f"{found} The change did not happen."
    return _settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)


def _settle(change: Change, result: str, **fields: object) -> bool:
    """Write the outcome; somebody who settled it in the same moment has said the same."""
    try:
        with transaction.atomic():
            Outcome.objects.create(change=change, result=result, reconciled=True, **fields)
    except IntegrityError:
        return Outcome.objects.filter(change=change).exists()
    return True
