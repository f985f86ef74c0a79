"""Finding the jobs that nobody works on although somebody should, and old ones that nobody needs."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dashboard.jobs.core.states import UNFINISHED
from dashboard.jobs.delivery import deliver
from dashboard.jobs.kinds import all_kinds
from dashboard.jobs.lease import requeue, stale
from dashboard.jobs.models import Job

BATCH = 100
KEPT = timedelta(days=90)
HIDDEN_KEPT = timedelta(days=2)


def sweep() -> int:
    """Deliver stale jobs again; how many. Any number of processes may do this at once: each job is requeued by one of them."""
    found = list(
        Job.objects.filter(stale(timezone.now())).order_by("updated").values_list("pk", flat=True)[:BATCH]
    )
    requeued = [job_id for job_id in found if requeue(job_id)]
    for job_id in requeued:
        deliver(job_id)
    return len(requeued)


def prune() -> None:
    """Forget finished jobs after KEPT, and those of hidden kinds (the console's own upkeep) after HIDDEN_KEPT."""
    now = timezone.now()
    finished = Job.objects.exclude(state__in=UNFINISHED)
    hidden = [name for name, kind in all_kinds().items() if kind.hidden]
    finished.filter(finished__lt=now - KEPT).delete()
    finished.filter(kind__in=hidden, finished__lt=now - HIDDEN_KEPT).delete()
