"""Cancelling a job and giving it another go. Both change our own row only, and both are in the record."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.policy import Decision, Refused, decide, may
from dashboard.core.resources import Resource
from dashboard.history.record import Recording, recording
from dashboard.jobs.core.states import Event, State, after, may_happen
from dashboard.jobs.delivery import deliver
from dashboard.jobs.kinds import kind_of
from dashboard.jobs.models import Job

JOBS = Resource("console:jobs")
BACK = "A cancelled or retried job is not undone; cancelling and retrying it again, from its checkpoint, is the way back."


class TooLate(Exception):
    """The job is not in a state for this; the text is the sentence shown."""


def may_control(user: User | None, job: Job) -> Decision:
    """Whether ``user`` may cancel and retry: the owner who still has the kind's permission, or who may administer."""
    kind = kind_of(job.kind)
    administer = decide(user, "administer", job.place)
    if administer.allowed or may(user, "administer", JOBS):
        return Decision(True, "You may administer it.")
    if user is None or job.owner_id != user.pk:
        return Decision(
            False, f"Only {job.owner_name}, who started this job, and administrators may cancel or retry it."
        )
    return decide(user, kind.permission if kind else "administer", job.place)


def cancel(actor: Actor, job: Job) -> str:
    """Stop the job: at once, or at the next checkpoint while a slice runs. Answers a sentence; TooLate when it is finished."""
    _require(actor, job)
    with _recording(actor, job, Event.CANCEL) as change:
        now = timezone.now()
        row = Job.objects.filter(pk=job.pk)
        asked = row.filter(state__in=may_happen(Event.CANCEL)).update(cancel_requested=True, updated=now)
        # A running slice may write to its row for as long as it holds the lease: it is asked, and stops by itself.
        idle = may_happen(Event.CANCEL) - {State.RUNNING}
        stopped = row.filter(state__in=idle, cancel_requested=True).update(
            state=after(State.QUEUED, Event.CANCEL), finished=now, due=None
        )
        if not asked:
            raise _too_late(change, f"This job is {_state(job)} already; there is nothing to cancel.")
        change.done(before={"state": job.state}, after={"state": _state(job), "cancel_requested": True})
    return "The job is cancelled." if stopped else "The job stops at its next checkpoint."


def retry(actor: Actor, job: Job) -> str:
    """Queue a failed or cancelled job again, from its checkpoint and with its owner's rights. TooLate when it is neither."""
    _require(actor, job)
    with _recording(actor, job, Event.RETRY) as change:
        if kind_of(job.kind) is None:
            raise _too_late(change, f"This Gatehouse does not know jobs of the kind {job.kind}.")
        try:
            with transaction.atomic():
                queued = _queue_again(job)
        except IntegrityError:
            raise _too_late(change, "Another job does the same work at this moment.") from None
        if not queued:
            raise _too_late(
                change, f"This job is {_state(job)}; only a failed or cancelled one can be retried."
            )
        change.done(before={"state": job.state}, after={"state": State.QUEUED})
    transaction.on_commit(lambda: deliver(job.pk))
    return "The job is queued again and goes on from its checkpoint."


def _queue_again(job: Job) -> int:
    now = timezone.now()
    return Job.objects.filter(pk=job.pk, state__in=may_happen(Event.RETRY)).update(
        state=after(State.FAILED, Event.RETRY),
        cancel_requested=False,
        waits=0,
        stalls=0,
        due=None,
        finished=None,
        updated=now,
        delivered=now,
        error_code="",
        error_message="",
        error_request_id="",
    )


def _recording(actor: Actor, job: Job, event: Event) -> AbstractContextManager[Recording]:
    kind = kind_of(job.kind)
    return recording(
        actor,
        JOBS,
        f"job.{event}",
        label=kind.title if kind else job.kind,
        subject=str(job.pk),
        shown={"state": job.state},
    )


def _too_late(change: Recording, sentence: str) -> TooLate:
    change.refused("WrongState", sentence)
    return TooLate(sentence)


def _state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def _require(actor: Actor, job: Job) -> None:
    decision = may_control(actor.user, job)
    if not decision.allowed:
        raise Refused("administer", job.place, may(actor.user, "read", job.place), decision.reason)
