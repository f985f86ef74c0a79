"""A slice of a job: the only thing the queue ever runs."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from django.db import InterfaceError, OperationalError

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.policy import decide
from dashboard.aws.calls import collect
from dashboard.core.errors import AwsError, InputError
from dashboard.core.resources import Resource
from dashboard.jobs import heartbeat, keeper
from dashboard.jobs.core.patience import wait
from dashboard.jobs.core.states import Event
from dashboard.jobs.delivery import SWEEP, deliver
from dashboard.jobs.kinds import Kind, kind_of
from dashboard.jobs.lease import KEPT_LINES, Lease, LeaseLost, claim
from dashboard.jobs.models import Job
from dashboard.jobs.models.job import OWN
from dashboard.jobs.timing import slice_seconds

UNEXPECTED = "The job stopped because of an error in Gatehouse itself. The worker's log has the details under this job's id."
logger = logging.getLogger("gatehouse.jobs")


class Cancelled(Exception):
    """Somebody cancelled the job; raised by ``Slice.checkpoint`` after the checkpoint is written. Let it pass."""


class Slice:
    """What a kind's ``run`` gets: its arguments, where it left off, and the ways to tell how it goes."""

    def __init__(self, lease: Lease, actor: Actor) -> None:
        job = lease.job
        self.job_id: uuid.UUID = job.pk
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.state: dict[str, Any] = dict(job.checkpoint)
        self.actor: Actor = actor
        self.actor_name: str = job.owner_name
        self.resource: Resource = job.place
        self.lease = lease
        self.pause = 0.0
        self._began = self._marked = time.monotonic()
        self._lines: list[str] = []

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop (one small query)."""
        return self.lease.cancelled()

    def checkpoint(self, state: dict[str, Any], done: int, total: int | None = None) -> None:
        """Everything up to here is done and need not be done again: ``state`` (plain JSON) says where to go on.

        ``done`` and ``total`` count units of the whole job. Raises Cancelled when the job was cancelled and LeaseLost when another
        worker has it; let both pass.
        """
        cancelled = self.lease.checkpoint(state, done, total, self.take_time(), self.take_lines())
        self.state = state
        if cancelled:
            raise Cancelled

    def log(self, line: str) -> None:
        """A sentence for the job's page, written with the next checkpoint; never a value of an item."""
        self._lines.append(line)
        del self._lines[:-KEPT_LINES]

    def later(self, seconds: float) -> bool:
        """``return piece.later(30)``: nothing can be done before so many seconds have passed; no worker is held meanwhile.

        Write a checkpoint first. The wait is as exact as the sweeper's round, and a cancelled job ends it.
        """
        self.pause = seconds
        return False

    def time_is_up(self) -> bool:
        """Whether to write a checkpoint and return False, so that the next slice goes on."""
        return time.monotonic() - self._began >= slice_seconds()

    def take_time(self) -> float:
        """Seconds of work since the last call."""
        since, self._marked = self._marked, time.monotonic()
        return self._marked - since

    def take_lines(self) -> list[str]:
        """The log lines that are not written yet."""
        lines, self._lines = self._lines, []
        return lines


def run_slice(job_id: str) -> None:
    """Do one slice of the job and ask for the next. A delivery that is late, double or of a finished job does nothing."""
    heartbeat.beat()
    if job_id == SWEEP:
        keeper.look_after()
        return
    held = claim(uuid.UUID(job_id))
    if held is None:
        return
    with keeper.holding(held), collect(held.job.request_id):
        try:
            _run(held)
        except LeaseLost:
            logger.warning("job %s: the lease was lost, another worker goes on", job_id)


def _run(held: Lease) -> None:
    job, kind = held.job, kind_of(held.job.kind)
    actor = Actor(User.objects.filter(pk=job.owner_id).first() if job.owner_id else None, job.request_id)
    piece = Slice(held, actor)
    refusal = _refusal(job, kind, actor)
    if refusal or kind is None:
        _end(piece, Event.FAIL, error_code=f"{OWN}Refused", error_message=refusal)
        return
    try:
        finished = not job.cancel_requested and kind.run(piece)
    except Cancelled:
        _end(piece, Event.CANCEL)
    except AwsError as error:
        _aws_error(piece, error)
    except InputError as error:
        _end(piece, Event.FAIL, error_code=f"{OWN}Input", error_message=error.rule)
    except (LeaseLost, OperationalError, InterfaceError):
        raise  # our own database: the lease runs out and the job goes on from its checkpoint
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _end(piece, Event.FAIL, error_code=f"{OWN}Unexpected", error_message=UNEXPECTED)
    else:
        if finished:
            _end(piece, Event.FINISH)
        elif held.cancelled():
            _end(piece, Event.CANCEL)
        elif piece.pause:
            nothing = {"error_code": "", "error_message": "", "error_request_id": ""}
            held.back_off(piece.pause, 0, piece.take_time(), piece.take_lines(), nothing)
        else:
            _end(piece, Event.GO_ON)
            deliver(job.pk)


def _refusal(job: Job, kind: Kind | None, actor: Actor) -> str:
    """Why the job may not go on, in a sentence; empty when it may. The owner's rights are asked anew for each slice."""
    if kind is None:
        return f"This Gatehouse does not know jobs of the kind {job.kind}."
    if job.owner_id is None:
        return ""
    if actor.user is None:
        return f"{job.owner_name}, who started this job, has no account any more."
    decision = decide(actor.user, kind.permission, job.place)
    if decision.allowed:
        return ""
    if not actor.user.is_active:
        return f"{job.owner_name}, who started this job, may not sign in any more."
    return f"{job.owner_name}, who started this job, may not {kind.permission} {job.place} any more: {decision.reason}"


def _aws_error(piece: Slice, error: AwsError) -> None:
    told = {"error_code": error.code, "error_message": error.message, "error_request_id": error.request_id}
    waits = piece.lease.waits()
    seconds = wait(error, waits)
    if seconds is None:
        _end(piece, Event.FAIL, **told)
        return
    piece.log(f"{error.operation or 'AWS'} answered {error.code}; goes on in {seconds:.0f} s.")
    piece.lease.back_off(seconds, waits + 1, piece.take_time(), piece.take_lines(), told)


def _end(piece: Slice, event: Event, **fields: Any) -> None:
    if event in (Event.FINISH, Event.GO_ON):
        fields |= {"error_code": "", "error_message": "", "error_request_id": ""}
    piece.lease.end(event, piece.take_time(), piece.take_lines(), **fields)
