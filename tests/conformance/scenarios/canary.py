"""Canary releases."""

from __future__ import annotations

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of, new_api

_STAGES = "TestStageCrudCanary::"


def mocked(run: Run) -> str:
    """The id of an API with one mock method at its root."""
    api, root = new_api(run)
    where = method_of(api, root)
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(
        **where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    return api


@scenario("canary", f"{_STAGES}test_create_canary_deployment_validation")
def without_stage(run: Run) -> None:
    api = mocked(run)
    for step, stage in (
        ("create-canary-deployment-no-stage", {}),
        ("create-canary-deployment-empty-stage", {"stageName": ""}),
        ("create-canary-deployment-non-existing-stage", {"stageName": "non-existing"}),
    ):
        run.step(
            step, run.apigw.create_deployment, restApiId=api, canarySettings={"percentTraffic": 50}, **stage
        )
