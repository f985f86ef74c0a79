"""Stages, deployments, and the documentation that a stage may name."""

from __future__ import annotations

import json

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of, new_api, patch, patches

_STAGE = {"stageName": "s1"}


def _api(run: Run) -> str:
    """An API with a mock at its root."""
    api, root = new_api(run)
    run.apigw.put_method(**method_of(api, root), authorizationType="NONE")
    run.apigw.put_integration(**method_of(api, root), type="MOCK")
    return api


def _documented(run: Run) -> dict[str, str]:
    """The arguments that name a stage of a new API with a version of its documentation."""
    api = _api(run)
    deployment = run.apigw.create_deployment(restApiId=api)["id"]
    properties = json.dumps({"foo": "bar"})
    run.apigw.create_documentation_part(restApiId=api, location={"type": "API"}, properties=properties)
    run.apigw.create_documentation_version(restApiId=api, documentationVersion="v123")
    where = {"restApiId": api, **_STAGE}
    more = {"description": "my stage", "documentationVersion": "v123"}
    run.step("create-stage", run.apigw.create_stage, **where, deploymentId=deployment, **more)
    return where


@scenario("common", "TestStages::test_create_update_stages")
def changed(run: Run) -> None:
    where = _documented(run)
    burst = "/*/*/throttling/burstLimit"
    several = {
        "/description": "stage new",
        "/variables/var1": "test",
        "/variables/var2": "test2",
        burst: "123",
        "/*/*/caching/enabled": "true",
        "/tracingEnabled": "true",
        "/test/GET/throttling/burstLimit": "124",
    }
    steps = (
        ("error-update-doc-version", "replace", "/documentation_version", "123"),
        ("error-update-tags", "replace", "/tags/tag1", "value1"),
        ("update-stage", [patch("replace", path, value) for path, value in several.items()]),
    )
    patches(run, run.apigw.update_stage, where, steps)
    run.step("get-stage", run.apigw.get_stage, **where)
    patches(run, run.apigw.update_stage, where, [("update-stage-override", "replace", burst, "100")])


@scenario("common", "TestStages::test_update_stage_remove_wildcard")
def without_settings(run: Run) -> None:
    where = _documented(run)
    run.step("get-stage", run.apigw.get_stage, **where)
    steps = (
        ("delete-error", "remove", "/*/*"),
        ("update-stage", "replace", "/*/*/caching/enabled", "true"),
        ("update-stage-reset", "remove", "/*/*"),
    )
    patches(run, run.apigw.update_stage, where, steps)
    run.step("get-stage-after-reset", run.apigw.get_stage, **where)


@scenario("common", "TestDocumentations::test_documentation_parts_and_versions")
def documentation(run: Run) -> None:
    api, _ = new_api(run)
    run.step(
        "create-part-response",
        run.apigw.create_documentation_part,
        restApiId=api,
        location={"type": "API"},
        properties=json.dumps({"foo": "bar"}),
    )
    run.step("get-parts-response", run.apigw.get_documentation_parts, restApiId=api)
    where = {"restApiId": api, "documentationVersion": "v123"}
    run.step("create-version-response", run.apigw.create_documentation_version, **where)
    new = [("update-version-response", "replace", "/description", "doc version new")]
    patches(run, run.apigw.update_documentation_version, where, new)
    run.step("get-version-response", run.apigw.get_documentation_version, **where)


@scenario("common", "TestDeployments::test_create_delete_deployments[True]", by_hand=True)
@scenario("common", "TestDeployments::test_create_delete_deployments[False]", by_hand=False)
def deleted(run: Run, by_hand: bool) -> None:
    api = _api(run)
    deployment = _deployed(run, api, by_hand)
    run.step("get-deployment", run.apigw.get_deployment, restApiId=api, deploymentId=deployment)
    run.step("get-stages", run.apigw.get_stages, restApiId=api)
    for turn in range(3):
        where = {"restApiId": api, "deploymentId": deployment}
        run.step(f"delete-deployment-error-{turn}", run.apigw.delete_deployment, **where)
        run.apigw.delete_stage(restApiId=api, **_STAGE)
        run.apigw.delete_deployment(**where)
        deployment = _deployed(run, api, by_hand)
        run.step(f"get-deployments-{turn}", run.apigw.get_deployments, restApiId=api)
        run.step(f"get-stages-{turn}", run.apigw.get_stages, restApiId=api)


def _deployed(run: Run, api: str, by_hand: bool) -> str:
    """A deployment with a stage, which is made by itself or by the deployment."""
    if not by_hand:
        return str(run.apigw.create_deployment(restApiId=api, **_STAGE)["id"])
    deployment = str(run.apigw.create_deployment(restApiId=api)["id"])
    run.apigw.create_stage(restApiId=api, deploymentId=deployment, **_STAGE)
    return deployment


@scenario("common", "TestDeployments::test_create_update_deployments")
def moved(run: Run) -> None:
    api = _api(run)
    first = {"restApiId": api, "deploymentId": _deployed(run, api, by_hand=True)}
    run.step("get-deployment-1", run.apigw.get_deployment, **first)
    run.step("get-stages", run.apigw.get_stages, restApiId=api)
    run.step("delete-deployment-error", run.apigw.delete_deployment, **first)
    second = {"restApiId": api, "deploymentId": _deployed(run, api, by_hand=False)}
    run.step("get-deployment-1-after-update", run.apigw.get_deployment, **first)
    run.step("get-deployment-2", run.apigw.get_deployment, **second)
    run.step("get-stages-after-update", run.apigw.get_stages, restApiId=api)
    run.step("delete-deployment-1", run.apigw.delete_deployment, **first)
    run.step("delete-deployment-2-error", run.apigw.delete_deployment, **second)
