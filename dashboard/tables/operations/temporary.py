"""The temporary table of the item time machine: one step after the other until it is gone again.

Each step leaves the procedure's row saying where to go on. The table is deleted only if AWS says that it was restored from the table
the procedure names and has the id recorded.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.aws import dynamodb
from dashboard.aws.dynamodb import backups as door
from dashboard.aws.target import Target
from dashboard.core.backups import Restored
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import decode_key
from dashboard.history.models import Change
from dashboard.history.record import recording
from dashboard.tables.core.restores import TEMPORARY
from dashboard.tables.models import Procedure

CLEAN = "timemachine.clean"
FIRST_LOOK, LOOK_EVERY, PATIENT_AFTER = 5.0, 30.0, 60.0
"""Seconds between two looks, and after how many seconds they become rarer."""
NEVER_CAME = 300.0
"""Seconds after which a table that AWS never confirmed and never showed is taken for not made."""
Say = Callable[[str], None]


def advance(row: Procedure, target: Target, actor: Actor, say: Say) -> float:
    """Do the next step that can be done: seconds until it is worth looking again, 0 to go on at once. Saves the row.

    AwsError leaves only when the same may be tried again; what cannot succeed leads to cleaning up.
    """
    found = door.describe_restored(target, row.temporary)
    if found is None:
        return _missing(row, say)
    if not _ours(row, found):
        end(
            row,
            Procedure.State.FAILED,
            "A table of that name is there, but it is not the one that was restored here. It was left alone.",
            cleaned=True,
        )
        say(row.error)
        return 0.0
    if not row.temporary_id:
        row.temporary_id = found.table_id
        row.save(update_fields=["temporary_id"])
    if found.status == "DELETING":
        return FIRST_LOOK
    if not found.ready:
        return FIRST_LOOK if _age(row) < PATIENT_AFTER else LOOK_EVERY
    if row.state in (Procedure.State.RESTORING, Procedure.State.READING):
        _read(row, found, target, say)
        return 0.0
    _delete(row, target, actor, say)
    return FIRST_LOOK


def _read(row: Procedure, found: Restored, target: Target, say: Say) -> None:
    """Tag the table as far as that is allowed, read the item, go on to cleaning up."""
    _to(row, Procedure.State.READING)
    try:
        door.tag_table(target, row.temporary, found.arn, {"gatehouse:time-machine": str(row.pk)})
    except AwsError as error:
        say(f"The temporary table could not be tagged ({error.code}); that harms nothing.")
    try:
        key = decode_key(row.key, [*_key_names(target, row)])
        row.item = dynamodb.get_item(target, row.temporary, key).item
    except AwsError as error:
        if (
            not error.permanent or error.kind is Kind.EXPIRED
        ):  # credentials are renewed, the answer would be lost
            raise
        end(row, Procedure.State.CLEANING, f"The item could not be read. {error.code}: {error.message}")
    except InputError as error:
        end(row, Procedure.State.CLEANING, f"The item could not be read. {error.rule}")
    else:
        row.read = timezone.now()
        row.state = Procedure.State.CLEANING
        row.save(update_fields=["item", "read", "state"])
        say("The item was read." if row.item is not None else "There was no such item at that moment.")


def _key_names(target: Target, row: Procedure) -> tuple[str, ...]:
    return dynamodb.describe_table(target, row.temporary).key_names


def _delete(row: Procedure, target: Target, actor: Actor, say: Say) -> None:
    with recording(
        actor,
        row.place,
        CLEAN,
        label=row.temporary,
        subject=f"procedure:{row.pk}",
        reason="The temporary table of the item time machine is deleted when the item has been read.",
        shown={"table": row.temporary, "restored_from": row.source_arn},
    ) as change:
        answer = door.drop_table(target, row.temporary, change=change.id)
        change.done(before={"table": row.temporary}, request_id=answer.request_id)
    say(f"{row.temporary} is being deleted.")


def _missing(row: Procedure, say: Say) -> float:
    """No table of the name: not made yet, never made, or gone again."""
    if row.state == Procedure.State.RESTORING:
        if _age(row) < NEVER_CAME:
            return FIRST_LOOK
        end(row, Procedure.State.FAILED, "AWS never made the temporary table.", cleaned=True)
    elif row.state == Procedure.State.READING:
        end(
            row,
            Procedure.State.FAILED,
            "Somebody deleted the temporary table before the item was read.",
            cleaned=True,
        )
    elif row.read is None and _age(row) < NEVER_CAME and not _dropped(row):
        return FIRST_LOOK  # AWS may be about to show it: DescribeTable is eventually consistent
    elif row.read is not None:
        end(row, Procedure.State.DONE, "", cleaned=True)
        say(f"{row.temporary} is gone.")
    else:
        end(row, Procedure.State.FAILED, row.error, cleaned=True)
        say(f"{row.temporary} is gone.")
    return 0.0


def _dropped(row: Procedure) -> bool:
    """Whether AWS took our order to delete the table."""
    return attempts(row).filter(outcome__result="done").exists()


def attempts(row: Procedure) -> QuerySet[Change]:
    """The attempts at deleting the procedure's table, as the record has them."""
    return Change.objects.filter(
        action=CLEAN, connection=row.connection, region=row.region, subject=f"procedure:{row.pk}"
    )


def _ours(row: Procedure, found: Restored) -> bool:
    """Whether that table is the one this procedure had made."""
    same_id = not row.temporary_id or row.temporary_id == found.table_id
    return row.temporary.startswith(TEMPORARY) and found.source_arn == row.source_arn and same_id


def _age(row: Procedure) -> float:
    return (timezone.now() - row.created).total_seconds()


def _to(row: Procedure, state: Procedure.State) -> None:
    row.state = state
    row.save(update_fields=["state"])


def end(row: Procedure, state: Procedure.State, error: str, *, cleaned: bool = False) -> None:
    """Put the procedure into ``state`` with what went wrong, if anything; ``cleaned``: there is no table of its own any more."""
    row.state, row.error = state, error
    row.cleaned = timezone.now() if cleaned else row.cleaned
    row.save(update_fields=["state", "error", "cleaned"])
