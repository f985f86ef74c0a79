"""One change of a table at a time: DynamoDB's control plane has no conditions, so Gatehouse lets its own changes wait for each other.

Between reading how a table stands and changing it there is a moment in which somebody else could do the same. Nobody who works
through Gatehouse can: whoever comes second reads only when the first is done, and sees that the table is not as was shown.
What is done with other tools in that moment stays unseen.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from dashboard.accounts.place import Place
from dashboard.core.errors import InputError

HELD = 180
"""Seconds after which a process that died no longer holds the others up; longer than the calls of one change can take."""
PATIENCE = 5.0
"""Seconds that a change waits for another one."""
PAUSE = 0.05


@contextmanager
def alone(place: Place, table: str) -> Iterator[None]:
    """While this runs no other change of the table does; InputError (``state``) when another one takes longer than PATIENCE."""
    key, token = _key(place, table), uuid.uuid4().hex
    until = time.monotonic() + PATIENCE
    while not cache.add(key, token, HELD):
        if time.monotonic() > until:
            raise InputError(
                "state",
                "Another change of this table is being sent at this moment. Nothing was changed; look again in a minute.",
            )
        time.sleep(PAUSE)
    try:
        yield
    finally:
        if cache.get(key) == token:  # not one that took over after HELD
            cache.delete(key)


def _key(place: Place, table: str) -> str:
    held = f"{place.connection.pk}/{place.region}/{table}"
    return f"table-change-{hashlib.sha256(held.encode()).hexdigest()}"
