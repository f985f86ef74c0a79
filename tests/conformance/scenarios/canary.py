"""Canary releases."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of, new_api, patch, patches

_STAGES = "TestStageCrudCanary::"
_CANARY = {"percentTraffic": 50, "stageVariableOverrides": {"testVar": "canary"}}
_REPLY = {"statusCode": 200, "message": "default deployment"}
_SPEAKING = {
    "statusCode": 200,
    "variable": "$stageVariables.testVar",
    "nonExistingDefault": "$stageVariables.noStageVar",
    "nonOverridden": "$stageVariables.defaultVar",
    "isCanary": "$context.isCanaryRequest",
}


def mocked(run: Run, reply: dict[str, Any] = _REPLY) -> tuple[str, dict[str, str]]:
    """The id of an API with one mock method at its root, and the method."""
    api, root = new_api(run)
    where = method_of(api, root)
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration(
        **where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    run.apigw.put_integration_response(
        **where, statusCode="200", responseTemplates={"application/json": json.dumps(reply)}
    )
    return api, where


def _reply(run: Run, where: dict[str, str], reply: dict[str, Any]) -> None:
    run.apigw.update_integration_response(
        **where,
        statusCode="200",
        patchOperations=[patch("replace", "/responseTemplates/application~1json", json.dumps(reply))],
    )


def _deployment(run: Run, api: str, step: str, **more: Any) -> str:
    return str(run.step(step, run.apigw.create_deployment, restApiId=api, **more)["id"])


def _stage(run: Run, api: str, step: str, deployment: str, name: str = "dev", **more: Any) -> dict[str, str]:
    """The arguments that name a new stage."""
    where = {"restApiId": api, "stageName": name}
    run.step(step, run.apigw.create_stage, **where, deploymentId=deployment, description="dev stage", **more)
    return where


def _overriding(deployment: str, percent: int, value: str) -> dict[str, Any]:
    return {
        "deploymentId": deployment,
        "percentTraffic": percent,
        "stageVariableOverrides": {"testVar": value},
    }


@scenario("canary", f"{_STAGES}test_create_update_stages")
def lives(run: Run) -> None:
    api, where = mocked(run)
    first = _deployment(run, api, "create-deployment-1")
    _reply(run, where, _REPLY | {"message": "second deployment"})
    second = _deployment(run, api, "create-deployment-2")
    canary = _overriding(second, 50, "canary")
    stage = _stage(run, api, "create-stage", first, variables={"testVar": "default"}, canarySettings=canary)
    run.step("get-stage", run.apigw.get_stage, **stage)
    steps = (
        (
            "update-stage-canary-settings-overrides",
            "replace",
            "/canarySettings/stageVariableOverrides/testVar",
            "updated",
        ),
        ("update-stage-remove-canary-settings", "remove", "/canarySettings"),
    )
    patches(run, run.apigw.update_stage, stage, steps)
    run.step("get-stage-after-remove", run.apigw.get_stage, **stage)


@scenario("canary", f"{_STAGES}test_create_canary_deployment_with_stage")
def beside_a_stage(run: Run) -> None:
    api, _ = mocked(run)
    first = _deployment(run, api, "create-deployment")
    stage = _stage(run, api, "create-stage", first, variables={"testVar": "default"})
    _deployment(run, api, "create-canary-deployment", stageName="dev", canarySettings=_CANARY)
    run.step("get-stage", run.apigw.get_stage, **stage)


@scenario("canary", f"{_STAGES}test_create_canary_deployment")
def several(run: Run) -> None:
    api, _ = mocked(run)
    first = _deployment(run, api, "create-deployment")
    given = {"variables": {"testVar": "default"}}
    canary = _overriding(first, 40, "canary1")
    stage = _stage(run, api, "create-stage", first, "dev1", **given, canarySettings=canary)
    settings = {"percentTraffic": 50, "stageVariableOverrides": {"testVar": "canary2"}}
    second = _deployment(run, api, "create-canary-deployment", stageName="dev1", canarySettings=settings)
    run.step("get-stage-1", run.apigw.get_stage, **stage)
    canary = _overriding(second, 60, "canary-overridden")
    _stage(run, api, "create-stage-2", first, "dev2", **given, canarySettings=canary)
    _stage(run, api, "bad-canary-deployment-id", first, "dev3", canarySettings={"deploymentId": "deploy"})


@scenario("canary", f"{_STAGES}test_create_canary_deployment_by_stage_update")
def by_patches(run: Run) -> None:
    api, _ = mocked(run)
    first = _deployment(run, api, "create-deployment")
    second = _deployment(run, api, "create-deployment-2")
    stage = _stage(run, api, "create-stage", first, variables={"testVar": "default"})
    steps = (
        ("update-stage-with-deployment", "replace", "/canarySettings/deploymentId", second),
        ("remove-stage-canary", "remove", "/canarySettings"),
        ("update-stage-with-percent", "replace", "/canarySettings/percentTraffic", "50"),
    )
    patches(run, run.apigw.update_stage, stage, steps)
    run.step("get-stage", run.apigw.get_stage, **stage)


@scenario("canary", f"{_STAGES}test_create_canary_deployment_validation")
def without_stage(run: Run) -> None:
    api, _ = mocked(run)
    for step, stage in (
        ("create-canary-deployment-no-stage", {}),
        ("create-canary-deployment-empty-stage", {"stageName": ""}),
        ("create-canary-deployment-non-existing-stage", {"stageName": "non-existing"}),
    ):
        run.step(step, run.apigw.create_deployment, restApiId=api, canarySettings=_CANARY, **stage)


@scenario("canary", f"{_STAGES}test_update_stage_canary_deployment_validation")
def refused_patches(run: Run) -> None:
    api, _ = mocked(run)
    stage = {"restApiId": api, "stageName": "dev"}
    run.apigw.create_deployment(**stage)
    run.step("get-stage", run.apigw.get_stage, **stage)
    run.apigw.create_deployment(**stage, canarySettings=_CANARY)
    steps = (
        (
            "update-stage-canary-settings-remove-overrides",
            "remove",
            "/canarySettings/stageVariableOverrides",
        ),
        ("update-stage-canary-settings-bad-path", "remove", "/canarySettings/badPath"),
        ("update-stage-canary-settings-bad-path-2", "replace", "/canarySettings", "test"),
        ("update-stage-canary-settings-replace-bad-path", "replace", "/canarySettings/badPath", "badPath"),
    )
    patches(run, run.apigw.update_stage, stage, steps)
    plain = {"restApiId": api, "stageName": "dev2"}
    second = run.apigw.create_deployment(**plain)["id"]
    steps_of_plain = (
        ("update-stage-add-deployment", "add", "/canarySettings/deploymentId", second),
        ("update-stage-no-deployment", "replace", "/canarySettings/deploymentId", "deploy"),
    )
    patches(run, run.apigw.update_stage, plain, steps_of_plain)


@scenario("canary", f"{_STAGES}test_update_stage_with_copy_ops")
def promotion(run: Run) -> None:
    api, _ = mocked(run)
    stage = {"restApiId": api, "stageName": "dev"}
    _deployment(run, api, "deployment-1", stageName="dev", variables={"testVar": "test", "testVar2": "test2"})
    overrides, deployment = "/canarySettings/stageVariableOverrides", "/canarySettings/deploymentId"
    wrong = [
        patch("copy", overrides, source="/variables"),
        patch("copy", deployment, source="/deploymentId"),
    ]
    variables = patch("copy", "/variables", source=overrides)
    promoted = patch("copy", "/deploymentId", source=deployment)
    none = patch("replace", "/canarySettings/percentTraffic", "0.0")
    steps = (
        ("copy-with-bad-statement", wrong),
        ("copy-with-no-replace", [variables, promoted]),
        ("update-stage-with-copy", [none, promoted, variables]),
    )
    patches(run, run.apigw.update_stage, stage, steps)
    canary = {"percentTraffic": 50, "stageVariableOverrides": {"testVar": "override"}}
    _deployment(run, api, "deployment-canary", stageName="dev", canarySettings=canary)
    run.step("get-stage", run.apigw.get_stage, **stage)
    patches(run, run.apigw.update_stage, stage, [("update-stage-with-copy-2", [none, promoted, variables])])


@scenario("canary", "TestCanaryDeployments::test_invoking_canary_deployment")
def called(run: Run) -> None:
    api, where = mocked(run, _SPEAKING | {"message": "default deployment"})
    variables = {"testVar": "default", "defaultVar": "default"}
    _deployment(run, api, "create-deployment-1", stageName="dev", variables=variables)
    _reply(run, where, _SPEAKING | {"message": "canary deployment"})
    canary = {
        "percentTraffic": 0,
        "stageVariableOverrides": {"testVar": "canary", "noStageVar": "canary"},
    }
    _deployment(run, api, "create-deployment-2", stageName="dev", canarySettings=canary)
    run.match("response-deployment-1", json.loads(run.invoke(api, "dev").text), "Invoke")
    step = ("update-stage", "replace", "/canarySettings/percentTraffic", "100.0")
    patches(run, run.apigw.update_stage, {"restApiId": api, "stageName": "dev"}, [step])
    run.match("response-canary-deployment", json.loads(run.invoke(api, "dev").text), "Invoke")
