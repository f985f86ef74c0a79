"""Point-in-time recovery and backups of a table: what there is, and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import may, require
from dashboard.aws.dynamodb import backups as door
from dashboard.aws.target import Target
from dashboard.core.backups import LONGEST_PERIOD, Backup, Recovery
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome
from dashboard.history.record import recording
from dashboard.tables.core.restores import check_backup_name
from dashboard.tables.operations.altering import (
    Altered,
    Aspect,
    Changed,
    State,
    alter,
    gone,
    handler,
    page_of,
    settle,
    settle_undone,
    table_of,
)

CREATE, DELETE = "backup.create", "backup.delete"
MOST_PAGES = 10
"""Pages of 100 backups that are read of one table."""


@dataclass(frozen=True)
class Backups:
    """A table's backups, the newest first, and whether there are more than were read."""

    rows: tuple[Backup, ...]
    more: bool = False


def recovery(actor: Actor, place: Place, table: str) -> tuple[Recovery, datetime]:
    """Point-in-time recovery of the table and when that was read: one call. Raises Refused, AwsError."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return door.describe_recovery(place.target, table), timezone.now()


def backups(actor: Actor, place: Place, table: str) -> Backups:
    """The table's backups, also when the table itself is gone: one call for each 100. Raises Refused, AwsError."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    rows: list[Backup] = []
    start: str | None = None
    for _ in range(MOST_PAGES):
        page = door.list_backups(place.target, table, start)
        rows += page.rows
        start = page.next
        if start is None:
            break
    return Backups(tuple(sorted(rows, key=lambda row: row.created, reverse=True)), start is not None)


def all_backups(actor: Actor, place: Place, start: str | None) -> tuple[tuple[Backup, ...], str | None]:
    """One page of the backups of all tables that the actor may read, and where the next begins: one call."""
    require(actor.user, "read", place.resource("console:home"))
    page = door.list_backups(place.target, "", start)
    rows = tuple(row for row in page.rows if may(actor.user, "read", place.resource(f"table:{row.table}")))
    return rows, page.next


def backup(actor: Actor, place: Place, table: str, backup_id: str) -> Backup:
    """The backup of that id: as many calls as ``backups``. AwsError (NOT_FOUND) when the table has none."""
    for row in backups(actor, place, table).rows:
        if row.id == backup_id:
            return row
    raise AwsError(
        "BackupNotFoundException",
        "This table has no backup of that name and time. It may have been deleted since.",
        Kind.NOT_FOUND,
        service="dynamodb",
        operation="ListBackups",
        resource=f"table:{table}",
    )


def _read(target: Target, table: str, subject: str) -> State:
    found = door.describe_recovery(target, table)
    return {"enabled": found.enabled, "days": found.days if found.enabled else None}


def _write(target: Target, table: str, subject: str, wanted: State, current: State, change: str) -> str:
    days = wanted["days"] or LONGEST_PERIOD
    return door.update_recovery(target, table, enabled=wanted["enabled"], days=days, change=change).request_id


_COMPARED = ("enabled", "days")
ON = Aspect(
    "recovery.on",
    "Point-in-time recovery turned on",
    _read,
    _write,
    _COMPARED,
    no_undo="Turning it off loses every moment recorded since, so that is done on the table's page Backups, which asks for the name.",
)
OFF = Aspect(
    "recovery.off",
    "Point-in-time recovery turned off",
    _read,
    _write,
    _COMPARED,
    no_undo="The moments it could be brought back to are lost. Turning it on again, on the table's page Backups, starts a new window.",
)
PERIOD = Aspect(
    "recovery.period",
    "Recovery period changed",
    _read,
    _write,
    _COMPARED,
    back="The recovery period is the former one again; moments that a shorter one gave up do not come back.",
)


def set_recovery(
    actor: Actor, place: Place, table: str, shown: Recovery, wanted: Recovery, reason: str
) -> Altered | Changed:
    """Turn recovery on or off or change its period, if it still is as ``shown``. Raises Refused, AwsError, InputError (``days``)."""
    require(actor.user, "administer", place.resource(f"table:{table}"))
    if (shown.enabled, shown.days) == (wanted.enabled, wanted.days) or not (shown.enabled or wanted.enabled):
        raise InputError("days", "Nothing would change: recovery is like that already.")
    aspect = PERIOD if shown.enabled and wanted.enabled else ON if wanted.enabled else OFF
    return alter(actor, place, table, aspect, _state(shown), _state(wanted), reason)


def _state(found: Recovery) -> State:
    return {"enabled": found.enabled, "days": found.days if found.enabled else None}


def create_backup(actor: Actor, place: Place, table: str, name: str, reason: str) -> tuple[Backup, str]:
    """Make a backup: the calls of ``backups`` and one CreateBackup. Answers the backup and the change's id.

    AWS takes a name twice; here a form that was sent twice makes one backup, and a name means one. Raises Refused, AwsError,
    InputError (``name``).
    """
    require(actor.user, "write", place.resource(f"table:{table}"))
    name = check_backup_name(name)
    _check_free(actor, place, table, name)
    with recording(
        actor,
        place.resource(f"table:{table}"),
        CREATE,
        label=f"{name} of {table}",
        reason=reason,
        intended={"name": name},
    ) as change:
        made, request_id = door.create_backup(place.target, table, name, change=change.id)
        change.done(after=_told(made), request_id=request_id)
        return made, change.id


def _check_free(actor: Actor, place: Place, table: str, name: str) -> None:
    """InputError (``name``) when a backup of the table has it. A connection that may not list backups may make them all the same."""
    try:
        rows = backups(actor, place, table).rows
    except AwsError as error:
        if error.kind is Kind.DENIED:
            return
        raise
    for row in rows:
        if row.name == name:
            raise InputError(
                "name",
                f"There is a backup of that name already, made {row.created:%Y-%m-%d %H:%M:%S} UTC. Choose another name.",
            )


def delete_backup(
    actor: Actor, place: Place, table: str, shown: Backup, reason: str, *, undo_of: Change | None = None
) -> str:
    """Delete the backup for good: one DeleteBackup; the change's id. Raises Refused, AwsError."""
    require(actor.user, "administer", place.resource(f"table:{table}"))
    with recording(
        actor,
        place.resource(f"table:{table}"),
        DELETE,
        label=f"{shown.name} of {table}",
        subject=shown.arn,
        reason=reason,
        shown=_told(shown),
        undo_of=undo_of,
    ) as change:
        answer = door.delete_backup(place.target, table, shown.arn, change=change.id)
        change.done(before=_told(shown), request_id=answer.request_id)
        return change.id


def _told(one: Backup) -> State:
    """A backup as the record keeps it."""
    return {"name": one.name, "arn": one.arn, "created": one.created.isoformat(), "size_bytes": one.size}


def _undo_create(actor: Actor, change: Change, reason: str) -> Undone:
    require(actor.user, "administer", change.place)
    place = find_place(change.connection, change.region)
    if place is None:
        return Undone(False, gone(change))
    arn = str(change.outcome.after["arn"])
    try:
        found = door.describe_backup(place.target, table_of(change), arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return Undone(False, "Not undone: this backup is gone already.")
        raise
    change_id = delete_backup(actor, place, table_of(change), found, reason, undo_of=change)
    return Undone(True, "The backup was deleted again.", change_id)


def _reconcile_create(change: Change) -> bool:
    """A backup of that name, made since: then it was made."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    page = door.list_backups(place.target, table_of(change))
    for row in page.rows:
        if row.name == change.intended["name"] and row.created >= change.time.replace(microsecond=0):
            return settle(change, Outcome.Result.DONE, after=_told(row))
    return page.next is None and settle_undone(change)


def _reconcile_delete(change: Change) -> bool:
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    try:
        door.describe_backup(place.target, table_of(change), change.subject)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return settle(change, Outcome.Result.DONE, before=change.shown)
        raise
    return settle_undone(change)


def handlers() -> tuple[Handler, ...]:
    """For the area's ``ready``."""

    def link(change: Change) -> str:
        return page_of(change, "tables:backups")

    return (
        *(handler(aspect) for aspect in (ON, OFF, PERIOD)),
        Handler(
            CREATE,
            "Backup made",
            permission="administer",
            undo=_undo_create,
            reconcile=_reconcile_create,
            link=link,
        ),
        Handler(
            DELETE,
            "Backup deleted",
            permission="administer",
            reconcile=_reconcile_delete,
            no_undo="A deleted backup does not come back. Make a new one of the table as it is now, if it still exists.",
            link=link,
        ),
    )
