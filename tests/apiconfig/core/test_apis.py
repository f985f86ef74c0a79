"""APIs, stages, deployments, plans and keys out of AWS's answers; the tree of routes; the account's limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apiconfig.core import apis, plans, quotas
from apiconfig.core.apis import StageThrottle
from apiconfig.core.definition import Route
from apiconfig.core.tree import flat, tree
from tests.apiconfig import answers


def test_it_works() -> None:
    api = apis.rest_api(answers.rest_api(description="d", tags={"b": "2", "a": "1"}), "eu-central-1")
    assert (api.kind, api.id, api.name, api.region) == ("REST", answers.API, "pets", "eu-central-1")
    assert api.endpoint_types == ("REGIONAL",) and api.tags == (("a", "1"), ("b", "2"))


@pytest.mark.parametrize(("kind", "words"), [("HTTP", "HTTP"), ("WEBSOCKET", "WebSocket")])
def test_apis_of_the_second_version(kind: str, words: str) -> None:
    api = apis.v2_api(answers.v2_api(kind=kind))
    assert (api.kind, api.kind_words, api.name) == (kind, words, "orders")
    assert api.endpoint.startswith("https://")


@pytest.mark.parametrize("name", ["", "   "])
def test_an_api_without_a_name_is_called_by_its_id(name: str) -> None:
    assert apis.rest_api(answers.rest_api(name=name)).title == answers.API


def test_only_an_unusual_status_is_told() -> None:
    assert apis.rest_api(answers.rest_api(apiStatus="AVAILABLE")).status == ""
    assert apis.rest_api(answers.rest_api(apiStatus="UPDATING")).status == "UPDATING"


@pytest.mark.parametrize(
    ("setting", "route"),
    [
        ("*/*", "*/*"),
        ("test/GET", "GET /test"),
        ("~1pets~1{id}/GET", "GET /pets/{id}"),
        ("pets/{id}/GET", "GET /pets/{id}"),
        ("~1/GET", "GET /"),
        ("/GET", "GET /"),
    ],
)
def test_keys_of_method_settings_as_routes(setting: str, route: str) -> None:
    assert apis.rest_route(setting) == route


def test_a_rest_stage() -> None:
    settings = {
        "*/*": {"throttlingRateLimit": 50.5, "throttlingBurstLimit": 100, "loggingLevel": "INFO", "metricsEnabled": True},
        "~1pets/GET": {"throttlingRateLimit": 0.0, "throttlingBurstLimit": 0},
        "~1none/GET": {"metricsEnabled": True},
    }  # fmt: skip
    answer = answers.stage(
        methodSettings=settings,
        variables={"a": "1"},
        accessLogSettings={"destinationArn": "arn:x", "format": "f"},
        cacheClusterEnabled=True,
        cacheClusterSize="0.5",
        canarySettings={"deploymentId": "dep2", "percentTraffic": 12.5, "stageVariableOverrides": {"a": "2"}},
    )
    stage = apis.rest_stage(answer)
    assert stage.default_throttle == StageThrottle("*/*", Decimal("50.5"), 100)
    assert stage.route_throttles == (StageThrottle("GET /pets", Decimal(0), 0),)
    assert (stage.log_level, stage.metrics, stage.cache, stage.access_log) == (
        "INFO",
        True,
        "0.5 GB",
        "arn:x",
    )
    assert stage.canary == apis.Canary("dep2", Decimal("12.5"), (("a", "2"),))
    assert stage.raw == answer


def test_a_bare_stage_states_no_limits() -> None:
    stage = apis.rest_stage({"stageName": "s"})
    assert (stage.throttles, stage.canary, stage.deployment, stage.log_level) == ((), None, "", "OFF")


def test_a_v2_stage() -> None:
    stage = apis.v2_stage(
        answers.v2_stage(
            name="$default",
            AutoDeploy=True,
            LastDeploymentStatusMessage="failed: x",
            DefaultRouteSettings={"ThrottlingRateLimit": 10.0, "ThrottlingBurstLimit": 5},
            RouteSettings={"GET /a": {"ThrottlingBurstLimit": 1}},
        )
    )
    assert stage.auto_deploy and stage.deploy_message == "failed: x"
    assert stage.throttles == (StageThrottle("*/*", Decimal(10), 5), StageThrottle("GET /a", None, 1))


def test_deployments_and_authorizers() -> None:
    assert apis.rest_deployment({"id": "d", "createdDate": "t"}) == apis.Deployment("d", "", "t")
    found = apis.v2_deployment(
        {
            "DeploymentId": "d",
            "DeploymentStatus": "FAILED",
            "DeploymentStatusMessage": "m",
            "AutoDeployed": True,
        }
    )
    assert (found.status, found.message, found.automatic) == ("FAILED", "m", True)
    assert (
        apis.rest_authorizer(
            {"id": "1", "name": "n", "type": "COGNITO_USER_POOLS", "providerARNs": ["a", "b"]}
        ).target
        == "a, b"
    )
    issuer = {"AuthorizerId": "1", "AuthorizerType": "JWT", "JwtConfiguration": {"Issuer": "https://i"}}
    assert apis.v2_authorizer(issuer).target == "https://i"


def test_a_plan() -> None:
    plan = plans.plan(answers.plan(), {answers.API: "pets"})
    assert (plan.rate, plan.burst) == (Decimal(200), 100)
    assert plan.quota is not None and plan.quota.words == "5,000 requests a month"
    assert plan.stages[0].api_name == "pets"
    assert plan.stages[0].limits == (plans.MethodLimit("GET /pets", Decimal(2), 4),)


def test_a_plan_without_limits() -> None:
    plan = plans.plan({"id": "p"})
    assert (plan.rate, plan.burst, plan.quota, plan.stages, plan.title) == (None, None, None, (), "p")


def test_a_keys_value_never_gets_in() -> None:
    assert "s3cret-value" not in repr(plans.key(answers.key(value="s3cret-value")))


@pytest.mark.parametrize(
    ("text", "found"),
    [("", 2), ("ACME", 1), ("customer-1", 2), ("acme customer", 1), ("other", 0), ("key00", 2)],
)
def test_keys_are_searched_by_what_is_shown(text: str, found: int) -> None:
    keys = (plans.key(answers.key()), plans.key(answers.key("key0000002", "<b>globex</b>")))
    assert len(plans.matching(keys, text)) == found


def test_the_tree_shows_paths_that_have_no_route_of_their_own() -> None:
    routes = [Route("/a/b/{c}", "GET"), Route("/a", "POST"), Route("$default"), Route("/a", "GET")]
    nodes = tree(routes, ["/", "/empty"])
    assert [(node.path, node.depth, len(node.routes)) for node in flat(nodes)] == [
        ("$default", 0, 1),
        ("/", 0, 0),
        ("/a", 1, 2),
        ("/a/b", 2, 0),
        ("/a/b/{c}", 3, 1),
        ("/empty", 1, 0),
    ]
    assert [route.method for route in nodes[1].children[0].routes] == ["GET", "POST"]
    assert nodes[1].count == 3 and nodes[1].children[0].segment == "/a"


@given(st.lists(st.text(alphabet="ab/{}$", max_size=8), max_size=12))
def test_every_route_is_in_the_tree_once(paths: list[str]) -> None:
    routes = [Route(path, "GET") for path in dict.fromkeys(paths)]
    assert sum(node.count for node in tree(routes)) == len(routes)


def test_limits_of_the_account_are_counted_by_endpoint_type() -> None:
    found = [apis.rest_api(answers.rest_api(f"id{number}"), "eu-central-1") for number in range(481)]
    found.append(
        apis.rest_api(answers.rest_api("edge", endpointConfiguration={"types": ["EDGE"]}), "eu-central-1")
    )
    found.append(apis.rest_api(answers.rest_api("far"), "us-east-1"))
    regional, edge = quotas.list_facts(found, "eu-central-1")
    assert (regional.used, regional.limit, regional.near) == (481, "600", True)
    assert (edge.used, edge.near) == (1, False)


@pytest.mark.parametrize(
    ("kind", "words"), [("REST", "29 s"), ("HTTP", "30 s"), ("WEBSOCKET", "128 KB, in frames of 32 KB")]
)
def test_limits_beside_an_api(kind: Any, words: str) -> None:
    api = apis.Api("a", kind, "n")
    facts = quotas.api_facts(api, resources=15, stages=None)
    assert words in [fact.limit for fact in facts]
    assert (facts[0].used, facts[0].limit, facts[1].used) == (15, "300", None)


def test_small_regions_have_smaller_limits() -> None:
    assert quotas.account_default("eu-central-1") == (10_000, 5_000)
    assert quotas.account_default("eu-south-1") == (2_500, 1_250)


def test_names_that_rest_apis_of_a_region_share() -> None:
    found = [apis.rest_api(answers.rest_api(f"id{n}", name), region) for n, (name, region) in enumerate(
        [("same", "a"), ("same", "a"), ("same", "b"), ("other", "a")]
    )]  # fmt: skip
    found.append(apis.v2_api(answers.v2_api(name="other"), "a"))
    assert quotas.twins(found) == ("same",)
