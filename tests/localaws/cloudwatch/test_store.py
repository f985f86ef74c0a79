"""The store of metrics: aggregates, percentiles, alignment, retention, keeping."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.cloudwatch.cell import Cell, bucket, middle
from dashboard.localaws.cloudwatch.columns import Columns
from dashboard.localaws.cloudwatch.files import MetricFiles
from dashboard.localaws.cloudwatch.store import DAY, MetricStore
from dashboard.localaws.state import StateError

NOW = 1_795_000_000 // DAY * DAY + 10 * 3600


def store() -> MetricStore:
    return MetricStore(clock=lambda: NOW)


def test_it_works() -> None:
    metrics = store().region("eu-central-1")
    for value in (10.0, 20.0, 30.0):
        metrics.put("AWS/ApiGateway", "Latency", {"Stage": "prod", "ApiName": "a"}, NOW + 5, value)
    series = metrics.find("AWS/ApiGateway", "Latency", {"ApiName": "a", "Stage": "prod"})
    assert series is not None
    cell = series.cells(NOW, NOW + 60, 60, True)[NOW]
    assert (cell.total, cell.count, cell.low, cell.high) == (60, 3, 10, 30)
    assert cell.percentile(50) == pytest.approx(20, rel=0.006)
    assert metrics.find("AWS/ApiGateway", "Latency", {"ApiName": "a"}) is None


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_a_bucket_is_half_a_percent_wide_each_way(value: float) -> None:
    assert middle(bucket(value)) == pytest.approx(value, rel=0.0051)
    assert middle(bucket(-value)) == pytest.approx(-value, rel=0.0051)


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=60), st.integers(1, 100))
def test_percentiles_are_the_nearest_rank(values: list[int], percent: int) -> None:
    exact = sorted(values)[math.ceil(percent / 100 * len(values)) - 1]
    assert Cell.of(values).percentile(percent) == pytest.approx(exact, rel=0.0051)


@given(st.lists(st.lists(st.sampled_from([0.0, 1.0, 2.5, -3.0, 250.0]), min_size=1, max_size=9), max_size=9))
def test_columns_give_back_what_they_got(rows: list[list[float]]) -> None:
    columns = Columns()
    for number, values in enumerate(rows):
        columns.append(number * 60, Cell.of(values))
    loaded, rest = Columns.load(columns.dump()[0], memoryview(columns.dump()[1]))
    assert list(loaded.cells()) == [(n * 60, Cell.of(values)) for n, values in enumerate(rows)]
    assert len(rest) == 0


@pytest.mark.parametrize("period", [60, 120, 300, 3600, 7200])
def test_every_period_adds_up_over_open_and_closed_minutes(period: int) -> None:
    metrics = store().region("r")
    for minute in range(240):
        metrics.put("n", "m", {}, NOW - 240 * 60 + minute * 60, 2.0, count=3)
    series = metrics.find("n", "m", {})
    assert series is not None
    cells = series.cells(NOW - 240 * 60, NOW, period, True)
    assert sorted(cells) == list(range(NOW - 240 * 60, NOW, period))
    assert {cell.count for cell in cells.values()} == {period // 60 * 3}


def test_periods_count_from_the_start() -> None:
    metrics = store().region("r")
    metrics.insert("n", "m", {}, [(NOW + minute * 60, Cell.of([1.0])) for minute in range(20)])
    series = metrics.find("n", "m", {})
    assert series is not None
    assert sorted(series.cells(NOW + 120, NOW + 720, 300, False)) == [NOW + 120, NOW + 420]


def test_what_is_old_is_coarse_and_what_is_very_old_is_gone() -> None:
    metrics = store().region("r")
    ages = (10, 20, 100, 500)
    metrics.insert(
        "n", "m", {}, [(NOW - age * DAY + 60 * i, Cell.of([1.0])) for age in ages for i in range(60)]
    )
    series = metrics.find("n", "m", {})
    assert series is not None
    found = {
        (age, period): sum(c.count for c in series.cells(at, at + 3600, period, False).values())
        for age in ages
        for period in (60, 300, 3600)
        for at in [NOW - age * DAY]
    }
    assert found == {
        **{(10, p): 60 for p in (60, 300, 3600)},
        **{(20, 60): 0, (20, 300): 60, (20, 3600): 60},
        **{(100, 60): 0, (100, 300): 0, (100, 3600): 60},
        **{(500, p): 0 for p in (60, 300, 3600)},
    }


def test_time_makes_minutes_coarse() -> None:
    clock = [float(NOW)]
    metrics = MetricStore(clock=lambda: clock[0])
    metrics.region("r").insert("n", "m", {}, [(NOW + 60 * i, Cell.of([1.0, 5.0])) for i in range(10)])
    clock[0] += 20 * DAY
    metrics.age()
    series = metrics.region("r").find("n", "m", {})
    assert series is not None
    assert {at: c.count for at, c in series.cells(NOW, NOW + 600, 300, True).items()} == {
        NOW: 10,
        NOW + 300: 10,
    }


def test_what_is_saved_is_read_back_with_the_open_minutes(tmp_path: Path) -> None:
    first = store()
    metrics = first.region("eu-central-1")
    metrics.insert("n", "m", {"a": "b"}, [(NOW - DAY + 60 * i, Cell.flags(1, 9)) for i in range(9)], "Count")
    metrics.put("n", "m", {"a": "b"}, NOW, 7.0)
    files = MetricFiles(tmp_path, first)
    first.on_change(files.touched)
    files.save()
    metrics.put("n", "m", {"a": "b"}, NOW, 8.0)
    assert files.dirty
    files.save()
    second = store()
    MetricFiles(tmp_path, second).load()
    before, after = (s.region("eu-central-1").find("n", "m", {"a": "b"}) for s in (first, second))
    assert before and after and after.unit == "Count"
    whole = (NOW - 2 * DAY, NOW + DAY, 60, True)
    assert after.cells(*whole) == before.cells(*whole)
    assert after.cells(*whole)[NOW].total == 15


def test_only_the_days_that_changed_are_written(tmp_path: Path) -> None:
    metrics = store()
    files = MetricFiles(tmp_path, metrics)
    metrics.region("r").insert("n", "m", {}, [(NOW - DAY, Cell.of([1.0]))])
    files.save()
    (old,) = (tmp_path / "metrics").iterdir()
    old.write_bytes(b"kept")
    metrics.region("r").put("n", "m", {}, NOW, 1.0)
    files.save()
    assert old.read_bytes() == b"kept"
    assert len(list((tmp_path / "metrics").iterdir())) == 2


def test_after_a_reset_nothing_is_left_on_disk(tmp_path: Path) -> None:
    metrics = store()
    files = MetricFiles(tmp_path, metrics)
    metrics.region("r").put("n", "m", {}, NOW, 1.0)
    files.save()
    metrics.reset()
    files.save()
    assert list((tmp_path / "metrics").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"other", b"metrics-1\n\x02\x00\x00\x00{}", b"metrics-1\n\xff\xff"])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "20000.bin").write_bytes(content)
    with pytest.raises(StateError, match="demo-reset"):
        MetricFiles(tmp_path, store()).load()
