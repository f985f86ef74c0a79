"""The harness itself: what counts as equal, what is a step, when a run fails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.localaws.environment import ACCOUNT
from tests.conformance.compare import differences
from tests.conformance.known import reasons
from tests.conformance.normal import log_lines, normal
from tests.conformance.run import UNWRITTEN, Run, Step
from tests.conformance.runner import Report
from tests.localaws.support import REGION

UUID = "0b5dcb7a-6ee1-4a1e-8b0e-6ef3a04b6a01"


@pytest.mark.parametrize(
    ("recorded", "answered"),
    [
        ("<id:1>", "abc"),
        ("<latency>", 12),
        ("<content_length:1>", 12),
        ("<uuid:1>", UUID),
        ("arn:<partition>:x:<region>:111111111111:<id:1>/y", f"arn:aws:x:{REGION}:{ACCOUNT}:a/y"),
        ({"<id:1>:dev": {"n": 1}, "plain": True}, {"abc:dev": {"n": 1.0}, "plain": True}),
        (["<id:1>", "<id:2>", "<id:1>"], ["a", "b", "a"]),
        ({"schema": {"type": "object"}}, {"schema": '{"type" : "object"}'}),
        ("date", "2026-02-01T10:00:00Z"),
        ("<html><p>", "<html><p>"),
    ],
)
def test_equal(recorded: Any, answered: Any) -> None:
    assert differences(recorded, answered, {}) == []


@pytest.mark.parametrize(
    ("recorded", "answered", "place"),
    [
        (["<id:1>", "<id:1>"], ["a", "b"], "[1]"),
        (["<id:1>", "<id:2>"], ["a", "a"], "[1]"),
        ("<uuid:1>", "no-uuid", "the answer"),
        ("<id:1>", "", "the answer"),
        ("<id:1>", None, "the answer"),
        ("<html>", "other", "the answer"),
        ("date", "yesterday", "the answer"),
        (True, 1, "the answer"),
        ("1", 1, "the answer"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "a.b"),
        ({"a": 1}, {}, "a"),
        ({}, {"a": 1}, "a"),
        ([1], [1, 2], ": recorded 1 members"),
        ("111111111111", "222222222222", "the answer"),
    ],
)
def test_different(recorded: Any, answered: Any, place: str) -> None:
    found = differences(recorded, answered, {})
    assert len(found) == 1
    assert found[0].startswith(place)


def test_an_order_that_means_nothing() -> None:
    recorded = {"items": [{"id": "<id:1>", "n": 1}, {"id": "<id:2>", "n": 1}]}
    answered = {"items": [{"id": "b", "n": 1}, {"id": "a", "n": 1}]}
    known = {"<id:1>": "a"}
    assert differences(recorded, answered, dict(known))
    assert differences(recorded, answered, known, ("items",)) == []
    assert known == {"<id:1>": "a", "<id:2>": "b"}
    assert differences(recorded, {"items": answered["items"][:1]}, {}, ("items",))


def test_answers_are_kept_as_recordings_keep_them() -> None:
    answer = {
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "raw": b"x",
        "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {"a": "b"}, "RetryAttempts": 0},
    }
    metadata = {"HTTPStatusCode": 200, "HTTPHeaders": {}}
    assert normal(answer) == {"at": "datetime", "raw": "x", "ResponseMetadata": metadata}


def test_the_times_of_a_log() -> None:
    log = "one\nSat Nov 21 15:00:00 UTC 2026 : {Date=Sat, 21 Nov 2026 15:00:00 GMT}\n"
    lines = {
        "line00": "one",
        "line01": "DDD MMM dd hh:mm:ss UTC yyyy : {Date=Day, dd MMM yyyy hh:mm:ss GMT}",
        "line02": "",
    }
    assert log_lines({"log": log}) == {"log": lines}


def run(recorded: dict[str, Any], samples: Any) -> Run:
    return Run("file::name", recorded, "http://127.0.0.1:1", {}, samples)


def test_a_placeholder_means_the_same_in_later_steps(tmp_path: Any) -> None:
    playing = run({"a": "<id:1>", "b": "<id:1>", "c": "<id:1>"}, tmp_path)
    for step, value in (("a", "x"), ("b", "y"), ("c", "x"), ("d", "z")):
        playing.match(step, value, "Get")
    assert [step.passed for step in playing.steps.values()] == [True, False, True, False]
    assert playing.steps["d"].differences == ("no step of this name was recorded",)


def step(name: str, *found: str) -> Step:
    return Step("file::name", name, "Get", found)


def test_a_run_fails_for_what_is_not_listed_and_for_what_is_listed_and_passes() -> None:
    steps = (step("good"), step("bad", "x"), step("worse", "y"), step("never", UNWRITTEN))
    known = {("file::name", name): "reason" for name in ("good", "worse", "gone")}
    report = Report(steps, known | {("other::name", "good"): "not played"})
    assert [each.name for each in report.failed] == ["bad", "worse", "never"]
    assert [each.name for each in report.unlisted] == ["bad", "never"]
    assert report.struck == ["file::name good", "file::name gone"]
    assert [each.name for each in steps if each.unwritten] == ["never"]


def test_every_known_difference_has_a_reason() -> None:
    assert all(len(reason) > 20 and "not done" not in reason.lower() for reason in reasons().values())
