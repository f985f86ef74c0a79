"""Keys, and the buckets that a request falls under."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.localaws.apigateway.store import Region
from dashboard.localaws.gateway.admission import Keys, claims, client, route_claims
from dashboard.localaws.gateway.buckets import Limit

ACCOUNT = (("account", "eu-central-1"), Limit(10_000, 5_000))


def region() -> Region:
    found = Region("eu-central-1")
    for name, enabled in (("k1", True), ("k2", False), ("k3", True)):
        found.keys[name] = {"id": name, "value": f"value-{name}", "enabled": enabled}
    found.plans["p1"] = {
        "id": "p1",
        "apiStages": [
            {
                "apiId": "api",
                "stage": "prod",
                "throttle": {"/pets/{id}/GET": {"rateLimit": 2.0, "burstLimit": 3}},
            }
        ],
        "throttle": {"rateLimit": 5.0, "burstLimit": 10},
    }
    found.plans["p2"] = {"id": "p2", "apiStages": [{"apiId": "api", "stage": "test"}]}
    found.plan_keys = {"p1": ["k1", "k2"], "p2": ["k3"]}
    return found


@pytest.mark.parametrize(
    ("value", "stage", "wanted"),
    [
        ("value-k1", "prod", ("k1", "p1")),
        ("value-k3", "test", ("k3", "p2")),
        (None, "prod", None),
        ("", "prod", None),
        ("unknown", "prod", None),
        ("k1", "prod", None),  # the id is not the value
        ("value-k2", "prod", None),  # disabled
        ("value-k1", "test", None),  # no plan of the key has the stage
        ("value-k3", "prod", None),
    ],
)
def test_whose_request_it_is(value: str | None, stage: str, wanted: tuple[str, str] | None) -> None:
    found = client(region(), Keys(), value, "api", stage)
    assert (found and (found.key["id"], found.plan["id"])) == wanted


def test_a_key_that_changed_is_found_no_more() -> None:
    state, keys = region(), Keys()
    assert client(state, keys, "value-k1", "api", "prod")
    state.keys["k1"]["enabled"] = False
    assert client(state, keys, "value-k1", "api", "prod") is None
    state.keys["k1"] |= {"enabled": True, "value": "another"}
    assert client(state, keys, "value-k1", "api", "prod") is None
    assert client(state, keys, "another", "api", "prod")
    del state.keys["k1"]
    assert client(state, keys, "another", "api", "prod") is None


def limits(
    state: Region, stage: dict[str, Any], path: str, key: str | None, verb: str = "GET", declared: str = "GET"
) -> list[Any]:
    who = client(state, Keys(), key, "api", "prod") if key else None
    return [(c.name, c.limit) for c in claims(state, "api", stage, path, verb, declared, who)]


def test_without_settings_the_account_alone_counts() -> None:
    assert limits(region(), {"stageName": "prod", "methodSettings": {}}, "/pets", None) == [ACCOUNT]


def test_a_plan_limits_its_client_and_its_method() -> None:
    stage = {"stageName": "prod", "methodSettings": {}}
    assert limits(region(), stage, "/pets", "value-k1") == [(("plan", "p1", "k1"), Limit(5, 10)), ACCOUNT]
    assert limits(region(), stage, "/pets/{id}", "value-k1") == [
        (("plan method", "p1", "k1", "api", "prod", "/pets/{id}", "GET"), Limit(2, 3)),
        (("plan", "p1", "k1"), Limit(5, 10)),
        ACCOUNT,
    ]


def record(rate: float, burst: int) -> dict[str, Any]:
    return {"throttlingRateLimit": rate, "throttlingBurstLimit": burst}


@pytest.mark.parametrize(
    ("settings", "path", "verb", "declared", "wanted"),
    [
        ({"*/*": record(5, 2)}, "/pets", "GET", "GET", Limit(5, 2)),
        ({"*/*": record(5, 2), "pets/GET": record(1, 1)}, "/pets", "GET", "GET", Limit(1, 1)),
        ({"*/*": record(5, 2), "pets/GET": record(1, 1)}, "/pets", "POST", "POST", Limit(5, 2)),
        ({"~1pets~1{id}/GET": record(1, 1)}, "/pets/{id}", "GET", "GET", Limit(1, 1)),
        ({"pets/ANY": record(1, 1)}, "/pets", "PUT", "ANY", Limit(1, 1)),
        ({"pets/ANY": record(1, 1), "pets/PUT": record(3, 3)}, "/pets", "PUT", "ANY", Limit(3, 3)),
        ({"/GET": record(1, 1)}, "/", "GET", "GET", Limit(1, 1)),
        ({"*/*": record(0, 0)}, "/pets", "GET", "GET", Limit(0, 0)),
        ({"*/*": record(-1, -1)}, "/pets", "GET", "GET", None),
        ({"other/GET": record(1, 1)}, "/pets", "GET", "GET", None),
        ({"*/*": {"metricsEnabled": True}}, "/pets", "GET", "GET", None),
    ],
)
def test_the_stages_limit_of_a_method(
    settings: dict[str, Any], path: str, verb: str, declared: str, wanted: Limit | None
) -> None:
    stage = {"stageName": "prod", "methodSettings": settings}
    found = limits(region(), stage, path, None, verb, declared)
    place = (("stage", "api", "prod", path, declared), wanted)
    assert found == ([place, ACCOUNT] if wanted else [ACCOUNT])


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        ({}, None),
        ({"defaultRouteSettings": record(5, 2)}, Limit(5, 2)),
        ({"defaultRouteSettings": record(5, 2), "routeSettings": {"GET /a": record(1, 1)}}, Limit(1, 1)),
        ({"defaultRouteSettings": record(5, 2), "routeSettings": {"GET /b": record(1, 1)}}, Limit(5, 2)),
        (
            {"defaultRouteSettings": record(5, 2), "routeSettings": {"GET /a": {"throttlingBurstLimit": 9}}},
            Limit(5, 9),
        ),
        ({"routeSettings": {"GET /a": record(0, 0)}}, Limit(0, 0)),
    ],
)
def test_the_limit_of_a_route(stage: dict[str, Any], wanted: Limit | None) -> None:
    found = [(c.name, c.limit) for c in route_claims(region(), "api", {"stageName": "v1", **stage}, "GET /a")]
    assert found == ([(("stage", "api", "v1", "GET /a"), wanted), ACCOUNT] if wanted else [ACCOUNT])


def test_the_accounts_own_limit() -> None:
    state = region()
    state.account["throttleSettings"] = {"rateLimit": 100.0, "burstLimit": 50}
    assert limits(state, {"stageName": "prod"}, "/pets", None) == [(ACCOUNT[0], Limit(100, 50))]
