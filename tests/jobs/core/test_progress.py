"""Progress, rate and time left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.jobs.core.progress import duration, progress


@pytest.mark.parametrize(
    ("done", "total", "worked", "percent", "rate", "eta"),
    [
        (0, None, 0.0, None, None, None),
        (0, 100, 0.0, 0, None, None),
        (0, 0, 5.0, 100, None, None),
        (50, 100, 10.0, 50, 5.0, 10),
        (50, None, 10.0, None, 5.0, None),
        (50, 100, 0.5, 50, None, None),
        (199, 200, 100.0, 99, 1.99, 1),
        (120, 100, 10.0, 100, 12.0, 0),
    ],
)
def test_cases(
    done: int, total: int | None, worked: float, percent: int | None, rate: float | None, eta: int | None
) -> None:
    told = progress(done, total, worked)
    assert (told.percent, told.rate, told.eta) == (percent, rate, eta)


@given(st.integers(0, 10**15), st.none() | st.integers(0, 10**15), st.floats(0, 1e9))
def test_never_beyond_the_whole(done: int, total: int | None, worked: float) -> None:
    told = progress(done, total, worked)
    assert told.percent is None or 0 <= told.percent <= 100
    assert told.eta is None or told.eta >= 0
    assert told.percent != 100 or told.total == told.done


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (90_000, "25 h"),
    ],
)
def test_duration(seconds: int, words: str) -> None:
    assert duration(seconds) == words
