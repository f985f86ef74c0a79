"""A canned API Gateway for the tests of operations, on a clock that only waiting moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.aws import budget
from dashboard.aws.calls import Calls, collect
from tests.apiconfig.gateway import V2, Rest
from tests.stub.server import StubAws


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, _full_budget: None) -> None:
    """The door and the operations wait as they do in production, without the time it takes."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    current = budget.current()
    monkeypatch.setattr(current, "clock", lambda: now[0])
    monkeypatch.setattr(current, "sleep", sleep)
    monkeypatch.setattr(current, "jitter", lambda: 1.0)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr("apiconfig.operations.stage_writes.time", SimpleNamespace(sleep=sleep))


@pytest.fixture(autouse=True)
def _no_cache(db: None) -> None:
    """Nothing is remembered from the test before."""
    cache.clear()


@pytest.fixture
def place(place: Place) -> Place:
    """The canned AWS with one region, so that calls are easily counted."""
    place.connection.regions = [place.region]
    place.connection.save(update_fields=["regions"])
    return place


@pytest.fixture
def rest(stub: StubAws) -> Rest:
    """A REST API."""
    return Rest(stub)


@pytest.fixture
def http(stub: StubAws) -> V2:
    """An HTTP API."""
    return V2(stub)


@pytest.fixture
def socket(stub: StubAws) -> V2:
    """A WebSocket API."""
    return V2(stub, "WEBSOCKET")


@pytest.fixture
def actor(admin: User) -> Actor:
    """Somebody who may deploy and write."""
    return Actor(admin, "request-1")


@pytest.fixture
def acting() -> Callable[[User], Actor]:
    """Anybody."""
    return lambda user: Actor(user, "request-2")


@pytest.fixture
def calls() -> Iterator[Calls]:
    """What was called during the test."""
    with collect("test") as collected:
        yield collected
