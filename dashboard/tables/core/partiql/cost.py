"""What reading a statement costs, by the same rules as every read, and how many items a page of it evaluates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from dashboard.core.dynamodb import Table
from dashboard.tables.core.costs import PAGE_BYTES, About, Asked, Cost, Range, get_cost, read_cost
from dashboard.tables.core.partiql.reach import Reach
from dashboard.tables.core.partiql.tree import Compare, In, Parsed, Select

USUAL_PAGE, FILTERED_PAGE = 100, 1000
"""Items that a page evaluates when nobody says otherwise: all of them are shown, or only those that match."""
MOST_PAGE = 1000
"""Items that somebody can have a page evaluate."""


@dataclass(frozen=True)
class Estimate:
    """``whole`` is reading to the end, ``page`` the units of one page, bounds both."""

    whole: Cost
    page: Range


def usual_limit(parsed: Parsed, reach: Reach) -> int | None:
    """How many items a page evaluates; None is as far as one call goes, 1 MB, for a scan that looks for something."""
    select = parsed.statement
    if not isinstance(select, Select) or not filters(select, reach):
        return USUAL_PAGE
    return None if reach.way == "scan" else FILTERED_PAGE


def filters(select: Select, reach: Reach) -> bool:
    """Whether fewer items may be shown than are read. A key alone filters nothing; when in doubt it does."""
    return select.where is not None and (reach.way == "scan" or not isinstance(select.where, Compare | In))


def estimate(
    table: Table, parsed: Parsed, reach: Reach, limit: int | None, about: About, *, consistent: bool
) -> Estimate:
    """The bounds for a SELECT whose index is known. ``limit`` as in ``usual_limit``."""
    if reach.way == "get":
        whole = get_cost(table, reach.count, consistent, about)
        return Estimate(whole, whole.units)
    source = table.index(parsed.index) or table
    scans = reach.way == "scan"
    run = read_cost(table, source, Asked(True, limit or PAGE_BYTES, consistent, scans), reach.count, about)
    if limit and source.item_count and run.calls.high is not None:
        run = replace(run, calls=Range(1, max(run.calls.high, ceil(source.item_count / limit))))
    page = read_cost(table, source, Asked(False, limit or PAGE_BYTES, consistent, scans), 1, about)
    return Estimate(run, page.units)
