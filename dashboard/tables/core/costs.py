"""What a read costs: calls, capacity units, seconds and money, each as bounds.

Rules (Developer Guide, "Capacity unit consumption"): a call reads at most 1 MB before its filter; it costs half a unit for each
4 KB read, rounded up, or a whole unit when strongly consistent; the filter lowers neither. The price is AWS's public one for
on-demand reads in us-east-1 as of November 2024, known from memory and not looked up; other regions cost up to about twice as
much. Seconds are an assumption: 5 to 30 ms for a small call and 50 to 300 ms for a page of 1 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from dashboard.core.dynamodb import Index, Table

PAGE_BYTES = 1024 * 1024
UNIT_BYTES = 4096
MAX_ITEM_BYTES = 409_600
DOLLARS_PER_UNIT = {"STANDARD": 0.125e-6, "STANDARD_INFREQUENT_ACCESS": 0.155e-6}
PRICE_WORDS = "on-demand price of us-east-1 as of November 2024, assumed; other regions differ"
CALL_SECONDS = (0.005, 0.03)
PAGE_SECONDS = (0.05, 0.3)


@dataclass(frozen=True)
class Range:
    """Bounds; ``high`` is None where nothing bounds it."""

    low: float
    high: float | None

    @property
    def exact(self) -> bool:
        """Whether both bounds are the same."""
        return self.low == self.high

    def times(self, low: float, high: float | None = None) -> Range:
        """Each bound by its factor; one factor is for both."""
        high = low if high is None else high
        return Range(self.low * low, None if self.high is None else self.high * high)


@dataclass(frozen=True)
class Cost:
    """Bounds of calls, read capacity units, seconds and US dollars; ``basis`` says what they rest on.

    ``dollars`` is zero for provisioned capacity, which is paid by the hour whether it is used or not.
    """

    calls: Range
    units: Range
    seconds: Range
    dollars: Range
    basis: str


@dataclass(frozen=True)
class Probe:
    """One page really read: items read and matched, units, milliseconds; ``whole`` when there was nothing after it."""

    scanned: int
    matched: int
    units: float
    milliseconds: float
    whole: bool


@dataclass(frozen=True)
class About:
    """What is known besides the description: when that was fetched, and a probe if one was made."""

    fetched: datetime | None = None
    probe: Probe | None = None


@dataclass(frozen=True)
class Asked:
    """What is read: a whole run (``filtered``) or a page of ``limit`` items; ``whole`` reads all of the table or index."""

    filtered: bool
    limit: int
    consistent: bool
    whole: bool


def units_of(size: float, consistent: bool) -> float:
    """Units of one call that reads so many bytes; at least the smallest."""
    return max(1, ceil(size / UNIT_BYTES)) * (1.0 if consistent else 0.5)


def item_bytes(source: Table | Index) -> float | None:
    """The average size of an item, None while AWS states none."""
    if not source.item_count or not source.size_bytes:
        return None
    return source.size_bytes / source.item_count


def get_cost(table: Table, keys: int, consistent: bool, about: About) -> Cost:
    """Of GetItem for so many keys: an item is at most 400 KB."""
    units = Range(units_of(0, consistent) * keys, units_of(MAX_ITEM_BYTES, consistent) * keys)
    seconds = Range(CALL_SECONDS[0] * keys, CALL_SECONDS[1] * keys)
    basis = "One item is at most 400 KB." if keys == 1 else f"{keys} items of at most 400 KB each."
    return _cost(table, Range(keys, keys), units, seconds, basis)


def read_cost(table: Table, source: Table | Index, asked: Asked, parts: int, about: About) -> Cost:
    """Of a Query (of ``parts`` partitions or sort keys) or a Scan of ``source``."""
    size = source.size_bytes or None  # AWS states 0 for up to six hours after the first item
    calls, units = _run(asked, size) if asked.filtered else _page(source, asked, size)
    if parts > 1:  # together they hold no more than everything; each call rounds up for itself
        more = units_of(0, asked.consistent) * (parts - 1)
        calls, units = _plus(calls, parts - 1), _plus(units, more)
    basis = _basis(source, asked, about, size)
    if about.probe is not None:
        calls, units = _refined(about.probe, asked, calls, units)
        basis = f"{_probed(about.probe)} {basis}"
    return _cost(table, calls, units, _seconds(calls, about.probe), basis)


def _plus(bounds: Range, more: float) -> Range:
    return Range(bounds.low, None if bounds.high is None else bounds.high + more)


def _page(source: Table | Index, asked: Asked, size: int | None) -> tuple[Range, Range]:
    """One call that reads up to ``limit`` items or 1 MB."""
    most = min(PAGE_BYTES, asked.limit * MAX_ITEM_BYTES, size or PAGE_BYTES)
    average = item_bytes(source)
    likely = min(most, asked.limit * average) if average and asked.whole else 0
    return Range(1, 1), Range(units_of(likely, asked.consistent), units_of(most, asked.consistent))


def _run(asked: Asked, size: int | None) -> tuple[Range, Range]:
    """As many calls as it takes: one when enough is found at once, everything at most."""
    first = units_of(min(size or 0, PAGE_BYTES) if asked.whole else 0, asked.consistent)
    if size is None:
        return Range(1, None), Range(first, None)
    calls = max(1, ceil(size / PAGE_BYTES))
    most = units_of(size, asked.consistent) + (calls - 1) * units_of(0, asked.consistent)
    return Range(1, calls), Range(first, most)


def _refined(probe: Probe, asked: Asked, calls: Range, units: Range) -> tuple[Range, Range]:
    """What one real page tells of the rest: how many such pages it takes to fill the page, no more than there are."""
    if probe.whole or not asked.filtered:
        return Range(1, 1), Range(probe.units, probe.units)
    pages = _ceiling(calls.high, units.high, probe)
    low, high = 1.0, pages
    if probe.matched:
        low = float(ceil(asked.limit / probe.matched))
        high = low * 2  # twice as thinly spread is nothing unusual
        if pages is not None:
            low, high = min(low, pages), min(high, pages)
    elif pages is not None:
        low = pages  # nothing matched: it will most likely read everything
    return Range(low, high), Range(low * probe.units, None if high is None else high * probe.units)


def _ceiling(calls: float | None, units: float | None, probe: Probe) -> float | None:
    if calls is None or units is None or not probe.units:
        return calls
    return max(1, min(calls, ceil(units / probe.units)))


def _seconds(calls: Range, probe: Probe | None) -> Range:
    if probe is not None and probe.milliseconds:
        one = probe.milliseconds / 1000
        return calls.times(one * 0.5, one * 2)
    return calls.times(CALL_SECONDS[0], PAGE_SECONDS[1])


def _cost(table: Table, calls: Range, units: Range, seconds: Range, basis: str) -> Cost:
    if table.billing == "PROVISIONED":
        dollars, price = Range(0, 0), "Provisioned capacity is paid by the hour; this read adds nothing."
        if table.read_units and units.high is not None and seconds.high is not None:
            seconds = Range(seconds.low, max(seconds.high, units.high / table.read_units))
    else:
        dollars = units.times(DOLLARS_PER_UNIT.get(table.table_class, DOLLARS_PER_UNIT["STANDARD"]))
        price = f"Price: {PRICE_WORDS}."
    return Cost(calls, units, seconds, dollars, f"{basis} {price} Seconds are an assumption.")


def _basis(source: Table | Index, asked: Asked, about: About, size: int | None) -> str:
    when = f", read {about.fetched:%Y-%m-%d %H:%M} UTC" if about.fetched else ""
    if size is None:
        return f"AWS states no size for {source.name} yet (its figures are up to six hours old{when})."
    figures = f"{source.item_count or 0:,} items, {size:,} bytes in {source.name} as AWS states (up to six hours old{when})."
    if asked.whole:
        return figures
    return f"{figures} How much of it lies under this key is not known; all of it at most."


def _probed(probe: Probe) -> str:
    return f"One page read {probe.scanned:,} items, {probe.matched:,} matched, for {probe.units:g} units in {probe.milliseconds:.0f} ms."
