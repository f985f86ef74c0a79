"""django-q2's settings as a pure function of ours; imported by ``dashboard.settings``, so nothing of Django here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 120
"""Seconds after which a worker process is ended that is still in one slice: twice the longest slice."""
RETRY = 180
"""Seconds after which a delivery that nobody acknowledged is made again (database and SQS); longer than TIMEOUT."""


def q_cluster(broker: str, workers: int) -> dict[str, Any]:
    """``broker`` is ``database``, ``redis://…``, ``rediss://…`` or ``sqs://region/queue``; ``workers`` are processes.

    Every delivery is acknowledged however it ends: what failed stands on the job's row, and the sweeper delivers again what was
    lost. Schedules that were missed are not made up for. The queue's name is also the cluster's, because django-q2 runs
    schedules only in a cluster of the same name.
    """
    shared = {
        "name": "gatehouse",
        "label": "Jobs",
        "workers": workers,
        "timeout": TIMEOUT,
        "retry": RETRY,
        "max_attempts": 1,
        "ack_failures": True,
        "save_limit": 250,
        "catch_up": False,
        "bulk": 1,
        "queue_limit": max(2, workers),
        "poll": 0.5,
        "log_level": "INFO",
    }
    if broker == "database":
        return shared | {"orm": "default"}
    if broker.startswith("sqs://"):
        parts = urlsplit(broker)
        return shared | {
            "name": parts.path[1:],
            "sqs": {"aws_region": parts.hostname, "receive_message_wait_time_seconds": 5},
        }
    return shared | {"redis": broker}
