"""A table as it was, made as a new table: from a backup or from a moment, and the job that watches it being made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import may, require
from dashboard.aws.dynamodb import backups as door
from dashboard.core.backups import Backup, Restored
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import Handler
from dashboard.history.models import Change, Outcome
from dashboard.history.record import recording
from dashboard.jobs.core.states import UNFINISHED
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.models import Job
from dashboard.jobs.slices import Slice
from dashboard.tables.core.restores import check_table_name
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.altering import page_of, settle, settle_undone, table_of

KIND, ACTION = "tables.restore", "table.restore"
FIRST_LOOK, LOOK_EVERY = 5.0, 30.0
"""Seconds between two looks at a restore: in its first minute, and after."""
SHOWN = 5
TAKEN = ("TableAlreadyExistsException", "TableInUseException")
"""AWS's words for a new name that another table has by now, or is getting."""


@dataclass(frozen=True)
class Wanted:
    """A restore: of ``source`` into the new table ``name``, from ``backup`` or else as of ``moment`` (None: the latest there is).

    ``indexes``: with those of the source; ``on_demand``: billed so, whatever the source was.
    """

    source: str
    name: str
    backup: Backup | None = None
    moment: datetime | None = None
    indexes: bool = True
    on_demand: bool = False

    def told(self) -> dict[str, object]:
        """For the record and the job."""
        of = {"backup": self.backup.arn} if self.backup else {"moment": _text(self.moment)}
        billing = {"billing": "on demand"} if self.on_demand else {}
        return {"source": self.source, "table": self.name, **of, "indexes": self.indexes, **billing}


def _text(moment: datetime | None) -> str:
    return "latest" if moment is None else moment.isoformat(timespec="seconds")


def check(actor: Actor, place: Place, wanted: Wanted) -> Wanted:
    """The same with the name trimmed, if it can be done: the name is one, the actor may make it, and no table has it (one call).

    For a moment, the window is read too (one call more). Raises Refused, InputError (``name``, ``at``), AwsError.
    """
    require(actor.user, "administer", place.resource(f"table:{wanted.source}"))
    name = check_table_name(wanted.name)
    if not may(actor.user, "administer", place.resource(f"table:{name}")):
        raise InputError(
            "name",
            f"You may not make a table named {name}: no grant of your groups allows administer on table:{name}.",
        )
    if door.describe_restored(place.target, name) is not None:
        raise InputError("name", f"There is a table named {name} already. A restore always makes a new one.")
    if wanted.backup is None:
        _check_moment(place, wanted)
    elif wanted.backup.status != "AVAILABLE":
        raise InputError("backup", "This backup is not ready yet. Try again in a minute.")
    return replace(wanted, name=name)


def _check_moment(place: Place, wanted: Wanted) -> None:
    found = door.describe_recovery(place.target, wanted.source)
    if not found.enabled or found.earliest is None or found.latest is None:
        raise InputError(
            "at", "Point-in-time recovery is off for this table, so it cannot be brought back to a moment."
        )
    if wanted.moment is not None and not found.reaches(wanted.moment):
        raise InputError("at", window_words(found.earliest, found.latest))


def window_words(earliest: datetime, latest: datetime) -> str:
    """The rule of a moment outside of the window."""
    return (
        f"The table can be brought back to a moment from {earliest:%Y-%m-%d %H:%M:%S} to {latest:%Y-%m-%d %H:%M:%S} UTC. "
        "Enter one between them."
    )


def restore(actor: Actor, place: Place, wanted: Wanted, reason: str) -> Job:
    """Begin it: the calls of ``check`` and one RestoreTable…; the job that watches it. Raises Refused, InputError, AwsError.

    A form that was sent twice restores once: the job that makes this very table already is returned.
    """
    running = _running(actor, place, wanted)
    if running is not None:
        return running
    wanted = check(actor, place, wanted)
    resource = place.resource(f"table:{wanted.name}")
    require(actor.user, "administer", resource)
    try:
        answered = _begin(actor, place, wanted, reason)
    except AwsError as error:
        if error.code not in TAKEN:
            raise
        taken = f"A table named {wanted.name} was made in the meantime, and nothing was restored. Choose another name."
        raise InputError("name", taken) from error
    catalogue.forget_facts(place, wanted.name)
    return enqueue(actor, KIND, answered, resource=resource, unique=_unique(place, wanted.name))


def _begin(actor: Actor, place: Place, wanted: Wanted, reason: str) -> dict[str, object]:
    """The call with its record; what the job is told."""
    with recording(
        actor,
        place.resource(f"table:{wanted.name}"),
        ACTION,
        label=f"{wanted.name} from {wanted.source}",
        subject="",
        reason=reason,
        intended=wanted.told(),
    ) as change:
        if wanted.backup is not None:
            answer = door.restore_backup(
                place.target,
                wanted.backup.arn,
                wanted.name,
                indexes=wanted.indexes,
                on_demand=wanted.on_demand,
                change=change.id,
            )
        else:
            answer = door.restore_to_moment(
                place.target,
                wanted.source,
                wanted.name,
                wanted.moment,
                indexes=wanted.indexes,
                on_demand=wanted.on_demand,
                change=change.id,
            )
        change.done(after=wanted.told(), request_id=answer.request_id)
    return wanted.told()


def _unique(place: Place, name: str) -> str:
    """Names the work in at most 200 characters, which a table's name alone may exceed."""
    return f"restore:{hashlib.sha256(str(place.resource(f'table:{name}')).encode()).hexdigest()}"


def _running(actor: Actor, place: Place, wanted: Wanted) -> Job | None:
    require(actor.user, "administer", place.resource(f"table:{wanted.source}"))
    name = check_table_name(wanted.name)
    job = Job.objects.filter(unique=_unique(place, name), state__in=UNFINISHED).first()
    same = job is not None and job.arguments == replace(wanted, name=name).told()
    return job if same and may(actor.user, "administer", place.resource(f"table:{name}")) else None


def under_way(place: Place, source: str) -> tuple[Job, ...]:
    """The restores of the table that are not finished, and the last few that are. No AWS call."""
    rows = Job.objects.filter(kind=KIND, connection=place.connection.slug, region=place.region)
    found = [row for row in rows.order_by("-created")[:200] if row.arguments.get("source") == source]
    return tuple(row for row in found if row.state in UNFINISHED or row in found[:SHOWN])


def leads_to(job: Job) -> tuple[str, str]:
    """The new table's items."""
    from django.urls import reverse

    return "Open the new table", reverse(
        "tables:browse", args=[job.connection, job.region, job.arguments["table"]]
    )


def run(piece: Slice) -> bool:
    """Look at the table that is being made until it is ACTIVE: one DescribeTable each time, no worker held in between."""
    name = str(piece.arguments["table"])
    place = find_place(piece.resource.connection, piece.resource.region)
    if place is None:
        piece.log("The connection or its region is gone, so nobody can look any more.")
        return True
    looks = int(piece.state.get("looks", 0)) + 1
    found = door.describe_restored(place.background, name)
    if found is None:
        return _not_there(piece, looks)
    if found.ready:
        return _ready(piece, place, found, looks)
    if looks == 1:
        piece.log(
            f"AWS is making {name}. It does not say how far it is. Cancelling this job ends the watching only: AWS goes on."
        )
    piece.checkpoint({"looks": looks, "status": found.status}, 0, None)
    return piece.later(FIRST_LOOK if looks < 12 else LOOK_EVERY)


def _ready(piece: Slice, place: Place, found: Restored, looks: int) -> bool:
    try:
        catalogue.refresh_names(place, target=place.background)
    except AwsError as error:
        piece.log(f"The list of tables could not be read again ({error.code}); it is refreshed later.")
    count = "" if found.item_count is None else f", {found.item_count:,} items by AWS's own count"
    piece.log(f"{found.name} is ACTIVE{count}. It can be read now.")
    piece.checkpoint({"looks": looks, "status": found.status}, 1, 1)
    return True


def _not_there(piece: Slice, looks: int) -> bool:
    """DescribeTable is eventually consistent just after the start; a table that was there is gone."""
    if piece.state.get("status") or looks > 12:
        raise AwsError(
            "ResourceNotFoundException",
            "The table that was being made is not there any more: somebody deleted it, or the restore failed.",
            Kind.NOT_FOUND,
            operation="DescribeTable",
        )
    piece.checkpoint({"looks": looks}, 0, None)
    return piece.later(FIRST_LOOK)


def _reconcile(change: Change) -> bool:
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    found = door.describe_restored(place.target, table_of(change))
    source = str((change.intended or {}).get("source", ""))
    if found is None or found.source_arn.rpartition("/")[2] != source:
        # A table of that name that is no restore of the source is somebody else's.
        # A restore whose answer was lost shows its table within seconds; this is asked after minutes.
        return timezone.now() > change.time and settle_undone(change)
    return settle(change, Outcome.Result.DONE, after=change.intended)


def handlers() -> tuple[Handler, ...]:
    """For the area's ``ready``."""
    return (
        Handler(
            ACTION,
            "Table restored",
            permission="administer",
            reconcile=_reconcile,
            no_undo="A restore makes a new table and changes no other. Delete the new table when it is not wanted.",
            link=lambda change: page_of(change, "tables:backups"),
        ),
    )
