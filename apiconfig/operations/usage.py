"""What keys used of their plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from apiconfig.core.usage import Usage
from dashboard.accounts.place import Place


def usage(place: Place, plan_id: str, start: date, end: date, *, fresh: bool = False) -> Usage:
    """The report on a plan, both days included; remembered for a minute. InputError (``start``, ``end``) for a range AWS cannot answer."""
    raise NotImplementedError


def csv(report: Usage) -> Iterator[str]:
    """The report as CSV, a line at a time; no cell is a formula."""
    raise NotImplementedError
