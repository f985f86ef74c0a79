"""Token buckets, by the vectors that a plain bucket must meet, and by what holds of every bucket."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.gateway.buckets import Buckets, Claim, Limit


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def passed(limit: Limit, times: Iterable[float]) -> int:
    clock = Clock()
    buckets = Buckets(clock)
    count = 0
    for when in times:
        clock.now = 1000.0 + when
        count += buckets.take([Claim("one", limit)]) is None
    return count


@pytest.mark.parametrize(
    ("rate", "burst", "times", "wanted"),
    [
        (5, 10, [0.0] * 20, 10),
        (5, 10, [0.0] * 20 + [1.0] * 20, 15),
        (5, 10, [0.0] * 20 + [1.0] * 20 + [3.0] * 20, 25),
        (20, 50, [number / 100 for number in range(1000)], 249),
        (0, 0, [0.0, 1.0, 3600.0], 0),
        (5, 0, [0.0, 1.0, 3600.0], 0),
        (0, 3, [0.0, 0.0, 0.0, 0.0, 3600.0], 3),
        (1, 5, [0.0] * 6, 5),
        (0.5, 1, [0.0, 1.0, 2.0, 3.0, 4.0], 3),
    ],
)
def test_how_many_pass(rate: float, burst: int, times: list[float], wanted: int) -> None:
    assert passed(Limit(rate, burst), times) == wanted


def test_a_request_takes_from_every_bucket_or_from_none() -> None:
    buckets = Buckets(Clock())
    wide, narrow = Claim("wide", Limit(1, 2)), Claim("narrow", Limit(1, 1))
    assert buckets.take([wide, narrow]) is None
    assert buckets.take([wide, narrow]) == narrow
    assert buckets.take([wide]) is None, "the refused request took nothing of the wide bucket"
    assert buckets.take([wide]) == wide


def test_a_changed_limit_acts_at_once() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    assert buckets.take([Claim("one", Limit(0, 0))]) is not None
    assert buckets.take([Claim("one", Limit(10, 5))]) is None
    assert buckets.take([Claim("one", Limit(0, 0))]) is not None
    clock.now += 3600
    assert buckets.take([Claim("one", Limit(0, 0))]) is not None


def test_a_clock_that_goes_back_gives_nothing_and_breaks_nothing() -> None:
    clock = Clock()
    buckets = Buckets(clock)
    claim = Claim("one", Limit(1, 1))
    assert buckets.take([claim]) is None
    clock.now -= 50
    assert buckets.take([claim]) == claim


@given(
    st.integers(0, 50),
    st.integers(0, 50),
    st.lists(st.floats(0, 5, allow_nan=False), min_size=1, max_size=100),
)
def test_never_more_than_the_burst_and_what_time_adds(rate: int, burst: int, gaps: list[float]) -> None:
    times, now = [], 0.0
    for gap in gaps:
        now += gap
        times.append(now)
    count = passed(Limit(rate, burst), times)
    assert count <= burst + rate * (times[-1] - times[0]) + 1e-6
    assert count >= min(len(times), burst)
