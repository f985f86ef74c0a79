"""What a table costs a month: capacity as provisioned or as used on demand, and storage. Pure.

The prices are AWS's public ones of us-east-1 as of November 2024, known from memory and not looked up: an assumption, which every page
that shows a figure says. Not in it: backups, streams, replicas, transfer, reserved capacity and the free tier.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.core.dynamodb import Table
from dashboard.tables.core.costs import DOLLARS_PER_UNIT
from dashboard.tables.core.health import TableHealth
from dashboard.tables.core.structure import INFREQUENT, PROVISIONED, STANDARD, Definition, IndexDefinition

HOURS = 730
"""Of a month."""
GB = 1024**3
LEAST = timedelta(days=1)
"""A table that is younger has too little behind it to tell of a month."""
FULL = 0.7
"""How far units are used when they fit, which is what auto scaling aims at where nobody says otherwise."""
PRICES_ASSUMED = (
    "Prices are an assumption: those of us-east-1 as of November 2024; other regions differ. Backups, streams, replicas and reserved "
    "capacity are not in it."
)


@dataclass(frozen=True)
class Prices:
    """US dollars of a class: a unit for an hour, provisioned; a million units, on demand; a GB for a month."""

    read_hour: float
    write_hour: float
    read_million: float
    write_million: float
    gigabyte: float


PRICES = {
    STANDARD: Prices(0.00013, 0.00065, DOLLARS_PER_UNIT[STANDARD] * 1e6, 0.625, 0.25),
    INFREQUENT: Prices(0.00016, 0.00081, DOLLARS_PER_UNIT[INFREQUENT] * 1e6, 0.78, 0.10),
}


@dataclass(frozen=True)
class Use:
    """What the table or an index (``name``, empty for the table) consumed: units a month, and units a second of the busiest six hours."""

    name: str
    read: float
    write: float
    busiest_read: float
    busiest_write: float


@dataclass(frozen=True)
class Bill:
    """US dollars a month. ``capacity`` is None where it depends on a consumption that is not known."""

    capacity: float | None
    storage: float

    @property
    def total(self) -> float | None:
        """Both together."""
        return None if self.capacity is None else self.capacity + self.storage


def uses(table: Table, month: TableHealth | None, now: datetime) -> tuple[Use, ...] | None:
    """What was consumed in the last 30 days, or since the table was made, brought to a month; None while too little is known."""
    if month is None or not month.complete:
        return None
    span = month.window.span
    if table.created:
        span = min(span, now - datetime.fromisoformat(table.created))
    if span < LEAST:
        return None
    times = HOURS * 3600 / span.total_seconds() * month.window.period
    return tuple(
        Use(
            part.index,
            sum(value or 0 for value in part.read) * times,
            sum(value or 0 for value in part.write) * times,
            part.busiest_read,
            part.busiest_write,
        )
        for part in month.capacity
    )


def bill(definition: Definition, table: Table, used: Sequence[Use] | None) -> Bill:
    """The table as ``definition`` makes it, with the size that ``table`` has and the consumption ``used``."""
    prices = PRICES.get(definition.table_class, PRICES[STANDARD])
    size = (table.size_bytes or 0) + sum(index.size_bytes or 0 for index in table.indexes)
    capacity = (
        provisioned(definition, prices)
        if definition.billing == PROVISIONED
        else None
        if used is None
        else on_demand(used, prices)
    )
    return Bill(capacity, size / GB * prices.gigabyte)


def provisioned(definition: Definition, prices: Prices) -> float:
    """The units of the table and its global indexes, for a month, used or not."""
    held: list[Definition | IndexDefinition] = [
        definition,
        *(index for index in definition.indexes if index.is_global),
    ]
    hour = sum((one.read or 0) * prices.read_hour + (one.write or 0) * prices.write_hour for one in held)
    return hour * HOURS


def on_demand(used: Sequence[Use], prices: Prices) -> float:
    """The units that were consumed, each by itself."""
    return sum(one.read * prices.read_million + one.write * prices.write_million for one in used) / 1e6


def fitting(used: Sequence[Use]) -> Mapping[str, tuple[int, int]]:
    """Read and write units by name that the busiest six hours would use to FULL: bursts within them are higher."""
    return {
        one.name: (
            max(1, math.ceil(one.busiest_read / FULL)),
            max(1, math.ceil(one.busiest_write / FULL)),
        )
        for one in used
    }


def fitted(used: Sequence[Use], prices: Prices) -> float:
    """What the fitting units cost provisioned."""
    units = fitting(used).values()
    return sum(read * prices.read_hour + write * prices.write_hour for read, write in units) * HOURS


def money(dollars: float | None) -> str:
    """``about $1.20``, and in words what is less than a cent or not known."""
    if dollars is None:
        return "not known"
    return f"about ${dollars:,.2f}" if dollars >= 0.01 else "less than $0.01" if dollars > 0 else "$0.00"
