"""The states of a job and the only ways from one to another."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"  # a delivery is under way; the next free worker takes it
    RUNNING = "running"  # a worker holds the lease and works on a slice
    WAITING = "waiting"  # AWS asked for patience or is at work itself; goes on by itself when it is due
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a job."""

    CLAIM = "claim"  # a worker takes the lease
    GO_ON = "go_on"  # the slice is over, the work is not
    FINISH = "finish"  # the work is over
    BACK_OFF = "back_off"  # AWS throttles or cannot be reached: again later
    FAIL = "fail"  # the same slice would fail again
    CANCEL = "cancel"  # somebody stopped it; a running slice stops at its next checkpoint
    REQUEUE = "requeue"  # the lease ran out, the wait is over, or a delivery was lost
    RETRY = "retry"  # somebody asks for another go, from the checkpoint


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.QUEUED, Event.CLAIM): State.RUNNING,
    (State.RUNNING, Event.GO_ON): State.QUEUED,
    (State.RUNNING, Event.FINISH): State.DONE,
    (State.RUNNING, Event.BACK_OFF): State.WAITING,
    (State.RUNNING, Event.FAIL): State.FAILED,
    (State.QUEUED, Event.CANCEL): State.CANCELLED,
    (State.RUNNING, Event.CANCEL): State.CANCELLED,
    (State.WAITING, Event.CANCEL): State.CANCELLED,
    (State.QUEUED, Event.REQUEUE): State.QUEUED,
    (State.RUNNING, Event.REQUEUE): State.QUEUED,
    (State.WAITING, Event.REQUEUE): State.QUEUED,
    (State.FAILED, Event.RETRY): State.QUEUED,
    (State.CANCELLED, Event.RETRY): State.QUEUED,
}
UNFINISHED = frozenset({State.QUEUED, State.RUNNING, State.WAITING})


def after(state: State, event: Event) -> State | None:
    """The state that follows, None when the event cannot happen in this state."""
    return TRANSITIONS.get((state, event))


def may_happen(event: Event) -> frozenset[State]:
    """The states in which an event can happen."""
    return frozenset(state for state, known in TRANSITIONS if known == event)
