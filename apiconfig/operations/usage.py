"""What keys used of their plans."""

from __future__ import annotations

import csv as csv_module
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone

from apiconfig.core.usage import LONGEST_DAYS, Usage, csv_rows, quota_period, rows_of
from apiconfig.core.views import PlanView
from apiconfig.operations import plans
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.aws.apigateway import plans as door
from dashboard.core.errors import AwsError, InputError, Kind

SECONDS = 60


def usage(place: Place, plan_id: str, start: date, end: date, *, fresh: bool = False) -> Usage:
    """The report on a plan, both days included: one GetUsage a page of 500 keys, remembered for a minute.

    InputError (``start``, ``end``) for a range AWS cannot answer; AwsError (NOT_FOUND: there is no such plan, any more).
    """
    _check(start, end)
    name = f"apiconfig:usage:{place.connection.pk}:{place.region}:{plan_id}:{start}:{end}"
    kept: Usage | None = None if fresh else cache.get(name)
    if kept is not None:
        return kept
    view = plans.plan(place, plan_id)
    try:
        answer = door.get_usage(place.target, plan_id, start, end)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            plans.forget(place, plan_id)
        raise
    report = _report(view, answer["items"], start, end)
    cache.set(name, report, SECONDS)
    return report


def visible(user: User | AnonymousUser | None, place: Place, report: Usage) -> Usage:
    """The rows of the keys that ``user`` may read."""
    rows = tuple(row for row in report.rows if may(user, "read", place.resource(f"key:{row.key}")))
    return replace(report, rows=rows)


def default_range(today: date | None = None) -> tuple[date, date]:
    """The last 30 days of UTC, today included."""
    end = today or timezone.now().astimezone(UTC).date()
    return end - timedelta(days=29), end


def csv(report: Usage) -> Iterator[str]:
    """The report as CSV (RFC 4180), a line at a time; no cell is a formula."""
    writer = csv_module.writer(_Echo())
    for row in csv_rows(report):
        yield str(writer.writerow(row))


class _Echo:
    """A file that hands every line back."""

    def write(self, text: str) -> str:
        """The line itself."""
        return text


def _report(view: PlanView, items: dict[str, list[list[int]]], start: date, end: date) -> Usage:
    now = timezone.now()
    names = {entry.id: (entry.name, entry.customer, entry.enabled) for entry in view.keys or ()}
    quota = view.plan.quota
    rows = rows_of(items, names, start, end, quota=quota)
    if view.keys is None:  # the names could not be read: nobody can tell whether a key is gone
        rows = tuple(replace(row, gone=False) for row in rows)
    report = Usage(view.plan, start, end, rows, now)
    if quota is None:
        return report
    return replace(report, period=quota_period(quota, now.astimezone(UTC).date()))


def _check(start: date, end: date) -> None:
    today = timezone.now().astimezone(UTC).date()
    if start > end:
        raise InputError("start", "From: must not be after the last day.")
    if end > today:
        raise InputError("end", f"To: today, {today.isoformat()} in UTC, is the last day AWS can tell of.")
    if (end - start).days >= LONGEST_DAYS:
        raise InputError("start", f"From: at most {LONGEST_DAYS} days in one report.")
