"""The history of one's own queries: nobody else sees it, and it forgets the oldest by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.utils import timezone

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.tables.models import QueryRun

KEPT = 100
"""Queries of one person that are kept, over all tables."""
MOST_TEXT = 8_000
Pairs = Sequence[tuple[str, str]]


def note(user: User, place: Place, table: str, page: str, query: Pairs) -> None:
    """Remember that ``user`` ran it now. Costs one statement when they ran it before, three for a new one."""
    text = json.dumps([page, *query])
    if len(text) > MOST_TEXT:
        return
    digest = hashlib.sha256(text.encode()).hexdigest()
    where = {"user": user, "connection": place.connection, "region": place.region, "table": table}
    now = timezone.now()
    if QueryRun.objects.filter(**where, digest=digest).update(at=now, runs=F("runs") + 1):
        return
    QueryRun.objects.get_or_create(
        **where, digest=digest, defaults={"page": page, "query": [list(pair) for pair in query], "at": now}
    )
    old = QueryRun.objects.filter(user=user).order_by("-at").values_list("pk", flat=True)[KEPT : KEPT + 50]
    QueryRun.objects.filter(pk__in=list(old)).delete()


def recent(user: User, place: Place, table: str = "", most: int = 20) -> list[QueryRun]:
    """The last queries of ``user`` on a table, or in the place, that they may still read; the newest first."""
    rows = QueryRun.objects.filter(user=user, connection=place.connection, region=place.region)
    if table:
        rows = rows.filter(table=table)
    found = [row for row in rows[:KEPT] if may(user, "read", place.resource(f"table:{row.table}"))]
    return found[:most]


def count(user: User, place: Place, table: str) -> int:
    """How many queries of ``user`` on that table are remembered, which is what ``forget`` forgets."""
    return _of(user, place, table).count()


def forget(user: User, place: Place, table: str) -> int:
    """Forget the history of ``user`` on that table; how many queries that were."""
    return _of(user, place, table).delete()[0]


def _of(user: User, place: Place, table: str) -> QuerySet[QueryRun]:
    return QueryRun.objects.filter(user=user, connection=place.connection, region=place.region, table=table)
