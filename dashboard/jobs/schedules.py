"""Work that comes round by itself: registered by the modules, started by the queue's one schedule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_q.models import Schedule

from dashboard.accounts.actor import Actor
from dashboard.core.resources import Resource
from dashboard.jobs.delivery import OPTIONS, RUN_SLICE, SWEEP
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.kinds import kind_of
from dashboard.jobs.models import Job

LONGEST = 24 * 60
NAME = "gatehouse.sweep"


@dataclass(frozen=True)
class Periodic:
    """Every ``minutes`` a job of ``kind``; ``unique`` keeps a second away while one is unfinished."""

    minutes: int
    kind: str
    arguments: dict[str, Any]
    resource: Resource

    @property
    def unique(self) -> str:
        """The name of this work."""
        return f"every:{self.kind}:{json.dumps(self.arguments, sort_keys=True)}"[:200]


_periodic: dict[str, Periodic] = {}


def every(minutes: int, kind: str, arguments: dict[str, Any], *, resource: Resource | None = None) -> None:
    """Have the console itself start a job of ``kind`` every ``minutes`` (1 to 1440); called from ``AppConfig.ready``.

    After a silence (no worker) one job is started, not one for each time that was missed.
    """
    if not 1 <= minutes <= LONGEST:
        raise ValueError(f"every {minutes} minutes: between 1 and {LONGEST}")
    work = Periodic(minutes, kind, arguments, resource or Resource("console:jobs"))
    _periodic[work.unique] = work


def all_periodic() -> tuple[Periodic, ...]:
    """Everything registered."""
    return tuple(_periodic.values())


def start_due() -> list[Job]:
    """Start what is due. The last job's row tells when it last ran, so any number of workers may ask."""
    now = timezone.now()
    started = []
    for work in all_periodic():
        # A few seconds early is on time: the schedule ticks about once a minute.
        since = now - timedelta(minutes=work.minutes) + timedelta(seconds=20)
        if kind_of(work.kind) is None or Job.objects.filter(unique=work.unique, created__gt=since).exists():
            continue
        started.append(
            enqueue(Actor(None, ""), work.kind, work.arguments, resource=work.resource, unique=work.unique)
        )
    return started


def ensure_schedule(**_signal: Any) -> None:
    """Have exactly one schedule in the queue's own table, which names ``run_slice`` like every delivery."""
    wanted = {
        "func": RUN_SLICE,
        "args": repr((SWEEP,)),
        "kwargs": repr({"q_options": OPTIONS}),
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
        "cluster": None,
    }
    rows = list(Schedule.objects.filter(name=NAME).order_by("pk"))
    if not rows:
        Schedule.objects.create(name=NAME, **wanted)
        return
    Schedule.objects.filter(pk=rows[0].pk).update(**wanted)
    Schedule.objects.filter(pk__in=[row.pk for row in rows[1:]]).delete()
