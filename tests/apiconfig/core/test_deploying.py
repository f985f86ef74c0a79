"""When a stage takes a deployment, what is warned of, and what a preview's fingerprint holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from apiconfig.core import apis, deploying
from apiconfig.core.apis import Deployment
from apiconfig.core.definition import Definition
from apiconfig.core.diff import compare
from apiconfig.core.resources import from_resources
from tests.apiconfig import answers

STAGE = apis.rest_stage(answers.stage())
WORKING = from_resources(answers.resources())
CANARY = {"deploymentId": "dep2", "percentTraffic": 50.0}


def test_it_works() -> None:
    assert deploying.deploy_refusals(STAGE, WORKING) == ()
    assert deploying.take_back_refusals(STAGE, Deployment("dep0")) == ()


def test_a_canary_stands_in_the_way() -> None:
    stage = apis.rest_stage(answers.stage(canarySettings=CANARY))
    [sentence] = deploying.deploy_refusals(stage, WORKING)
    assert "50 % of its requests go to deployment dep2" in sentence
    assert deploying.take_back_refusals(stage, Deployment("dep0")) == (sentence,)


def test_auto_deploy_is_explained_with_what_it_last_said() -> None:
    stage = apis.v2_stage(answers.v2_stage(AutoDeploy=True, LastDeploymentStatusMessage="No route"))
    [sentence] = deploying.stage_refusals(stage)
    assert "auto-deploy" in sentence and "No route" in sentence


def test_an_api_without_routes_is_not_deployed() -> None:
    assert "no routes" in deploying.deploy_refusals(STAGE, Definition("resources"))[0]


def test_methods_without_an_integration_are_named() -> None:
    verbs: dict[str, Any] = {f"V{n}": {"httpMethod": f"V{n}"} for n in range(7)}
    [sentence] = deploying.deploy_refusals(STAGE, from_resources(answers.resources(**verbs)))
    assert "V0 /pets" in sentence and "and 2 more" in sentence


def test_the_deployment_that_is_served_already() -> None:
    assert "already" in deploying.take_back_refusals(STAGE, Deployment(STAGE.deployment))[0]


@pytest.mark.parametrize("status", ["PENDING", "FAILED"])
def test_a_deployment_that_is_not_whole(status: str) -> None:
    [sentence] = deploying.take_back_refusals(STAGE, Deployment("d", status=status, message="bad <i>"))
    assert status in sentence and "bad <i>" in sentence


@pytest.mark.parametrize(
    "moved",
    [
        {"deployment": "other"},
        {"updated": "2026-01-05T10:00:01+00:00"},
        {"canary": apis.Canary("d", apis.plain(1))},
        {"auto_deploy": True},
        {"name": "test"},
    ],
)
def test_a_stage_that_moved_has_another_fingerprint(moved: dict[str, Any]) -> None:
    before = deploying.fingerprint(STAGE, WORKING)
    assert deploying.fingerprint(replace(STAGE, **moved), WORKING) != before
    assert deploying.fingerprint(STAGE, WORKING) == before


def test_an_api_that_was_edited_has_another_fingerprint() -> None:
    edited = from_resources(answers.resources(GET=answers.method("GET", apiKeyRequired=True)))
    assert deploying.fingerprint(STAGE, edited) != deploying.fingerprint(STAGE, WORKING)
    assert deploying.fingerprint(STAGE, deployment="a") != deploying.fingerprint(STAGE, deployment="b")


def test_limits_and_variables_do_not_count_by_themselves() -> None:
    assert deploying.fingerprint(replace(STAGE, variables=(("a", "b"),))) == deploying.fingerprint(STAGE)


def test_warnings() -> None:
    assert "Nothing that can be compared differs" in deploying.deploy_warnings(compare(WORKING, WORKING))[0]
    gone = deploying.deploy_warnings(compare(WORKING, from_resources([])))
    assert gone == ("1 route goes away: their callers will be refused as for an unknown address.",)
    guarded = from_resources(
        answers.resources(GET=answers.method("GET", authorizationType="AWS_IAM", apiKeyRequired=True))
    )
    assert deploying.deploy_warnings(compare(guarded, WORKING)) == (
        "Callers need less than before on: GET /pets.",
    )
    assert "Only the deployment goes back" in deploying.take_back_warnings(compare(WORKING, WORKING))[0]


def test_nothing_known_is_said_and_not_called_the_same() -> None:
    diff = compare(None, WORKING)
    assert not diff.comparable and not diff.same and diff.unknown
    assert deploying.deploy_warnings(diff) == ()
    assert compare(None, WORKING, why="Because.").unknown == ("Because.",)


def test_parts_beside_the_routes() -> None:
    models = [{"id": "1", "name": "Pet", "contentType": "application/json", "schema": '{"type": "object"}'}]
    same = [{"id": "2", "name": "Pet", "contentType": "application/json", "schema": '{ "type":"object" }'}]
    other = [{"id": "1", "name": "Pet", "contentType": "application/json", "schema": '{"type": "array"}'}]
    whole: dict[str, Any] = {"api": {}, "authorizers": [], "validators": []}
    standard = [{"responseType": "THROTTLED", "defaultResponse": True}]
    own = [{"responseType": "THROTTLED", "statusCode": "420"}]
    resources = answers.resources()
    before = from_resources(resources, models=models, responses=standard, **whole)
    assert compare(before, from_resources(resources, models=same, responses=standard, **whole)).same
    found = compare(before, from_resources(resources, models=other, responses=own, **whole))
    assert [(part.kind, part.name, part.verb) for part in found.parts] == [
        ("Model", "Pet", "changed"),
        ("Gateway response", "THROTTLED", "added"),
    ]
    blind = compare(before, from_resources(resources, responses=own, **whole))
    assert [part.kind for part in blind.parts] == ["Gateway response"]


def test_integrations_that_could_not_be_read_are_not_called_changed() -> None:
    from apiconfig.core.v2 import from_routes

    routes = [{"RouteKey": "GET /a", "Target": "integrations/i"}]
    whole = from_routes(
        routes, integrations=[{"IntegrationId": "i", "IntegrationType": "MOCK"}], authorizers=[], api={}
    )
    blind = from_routes(routes, integrations=None, authorizers=[], api={})
    assert compare(whole, blind).changed == ()
