"""Every recorded answer, as a test: no difference but the listed ones, and no listed one that is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.known import places, reasons
from tests.conformance.runner import Report, play

SHARE = 0.95


@pytest.fixture(scope="module")
def report(samples: Path) -> Report:
    if not (samples / "recorded").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no recordings in {samples}")
        pytest.skip("the samples hold no recordings")
    return Report(play(samples), reasons(), places())


def test_nothing_differs_but_what_is_listed(report: Report) -> None:
    found = [f"{step.scenario} {step.name}: {step.differences[0]}" for step in report.unlisted]
    assert not found, "\n".join(found)


def test_what_is_listed_differs(report: Report) -> None:
    assert report.struck == []


def test_nearly_all_steps_pass(report: Report) -> None:
    assert len(report.failed) <= (1 - SHARE) * len(report.steps)
