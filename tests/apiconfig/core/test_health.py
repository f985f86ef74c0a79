"""Three kinds of API with different metrics as one view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apiconfig.core import apis
from apiconfig.core.health import (
    FIGURES,
    Subject,
    dimensions,
    merge,
    metric_name,
    queries,
)
from dashboard.core.metrics import Series
from dashboard.core.windows import WINDOWS, axis
from tests.apiconfig import answers

NOW = datetime(2026, 3, 1, 12, 7, 30, tzinfo=UTC)
DAY = WINDOWS["24h"]
REST = apis.rest_api(answers.rest_api())
HTTP = apis.v2_api(answers.v2_api())
SOCKET = apis.v2_api(answers.v2_api("w1b2c3d4e5", "feed", "WEBSOCKET"))


def test_it_works() -> None:
    asked = queries([Subject(REST, "prod")], DAY)
    assert [(query.id, query.metric, query.statistic) for query in asked] == [
        ("m0_0_0", "Count", "SampleCount"),
        ("m0_1_0", "4XXError", "Sum"),
        ("m0_2_0", "5XXError", "Sum"),
        ("m0_3_0", "Latency", "p50"),
        ("m0_4_0", "Latency", "p95"),
    ]
    assert all(query.dimensions == {"ApiName": "pets", "Stage": "prod"} for query in asked)
    assert {query.period for query in asked} == {900}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (Subject(HTTP, "$default"), {"ApiId": "h1b2c3d4e5", "Stage": "$default"}),
        (Subject(SOCKET), {"ApiId": "w1b2c3d4e5"}),
        (Subject(REST), {"ApiName": "pets"}),
    ],
)
def test_dimensions(subject: Subject, expected: dict[str, str]) -> None:
    assert dimensions(subject) == expected


def test_names_of_metrics_differ_by_kind() -> None:
    http = {query.metric for query in queries([Subject(HTTP)], DAY)}
    socket = {query.metric for query in queries([Subject(SOCKET)], DAY)}
    assert http == {"Count", "4xx", "5xx", "Latency"}
    assert socket == {
        "ConnectCount",
        "MessageCount",
        "ClientError",
        "ExecutionError",
        "IntegrationError",
        "IntegrationLatency",
    }


@pytest.mark.parametrize(
    ("name", "filed"), [("pets", "pets"), ("Päts", "Pts"), ("日本", "id1"), ("a b<i>", "a b<i>"), ("", "id1")]
)
def test_the_name_that_cloudwatch_files_an_api_under(name: str, filed: str) -> None:
    assert metric_name(name, "id1") == filed


@pytest.mark.parametrize(("window", "points"), [("3h", 36), ("24h", 96), ("7d", 168), ("30d", 120)])
def test_the_time_axis(window: str, points: int) -> None:
    times = axis(WINDOWS[window], NOW)
    assert len(times) == points
    assert times[-1] <= NOW < times[-1] + timedelta(seconds=WINDOWS[window].period)
    assert all(time.timestamp() % WINDOWS[window].period == 0 for time in times)


def test_series_are_laid_on_the_axis() -> None:
    times = axis(DAY, NOW)
    found = merge(
        [Subject(REST, "prod")],
        DAY,
        {
            "m0_0_0": Series((times[0], times[-1], NOW - timedelta(days=9)), (10.0, 5.0, 99.0)),
            "m0_1_0": Series((times[0],), (3.0,)),
            "m0_4_0": Series((times[0], times[-1]), (80.0, 120.5)),
        },
        NOW,
    )
    [row] = found.rows
    assert (row.total, row.client_error_total, row.server_error_total, row.worst_p95) == (15, 3, 0, 120.5)
    assert row.requests[0] == 10 and row.requests[1] is None
    assert row.server_errors[0] == 0 and row.server_errors[1] is None
    assert row.has_data and found.complete


def test_a_websockets_figures_are_added_up() -> None:
    times = axis(DAY, NOW)
    ids = {(query.metric, query.statistic): query.id for query in queries([Subject(SOCKET)], DAY)}
    [row] = merge(
        [Subject(SOCKET)],
        DAY,
        {
            ids["ConnectCount", "Sum"]: Series((times[0],), (2.0,)),
            ids["MessageCount", "Sum"]: Series((times[0], times[1]), (5.0, 7.0)),
            ids["IntegrationError", "Sum"]: Series((times[1],), (1.0,)),
        },
        NOW,
    ).rows
    assert row.requests[:3] == (7.0, 7.0, None)
    assert row.server_errors[:2] == (0.0, 1.0)
    assert any("WebSocket" in note for note in row.notes)


def test_no_metrics_at_all() -> None:
    found = merge([Subject(REST, "prod"), Subject(HTTP)], DAY, {}, NOW)
    assert not any(row.has_data for row in found.rows)
    assert all(set(row.requests) == {None} for row in found.rows)


def test_two_apis_of_one_name_are_said_to_be_mixed() -> None:
    twin = apis.rest_api(answers.rest_api("twin000001"))
    accent = apis.rest_api(answers.rest_api("accent0001", "petś"))
    filed_alike = apis.rest_api(answers.rest_api("other00001", "pet"))
    rows = merge(
        [Subject(REST), Subject(accent), Subject(HTTP)], DAY, {}, NOW, known=[REST, twin, filed_alike]
    ).rows
    notes = {row.api.id: " ".join(row.notes) for row in rows}
    assert "2 APIs here have this one" in notes[REST.id] and "twin000001" not in notes[REST.id]
    assert "2 APIs here" in notes["accent0001"] and "filed as “pet”" in notes["accent0001"]
    assert notes[HTTP.id] == ""


def test_rows_are_busiest_first_and_an_unfinished_answer_is_said() -> None:
    times = axis(DAY, NOW)
    answer = {"m1_0_0": Series((times[3],), (9.0,), complete=False)}
    found = merge([Subject(REST), Subject(HTTP)], DAY, answer, NOW)
    assert [row.api.id for row in found.rows] == [HTTP.id, REST.id]
    assert not found.complete
    assert len(FIGURES) == 5
