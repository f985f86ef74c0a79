"""What a worker process does beside its slices: signs of life, longer leases, and looking for lost jobs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections

from dashboard.jobs import heartbeat, schedules, sweeper
from dashboard.jobs.lease import Lease
from dashboard.jobs.timing import lease

BEAT = 20.0
ROUND = 5.0
"""Seconds."""
logger = logging.getLogger("gatehouse.jobs")
_held: set[Lease] = set()


@contextmanager
def holding(held: Lease) -> Iterator[None]:
    """While this runs, the keeper's thread holds the lease, also through a call to AWS that takes long.

    A slice that hangs ends by django-q2's ``timeout``, a killed process takes this thread with it: then the lease runs out.
    """
    _held.add(held)
    try:
        yield
    finally:
        _held.discard(held)


def look_after() -> None:
    """One round of upkeep: start what is due, requeue what is lost, forget what is old."""
    schedules.start_due()
    sweeper.sweep()
    sweeper.prune()


def start(**_signal: Any) -> None:
    """A worker process has started (django-q2's ``post_spawn``): keep house in a thread beside it."""
    threading.Thread(target=_keep, name="gatehouse-keeper", daemon=True).start()


def _keep() -> None:
    _attempt(schedules.ensure_schedule)
    _attempt(look_after)
    beaten = 0.0
    while True:
        if time.monotonic() - beaten >= BEAT:
            beaten = time.monotonic()
            _attempt(heartbeat.beat)
        _attempt(_round)
        time.sleep(min(ROUND, lease().total_seconds() / 3))


def _round() -> None:
    for held in tuple(_held):
        held.renew()
    sweeper.sweep()


def _attempt(step: Any) -> None:
    """A database that is away for a while must not end the keeper."""
    try:
        close_old_connections()
        step()
    except (DatabaseError, InterfaceError):
        logger.exception("the keeper of jobs could not reach the database; it tries again")
