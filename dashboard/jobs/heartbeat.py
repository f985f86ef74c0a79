"""Signs of life of the workers, on rows that the web processes read."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from dashboard.jobs.models import Worker
from dashboard.jobs.timing import SILENT

FORGOTTEN = timedelta(days=1)


def beat() -> None:
    """This process works."""
    now = timezone.now()
    name = f"{socket.gethostname()}:{os.getpid()}"[:200]
    if not Worker.objects.filter(pk=name).update(seen=now):
        Worker.objects.bulk_create([Worker(name=name, started=now, seen=now)], ignore_conflicts=True)
        Worker.objects.filter(seen__lt=now - FORGOTTEN).delete()


def last_seen() -> datetime | None:
    """When any worker was last seen; None when none ever was (or not for a day)."""
    found: datetime | None = Worker.objects.aggregate(seen=Max("seen"))["seen"]
    return found


def warning() -> str:
    """A sentence when no worker has been seen for a while, empty otherwise."""
    seen = last_seen()
    if seen is not None and timezone.now() - seen < SILENT:
        return ""
    minutes = int(SILENT.total_seconds() // 60)
    return f"No worker has been seen for {minutes} minutes: start one with manage.py qcluster."
