"""One change of an API at a time: API Gateway has no conditional writes, so this console takes a lock of its own.

It keeps out other people in this console, in whatever process they are; somebody who works past it is met by reading again just before
the write, which leaves a small window and not none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, Kind

SECONDS = 120
"""Longer than any change takes; a process that dies gives the lock back by then."""


@contextmanager
def one_change(place: Place, api_id: str) -> Iterator[None]:
    """Hold the API's lock. AwsError of kind CONFLICT, without any call, when somebody else here holds it."""
    name = f"apiconfig:lock:{place.connection.pk}:{place.region}:{api_id}"
    token = uuid.uuid4().hex
    if not cache.add(name, token, SECONDS):
        raise AwsError(
            "ChangeInProgress",
            "Somebody is changing this API from this console right now. Nothing was changed; look again in a few seconds.",
            Kind.CONFLICT,
            permanent=False,
            retry_after=5.0,
            service="gatehouse",
            operation="Lock",
            resource=f"api:{api_id}",
            attempts=0,
        )
    try:
        yield
    finally:
        if cache.get(name) == token:
            cache.delete(name)
