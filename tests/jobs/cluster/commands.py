"""What the control process can do, on the workers' own database."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.core.resources import Resource
from dashboard.jobs.delivery import deliver
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.lease import claim
from dashboard.jobs.models import Job


def migrate() -> None:
    """An empty database becomes ours."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def start(**arguments: Any) -> str:
    """A new ``lab.lines`` job of the console itself, handed to the queue."""
    return str(enqueue(Actor(None, "lab"), "lab.lines", arguments, resource=Resource("console:jobs")).pk)


def show(job: str) -> dict[str, Any]:
    """What the job's row says."""
    row = Job.objects.get(pk=job)
    return {
        "state": row.state,
        "done": row.done,
        "slices": row.slices,
        "error": row.error_message,
        "lines": list(row.lines.values_list("text", flat=True)),
    }


def redeliver(job: str) -> bool:
    """A second delivery of a job that was delivered."""
    return deliver(uuid.UUID(job))


def race(threads: int, expired: bool) -> int:
    """How many of so many threads get the lease of one job, free or run out, when all try at once."""
    row = Job.objects.create(kind="lab.lines", owner_name="lab", resource="console:jobs")
    if expired:
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=row.pk).update(state="running", lease_owner="dead", lease_until=past)
    barrier, won = threading.Barrier(threads), []

    def run() -> None:
        barrier.wait()
        lease = claim(row.pk)
        if lease is not None:
            won.append(lease.token)
        connection.close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert won == [] or Job.objects.get(pk=row.pk).lease_owner in won
    row.delete()
    return len(won)


COMMANDS: dict[str, Callable[..., Any]] = {
    "migrate": migrate,
    "start": start,
    "show": show,
    "deliver": redeliver,
    "race": race,
}
