"""A canned table for the tests of operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.aws.calls import Calls, collect
from tests.stub.server import StubAws
from tests.tables.tables import COUNTERS, PARCELS, description


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door retries as it does in production, without the pauses between."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def actor(editor: User) -> Actor:
    """Somebody who may read, write and delete."""
    return Actor(editor, "request-1")


@pytest.fixture
def acting() -> Callable[[User], Actor]:
    """Anybody."""
    return lambda user: Actor(user, "request-2")


@pytest.fixture
def tables(stub: StubAws) -> StubAws:
    """The canned AWS knows two tables."""
    known = {table.name: description(table) for table in (PARCELS, COUNTERS)}
    stub.reply("DescribeTable", lambda body: known[body["TableName"]])
    return stub


@pytest.fixture
def calls() -> Iterator[Calls]:
    """What was called during the test."""
    with collect("test") as collected:
        yield collected
