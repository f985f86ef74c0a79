"""How a table is doing, out of CloudWatch: which figures are asked for, and what they come to.

Names and dimensions: Developer Guide, "DynamoDB metrics and dimensions". Consumed units are sums over a point, shown by the second, as
provisioned capacity is. A point without data is no traffic for a figure that counts, and unknown for a latency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.core.dynamodb import Index, Table
from dashboard.core.metrics import MetricQuery, Series
from dashboard.core.windows import Window, axis

NAMESPACE = "AWS/DynamoDB"
OPERATIONS = (
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
    "ExecuteStatement",
)
Figures = tuple[float | None, ...]
CONSUMED = ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
_CAPACITY = (
    ("read", CONSUMED[0]),
    ("write", CONSUMED[1]),
    ("readthrottle", "ReadThrottleEvents"),
    ("writethrottle", "WriteThrottleEvents"),
)
_BY_OPERATION = (
    ("average", "SuccessfulRequestLatency", "Average"),
    ("slowest", "SuccessfulRequestLatency", "Maximum"),
    ("count", "SuccessfulRequestLatency", "SampleCount"),
    ("throttled", "ThrottledRequests", "Sum"),
    ("errors", "SystemErrors", "Sum"),
)
_WHOLE = (
    ("conditions", "ConditionalCheckFailedRequests"),
    ("conflicts", "TransactionConflict"),
    ("expired", "TimeToLiveDeletedItemCount"),
)


@dataclass(frozen=True)
class Capacity:
    """Capacity of the table (``index`` is empty) or of a global index; a local one uses the table's.

    ``read`` and ``write`` are units a second for each point, the throttles events a point; ``read_provisioned`` and
    ``write_provisioned`` are what the description says, None on demand.
    """

    index: str
    read: Figures
    write: Figures
    read_throttles: Figures
    write_throttles: Figures
    read_provisioned: int | None = None
    write_provisioned: int | None = None

    @property
    def throttles(self) -> float:
        """Throttled events in the window."""
        return sum(value or 0 for value in (*self.read_throttles, *self.write_throttles))

    @property
    def busiest_read(self) -> float:
        """Units a second of the busiest point, an average over it: a burst within is higher."""
        return max((value or 0 for value in self.read), default=0)

    @property
    def busiest_write(self) -> float:
        """The same of writing."""
        return max((value or 0 for value in self.write), default=0)

    @property
    def is_read(self) -> bool:
        """Whether anything was read in the window."""
        return self.busiest_read > 0


@dataclass(frozen=True)
class OperationHealth:
    """One kind of call: how often it succeeded, its latency in milliseconds on AWS's side, and what went wrong."""

    name: str
    counts: Figures
    average: Figures
    slowest: Figures
    throttled: Figures
    errors: Figures

    @property
    def total(self) -> float:
        """Successful calls in the window."""
        return sum(value or 0 for value in self.counts)

    @property
    def throttled_total(self) -> float:
        """Throttled calls in the window."""
        return sum(value or 0 for value in self.throttled)

    @property
    def error_total(self) -> float:
        """Calls that AWS failed (5xx) in the window."""
        return sum(value or 0 for value in self.errors)

    @property
    def mean(self) -> float | None:
        """Average latency over the window, each point weighed by its calls."""
        pairs = [
            (average, count)
            for average, count in zip(self.average, self.counts, strict=True)
            if average is not None and count
        ]
        return sum(a * c for a, c in pairs) / sum(c for _, c in pairs) if pairs else None

    @property
    def worst(self) -> float | None:
        """The slowest call in the window."""
        return max((value for value in self.slowest if value is not None), default=None)

    @property
    def has_data(self) -> bool:
        """Whether it was called at all."""
        return self.total + self.throttled_total + self.error_total > 0


@dataclass(frozen=True)
class TableHealth:
    """A table's figures in a window; ``as_of`` is when CloudWatch was asked, ``calls`` how many calls and ``metrics`` how many
    figures that were (they are billed by the figure).
    """

    window: Window
    times: tuple[datetime, ...]
    capacity: tuple[Capacity, ...]
    operations: tuple[OperationHealth, ...]
    conditions: float
    conflicts: float
    expired: float
    as_of: datetime
    metrics: int
    complete: bool = True

    @property
    def has_data(self) -> bool:
        """Whether anything happened."""
        return any(each.has_data for each in self.operations) or any(
            each.busiest_read or each.busiest_write for each in self.capacity
        )

    @property
    def throttles(self) -> float:
        """Throttled events of the table and its indexes."""
        return sum(each.throttles for each in self.capacity)


def parts_of(table: Table) -> tuple[Index | None, ...]:
    """The table itself and its global indexes, which have capacity of their own."""
    return (None, *(index for index in table.indexes if index.is_global))


def queries(table: Table, window: Window) -> tuple[MetricQuery, ...]:
    """Every figure of the page."""
    found = []
    for number, index in enumerate(parts_of(table)):
        about = {"TableName": table.name} | ({"GlobalSecondaryIndexName": index.name} if index else {})
        found += [
            MetricQuery(f"c{number}{figure}", NAMESPACE, metric, "Sum", window.period, about)
            for figure, metric in _CAPACITY
        ]
    for number, operation in enumerate(OPERATIONS):
        about = {"TableName": table.name, "Operation": operation}
        found += [
            MetricQuery(f"o{number}{figure}", NAMESPACE, metric, statistic, window.period, about)
            for figure, metric, statistic in _BY_OPERATION
        ]
    whole = {"TableName": table.name}
    found += [
        MetricQuery(f"w{figure}", NAMESPACE, metric, "Sum", window.period, whole) for figure, metric in _WHOLE
    ]
    return tuple(found)


def merge(table: Table, window: Window, answer: Mapping[str, Series], now: datetime) -> TableHealth:
    """CloudWatch's series on one axis of time."""
    times = axis(window, now)

    def points(name: str) -> Figures:
        known = answer.get(name, Series()).points
        return tuple(known.get(time) for time in times)

    def total(name: str) -> float:
        return sum(value or 0 for value in points(name))

    operations = tuple(
        OperationHealth(
            name,
            _counted(points(f"o{number}count")),
            points(f"o{number}average"),
            points(f"o{number}slowest"),
            _counted(points(f"o{number}throttled")),
            _counted(points(f"o{number}errors")),
        )
        for number, name in enumerate(OPERATIONS)
    )
    return TableHealth(
        window=window,
        times=times,
        capacity=tuple(
            _capacity(table, index, [points(f"c{number}{figure}") for figure, _ in _CAPACITY], window.period)
            for number, index in enumerate(parts_of(table))
        ),
        operations=tuple(sorted(operations, key=lambda each: -each.total)),
        conditions=total("wconditions"),
        conflicts=total("wconflicts"),
        expired=total("wexpired"),
        as_of=now,
        metrics=len(queries(table, window)),
        complete=all(series.complete for series in answer.values()),
    )


def _capacity(table: Table, index: Index | None, figures: Sequence[Figures], period: int) -> Capacity:
    read, write, read_throttles, write_throttles = (_counted(each) for each in figures)
    stated = index or table
    provisioned = table.billing == "PROVISIONED"
    return Capacity(
        index.name if index else "",
        _by_second(read, period),
        _by_second(write, period),
        read_throttles,
        write_throttles,
        stated.read_units if provisioned else None,
        stated.write_units if provisioned else None,
    )


def _counted(figures: Figures) -> Figures:
    """No data means that nothing was counted."""
    return tuple(0.0 if value is None else value for value in figures)


def _by_second(figures: Figures, period: int) -> Figures:
    return tuple(None if value is None else value / period for value in figures)


@dataclass(frozen=True)
class Advice:
    """What a figure means for the reader: ``kind`` is warn or info. ``about`` names what helps: ``capacity``, ``keys`` or nothing."""

    kind: str
    text: str
    about: str = ""


def advice(table: Table, health: TableHealth) -> tuple[Advice, ...]:
    """What stands out, in sentences with when it was worst; nothing when all is as it should be."""
    provisioned = table.billing == "PROVISIONED"
    found = []
    for part in health.capacity:
        name = f"Index {part.index}" if part.index else "The table"
        if part.throttles:
            why = (
                "Provisioned, that means too little capacity or a hot key."
                if provisioned
                else "On demand, that means a hot key or traffic that doubled too fast."
            )
            both = [
                (read or 0) + (write or 0)
                for read, write in zip(part.read_throttles, part.write_throttles, strict=True)
            ]
            text = f"{name} was throttled {part.throttles:,.0f} times in this window, most {_worst(health, both)}. {why}"
            found.append(Advice("warn", text, "capacity" if provisioned else "keys"))
        found += [Advice("warn", text, "capacity") for text in _beyond(name, part, health)]
    for each in health.operations:
        if each.error_total:
            found.append(
                Advice(
                    "warn", f"AWS failed {each.error_total:,.0f} calls of {each.name} with its own errors."
                )
            )
    return tuple(found)


def _beyond(name: str, part: Capacity, health: TableHealth) -> list[str]:
    """What used more than four fifths of what is provisioned."""
    said = []
    for kind, figures, busiest, units in (
        ("read", part.read, part.busiest_read, part.read_provisioned),
        ("write", part.write, part.busiest_write, part.write_provisioned),
    ):
        if units and busiest > 0.8 * units:
            text = (
                f"{name} used up to {busiest:,.1f} of its {units:,} provisioned {kind} units a second, "
                f"{_worst(health, figures)}."
            )
            lent = " That is more than it has now: AWS lends for a short time what was not used before, or it had more then."
            said.append(text + (lent if busiest > units else ""))
    return said


def _worst(health: TableHealth, figures: Sequence[float | None]) -> str:
    """The point with most, in words: ``in the 15 minutes from 14:00 UTC``."""
    place = max(range(len(figures)), key=lambda number: figures[number] or 0)
    return (
        f"in the {health.window.step.removeprefix('1 ')} from {health.window.label(health.times[place])} UTC"
    )


def unused(table: Table, month: TableHealth) -> tuple[str, ...]:
    """Global indexes that nobody read in that window. Writing to the table still pays for them."""
    return tuple(part.index for part in month.capacity if part.index and not part.is_read)
