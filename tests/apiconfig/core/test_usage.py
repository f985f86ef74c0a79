"""Usage out of GetUsage: AWS's counters and nothing else."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apiconfig.core import plans, usage
from apiconfig.core.plans import Quota
from apiconfig.core.usage import Usage, csv_rows, days_between, near_quota, no_formula, quota_period, rows_of
from tests.apiconfig import answers

START, END = date(2026, 2, 27), date(2026, 3, 1)
NAMES = {"k1": ("acme", "c1", True), "k2": ("globex", "", False)}
MONTH = Quota(5000, "MONTH")


def report(items: dict[str, Any], quota: Quota | None = MONTH, names: Any = NAMES) -> Usage:
    rows = rows_of(items, names, START, END, quota=quota)
    return Usage(plans.plan(answers.plan()), START, END, rows, datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_it_works() -> None:
    found = report({"k1": [[10, 4990], [20, 4970], [0, 5000]], "k2": [[1, 4999], [2, 4997], [300, 4700]]})
    assert [(row.name, row.total, row.left) for row in found.rows] == [
        ("globex", 303, 4700),
        ("acme", 30, 5000),
    ]
    assert found.days == (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1))
    assert found.totals == (11, 22, 300)


def test_used_is_never_computed_from_remaining() -> None:
    [row] = report({"k1": [[5, 4995], [5, 100], [5, 95]]}, names={"k1": NAMES["k1"]}).rows
    assert [day.used for day in row.days] == [5, 5, 5] and row.left == 95


def test_a_plan_without_a_quota_has_nothing_left_to_tell() -> None:
    found = report({"k1": [[5, 0], [5, 0], [5, 0]]}, quota=None)
    assert found.rows[0].left is None and near_quota(found.rows, None) == ()


def test_a_key_that_aws_does_not_mention_used_nothing() -> None:
    found = report({"k1": [[1, 1]]})
    assert [(row.key, row.total, row.left) for row in found.rows] == [("k1", 1, 1), ("k2", 0, None)]


def test_a_key_that_the_plan_no_longer_has_keeps_its_row() -> None:
    found = report({"old": [[7, 3]]}).rows[0]
    assert (found.title, found.gone, found.total) == ("old", True, 7)


def test_more_days_than_asked_for_are_not_counted() -> None:
    assert report({"k1": [[1, 1]] * 9}).rows[0].total == 3


def test_keys_near_their_quota() -> None:
    found = report({"k1": [[0, 1000]], "k2": [[0, 1001]]})
    assert [row.key for row in near_quota(found.rows, MONTH)] == ["k1"]


@pytest.mark.parametrize(
    ("period", "today", "start", "end"),
    [
        ("DAY", date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)),
        ("WEEK", date(2026, 3, 1), date(2026, 2, 23), date(2026, 3, 2)),
        ("WEEK", date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 9)),
        ("MONTH", date(2026, 2, 28), date(2026, 2, 1), date(2026, 3, 1)),
        ("MONTH", date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_periods_of_a_quota(period: str, today: date, start: date, end: date) -> None:
    assert quota_period(Quota(1, period), today) == usage.Period(start, end)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r1", "  =1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "acme", "1-2", "<b>", "a=b", "Ünïcode"])
def test_other_text_stays(text: str) -> None:
    assert no_formula(text) == text


@given(st.text(max_size=20), st.text(max_size=20))
def test_csv_comes_back_as_it_went(name: str, customer: str) -> None:
    out = io.StringIO()
    found = report({"k": [[1, 2], [3, 4], [5, 6]]}, names={"k": (name, customer, True)})
    csv.writer(out).writerows(csv_rows(found))
    if "\0" in name + customer:
        return  # Python's reader of CSV refuses U+0000
    header, *lines = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert header == list(usage.CSV_HEADER)
    assert [line[2:] for line in lines] == [
        ["k", no_formula(name), no_formula(customer), day.isoformat(), str(used), str(used + 1)]
        for day, used in zip(days_between(START, END), (1, 3, 5), strict=True)
    ]
