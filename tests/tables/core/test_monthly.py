"""What a table costs a month, by the prices that the module assumes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.metrics import Series
from dashboard.core.windows import WINDOWS, axis
from dashboard.tables.core import health, monthly
from dashboard.tables.core.monthly import PRICES, Use
from dashboard.tables.core.structure import definition_of

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
INDEX = Index(
    "by-city", (KeyPart("city", "S"),), (), True, "ALL", size_bytes=1024**3, read_units=2, write_units=1
)
TABLE = Table(
    "orders",
    "ACTIVE",
    partition=KeyPart("pk", "S"),
    sort=None,
    indexes=(INDEX,),
    billing="PROVISIONED",
    read_units=10,
    write_units=5,
    size_bytes=3 * 1024**3,
    created="2025-01-01T00:00:00+00:00",
)
USED = (Use("", 40e6, 8e6, 100.0, 20.0), Use("by-city", 0, 8e6, 0, 20.0))


def month(points: int = 120) -> health.TableHealth:
    """100 units read and 200 written in each of so many points, of the table alone."""
    window = WINDOWS["30d"]
    times = axis(window, NOW)[-points:]
    series = {"c0read": 100.0, "c0write": 200.0}
    answer = {name: Series(times, (value,) * len(times)) for name, value in series.items()}
    return health.merge(TABLE, window, answer, NOW)


def test_it_works() -> None:
    definition = definition_of(TABLE)
    held = monthly.bill(definition, TABLE, None)
    assert held.capacity == pytest.approx(730 * (12 * 0.00013 + 6 * 0.00065))
    assert held.storage == pytest.approx(4 * 0.25)
    assert held.total == pytest.approx(730 * (12 * 0.00013 + 6 * 0.00065) + 1)
    on_demand = monthly.bill(replace(definition, billing="PAY_PER_REQUEST"), TABLE, USED)
    assert on_demand.capacity == pytest.approx(40 * 0.125 + 16 * 0.625)


def test_on_demand_without_a_known_consumption_is_not_guessed() -> None:
    held = monthly.bill(replace(definition_of(TABLE), billing="PAY_PER_REQUEST"), TABLE, None)
    assert held.capacity is held.total is None and held.storage > 0


def test_the_infrequent_class_stores_for_less_and_reads_for_more() -> None:
    standard = definition_of(TABLE)
    infrequent = replace(standard, table_class="STANDARD_INFREQUENT_ACCESS")
    one, other = (monthly.bill(each, TABLE, USED) for each in (standard, infrequent))
    assert other.storage == pytest.approx(0.4 * one.storage) and (other.capacity or 0) > (one.capacity or 0)


def test_what_was_consumed_is_brought_to_a_month() -> None:
    (table, index) = monthly.uses(TABLE, month(), NOW) or ()
    assert table.read == pytest.approx(120 * 100 * 730 / 720)
    assert table.write == pytest.approx(2 * table.read)
    assert table.busiest_read == pytest.approx(100 / 21600)
    assert (index.name, index.read) == ("by-city", 0)


def test_a_table_of_ten_days_counts_for_ten_days() -> None:
    young = replace(TABLE, created=(NOW - timedelta(days=10)).isoformat())
    (table, _) = monthly.uses(young, month(40), NOW) or ()
    assert table.read == pytest.approx(40 * 100 * 730 / 240)


@pytest.mark.parametrize(
    "known",
    [
        None,
        replace(month(), complete=False),
    ],
    ids=["nothing asked", "not told whole"],
)
def test_too_little_is_known(known: health.TableHealth | None) -> None:
    assert monthly.uses(TABLE, known, NOW) is None


def test_a_table_younger_than_a_day_tells_nothing_of_a_month() -> None:
    for age, known in ((timedelta(hours=23), False), (timedelta(hours=25), True)):
        table = replace(TABLE, created=(NOW - age).isoformat())
        assert (monthly.uses(table, month(4), NOW) is not None) is known


def test_units_that_fit_are_used_to_seventy_per_cent() -> None:
    assert monthly.fitting(USED) == {"": (143, 29), "by-city": (1, 29)}
    hour = 144 * 0.00013 + 58 * 0.00065
    assert monthly.fitted(USED, PRICES["STANDARD"]) == pytest.approx(hour * 730)


@pytest.mark.parametrize(
    ("dollars", "words"),
    [(None, "not known"), (0.0, "$0.00"), (0.004, "less than $0.01"), (1234.5, "about $1,234.50")],
)
def test_money_in_words(dollars: float | None, words: str) -> None:
    assert monthly.money(dollars) == words
