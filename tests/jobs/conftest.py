"""Kinds of job for the tests of this room, and a queue that only notes what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.core.resources import Resource
from dashboard.jobs import kinds
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.kinds import Kind
from dashboard.jobs.models import Job
from dashboard.jobs.slices import Slice

TABLE = Resource("table:parcels", "main", "eu-central-1")


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the jobs that were delivered, in order; nothing runs by itself."""
    delivered: list[str] = []

    def note(function: str, job_id: str, **_options: Any) -> str:
        assert function == "dashboard.jobs.slices.run_slice"
        delivered.append(job_id)
        return job_id

    monkeypatch.setattr("dashboard.jobs.delivery.async_task", note)
    return delivered


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Kind]]:
    """Registers a kind ``test.work`` (or another name) for this test only."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def made(run: Callable[[Slice], bool] = lambda _slice: True, **fields: Any) -> Kind:
        given: dict[str, Any] = {"name": "test.work", "title": "Test work", "run": run} | fields
        new = Kind(**given)
        kinds.register(new)
        return new

    yield made


@pytest.fixture
def start(queue: list[str], django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., Job]:
    """Enqueues a job as its transaction's commit would."""

    def started(user: User | None = None, **fields: Any) -> Job:
        arguments: dict[str, Any] = {"kind": "test.work", "arguments": {}, "resource": TABLE} | fields
        with django_capture_on_commit_callbacks(execute=True):
            return enqueue(Actor(user, "request-1"), **arguments)

    return started
