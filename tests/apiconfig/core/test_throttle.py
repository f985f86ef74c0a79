"""Throttles: what decides, what a change means, and steps that lead there and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apiconfig.core import throttle
from apiconfig.core.patch import apply, inverse
from apiconfig.core.stage_steps import FRESH
from apiconfig.core.throttle import Limits
from dashboard.core.patches import Patch

ACCOUNT = Limits(Decimal(10000), 5000)


def limits(rate: Any, burst: int) -> Limits:
    return Limits(Decimal(str(rate)), burst)


def record(rate: float, burst: int, **others: Any) -> dict[str, Any]:
    return {**FRESH, "throttlingRateLimit": rate, "throttlingBurstLimit": burst, **others}


def stage(**settings: Any) -> dict[str, Any]:
    return {"stageName": "prod", "methodSettings": settings}


def test_it_works() -> None:
    before = {"stageName": "prod", "methodSettings": {"*/*": record(100.0, 50)}}
    assert throttle.stage_limits(before) == {"*/*": limits(100, 50)}
    steps = throttle.patches(before, {"*/*": limits(5, 10)})
    assert steps == (
        Patch("replace", "/*/*/throttling/rateLimit", "5"),
        Patch("replace", "/*/*/throttling/burstLimit", "10"),
    )
    assert throttle.stage_limits(apply(before, steps)) == {"*/*": limits(5, 10)}
    assert apply(apply(before, steps), inverse(steps, before)) == before


# layers given, what holds, where the rate and the burst come from
DECIDED: list[tuple[dict[str, Any], Limits, str, str]] = [
    ({}, ACCOUNT, "account", "account"),
    ({"stage": limits(100, 50)}, limits(100, 50), "stage", "stage"),
    ({"stage": limits(20000, 50)}, limits(10000, 50), "account", "stage"),
    ({"stage": limits(100, 50), "route": limits(200, 60)}, limits(200, 60), "route", "route"),
    ({"route": limits(5, 90), "plan": limits(10, 20)}, limits(5, 20), "route", "plan"),
    ({"plan": limits(10, 20), "plan_route": limits(2, 30)}, limits(2, 20), "plan route", "plan"),
    ({"plan": limits(10, 20), "key_required": False}, ACCOUNT, "account", "account"),
    ({"stage": Limits()}, ACCOUNT, "account", "account"),
    ({"stage": Limits(Decimal(7), None)}, limits(7, 5000), "stage", "account"),
    ({"stage": ACCOUNT}, ACCOUNT, "stage", "stage"),
    ({"stage": limits(0, 0), "plan": limits(10, 20)}, limits(0, 0), "stage", "stage"),
]


@pytest.mark.parametrize(("given_", "holds", "rate", "burst"), DECIDED)
def test_what_decides(given_: dict[str, Any], holds: Limits, rate: str, burst: str) -> None:
    found = throttle.effective(account=ACCOUNT, **given_)
    assert found.limits == holds
    assert found.rate_from and found.burst_from
    assert (found.rate_from.name, found.burst_from.name) == (rate, burst)


def test_nothing_known_decides_nothing() -> None:
    found = throttle.effective(account=Limits())
    assert (found.limits, found.rate_from, found.burst_from, found.layers) == (Limits(), None, None, ())


def test_what_the_figures_do_not_say() -> None:
    plan = limits(10, 20)
    assert "0 blocks every call." in throttle.effective(account=ACCOUNT, stage=limits(0, 0)).notes
    (note,) = throttle.effective(account=ACCOUNT, plan=plan, key_required=False).notes
    assert "no API key" in note
    layers = throttle.effective(account=ACCOUNT, plan=plan, stage=limits(1, 1)).layers
    assert [layer.name for layer in layers] == ["plan", "stage", "account"]
    assert "for each key by itself" in layers[0].words


some = st.builds(limits, st.integers(0, 20000), st.integers(0, 9999)) | st.just(Limits()) | st.none()


@given(some, some, some, some)
def test_no_layer_raises_another(stage_: Any, route: Any, plan: Any, plan_route: Any) -> None:
    found = throttle.effective(account=ACCOUNT, stage=stage_, route=route, plan=plan, plan_route=plan_route)
    assert found.limits.rate is not None and found.limits.burst is not None
    for layer in found.layers:
        assert layer.limits.rate is not None and layer.limits.burst is not None
        assert found.limits.rate <= layer.limits.rate
        assert found.limits.burst <= layer.limits.burst


ENTERED: list[tuple[str, str, Limits]] = [
    ("", "", Limits()),
    ("  ", " ", Limits()),
    ("5", "10", limits(5, 10)),
    (" 0.5 ", "010", limits("0.5", 10)),
    ("0", "0", limits(0, 0)),
    ("2147483647", "2147483647", limits(2147483647, 2147483647)),
    ("5", "5000", limits(5, 5000)),
]


@pytest.mark.parametrize(("rate", "burst", "meant"), ENTERED)
def test_what_was_entered(rate: str, burst: str, meant: Limits) -> None:
    parsed = throttle.parse_limits(rate, burst)
    assert (parsed.limits, dict(parsed.errors)) == (meant, {})


WRONG = [
    ("5", "", {"burst": "Enter the burst as well"}),
    ("", "5", {"rate": "Enter the rate as well"}),
    ("-1", "-5", {"rate": "cannot be negative", "burst": "cannot be negative"}),
    ("\u22121", "5", {"rate": "cannot be negative"}),
    ("2147483648", "99999999999", {"rate": "at most 2,147,483,647", "burst": "at most 2,147,483,647"}),
    ("9" * 500, "5", {"rate": "a number such as 50"}),
    ("1,000", "5", {"rate": "without separators"}),
    ("1e3", "5", {"rate": "digits only"}),
    ("NaN", "Infinity", {"rate": "a number such as", "burst": "a whole number"}),
    ("5", "1.5", {"burst": "a whole number"}),
    (".5", "5", {"rate": "a number such as"}),
    ("+5", "5", {"rate": "digits only"}),
    ("٣", "5", {"rate": "digits only"}),
    ("<b>", "0x1f", {"rate": "digits only", "burst": "digits only"}),
]


@pytest.mark.parametrize(("rate", "burst", "told"), WRONG)
def test_what_cannot_be_used_says_why(rate: str, burst: str, told: dict[str, str]) -> None:
    parsed = throttle.parse_limits(rate, burst)
    assert parsed.limits is None
    assert set(parsed.errors) == set(told)
    for name, part in told.items():
        assert part in parsed.errors[name]


@given(st.text(), st.text())
def test_anything_entered_is_a_throttle_or_a_sentence(rate: str, burst: str) -> None:
    parsed = throttle.parse_limits(rate, burst)
    assert (parsed.limits is None) == bool(parsed.errors)


SAID = [
    (Limits(), Limits(), ["Nothing changes."]),
    (limits(5, 5), limits("5.0", 5), ["Nothing changes."]),
    (limits(100, 50), limits(0, 0), ["0 blocks every call", "Fewer calls pass: 0 a second instead of 100"]),
    (limits(100, 50), limits(10, 0), ["0 blocks every call: with a burst of 0"]),
    (limits(100, 50), limits(0, 50), ["0 blocks every call once the burst is used up"]),
    (Limits(), limits(5, 10), ["instead of 10,000, the account's limit", "A burst above the rate is fine"]),
    (limits(5, 5), limits(50, 10), ["More calls pass: 50 a second instead of 5", "A burst below the rate"]),
    (limits(5, 5), limits(20000, 9000), ["account's 10,000 a second decides", "burst of 5,000 decides"]),
    (limits(5, 5), Limits(), ["the stage's default decide"]),
    (limits(5, 5), limits(5, 6), ["At one instant 6 calls pass instead of 5"]),
    (
        limits(5, 5),
        limits(5, 1),
        ["At one instant 1 call passes instead of 5", "of more than 1 call at one instant"],
    ),
    (limits(5, 5), limits("0.5", 1), ["up to 1 call at once, then 0.5 a second"]),
]


@pytest.mark.parametrize(("before", "after", "parts"), SAID)
def test_a_change_in_words(before: Limits, after: Limits, parts: list[str]) -> None:
    told = throttle.words(before, after, account=ACCOUNT, above="the stage's default")
    for part in parts:
        assert any(part in sentence for sentence in told), (part, told)


def test_blocking_comes_first() -> None:
    assert throttle.words(limits(1, 1), limits(0, 0), account=ACCOUNT)[0].startswith("0 blocks every call")
    assert not any("0 blocks" in one for one in throttle.words(Limits(), limits(1, 1), account=ACCOUNT))


def test_frozen_copies_are_explained() -> None:
    before = stage(**{"*/*": record(100.0, 50), "~1pets~1{id}/GET": record(10000.0, 5000)})
    assert throttle.frozen_routes(before) == ("GET /pets/{id}",)
    told = throttle.frozen(before, "GET /pets/{id}")
    assert "10,000 a second, burst 5,000, not the stage's default (100 a second, burst 50)" in told
    assert throttle.frozen(before, "GET /other") == throttle.frozen(before, "*/*") == ""
    assert "copy of all of the stage's settings for GET /other" in throttle.freezes(before, "GET /other")
    assert throttle.freezes(before, "GET /pets/{id}") == throttle.freezes(before, "*/*") == ""


def test_other_settings_that_go_with_a_limit_are_named() -> None:
    before = stage(
        **{"*/*": record(1.0, 1, loggingLevel="INFO"), "a/GET": record(2.0, 2, cachingEnabled=True)}
    )
    assert throttle.lost_settings(before, "GET /a") == (
        "logging/loglevel is OFF and becomes INFO",
        "caching/enabled is true and becomes false",
    )
    assert throttle.lost_settings(before, "*/*") == ("logging/loglevel is INFO and becomes OFF",)
    assert throttle.lost_settings(before, "GET /b") == ()


def test_what_stands_already_needs_no_step() -> None:
    before = stage(**{"*/*": record(5.0, 10)})
    assert throttle.patches(before, {"*/*": limits("5.00", 10), "GET /a": Limits()}) == ()


def test_a_routes_limit_and_its_removal() -> None:
    before = stage(**{"pets/GET": record(5.0, 10)})
    changes = {"GET /pets": Limits(), "POST /": limits(1, 2)}
    assert throttle.patches(before, changes) == (
        Patch("remove", "/pets/GET"),
        Patch("replace", "/~1/POST/throttling/rateLimit", "1"),
        Patch("replace", "/~1/POST/throttling/burstLimit", "2"),
    )


@pytest.mark.parametrize("value", [-1, -1.0])
def test_minus_one_is_no_limit(value: float) -> None:
    found = throttle.stage_limits(stage(**{"*/*": record(value, int(value))}))
    assert found == {"*/*": Limits()}


routes = st.sampled_from(["*/*", "GET /a", "GET /a/{id}", "POST /", "ANY /b"])
set_limits = st.builds(limits, st.integers(0, 20000) | st.decimals(0, 99, places=2), st.integers(0, 9999))
wanted = st.dictionaries(routes, set_limits | st.just(Limits()), min_size=1)
rest_stages = st.dictionaries(
    st.sampled_from(["*/*", "a/GET", "~1a~1{id}/GET", "~1/POST"]),
    st.builds(record, st.integers(0, 20000).map(float), st.integers(0, 9999)),
).map(lambda settings: {"stageName": "prod", "methodSettings": settings})


@given(rest_stages, wanted)
def test_the_steps_set_what_was_asked_and_their_inverse_undoes_it(
    before: dict[str, Any], changes: dict[str, Limits]
) -> None:
    steps = throttle.patches(before, changes)
    after = apply(before, steps)
    expected = {**throttle.stage_limits(before), **changes}
    assert throttle.stage_limits(after) == {r: one for r, one in expected.items() if not one.empty}
    assert apply(after, inverse(steps, before)) == before


def v2(default: Any = None, **routes: Any) -> dict[str, Any]:
    return {"StageName": "$default", "DefaultRouteSettings": default or {}, "RouteSettings": routes}


def v2_record(rate: float, burst: int, **others: Any) -> dict[str, Any]:
    return {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst, **others}


def carried_out(before: dict[str, Any], change: throttle.V2Change) -> dict[str, Any]:
    """What AWS makes of it: deletions first, then records replaced one by one."""
    kept = {key: one for key, one in before["RouteSettings"].items() if key not in change.delete}
    return {
        **before,
        **change.update,
        "RouteSettings": {**kept, **change.update.get("RouteSettings", {})},
    }


def test_v2_keeps_a_records_other_settings() -> None:
    before = v2({"DetailedMetricsEnabled": True}, **{"GET /a": {"LoggingLevel": "INFO"}})
    change = throttle.v2_change(
        before, {"*/*": limits(5, 10), "GET /a": limits(1, 2), "GET /b": limits(3, 4)}
    )
    assert change == throttle.V2Change(
        {
            "DefaultRouteSettings": v2_record(5.0, 10, DetailedMetricsEnabled=True),
            "RouteSettings": {"GET /a": v2_record(1.0, 2, LoggingLevel="INFO"), "GET /b": v2_record(3.0, 4)},
        }
    )
    assert throttle.v2_limits(carried_out(before, change)) == {
        "*/*": limits(5, 10),
        "GET /a": limits(1, 2),
        "GET /b": limits(3, 4),
    }


def test_v2_removal() -> None:
    before = v2(
        v2_record(5.0, 10),
        **{"GET /a": v2_record(1.0, 2), "GET /b": v2_record(1.0, 2, DetailedMetricsEnabled=True)},
    )
    change = throttle.v2_change(before, {"*/*": Limits(), "GET /a": Limits(), "GET /b": Limits()})
    assert change.delete == ("GET /a", "GET /b")
    assert change.update == {
        "DefaultRouteSettings": {},
        "RouteSettings": {"GET /b": {"DetailedMetricsEnabled": True}},
    }
    assert throttle.v2_limits(carried_out(before, change)) == {}


def test_v2_never_sends_a_zero_that_nobody_entered() -> None:
    change = throttle.v2_change(v2(), {"GET /a": Limits(Decimal(5), None)})
    assert change.update == {"RouteSettings": {"GET /a": {"ThrottlingRateLimit": 5.0}}}
    assert throttle.v2_change(v2(), {"*/*": Limits()}) == throttle.V2Change()


v2_routes = st.sampled_from(["*/*", "GET /a", "$default", "ANY /{proxy+}"])
v2_records = st.builds(v2_record, st.integers(0, 999).map(float), st.integers(0, 999)) | st.builds(
    v2_record, st.integers(0, 999).map(float), st.integers(0, 999), LoggingLevel=st.just("INFO")
)
v2_stages = st.builds(
    lambda default, routes_: v2(default, **routes_),
    st.none() | v2_records,
    st.dictionaries(st.sampled_from(["GET /a", "$default"]), v2_records),
)


@given(v2_stages, st.dictionaries(v2_routes, set_limits | st.just(Limits()), min_size=1))
def test_v2_leads_there_and_back(before: dict[str, Any], changes: dict[str, Limits]) -> None:
    after = carried_out(before, throttle.v2_change(before, changes))
    expected = {**throttle.v2_limits(before), **changes}
    assert throttle.v2_limits(after) == {r: one for r, one in expected.items() if not one.empty}
    back = carried_out(after, throttle.v2_change(after, throttle.v2_inverse(before, changes)))
    assert back == before
