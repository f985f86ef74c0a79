"""The state machine as a table."""

from __future__ import annotations

import itertools

import pytest

from dashboard.jobs.core.states import TRANSITIONS, UNFINISHED, Event, State, after, may_happen

WAYS = {
    ("queued", "claim"): "running",
    ("queued", "cancel"): "cancelled",
    ("queued", "requeue"): "queued",
    ("running", "go_on"): "queued",
    ("running", "finish"): "done",
    ("running", "back_off"): "waiting",
    ("running", "fail"): "failed",
    ("running", "cancel"): "cancelled",
    ("running", "requeue"): "queued",
    ("waiting", "cancel"): "cancelled",
    ("waiting", "requeue"): "queued",
    ("failed", "retry"): "queued",
    ("cancelled", "retry"): "queued",
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair(state: State, event: Event) -> None:
    assert after(state, event) == WAYS.get((state.value, event.value))


def test_done_is_the_end() -> None:
    assert [event for event in Event if after(State.DONE, event)] == []


def test_where_an_event_can_happen_is_the_table_read_the_other_way() -> None:
    for event in Event:
        assert may_happen(event) == {state for state in State if after(state, event) is not None}
    assert may_happen(Event.CLAIM) == {State.QUEUED}


def test_what_is_finished_moves_only_by_retry() -> None:
    moving = {state for (state, event) in TRANSITIONS if event != Event.RETRY}
    assert moving == UNFINISHED
