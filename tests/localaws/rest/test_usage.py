"""What is used and what is left: pure rules, and the two operations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.apigateway.rest import quota
from dashboard.localaws.apigateway.store import Region
from tests.localaws.rest.support import answer, patch, refused, unique

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("period", "day", "start"),
    [
        ("DAY", date(2026, 11, 21), date(2026, 11, 21)),
        ("WEEK", date(2026, 11, 22), MONDAY),
        ("WEEK", MONDAY, MONDAY),
        ("MONTH", date(2026, 11, 30), date(2026, 11, 1)),
    ],
)
def test_where_a_period_begins(period: str, day: date, start: date) -> None:
    assert quota.period_start(period, day) == start


@pytest.mark.parametrize(
    ("plan", "used", "since", "left"),
    [
        ({}, {}, None, None),
        ({"limit": 10, "period": "WEEK"}, {}, None, 10),
        ({"limit": 10, "period": "WEEK"}, {0: 3, 1: 4}, None, 3),
        ({"limit": 10, "period": "WEEK"}, {-1: 9, 1: 4}, None, 6),
        ({"limit": 10, "period": "WEEK"}, {0: 30}, None, 0),
        ({"limit": 10, "period": "DAY"}, {0: 9, 2: 1}, None, 9),
        ({"limit": 10, "offset": 4, "period": "WEEK"}, {}, 1, 6),
        ({"limit": 10, "offset": 4, "period": "WEEK"}, {}, -7, 10),
    ],
)
def test_what_is_left_on_wednesday(
    plan: dict[str, Any], used: dict[int, int], since: int | None, left: int | None
) -> None:
    region = Region("r")
    for days, count in used.items():
        region.count("p", "k", (MONDAY + timedelta(days=days)).isoformat(), count)
    if since is not None:
        region.more["plan_key_since"] = {"p/k": (MONDAY + timedelta(days=since)).isoformat()}
    wednesday = MONDAY + timedelta(days=2)
    assert quota.left(region, {"id": "p"} | ({"quota": plan} if plan else {}), "k", wednesday) == left


@given(
    limit=st.integers(0, 1000),
    used=st.lists(st.integers(0, 500), max_size=5),
    wanted=st.lists(st.integers(0, 2000), min_size=1, max_size=3),
)
def test_what_is_set_is_left(limit: int, used: list[int], wanted: list[int]) -> None:
    region, plan = Region("r"), {"id": "p", "quota": {"limit": limit, "period": "MONTH"}}
    for count in used:
        region.count("p", "k", quota.today().isoformat(), count)
    for remaining in wanted:
        quota.set_left(region, plan, "k", remaining)
        assert quota.left(region, plan, "k", quota.today()) == remaining


def _plan_and_key(apigw: Any, **plan: Any) -> tuple[str, str]:
    made = apigw.create_usage_plan(name=unique("plan"), **plan)["id"]
    key = apigw.create_api_key(name=unique("key"), enabled=True)["id"]
    apigw.create_usage_plan_key(usagePlanId=made, keyId=key, keyType="API_KEY")
    return made, key


def test_it_works(apigw: Any) -> None:
    plan, key = _plan_and_key(apigw, quota={"limit": 10, "period": "MONTH"})
    today = quota.today().isoformat()
    days = {"usagePlanId": plan, "startDate": today, "endDate": today}
    assert answer(apigw.get_usage, **days) == days | {"items": {key: [[0, 10]]}}
    operation = patch("replace", "/remaining", "3")
    changed = answer(apigw.update_usage, usagePlanId=plan, keyId=key, patchOperations=[operation])
    assert changed == days | {"items": {key: [[0, 3]]}}
    assert apigw.get_usage(**days, keyId="other")["items"] == {}
    other = apigw.create_api_key(name=unique("key"))["id"]
    apigw.create_usage_plan_key(usagePlanId=plan, keyId=other, keyType="API_KEY")
    page = apigw.get_usage(**days, limit=1)
    assert list(page["items"]) == [key]
    assert list(apigw.get_usage(**days, limit=1, position=page["position"])["items"]) == [other]


@pytest.mark.parametrize(
    "days",
    [
        ("2026-11-02", "2026-11-01"),
        ("yesterday", "2026-11-01"),
        ("2020-01-01", "2026-11-01"),
        ("2026-11-01", ""),
    ],
)
def test_bad_days_are_refused(apigw: Any, days: tuple[str, str]) -> None:
    plan, _key = _plan_and_key(apigw)
    assert refused(apigw.get_usage, usagePlanId=plan, startDate=days[0], endDate=days[1])[:2] == (
        400,
        "BadRequestException",
    )


@pytest.mark.parametrize(
    "operation",
    [
        patch("replace", "/remaining", "-1"),
        patch("replace", "/remaining", "x"),
        patch("add", "/remaining", "1"),
        patch("replace", "/used", "1"),
    ],
)
def test_a_bad_change_is_refused(apigw: Any, operation: dict[str, str]) -> None:
    plan, key = _plan_and_key(apigw, quota={"limit": 10, "period": "DAY"})
    where = {"usagePlanId": plan, "keyId": key, "patchOperations": [operation]}
    assert refused(apigw.update_usage, **where)[0] == 400
    today = quota.today().isoformat()
    assert apigw.get_usage(usagePlanId=plan, startDate=today, endDate=today)["items"] == {key: [[0, 10]]}


def test_unknown_plans_and_keys(apigw: Any) -> None:
    plan, _key = _plan_and_key(apigw)
    today = quota.today().isoformat()
    assert refused(apigw.get_usage, usagePlanId="no", startDate=today, endDate=today)[2] == (
        "Invalid Usage Plan ID specified"
    )
    assert refused(apigw.update_usage, usagePlanId=plan, keyId="no", patchOperations=[])[0] == 404
