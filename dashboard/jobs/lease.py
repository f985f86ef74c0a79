"""Who may write to a job's row. Every function is one conditional UPDATE, so that of two workers one wins."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dashboard.jobs.core.patience import MOST_STALLS
from dashboard.jobs.core.states import Event, State, after, may_happen
from dashboard.jobs.models import Job, Line
from dashboard.jobs.models.job import OWN
from dashboard.jobs.timing import REDELIVER, lease

KEPT_LINES = 500
POISON = (
    "The worker stopped {stalls} times at the same place: it was killed, ran out of memory, or one step took longer than a slice "
    "may. Its own log says more. A retry goes on from the last checkpoint."
)


class LeaseLost(Exception):
    """Another worker may have the job by now: this one must not touch it any more."""


@dataclass(frozen=True)
class Lease:
    """The right to write to a job's row, until somebody else takes it. ``job`` is the row as it was claimed."""

    job: Job
    token: str

    def renew(self) -> bool:
        """Hold it for longer; False when it is lost."""
        return bool(self._row().update(lease_until=timezone.now() + lease()))

    def checkpoint(
        self, state: dict[str, Any], done: int, total: int | None, worked: float, lines: list[str]
    ) -> bool:
        """Write down how far the work is, with its log, and hold the lease for longer. True when somebody cancelled the job."""
        now = timezone.now()
        with transaction.atomic():
            self._update(
                checkpoint=state,
                done=done,
                total=total,
                worked=F("worked") + worked,
                waits=0,
                stalls=0,
                updated=now,
                lease_until=now + lease(),
            )
            write_lines(self.job.pk, lines, now)
        return self.cancelled()

    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists()

    def end(self, event: Event, worked: float, lines: list[str], **fields: Any) -> None:
        """Give the lease back and leave the job in the state that follows ``event``; LeaseLost when it was lost."""
        now = timezone.now()
        state = after(State.RUNNING, event)
        assert state is not None, event
        if state in (State.DONE, State.FAILED, State.CANCELLED):
            fields["finished"] = now
        if state == State.QUEUED:
            fields["delivered"] = now
        with transaction.atomic():
            self._update(
                state=state,
                worked=F("worked") + worked,
                updated=now,
                lease_owner="",
                lease_until=None,
                **fields,
            )
            write_lines(self.job.pk, lines, now)

    def waits(self) -> int:
        """How often the job waited for AWS since its last checkpoint."""
        return Job.objects.values_list("waits", flat=True).get(pk=self.job.pk)

    def back_off(
        self, seconds: float, waits: int, worked: float, lines: list[str], told: dict[str, str]
    ) -> None:
        """Give the lease back and go on in ``seconds``; ``told`` are the error's fields."""
        due = timezone.now() + timedelta(seconds=seconds)
        self.end(Event.BACK_OFF, worked, lines, due=due, waits=waits, **told)

    def _row(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, state=State.RUNNING, lease_owner=self.token)

    def _update(self, **fields: Any) -> None:
        if not self._row().update(**fields):
            raise LeaseLost(str(self.job.pk))


def claim(job_id: uuid.UUID) -> Lease | None:
    """Take the job for a slice; None when it is finished, held by another worker, or not due."""
    requeue(job_id)
    now = timezone.now()
    token = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex}"[:64]
    taken = Job.objects.filter(pk=job_id, state__in=may_happen(Event.CLAIM)).update(
        state=after(State.QUEUED, Event.CLAIM),
        lease_owner=token,
        lease_until=now + lease(),
        slices=F("slices") + 1,
        updated=now,
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id, started=None).update(started=now)
    return Lease(Job.objects.get(pk=job_id), token)


def stale(now: datetime) -> Q:
    """Jobs that nobody works on although somebody should: a lease ran out, a wait is over, a delivery seems lost."""
    return (
        Q(state=State.RUNNING, lease_until__lt=now)
        | Q(state=State.WAITING, due__lte=now)
        | Q(state=State.QUEUED, delivered__lt=now - REDELIVER)
    )


def requeue(job_id: uuid.UUID) -> bool:
    """Put a stale job back into the queue's state; True when it was stale and is to be delivered.

    One whose lease ran out MOST_STALLS times without a checkpoint has failed; one that was to be cancelled is cancelled.
    """
    now = timezone.now()
    row = Job.objects.filter(stale(now), pk=job_id)
    expired = row.filter(state=State.RUNNING)
    if expired.filter(cancel_requested=True).update(
        state=State.CANCELLED, finished=now, updated=now, lease_owner="", lease_until=None
    ):
        return False
    if expired.filter(stalls__gte=MOST_STALLS - 1).update(
        state=State.FAILED,
        finished=now,
        updated=now,
        lease_owner="",
        lease_until=None,
        error_code=f"{OWN}Stalled",
        error_message=POISON.format(stalls=MOST_STALLS),
    ):
        return False
    fields = {
        "state": State.QUEUED,
        "delivered": now,
        "due": None,
        "updated": now,
        "lease_owner": "",
        "lease_until": None,
    }
    if expired.update(stalls=F("stalls") + 1, **fields):
        write_lines(job_id, ["The worker was lost; the job goes on from its checkpoint."], now)
        return True
    return bool(row.exclude(state=State.RUNNING).update(**fields))


def write_lines(job_id: uuid.UUID, lines: list[str], now: datetime) -> None:
    """Append to the log and keep its newest KEPT_LINES lines."""
    if not lines:
        return
    Line.objects.bulk_create(
        [Line(job_id=job_id, time=now, text=clean(text)) for text in lines[-KEPT_LINES:]]
    )
    oldest = (
        Line.objects.filter(job_id=job_id)
        .order_by("-id")
        .values_list("id", flat=True)[KEPT_LINES : KEPT_LINES + 1]
    )
    for line_id in list(oldest):
        Line.objects.filter(job_id=job_id, id__lte=line_id).delete()


def clean(text: str) -> str:
    """One line of at most 500 characters, control characters (PostgreSQL refuses NUL) as spaces."""
    return "".join(char if char.isprintable() else " " for char in text)[:500]
