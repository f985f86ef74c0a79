"""The past as pure functions: the same every time, whole, with its shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.world.apis import lines, usage
from dashboard.localaws.world.apis.fill import PROD, TEST
from dashboard.localaws.world.apis.past import added, past
from dashboard.localaws.world.apis.plans import CUSTOMERS, NEARLY, QUOTAS, Plans
from dashboard.localaws.world.apis.shape import BUSIEST, DAYS, QUIETEST, incident, per_second, slots

TODAY = datetime(2026, 11, 21, tzinfo=UTC)
NOW = TODAY + timedelta(hours=15, minutes=7)
PLANS = Plans({"gold": "g", "trial": "t"}, {customer.number: customer.number for customer in CUSTOMERS})


def test_the_same_day_has_the_same_past() -> None:
    first = past(PROD, TODAY, NOW)
    assert first == past(PROD, TODAY, NOW)
    assert past(PROD, TODAY, NOW + timedelta(hours=2))[: len(first)] == first
    assert lines.rest_lines(PLANS.keys, TODAY, NOW) == lines.rest_lines(PLANS.keys, TODAY, NOW)


def test_the_slots_follow_each_other_up_to_now() -> None:
    spans = slots(TODAY, NOW)
    assert spans[0][0] == TODAY - timedelta(days=DAYS)
    for (when, seconds), (after, _) in pairwise(spans):
        assert when + timedelta(seconds=seconds) == after
    last, seconds = spans[-1]
    assert NOW - timedelta(seconds=300) < last + timedelta(seconds=seconds) <= NOW


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1)))
def test_the_rate_stays_between_quiet_and_busy(when: datetime) -> None:
    assert QUIETEST <= per_second(when) <= BUSIEST


def test_a_day_has_a_shape_and_a_week_a_rhythm() -> None:
    friday, saturday = datetime(2026, 11, 20, 10), datetime(2026, 11, 21, 10)
    assert per_second(friday) > 2 * per_second(friday.replace(hour=2))
    assert per_second(friday) > 1.4 * per_second(saturday)


def test_requests_and_latencies_add_up() -> None:
    for slot in past(PROD, TODAY, NOW):
        assert sum(slot.latencies.values()) == slot.requests
        assert 0 <= slot.client_errors + slot.server_errors <= slot.requests


def test_the_incident_is_nine_days_ago_for_an_hour() -> None:
    trouble = incident(TODAY)
    assert (TODAY - trouble.start).days == 8
    assert trouble.end - trouble.start == timedelta(hours=1)
    hurt = [slot for slot in past(PROD, TODAY, NOW) if slot.server_errors > slot.requests / 10]
    assert [slot.when for slot in hurt] == [trouble.start + timedelta(minutes=15 * n) for n in range(4)]


def test_stages_add_up_to_their_api() -> None:
    prod, test = past(PROD, TODAY, NOW), past(TEST, TODAY, NOW)
    for one, other, both in zip(prod, test, added([prod, test]), strict=True):
        assert both.requests == one.requests + other.requests == sum(both.latencies.values())


@pytest.mark.parametrize("day", [1, 2, 6, 15, 30])
def test_no_key_used_more_than_its_quota_on_any_day_of_a_month(day: int) -> None:
    today = datetime(2026, 11, day, tzinfo=UTC)
    prod = past(PROD, today, today + timedelta(hours=12))
    spent: dict[tuple[str, str, str], int] = {}
    for plan, key, when, used in usage.usage(PLANS, prod, today):
        assert used > 0
        spent[plan, key, when[:7]] = spent.get((plan, key, when[:7]), 0) + used
    assert {key for _, key, _ in spent} == {customer.number for customer in CUSTOMERS}
    for (plan, key, month), total in spent.items():
        assert total <= QUOTAS["gold" if plan == "g" else "trial"], (key, month)
    assert spent["t", "C-2015", "2026-11"] <= QUOTAS["trial"] - NEARLY
    assert usage.near(PLANS) == [("t", "C-2015", NEARLY)]


def test_gold_keys_did_not_use_more_than_the_stage_served() -> None:
    prod = past(PROD, TODAY, NOW)
    used = sum(count for *_, count in usage.usage(PLANS, prod, TODAY))
    assert 0.5 < used / sum(slot.requests for slot in prod) < 0.95


def test_a_disabled_key_has_stopped() -> None:
    days = [when for _, key, when, _ in usage.usage(PLANS, past(PROD, TODAY, NOW), TODAY) if key == "C-2020"]
    assert max(days) == "2026-11-09"


def test_log_lines_are_of_the_past_in_order_and_one_line_each() -> None:
    for streams in (lines.rest_lines(PLANS.keys, TODAY, NOW), lines.http_lines(TODAY, NOW)):
        every = [each for stream in streams.values() for each in stream]
        assert len(every) > 1500
        for stream in streams.values():
            assert stream == sorted(stream, key=lambda each: each[0])
        assert max(when for when, _ in every) < NOW.timestamp() * 1000
        assert not any("\n" in text or "$context" in text for _, text in every)
