"""What is asked of CloudWatch for a table, and what the answers come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.core.metrics import Series
from dashboard.core.windows import WINDOWS, axis
from dashboard.tables.core.health import OPERATIONS, advice, merge, queries, unused
from tests.tables.tables import PARCELS

NOW = datetime(2026, 3, 1, 12, 7, 30, tzinfo=UTC)
DAY = WINDOWS["24h"]
TIMES = axis(DAY, NOW)
TABLE = replace(PARCELS, billing="PROVISIONED", read_units=10, write_units=5)


def at(*values: tuple[int, float]) -> Series:
    return Series(tuple(TIMES[place] for place, _ in values), tuple(value for _, value in values))


def asked(metric: str, **dimensions: str) -> str:
    (found,) = [
        query.id
        for query in queries(TABLE, DAY)
        if query.metric == metric and query.dimensions == dimensions and query.statistic == "Sum"
    ]
    return found


def test_it_works() -> None:
    read = asked("ConsumedReadCapacityUnits", TableName=TABLE.name)
    health = merge(TABLE, DAY, {read: at((1, 9000.0), (2, 900.0))}, NOW)
    table = health.capacity[0]
    assert (table.index, table.busiest_read, table.read_provisioned) == ("", 10.0, 10)
    assert table.read[0] == 0
    assert health.has_data
    assert health.metrics == len(queries(TABLE, DAY)) <= 500
    assert len({query.id for query in queries(TABLE, DAY)}) == health.metrics


def test_global_indexes_have_capacity_of_their_own_and_local_ones_have_none() -> None:
    indexes = {query.dimensions.get("GlobalSecondaryIndexName", "") for query in queries(TABLE, DAY)}
    assert indexes == {"", *(index.name for index in TABLE.indexes if index.is_global)}


def test_latency_is_weighed_by_its_calls_and_unknown_without_any() -> None:
    number = OPERATIONS.index("Query")
    answer = {
        f"o{number}count": at((0, 1.0), (1, 3.0)),
        f"o{number}average": at((0, 10.0), (1, 2.0)),
        f"o{number}slowest": at((0, 10.0), (1, 50.0)),
    }
    health = merge(TABLE, DAY, answer, NOW)
    query = health.operations[0]
    assert (query.name, query.total, query.mean, query.worst) == ("Query", 4.0, 4.0, 50.0)
    assert (health.operations[1].mean, health.operations[1].worst) == (None, None)


ADVICE = [
    ({}, []),
    ({asked("ReadThrottleEvents", TableName=TABLE.name): at((0, 3.0))}, ["throttled 3 times"]),
    (
        {asked("ConsumedReadCapacityUnits", TableName=TABLE.name): at((0, 8.1 * 900))},
        ["8.1 of its 10 provisioned read"],
    ),
    ({asked("ConsumedReadCapacityUnits", TableName=TABLE.name): at((0, 7.9 * 900))}, []),
    (
        {asked("SystemErrors", TableName=TABLE.name, Operation="Scan"): at((0, 2.0))},
        ["failed 2 calls of Scan"],
    ),
]


@pytest.mark.parametrize(("answer", "words"), ADVICE)
def test_what_stands_out_is_said(answer: dict[str, Series], words: list[str]) -> None:
    found = [each.text for each in advice(TABLE, merge(TABLE, DAY, answer, NOW))]
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))


def test_what_stands_out_says_when_and_what_helps() -> None:
    read = asked("ConsumedReadCapacityUnits", TableName=TABLE.name)
    throttled = asked("ReadThrottleEvents", TableName=TABLE.name)
    figures = {read: at((1, 900.0), (7, 900 * 12.5)), throttled: at((3, 1.0), (9, 4.0))}
    throttles, beyond = advice(TABLE, merge(TABLE, DAY, figures, NOW))
    assert f"5 times in this window, most in the 15 minutes from {TIMES[9]:%H:%M} UTC" in throttles.text
    assert (throttles.about, beyond.about) == ("capacity", "capacity")
    assert (
        f"12.5 of its 10 provisioned read units a second, in the 15 minutes from {TIMES[7]:%H:%M} UTC."
        in beyond.text
    )
    assert "more than it has now" in beyond.text
    demand = replace(TABLE, billing="PAY_PER_REQUEST")
    (only,) = advice(demand, merge(demand, DAY, figures, NOW))
    assert only.about == "keys" and "On demand" in only.text


def test_an_index_that_nobody_read_is_unused() -> None:
    names = [index.name for index in TABLE.indexes if index.is_global]
    first = asked("ConsumedReadCapacityUnits", TableName=TABLE.name, GlobalSecondaryIndexName=names[0])
    assert unused(TABLE, merge(TABLE, DAY, {}, NOW)) == tuple(names)
    assert unused(TABLE, merge(TABLE, DAY, {first: at((5, 0.5))}, NOW)) == tuple(names[1:])
