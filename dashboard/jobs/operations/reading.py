"""The jobs a person may see: those on resources they may read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from dashboard.accounts.models import User
from dashboard.accounts.policy import may
from dashboard.jobs.core.states import UNFINISHED
from dashboard.jobs.kinds import all_kinds
from dashboard.jobs.models import Job

PAGE = 50
LOOKED_AT = 1000
"""Rows looked at for one page, so that a viewer of few jobs waits a bounded time."""


@dataclass(frozen=True)
class Found:
    """Jobs newest first; ``next`` continues, also after an empty page when few of many may be seen."""

    jobs: tuple[Job, ...]
    next: uuid.UUID | None


def search(
    user: User | AnonymousUser, *, state: str = "", upkeep: bool = False, after: uuid.UUID | None = None
) -> Found:
    """One page of jobs. ``state`` is a State or ``unfinished``; ``upkeep`` adds the console's own hidden work."""
    rows = Job.objects.defer("arguments", "checkpoint").order_by("-created", "-id")
    if state:
        rows = rows.filter(state__in=UNFINISHED if state == "unfinished" else [state])
    if not upkeep:
        rows = rows.exclude(kind__in=[name for name, kind in all_kinds().items() if kind.hidden])
    looked = list(_older(rows, after)[: LOOKED_AT + 1])
    seen: list[Job] = []
    last: Job | None = None
    for row in looked[:LOOKED_AT]:
        if len(seen) == PAGE:
            break
        last = row
        if may(user, "read", row.place):
            seen.append(row)
    more = last is not None and last.pk != looked[-1].pk
    return Found(tuple(seen), last.pk if more and last is not None else None)


def unfinished(user: User | AnonymousUser, count: int = 8) -> tuple[Job, ...]:
    """The newest jobs that run or will; the console's own upkeep left out."""
    return search(user, state="unfinished").jobs[:count]


def visible(user: User | AnonymousUser, job_id: uuid.UUID) -> Job | None:
    """The job, or None when there is none or its resource is not for ``user`` to read."""
    row = Job.objects.filter(pk=job_id).first()
    return row if row is not None and may(user, "read", row.place) else None


def _older(rows: QuerySet[Job], after: uuid.UUID | None) -> QuerySet[Job]:
    last = Job.objects.filter(pk=after).first() if after else None
    if last is None:
        return rows
    return rows.filter(Q(created__lt=last.created) | Q(created=last.created, pk__lt=last.pk))
