"""What a statement will cost, as bounds: calls and capacity units, from the table's own figures, which AWS refreshes every six hours."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.dynamodb import Table
from dashboard.tables.core.partiql.reach import Reach
from dashboard.tables.core.partiql.tree import Compare, In, Parsed, Select

READ_BLOCK, PAGE, LARGEST = 4096, 1024 * 1024, 400 * 1024
"""Bytes of a read unit, of a page, of the largest item (Developer Guide, "Read and write operations" and "Quotas")."""
USUAL_PAGE, FILTERED_PAGE = 100, 1000
"""Items that a page evaluates when nobody says otherwise: all of them are shown, or only those that match."""


@dataclass(frozen=True)
class Estimate:
    """Bounds of calls and units of reading the statement to its end, and the units of one page at most."""

    calls: tuple[int, int]
    units: tuple[float, float]
    page: float
    basis: str


def usual_limit(parsed: Parsed, reach: Reach) -> int | None:
    """How many items a page evaluates; None is as far as one call goes, 1 MB, for a scan that looks for something."""
    select = parsed.statement
    if not isinstance(select, Select) or not _filters(select, reach):
        return USUAL_PAGE
    return None if reach.way == "scan" else FILTERED_PAGE


def _filters(select: Select, reach: Reach) -> bool:
    """Whether fewer items may be shown than are read. A key alone filters nothing; when in doubt it does."""
    return select.where is not None and not (reach.way != "scan" and isinstance(select.where, Compare | In))


def estimate(table: Table, parsed: Parsed, reach: Reach, limit: int | None, *, consistent: bool) -> Estimate:
    """The bounds for a read. ``limit`` as in ``usual_limit``."""
    count, size, basis = _figures(table, parsed.index)
    rate = 1.0 if consistent else 0.5
    item = size / count if count else 0.0
    if reach.way == "get":
        most = _blocks(LARGEST) if not count else _blocks(max(item * 4, READ_BLOCK))
        return Estimate(
            (1, 1), (rate * reach.count, rate * reach.count * most), rate * reach.count * most, basis
        )
    whole = _blocks(size) * rate
    per_page = PAGE if limit is None else min(PAGE, limit * item) if count else PAGE
    page = _blocks(per_page) * rate
    calls = max(1, _up(size, per_page) if per_page else 1)
    if reach.way == "scan":
        return Estimate((calls, calls), (whole, whole), min(page, whole), basis)
    return Estimate((1, calls), (rate * reach.count, max(whole, rate * reach.count)), page, basis)


def _figures(table: Table, index: str) -> tuple[int, int, str]:
    found = table.index(index) if index else None
    count = (found.item_count if found else table.item_count) or 0
    size = (found.size_bytes if found else table.size_bytes) or 0
    what = f"the index {index}" if found else "the table"
    return (
        count,
        size,
        f"{count:,} items of {size:,} bytes in {what}, as AWS counted them within about six hours",
    )


def _blocks(size: float) -> int:
    return max(1, _up(size, READ_BLOCK))


def _up(size: float, block: float) -> int:
    return int(-(-size // block))
