"""Finding changes, and showing only those that the viewer may read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from dashboard.accounts.models import User
from dashboard.accounts.policy import may
from dashboard.history.models import Change

PAGE = 50
LOOKED_AT = 2000
"""Rows looked at for one page: a viewer of few things waits a bounded time, and goes on from there."""


@dataclass(frozen=True)
class Search:
    """What is looked for; empty fields do not narrow. ``until`` is exclusive. ``after`` is the last change of the page before."""

    connection: str = ""
    region: str = ""
    resource: str = ""
    subject: str = ""
    user: str = ""
    action: str = ""
    state: str = ""
    request: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class Found:
    """Changes newest first. ``next`` continues; it may be set beside an empty page when few of many may be seen."""

    changes: tuple[Change, ...]
    next: uuid.UUID | None


def search(user: User | AnonymousUser, wanted: Search) -> Found:
    """One page of the changes that ``user`` may read."""
    rows = _narrowed(wanted).select_related("outcome", "undo_of").prefetch_related("undone_by__outcome")
    rows = rows.defer("shown", "intended", "outcome__before", "outcome__after")
    seen: list[Change] = []
    last: Change | None = None
    looked = list(rows.order_by("-time", "-id")[: LOOKED_AT + 1])
    for row in looked[:LOOKED_AT]:
        if len(seen) == PAGE:
            break
        last = row
        if may(user, "read", row.place):
            seen.append(row)
    more = last is not None and last.pk != looked[-1].pk
    return Found(tuple(seen), last.pk if more and last is not None else None)


def recent(user: User | AnonymousUser, count: int = 8) -> tuple[Change, ...]:
    """The newest changes that ``user`` may read."""
    return search(user, Search()).changes[:count]


def visible(user: User | AnonymousUser, change_id: uuid.UUID) -> Change | None:
    """The change, or None when there is none or its resource is not for ``user`` to read."""
    row = Change.objects.select_related("outcome", "undo_of").filter(pk=change_id).first()
    return row if row is not None and may(user, "read", row.place) else None


def siblings(user: User | AnonymousUser, change: Change) -> tuple[Change, ...]:
    """The other changes of the same request (at most 100) that ``user`` may read, in their order."""
    if not change.request_id:
        return ()
    rows = Change.objects.filter(request_id=change.request_id).exclude(pk=change.pk).select_related("outcome")
    return tuple(row for row in rows.order_by("time", "id")[:100] if may(user, "read", row.place))


def undone_by(change: Change) -> Change | None:
    """The change that took this one back, if it was done."""
    return Change.objects.filter(undo_of=change, outcome__result="done").select_related("outcome").first()


def about(subject: str) -> Q:
    """The changes of ``subject``. A change that leads from one subject to another (an item's new key) holds both, with a space between."""
    return Q(subject=subject) | Q(subject__startswith=f"{subject} ") | Q(subject__endswith=f" {subject}")


def _narrowed(wanted: Search) -> QuerySet[Change]:
    rows = Change.objects.all()
    exact = {
        "connection": wanted.connection,
        "region": wanted.region,
        "action": wanted.action,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.subject:
        rows = rows.filter(about(wanted.subject))
    if wanted.request:
        rows = rows.filter(request_id=wanted.request)
    if wanted.user:
        rows = rows.filter(user_name__iexact=wanted.user)
    if wanted.resource:
        rows = rows.filter(Q(resource__icontains=wanted.resource) | Q(label__icontains=wanted.resource))
    if wanted.state == "unknown":
        rows = rows.filter(outcome__isnull=True)
    elif wanted.state:
        rows = rows.filter(outcome__result=wanted.state)
    if wanted.since:
        rows = rows.filter(time__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(time__lt=wanted.until)
    if wanted.after:
        last = Change.objects.filter(pk=wanted.after).values_list("time", flat=True).first()
        if last is not None:
            rows = rows.filter(Q(time__lt=last) | Q(time=last, id__lt=wanted.after))
    return rows
