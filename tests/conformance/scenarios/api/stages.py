"""Stages: their lists and the settings of their access logs."""

from __future__ import annotations

from tests.conformance.registry import scenario
from tests.conformance.run import Run
from tests.conformance.scenarios.calls import method_of, mocked, new_api, patch, patches
from tests.localaws.support import REGION

_ROOM = "TestApiGatewayStage::"
_GROUP = f"arn:aws:logs:{REGION}:000000000000:log-group:stage-test"
_OPS = ("add", "remove", "replace")
_DESTINATION, _FORMAT = "/accessLogSettings/destinationArn", "/accessLogSettings/format"


@scenario("api", f"{_ROOM}test_get_stages_filters_by_deployment_id")
def of_a_deployment(run: Run) -> None:
    apigw = run.apigw
    api, root = new_api(run)
    mocked(run, method_of(api, root))
    deployments = [apigw.create_deployment(restApiId=api)["id"] for _ in range(2)]
    for number, each in enumerate(deployments, 1):
        apigw.create_stage(restApiId=api, stageName=f"stage{number}", deploymentId=each)
    run.step("all-stages", apigw.get_stages, restApiId=api, unordered=("item",))
    for number, each in enumerate(deployments, 1):
        run.step(f"stages-deploy{number}", apigw.get_stages, restApiId=api, deploymentId=each)


def _stage(run: Run) -> dict[str, str]:
    """The arguments that name a stage whose making was recorded."""
    api, root = new_api(run)
    mocked(run, method_of(api, root))
    deployment = run.step("create-deployment", run.apigw.create_deployment, restApiId=api)["id"]
    one = {"restApiId": api, "stageName": "dev"}
    create = run.apigw.create_stage
    run.step("create-stage", create, **one, description="dev stage", deploymentId=deployment)
    run.bind("<log-group-arn>", _GROUP)
    return one


@scenario("api", f"{_ROOM}test_stage_access_log_settings")
def access_log(run: Run) -> None:
    start = "update-stage-access-log-"
    steps = (
        (f"{start}dest-add", "add", _DESTINATION, _GROUP),
        (f"{start}dest-replace", "replace", _DESTINATION, f"{_GROUP}a"),
        (f"{start}format-add", "add", _FORMAT, "$context.requestId $context.identity.sourceIp"),
        (f"{start}remove-all", "remove", "/accessLogSettings"),
    )
    patches(run, run.apigw.update_stage, _stage(run), steps)


@scenario("api", f"{_ROOM}test_stage_access_log_settings_validation")
def access_log_refusals(run: Run) -> None:
    one, call = _stage(run), run.apigw.update_stage
    for what, path in (
        ("invalid-path", "/accessLogSettings/randomValue"),
        ("star-and", "/accessLogSettings/*"),
    ):
        steps = [(f"{what}-{op}", op, path, *(() if op == "remove" else ("value",))) for op in _OPS]
        patches(run, call, one, steps)
    for op in ("add", "replace"):
        patches(run, call, one, ((f"root-and-{op}", op, "/accessLogSettings", "value"),))
    last = (
        ("update-stage-access-log-dest-add", [patch("add", _DESTINATION, _GROUP)]),
        ("update-stage-access-log-destinationArn-empty", [patch("replace", _DESTINATION, "")]),
        ("update-stage-access-log-format-empty", [patch("replace", _FORMAT, "")]),
        ("update-stage-access-log-dest-remove", [patch("remove", _DESTINATION)]),
    )
    patches(run, call, one, last)
