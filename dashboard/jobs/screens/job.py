"""One job: how far it is, what it said, and the ways to stop it and to start it again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from dashboard.accounts.actor import Actor, as_user
from dashboard.console.screen import actor_of, screen
from dashboard.jobs import heartbeat
from dashboard.jobs.core.states import State
from dashboard.jobs.kinds import kind_of
from dashboard.jobs.models import Job
from dashboard.jobs.models.job import OWN
from dashboard.jobs.operations.control import TooLate, cancel, may_control, retry
from dashboard.jobs.operations.reading import visible
from dashboard.jobs.screens.rows import row_of

SHOWN_LINES = 200


@screen("read", "console:home")
def show(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """The job; its part that changes is asked for every 2 s while it is unfinished. No AWS call."""
    job = _get(request, job_id)
    part = "HX-Request" in request.headers
    response = render(request, "jobs/job_part.html" if part else "jobs/job.html", _context(request, job))
    if part and job.is_finished:
        response["HX-Refresh"] = "true"  # the buttons outside of the part change too
    patch_vary_headers(response, ["HX-Request"])
    return response


@screen("read", "console:home", post="read")
def stop(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Cancel by POST; a GET leads back to the job. No AWS call."""
    return _control(request, job_id, cancel)


@screen("read", "console:home", post="read")
def again(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Retry by POST; a GET leads back to the job. No AWS call."""
    return _control(request, job_id, retry)


def _control(request: HttpRequest, job_id: uuid.UUID, act: Callable[[Actor, Job], str]) -> HttpResponse:
    job = _get(request, job_id)
    if request.method == "POST":
        try:
            messages.success(request, act(actor_of(request), job))
        except TooLate as refusal:
            job.refresh_from_db()
            context = _context(request, job) | {"refusal": str(refusal)}
            return render(request, "jobs/job.html", context, status=409)
    return redirect("jobs:job", job_id=job.pk)


def _get(request: HttpRequest, job_id: uuid.UUID) -> Job:
    job = visible(request.user, job_id)
    if job is None:
        raise Http404("There is no such job that you may see.")
    return job


def _context(request: HttpRequest, job: Job) -> dict[str, Any]:
    row = row_of(job)
    control = may_control(as_user(request.user), job)
    lines = list(job.lines.order_by("-id")[: SHOWN_LINES + 1])
    return {
        "leads_to": _leads_to(job),
        "next_steps": _next_steps(job, control.allowed),
        "title": row.title,
        "crumbs": [("Jobs", "/jobs/"), (row.title, None)],
        "row": row,
        "job": job,
        "lines": lines[:SHOWN_LINES],
        "more_lines": len(lines) > SHOWN_LINES,
        "may_control": control.allowed,
        "may_not": control.reason,
        "silent": "" if job.is_finished else heartbeat.warning(),
    }


def _leads_to(job: Job) -> tuple[str, str] | None:
    """Where a job that is done leads to, in words and as an address."""
    kind = kind_of(job.kind)
    return kind.link(job) if kind and kind.link and job.state == State.DONE else None


def _next_steps(job: Job, allowed: bool) -> list[str]:
    """What to do about a failed job, in sentences."""
    steps = ["What was done up to the last checkpoint stays done."]
    if allowed:
        steps.append("When the cause is gone, retry: the job goes on from that checkpoint.")
    if job.error_code == f"{OWN}Refused":
        steps.append("The page Why shows which grants allow what.")
    return steps
