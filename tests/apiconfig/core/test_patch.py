"""Steps on a stage: their paths, what they make of it, and that the steps back lead back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apiconfig.core.patch import (
    PatchError,
    apply,
    between,
    escape,
    inverse,
    key_of,
    method_path,
    normal,
    split,
    text,
    unescape,
)
from apiconfig.core.stage_steps import FRESH, SETTINGS
from dashboard.core.patches import Patch

RATE, BURST = "throttling/rateLimit", "throttling/burstLimit"


def record(**changed: Any) -> dict[str, Any]:
    return {**FRESH, **changed}


def stage(**members: Any) -> dict[str, Any]:
    return {
        "stageName": "prod",
        "deploymentId": "d1",
        "methodSettings": {},
        "tracingEnabled": False,
        **members,
    }


def test_it_works() -> None:
    before = stage(methodSettings={"*/*": record(throttlingRateLimit=100.0, loggingLevel="INFO")})
    steps = [Patch("replace", method_path(key_of({}, "GET /pets/{id}"), RATE), "5")]
    after = apply(before, steps)
    assert after["methodSettings"]["~1pets~1{id}/GET"] == record(throttlingRateLimit=5.0, loggingLevel="INFO")
    assert inverse(steps, before) == (Patch("remove", "/~1pets~1{id}/GET"),)
    assert apply(after, inverse(steps, before)) == before


@pytest.mark.parametrize(
    ("name", "segment"),
    [("/pets/{id}", "~1pets~1{id}"), ("/", "~1"), ("a~b", "a~0b"), ("~1", "~01"), ("é", "é")],
)
def test_escaping(name: str, segment: str) -> None:
    assert (escape(name), unescape(segment)) == (segment, name)


@given(st.lists(st.text(), min_size=1))
def test_a_path_gives_its_names_back(names: list[str]) -> None:
    assert split("/" + "/".join(escape(name) for name in names)) == tuple(names)


def test_a_path_begins_with_a_slash() -> None:
    with pytest.raises(ValueError, match="begins with /"):
        split("variables/a")


@pytest.mark.parametrize(
    ("key", "route"),
    [
        ("*/*", "*/*"),
        ("test/GET", "GET /test"),
        ("~1pets~1{id}/GET", "GET /pets/{id}"),
        ("pets/{id}/GET", "GET /pets/{id}"),
        ("~1/POST", "POST /"),
        ("~1a/ANY", "ANY /a"),
    ],
)
def test_keys_of_settings_as_routes(key: str, route: str) -> None:
    assert normal(key) == route
    assert key_of({key: {}}, route) == key  # an entry keeps the key it was made under
    assert normal(key_of({}, route)) == route


def test_an_entry_is_addressed_as_it_was_made() -> None:
    before = stage(methodSettings={"test/GET": record()})
    path = method_path(key_of(before["methodSettings"], "GET /test"), BURST)
    assert path == "/test/GET/throttling/burstLimit"
    assert list(apply(before, [Patch("replace", path, "7")])["methodSettings"]) == ["test/GET"]
    other = apply(before, [Patch("replace", f"/~1test/GET/{BURST}", "7")])
    assert other["methodSettings"] == {"test/GET": record(throttlingBurstLimit=7)}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (False, "false"),
        (10000.0, "10000"),
        (0.5, "0.5"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (100, "100"),
        ("INFO", "INFO"),
    ],
)
def test_values_are_text(value: Any, written: str) -> None:
    assert text(value) == written


def test_a_change_of_the_default_does_not_reach_a_method_with_its_own_record() -> None:
    before = stage(methodSettings={"*/*": record(), "a/GET": record(throttlingBurstLimit=9)})
    after = apply(before, [Patch("replace", f"/*/*/{BURST}", "1")])
    assert after["methodSettings"]["a/GET"]["throttlingBurstLimit"] == 9
    assert inverse([Patch("replace", f"/*/*/{BURST}", "1")], before) == (
        Patch("replace", f"/*/*/{BURST}", "5000"),
    )


def test_a_record_that_was_removed_is_made_again_whole() -> None:
    before = stage(methodSettings={"*/*": record(throttlingRateLimit=3.5, cachingEnabled=True)})
    back = inverse([Patch("remove", "/*/*")], before)
    assert len(back) == len(SETTINGS)
    assert Patch("replace", f"/*/*/{RATE}", "3.5") in back
    assert apply(stage(), back) == before


BACK = [
    (Patch("replace", "/deploymentId", "d2"), {}, [Patch("replace", "/deploymentId", "d1")]),
    (Patch("replace", "/description", "x"), {}, [Patch("replace", "/description", "")]),
    (Patch("replace", "/tracingEnabled", "true"), {}, [Patch("replace", "/tracingEnabled", "false")]),
    (Patch("replace", "/variables/a", "1"), {}, [Patch("remove", "/variables/a")]),
    (Patch("add", "/variables/a", "1"), {"variables": {"a": "0"}}, [Patch("replace", "/variables/a", "0")]),
    (Patch("remove", "/variables/a"), {"variables": {"a": "0"}}, [Patch("replace", "/variables/a", "0")]),
    (
        Patch("remove", "/variables"),
        {"variables": {"a": "0", "b": "1"}},
        [Patch("replace", "/variables/a", "0"), Patch("replace", "/variables/b", "1")],
    ),
    (
        Patch("remove", "/accessLogSettings"),
        {"accessLogSettings": {"destinationArn": "arn", "format": "$context.requestId"}},
        [
            Patch("replace", "/accessLogSettings/destinationArn", "arn"),
            Patch("replace", "/accessLogSettings/format", "$context.requestId"),
        ],
    ),
    (
        Patch("replace", "/accessLogSettings/format", "f"),
        {"accessLogSettings": {"destinationArn": "arn"}},
        [
            Patch("remove", "/accessLogSettings"),
            Patch("replace", "/accessLogSettings/destinationArn", "arn"),
        ],
    ),
    (
        Patch("copy", "/deploymentId", from_="/canarySettings/deploymentId"),
        {"canarySettings": {"deploymentId": "d9", "percentTraffic": 5.0}},
        [Patch("replace", "/deploymentId", "d1")],
    ),
    (
        Patch("copy", "/variables", from_="/canarySettings/stageVariableOverrides"),
        {"variables": {"a": "0"}, "canarySettings": {"stageVariableOverrides": {"a": "1", "b": "2"}}},
        [Patch("remove", "/variables/b"), Patch("replace", "/variables/a", "0")],
    ),
    (
        Patch("remove", "/canarySettings"),
        {"canarySettings": {"deploymentId": "d9", "percentTraffic": 5.0, "useStageCache": True}},
        [
            Patch("replace", "/canarySettings/deploymentId", "d9"),
            Patch("replace", "/canarySettings/percentTraffic", "5"),
            Patch("replace", "/canarySettings/useStageCache", "true"),
        ],
    ),
    (
        Patch("replace", "/canarySettings/percentTraffic", "0"),
        {"canarySettings": {"deploymentId": "d9", "percentTraffic": 12.5}},
        [Patch("replace", "/canarySettings/percentTraffic", "12.5")],
    ),
    (Patch("replace", "/description", ""), {}, []),
]


@pytest.mark.parametrize(("step", "members", "back"), BACK)
def test_the_step_back(step: Patch, members: dict[str, Any], back: list[Patch]) -> None:
    before = stage(**members)
    assert list(inverse([step], before)) == back
    assert list(between(apply(apply(before, [step]), back), before)) == []


REFUSED = [
    Patch("replace", "/variables", "{}"),
    Patch("replace", "/canarySettings", "{}"),
    Patch("replace", "/canarySettings/badPath", "1"),
    Patch("remove", "/canarySettings/stageVariableOverrides"),
    Patch("replace", "/tags/tag1", "1"),
    Patch("replace", "/documentation_version", "1"),
    Patch("remove", "/a/GET"),
    Patch("remove", "/*/*"),
    Patch("replace", "/*/*/throttling/unknown", "1"),
    Patch("replace", "/*/*/throttling/burstLimit", "many"),
    Patch("replace", "/*/*/throttling/burstLimit"),
    Patch("remove", "/deploymentId"),
    Patch("copy", "/deploymentId", from_="/description"),
    Patch("copy", "/deploymentId", from_="/canarySettings/deploymentId"),
]


@pytest.mark.parametrize("step", REFUSED)
def test_a_step_that_aws_refuses_is_refused_here(step: Patch) -> None:
    before = stage()
    with pytest.raises(PatchError) as caught:
        apply(before, [step])
    assert (caught.value.path, bool(str(caught.value))) == (step.path, True)
    assert before == stage()


def test_what_cannot_be_undone_says_so() -> None:
    before = stage(cacheClusterEnabled=True)
    with pytest.raises(PatchError, match="cacheClusterSize cannot be taken away"):
        inverse([Patch("replace", "/cacheClusterSize", "6.1")], before)


names = st.text("abcdefgZ019_", min_size=1, max_size=4)
keys = st.sampled_from(["*/*", "a/GET", "~1a~1{id}/GET", "~1/POST", "~1b/ANY"])
figures = st.integers(0, 20000) | st.decimals(0, 1000, places=2)
records = st.builds(
    record,
    throttlingRateLimit=figures.map(float),
    throttlingBurstLimit=st.integers(0, 9999),
    loggingLevel=st.sampled_from(["OFF", "ERROR", "INFO"]),
    cachingEnabled=st.booleans(),
)
canaries = st.fixed_dictionaries(
    {
        "deploymentId": names,
        "percentTraffic": st.integers(0, 100).map(float),
        "useStageCache": st.booleans(),
        "stageVariableOverrides": st.dictionaries(names, st.text(min_size=1)),
    }
)
stages = st.fixed_dictionaries(
    {
        "stageName": names,
        "deploymentId": names,
        "tracingEnabled": st.booleans(),
        "cacheClusterEnabled": st.booleans(),
        "methodSettings": st.dictionaries(keys, records),
        "variables": st.dictionaries(names, st.text(min_size=1)),
    },
    optional={
        "description": st.text(min_size=1),
        "accessLogSettings": st.fixed_dictionaries({"destinationArn": names, "format": names}),
        "canarySettings": canaries,
    },
)
steps = st.one_of(
    st.builds(lambda v: Patch("replace", "/deploymentId", v), names),
    st.builds(lambda v: Patch("replace", "/description", v), st.text()),
    st.builds(lambda v: Patch("replace", "/tracingEnabled", v), st.sampled_from(["true", "false"])),
    st.builds(lambda k, v: Patch("replace", f"/variables/{k}", v), names, st.text(min_size=1)),
    st.builds(lambda k: Patch("remove", f"/variables/{k}"), names),
    st.builds(lambda k, v: Patch("replace", method_path(k, RATE), text(v)), keys, figures),
    st.builds(lambda k, v: Patch("replace", method_path(k, BURST), str(v)), keys, st.integers(0, 9999)),
    st.builds(lambda k: Patch("replace", method_path(k, "logging/loglevel"), "ERROR"), keys),
    st.builds(lambda k: Patch("replace", method_path(k, "caching/enabled"), "true"), keys),
    st.builds(lambda k: Patch("remove", method_path(k)), keys),
    st.just(Patch("remove", "/canarySettings")),
    st.just(Patch("remove", "/accessLogSettings")),
    st.builds(lambda v: Patch("replace", "/accessLogSettings/format", v), names),
    st.builds(lambda v: Patch("replace", "/canarySettings/percentTraffic", str(v)), st.integers(0, 100)),
    st.builds(lambda k: Patch("replace", f"/canarySettings/stageVariableOverrides/{k}", "v"), names),
    st.just(Patch("copy", "/deploymentId", from_="/canarySettings/deploymentId")),
    st.just(Patch("copy", "/variables", from_="/canarySettings/stageVariableOverrides")),
)


def settled(value: dict[str, Any]) -> dict[str, Any]:
    """A stage without what says nothing: AWS leaves empty maps out, or does not."""
    kept = {name: inside for name, inside in value.items() if inside not in ({}, None, "")}
    if "canarySettings" in kept:
        kept["canarySettings"] = settled(kept["canarySettings"])
    return kept


@given(stages, st.lists(steps, max_size=8))
def test_a_change_and_its_inverse_are_nothing(before: dict[str, Any], wanted: list[Patch]) -> None:
    try:
        after = apply(before, wanted)
    except PatchError:
        return  # AWS takes all steps or none
    assert settled(apply(after, inverse(wanted, before))) == settled(before)


@given(stages, stages)
def test_any_stage_leads_to_any_other(start: dict[str, Any], end: dict[str, Any]) -> None:
    end = {**end, "stageName": start["stageName"]}
    assert settled(apply(start, list(between(start, end)))) == settled(end)
    assert list(between(end, end)) == []
