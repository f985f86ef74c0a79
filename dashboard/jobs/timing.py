"""The times of background work, in seconds."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

LONGEST_SLICE = 60
"""No slice may be longer; settings choose a shorter one."""
REDELIVER = timedelta(seconds=120)
"""A job that is queued for so long is delivered again: its message may be lost (Redis gives no receipts)."""
SILENT = timedelta(minutes=3)
"""Without a sign of a worker for so long, the pages say so."""


def slice_seconds() -> float:
    """How long a slice works before it hands over."""
    return float(min(LONGEST_SLICE, settings.JOBS_SLICE))


def lease() -> timedelta:
    """How long after its last sign of life a worker still holds a job."""
    return timedelta(seconds=settings.JOBS_LEASE)
