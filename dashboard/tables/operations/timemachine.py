"""An item as it was, by restoring the whole table to a temporary one, reading the one item, and deleting the table again.

The name of the temporary table is written down before AWS is asked to make it. From then on a job goes through the steps in
``temporary``; each leaves the procedure's row saying where to go on, so a worker that dies is followed by the next slice. A job that
fails, is cancelled, or lost its owner's permission leaves the table to ``sweep``, which runs every few minutes on the console's own
account. The table is deleted only if AWS says that it was restored from the table the procedure names and has the id recorded.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import may, require
from dashboard.aws.dynamodb import backups as door
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import decode_key
from dashboard.history.handlers import Handler
from dashboard.history.models import Change
from dashboard.history.record import recording
from dashboard.jobs.core.states import UNFINISHED
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.models import Job
from dashboard.jobs.slices import Slice
from dashboard.tables.core.itemkeys import readable_key
from dashboard.tables.core.restores import TEMPORARY
from dashboard.tables.models import Procedure
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.altering import page_of, settle, settle_undone
from dashboard.tables.operations.restoring import window_words
from dashboard.tables.operations.temporary import CLEAN, advance, attempts, end

KIND, SWEEP = "tables.time_machine", "tables.time_machine_sweep"
SWEEP_MINUTES = 5
RAREST = timedelta(hours=6)
"""How long the sweep waits at most before it tries again to delete a table that could not be deleted."""
RENEWED_WITHIN, ASK_EVERY = timedelta(hours=24), 120.0
"""How long a procedure waits for credentials that expired under it, and after how many seconds it asks AWS again."""
_EXPIRED = "AWS does not accept this connection's credentials any more. Renew them: this goes on by itself then, within two minutes."
MAKE = "timemachine.restore"
KEPT = timedelta(days=30)
"""What was found is kept for as long; the record of what was done stays."""
STEPS = {
    Procedure.State.RESTORING: 0,
    Procedure.State.READING: 1,
    Procedure.State.CLEANING: 2,
    Procedure.State.DONE: 3,
    Procedure.State.FAILED: 3,
}


def start(actor: Actor, place: Place, table: str, key_text: str, moment: datetime, reason: str) -> Procedure:
    """Begin: one DescribeContinuousBackups, one RestoreTableToPointInTime. Raises Refused, InputError (``at``), AwsError.

    A form that was sent twice restores once: the procedure that looks for the same answer already is returned.
    """
    require(actor.user, "administer", place.resource(f"table:{table}"))
    procedure_id = uuid.uuid4()
    name = f"{TEMPORARY}{procedure_id.hex[:10]}"
    require(actor.user, "administer", place.resource(f"table:{name}"))
    known = catalogue.facts(place, table).table
    key = decode_key(key_text, known.key_names)
    moment = moment.replace(microsecond=0)  # AWS takes whole seconds
    _check_moment(place, table, moment)
    twin = _under_way(place, table, key_text, moment)
    if twin is not None:
        return twin
    row = Procedure.objects.create(
        id=procedure_id,
        connection=place.connection.slug,
        region=place.region,
        table=table,
        key=key_text,
        label=readable_key(key, known.key_names),
        moment=moment,
        reason=reason,
        owner=actor.user,
        owner_name=actor.name,
        request_id=actor.request_id,
        temporary=name,
        source_arn=known.arn,
    )
    _make(actor, place, row)
    job = enqueue(
        actor,
        KIND,
        {"procedure": str(row.pk)},
        resource=place.resource(f"table:{table}"),
        unique=_unique(row),
    )
    Procedure.objects.filter(pk=row.pk).update(job=job.pk)
    row.job = job.pk
    return row


def _under_way(place: Place, table: str, key_text: str, moment: datetime) -> Procedure | None:
    return Procedure.objects.filter(
        connection=place.connection.slug,
        region=place.region,
        table=table,
        key=key_text,
        moment=moment,
        state__in=(Procedure.State.RESTORING, Procedure.State.READING),
    ).first()


def _check_moment(place: Place, table: str, moment: datetime) -> None:
    found = door.describe_recovery(place.target, table)
    if not found.enabled or found.earliest is None or found.latest is None:
        raise InputError(
            "at", "Point-in-time recovery is off for this table, so there is nothing to restore."
        )
    if not found.reaches(moment):
        raise InputError("at", window_words(found.earliest, found.latest))


def _make(actor: Actor, place: Place, row: Procedure) -> None:
    """Ask AWS for the table. When it refuses, nothing was made; when no answer came, the job finds out."""
    try:
        with recording(
            actor,
            place.resource(f"table:{row.table}"),
            MAKE,
            label=f"{row.temporary}: {row.table} as of {row.moment:%Y-%m-%d %H:%M:%S} UTC",
            subject=f"procedure:{row.pk}",
            reason=row.reason,
            intended={"table": row.temporary, "moment": row.moment.isoformat(), "item": row.label},
        ) as change:
            answer = door.restore_temporary(
                place.target, row.table, row.temporary, row.moment, change=change.id
            )
            change.done(after={"table": row.temporary}, request_id=answer.request_id)
    except AwsError as error:
        if error.kind is Kind.LOST:
            return
        end(row, Procedure.State.FAILED, f"{error.code}: {error.message}", cleaned=True)
        raise
    row.temporary_id = str(answer.body.get("TableDescription", {}).get("TableId", ""))
    row.save(update_fields=["temporary_id"])


def procedure(actor: Actor, procedure_id: uuid.UUID, place: Place, table: str) -> Procedure | None:
    """The procedure of that id, if it is one of this table's."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return Procedure.objects.filter(
        pk=procedure_id, connection=place.connection.slug, region=place.region, table=table
    ).first()


def remaining(actor: Actor, place: Place) -> tuple[Procedure, ...]:
    """The procedures whose temporary table may still be there, of the tables that the actor may read. No AWS call."""
    require(actor.user, "read", place.resource("console:home"))
    rows = Procedure.objects.filter(
        connection=place.connection.slug, region=place.region, cleaned=None
    ).defer("item")
    return tuple(row for row in rows if may(actor.user, "read", row.place))


def recent(place: Place, table: str, key_text: str) -> tuple[Procedure, ...]:
    """The last procedures of an item. No AWS call."""
    rows = Procedure.objects.filter(
        connection=place.connection.slug, region=place.region, table=table, key=key_text
    )
    return tuple(rows.defer("item")[:5])


def delete_now(actor: Actor, place: Place, row: Procedure) -> str:
    """Delete the temporary table at once, whatever the job does: the sentence that says what came of it. Raises Refused, AwsError."""
    require(actor.user, "administer", row.place)
    if not row.finished:
        end(row, Procedure.State.CLEANING, row.error or "Somebody chose to delete the temporary table.")
    said: list[str] = []
    advance(row, place.target, actor, said.append)
    return (
        " ".join(said) or "AWS is still working on the temporary table; it is deleted as soon as it can be."
    )


def leads_to(job: Job) -> tuple[str, str]:
    """The procedure's page, which has the item."""
    from django.urls import reverse

    table = job.resource.removeprefix("table:")
    return "Then and now", reverse(
        "tables:procedure", args=[job.connection, job.region, table, job.arguments["procedure"]]
    )


def run(piece: Slice) -> bool:
    """The job: step after step, without holding a worker while AWS works."""
    row = Procedure.objects.filter(pk=piece.arguments["procedure"]).first()
    if row is None or row.cleaned is not None:
        return True
    place = _place(row)
    if place is None:
        piece.log("The connection is gone or leads elsewhere, so the temporary table cannot be reached.")
        return True
    while not row.finished:
        try:
            wait = advance(row, place.background, piece.actor, piece.log)
        except AwsError as error:
            if error.kind is not Kind.EXPIRED or timezone.now() - row.created > RENEWED_WITHIN:
                raise
            return _without_credentials(piece, row, error)
        if row.error == _EXPIRED:
            row.error = ""
            row.save(update_fields=["error"])
        piece.checkpoint({"state": row.state}, STEPS[Procedure.State(row.state)], 3)
        if wait:
            return piece.later(wait)
    return True


def _without_credentials(piece: Slice, row: Procedure, error: AwsError) -> bool:
    """Wait for somebody to renew them: the table is being made and paid for, and giving up would lose the answer."""
    row.error = _EXPIRED
    row.save(update_fields=["error"])
    piece.log(f"{error.code}: waiting for the connection's credentials to be renewed.")
    piece.checkpoint({"state": row.state}, STEPS[Procedure.State(row.state)], 3)
    return piece.later(ASK_EVERY)


def sweep(piece: Slice) -> bool:
    """Clean up after procedures that no job looks after any more; one that fails is passed over and tried again next time."""
    for row in Procedure.objects.filter(cleaned=None).order_by("created")[:100]:
        if Job.objects.filter(unique=_unique(row), state__in=UNFINISHED).exists():
            continue
        if _refused_lately(row):
            continue
        place = _place(row)
        if place is None:
            piece.log(f"{row.temporary}: its connection is gone or leads elsewhere.")
            continue
        if not row.finished and row.state != Procedure.State.CLEANING:
            end(row, Procedure.State.CLEANING, row.error or "The job that looked after this ended early.")
        try:
            while not row.finished and not advance(row, place.background, piece.actor, piece.log):
                continue
        except AwsError as error:
            piece.log(f"{row.temporary}: {error.code}; tried again later.")
            failed = f"It could not be deleted yet; that is tried again. {error.code}: {error.message}"
            Procedure.objects.filter(pk=row.pk).update(error=failed)
    Procedure.objects.filter(cleaned__lt=timezone.now() - KEPT).delete()
    return True


def _refused_lately(row: Procedure) -> bool:
    """Whether deleting its table failed and it is not time yet to try again: each attempt is a line of the record, so they grow rare."""
    last = attempts(row).exclude(outcome__result="done").order_by("-time").first()
    if last is None:
        return False
    return timezone.now() - last.time < min((last.time - row.created) / 2, RAREST)


def _place(row: Procedure) -> Place | None:
    """Where the procedure was begun, None when the connection is gone or may lead into another account by now."""
    place = find_place(row.connection, row.region)
    if place is None:
        return None
    moved = Connection.objects.filter(slug=row.connection, leads_since__gt=row.created).exists()
    return None if moved else place


def _unique(row: Procedure) -> str:
    return f"time-machine:{row.pk}"


def _reconcile(change: Change) -> bool:
    """Whether the temporary table was made, or is gone."""
    row = Procedure.objects.filter(pk=change.subject.removeprefix("procedure:")).first()
    place = _place(row) if row is not None else None
    if row is None or place is None:
        return False
    there = door.describe_restored(place.target, row.temporary) is not None
    made = there or row.read is not None
    happened = made if change.action == MAKE else not there
    told = {"table": row.temporary}
    if not happened:
        return settle_undone(change)
    return settle(change, "done", **({"after": told} if change.action == MAKE else {"before": told}))


def handlers() -> tuple[Handler, ...]:
    """For the area's ``ready``."""

    def link(change: Change) -> str:
        return page_of(change, "tables:backups")

    return (
        Handler(
            MAKE,
            "Temporary table of the time machine made",
            permission="administer",
            reconcile=_reconcile,
            no_undo="The temporary table is deleted by itself when the item has been read.",
            link=link,
        ),
        Handler(
            CLEAN,
            "Temporary table of the time machine deleted",
            permission="administer",
            reconcile=_reconcile,
            no_undo="The temporary table held nothing that is not in the table it was made from.",
            link=link,
        ),
    )
