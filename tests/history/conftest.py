"""Changes to look at, and an action whose undo the tests choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection, User
from dashboard.core.errors import AwsError
from dashboard.core.resources import Resource
from dashboard.history import handlers
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change
from dashboard.history.record import recording

Make = Callable[..., Change]


@pytest.fixture
def make(db: None) -> Make:
    """A change by ``user``, done unless ``done=False``; its connection has long led where it leads."""
    long_ago = timezone.now() - timedelta(days=400)
    for slug in ("main", "other"):
        Connection.objects.get_or_create(slug=slug, defaults={"name": slug, "leads_since": long_ago})

    def one(
        user: User | None = None, *, resource: str = "table:parcels", done: bool = True, **fields: Any
    ) -> Change:
        place = Resource(resource, fields.pop("connection", "main"), fields.pop("region", "eu-central-1"))
        request_id = fields.pop("request_id", "req-1")
        action = fields.pop("action", "test.change")
        before, after = fields.pop("before", {"a": {"S": "old"}}), fields.pop("after", {"a": {"S": "new"}})
        with recording(
            Actor(user, request_id), place, action, shown=before, intended=after, **fields
        ) as change:
            if done:
                change.done(before=before, after=after)
        return Change.objects.get(pk=change.id)

    return one


@pytest.fixture
def handler() -> Iterator[dict[str, Any]]:
    """The handler of ``test.change``: what it answers (or raises) and what it was asked are in the dict."""
    state: dict[str, Any] = {"undo": Undone(True, "It is as before."), "asked": [], "reconciled": False}

    def undo(actor: Actor, change: Change, reason: str) -> Undone:
        state["asked"].append((actor.name, str(change.pk), reason))
        if isinstance(state["undo"], AwsError):
            raise state["undo"]
        answer: Undone = state["undo"]
        if answer.done:
            with recording(actor, change.place, "test.change", undo_of=change, reason=reason) as taken_back:
                taken_back.done()
        return answer

    def reconcile(change: Change) -> bool:
        state["asked"].append(str(change.pk))
        return bool(state["reconciled"])

    handlers.register(Handler("test.change", "Thing changed", "write", undo, reconcile))
    yield state
    del handlers._handlers["test.change"]
