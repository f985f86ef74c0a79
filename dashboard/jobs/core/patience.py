"""How long a job waits before it asks AWS again, and when it stops asking."""

from __future__ import annotations

from dashboard.core.errors import AwsError, Kind

LONGEST_WAIT = 300.0
"""Seconds."""
MOST_WAITS = 12
"""Waits in a row without a checkpoint in between, about half an hour; then the job fails."""
MOST_STALLS = 5
"""Leases in a row that ran out without a checkpoint in between; then the job fails, because it kills its workers."""


def wait(error: AwsError, waits: int) -> float | None:
    """Seconds until the next try after ``waits`` waits in a row; None when another try would not help.

    At least as long as AWS asked for, else 2, 4, 8 … up to LONGEST_WAIT.
    """
    if waits >= MOST_WAITS or (error.permanent and error.kind != Kind.THROTTLED):
        return None
    own = min(LONGEST_WAIT, 2.0 ** (waits + 1))
    return max(own, error.retry_after or 0.0)
