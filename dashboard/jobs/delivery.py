"""Handing a job to the queue. The message names one function and a job's id, nothing else."""

from __future__ import annotations

import logging
import uuid

from django_q.tasks import async_task

RUN_SLICE = "dashboard.jobs.slices.run_slice"
SWEEP = "sweep"
"""What the schedule delivers instead of a job's id: look after the jobs."""
OPTIONS = {"save": False, "ack_failure": True}
"""A delivery is acknowledged however it ends, and leaves no row: what matters is on the job's own row."""
logger = logging.getLogger("gatehouse.jobs")


def deliver(job_id: uuid.UUID) -> bool:
    """Ask the workers for the next slice; at least once, so also twice.

    False when the broker cannot be reached: that is logged, and the sweeper delivers again.
    """
    try:
        async_task(RUN_SLICE, str(job_id), q_options=dict(OPTIONS))
    except Exception:  # each broker raises errors of its own library; the job is safe on its row
        logger.exception("job %s was not delivered; the sweeper will deliver it", job_id)
        return False
    return True
