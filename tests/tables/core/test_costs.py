"""What reads cost: DynamoDB's rounding, bounds from size and count, provisioned and on demand, and what a probe changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.tables.core.costs import About, Cost, Probe, Range, units_of
from dashboard.tables.core.planner import plan
from dashboard.tables.core.search import Search, parse_where
from tests.tables.core.plans import COUNTERS, MB, ORDERS


def cost(where: str = "", about: About | None = None, table: object = ORDERS, **more: object) -> Cost:
    search = Search(parse_where(where) if where else None, **more)  # type: ignore[arg-type]
    return plan(table, search, about).cost  # type: ignore[arg-type]


def test_it_works() -> None:
    found = cost("total = 1")
    assert found.calls == Range(1, 10)
    assert found.units == Range(128, 1280 + 9 * 0.5)
    assert found.dollars.high == pytest.approx(1284.5 * 0.125e-6)
    assert "10,000 items, 10,485,760 bytes in orders" in found.basis
    assert "assumed" in found.basis and "assumption" in found.basis


@pytest.mark.parametrize(
    ("size", "eventually", "strongly"),
    [(0, 0.5, 1), (1, 0.5, 1), (4096, 0.5, 1), (4097, 1, 2), (MB, 128, 256), (409_600, 50, 100)],
)
def test_units(size: int, eventually: float, strongly: float) -> None:
    assert (units_of(size, False), units_of(size, True)) == (eventually, strongly)


@pytest.mark.parametrize(
    ("where", "more", "calls", "units"),
    [
        ("customer = 'c' AND placed = 'p'", {}, (1, 1), (0.5, 50)),
        ("customer = 'c' AND placed = 'p'", {"consistent": True}, (1, 1), (1, 100)),
        ("customer = 'c' AND placed IN ('a', 'b', 'c')", {}, (3, 3), (1.5, 150)),
        ("", {}, (1, 1), (13, 128)),  # 100 of 1,049 bytes on the average, 1 MB at most
        ("", {"limit": 1}, (1, 1), (0.5, 50)),
        ("", {"limit": 1000}, (1, 1), (128, 128)),
        ("", {"consistent": True}, (1, 1), (26, 256)),
        ("customer = 'c'", {}, (1, 1), (0.5, 128)),
        ("customer = 'c' AND total = 1", {}, (1, 10), (0.5, 1284.5)),
        ("customer IN ('a', 'b') AND total = 1", {}, (1, 11), (0.5, 1285)),
        ("attribute_exists(flag)", {}, (1, 1), (13, 13)),
        ("product = 'p' AND total = 1", {}, (1, 9), (0.5, 1156)),
        ("voucher = 'p' AND total = 1", {}, (1, None), (0.5, None)),
    ],
)
def test_bounds(where: str, more: dict, calls: tuple, units: tuple) -> None:
    found = cost(where, **more)
    assert (found.calls.low, found.calls.high) == calls
    assert (found.units.low, found.units.high) == units


def test_a_filter_lowers_nothing() -> None:
    assert cost("total = 1").units == cost("total = 1 AND note = 'x' AND gift = 'y'").units


def test_a_table_without_figures_has_no_upper_bound() -> None:
    fresh = replace(ORDERS, item_count=0, size_bytes=0, indexes=())
    found = cost("total = 1", table=fresh)
    assert (found.calls, found.units.high, found.dollars.high) == (Range(1, None), None, None)
    assert "states no size for orders yet" in found.basis
    assert cost(table=fresh).units == Range(0.5, 128)


def test_provisioned_capacity_is_paid_already_and_limits_the_speed() -> None:
    slow = replace(COUNTERS, size_bytes=10 * MB)
    found = cost("n = 1", table=slow)
    assert found.dollars == Range(0, 0) and "paid by the hour" in found.basis
    assert found.seconds.high == pytest.approx(1284.5 / 10)


def test_infrequent_access_reads_cost_more() -> None:
    rare = replace(ORDERS, table_class="STANDARD_INFREQUENT_ACCESS")
    assert (cost("total = 1", table=rare).dollars.high or 0) > (cost("total = 1").dollars.high or 0)


def test_the_age_of_the_figures_is_said() -> None:
    about = About(datetime(2026, 5, 1, 14, 5, tzinfo=UTC))
    assert "up to six hours old, read 2026-05-01 14:05 UTC" in cost("total = 1", about).basis


@pytest.mark.parametrize(
    ("probe", "calls", "units"),
    [
        (Probe(1000, 10, 128, 80, whole=True), (1, 1), (128, 128)),
        (Probe(1000, 0, 128, 80, whole=False), (10, 10), (1280, 1280)),
        (Probe(1000, 50, 128, 80, whole=False), (2, 4), (256, 512)),
        (Probe(1000, 1, 128, 80, whole=False), (10, 10), (1280, 1280)),
        (Probe(1000, 500, 128, 80, whole=False), (1, 2), (128, 256)),
    ],
)
def test_a_probe_narrows_the_bounds(probe: Probe, calls: tuple, units: tuple) -> None:
    found = cost("total = 1", About(probe=probe))
    assert (found.calls.low, found.calls.high) == calls
    assert found.units.low == pytest.approx(units[0], rel=0.1)
    assert found.units.high == pytest.approx(units[1], rel=0.1)
    assert found.seconds.low == pytest.approx(found.calls.low * 0.04)
    assert "in 80 ms" in found.basis
