"""What pages show of a job."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.jobs.core.progress import Progress, duration
from dashboard.jobs.core.states import State
from dashboard.jobs.kinds import kind_of
from dashboard.jobs.models import Job
from dashboard.jobs.models.job import OWN


@dataclass(frozen=True)
class Row:
    """A job in the words of a page. ``state`` is a State or ``stopping``; ``from_aws`` whether AWS said what went wrong."""

    job: Job
    title: str
    state: str
    progress: Progress
    rate: str
    eta: str
    from_aws: bool


def row_of(job: Job) -> Row:
    """The words for ``job``."""
    kind, progress = kind_of(job.kind), job.progress
    stopping = job.state == State.RUNNING and job.cancel_requested
    return Row(
        job=job,
        title=kind.title if kind else job.kind,
        state="stopping" if stopping else job.state,
        progress=progress,
        rate=_rate(progress.rate),
        eta=duration(progress.eta) if progress.eta is not None and not job.is_finished else "",
        from_aws=not job.error_code.startswith(OWN),
    )


def _rate(rate: float | None) -> str:
    if rate is None:
        return ""
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate * 60:,.0f} a minute"
