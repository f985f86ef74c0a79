"""Passwords: that one was set is recorded, what it is never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from dashboard.accounts.actor import Actor, as_user
from dashboard.accounts.operations.areas import USERS
from dashboard.history.record import recording


@contextmanager
def recorded_change(actor: Actor, person: object) -> Iterator[None]:
    """Record that ``person`` gives themselves another password; the block sets it."""
    user = as_user(person)  # type: ignore[arg-type]
    name = user.get_username() if user is not None else ""
    with (
        recording(actor, USERS, "user.password", label=f"User {name}", subject=name) as change,
        transaction.atomic(),
    ):
        yield
        change.done()
