"""Fixtures of the door's tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard.aws import clients, options
from dashboard.aws.target import Target
from tests.stub.server import StubAws


@pytest.fixture(scope="session")
def running_stub() -> Iterator[StubAws]:
    """One stub for the session: a client is made once for it."""
    with StubAws() as running:
        yield running


@pytest.fixture
def stub(running_stub: StubAws) -> StubAws:
    """The stub without answers or requests of an earlier test."""
    running_stub.clear()
    return running_stub


@pytest.fixture
def target(stub: StubAws) -> Target:
    """Where the stub listens."""
    return Target("eu-central-1", endpoint=stub.endpoint)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Give up on an answer after 0.3 s."""
    before = options.current()
    options.configure(replace(before, read_timeout=0.3, attempts=2))
    yield
    options.configure(before)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Clients made by this test alone."""
    clients.forget()
    yield
    clients.forget()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without waiting: how long botocore pauses between them is not ours."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)
