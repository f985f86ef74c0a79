"""Deploying: preview, conditional on what was shown, snapshot, verification, every way it can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from apiconfig.core.definition import from_text
from apiconfig.core.views import Deployed, DeployPreview, Moved
from apiconfig.models import Snapshot
from apiconfig.operations import catalogue, deploy
from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.aws.calls import Calls
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.models import Change
from tests.apiconfig import answers
from tests.apiconfig.answers import API
from tests.apiconfig.gateway import Rest
from tests.stub.server import Failure, StubAws

HTTP = "h1b2c3d4e5"
CANARY = {"deploymentId": "dep2", "percentTraffic": 10.0}


@pytest.fixture(autouse=True)
def _listed(request: pytest.FixtureRequest, place: Place) -> None:
    """Somebody has seen the list before."""
    for name in ("rest", "http", "socket"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            catalogue.apis(place)


def shown(place: Place, api: str = API, stage: str = "prod") -> DeployPreview:
    return deploy.preview(place, api, stage)


def go(actor: Actor, place: Place, preview: DeployPreview, note: str = "new route") -> Deployed | Moved:
    return deploy.deploy(actor, place, preview.api.id, preview.stage.name, note, preview.fingerprint)


def only_change() -> Change:
    change = Change.objects.get()
    assert isinstance(change, Change)
    return change


def test_it_works(rest: Rest, actor: Actor, place: Place) -> None:
    rest.verbs["POST"] = answers.method("POST")
    preview = shown(place)
    assert [route.key for route in preview.diff.added] == ["POST /pets"] and preview.refusals == ()
    assert "export" in preview.served_words
    done = go(actor, place, preview)
    assert isinstance(done, Deployed) and done.verified is True
    assert done.deployment == rest.stages["prod"]["deploymentId"] == "dep0000002"
    assert rest.stages["test"]["deploymentId"] == "dep0000001"
    assert rest.deployments[-1]["description"] == "new route"
    change = only_change()
    assert (change.action, change.subject, change.reason, change.state) == (
        "api.deploy",
        "prod",
        "new route",
        "done",
    )
    assert change.outcome.before == {"stage": "prod", "deployment": "dep0000001"}
    assert change.outcome.after == {"stage": "prod", "deployment": "dep0000002"}


def test_what_was_deployed_is_kept_and_the_next_preview_is_exact(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    done = go(actor, place, shown(place))
    assert isinstance(done, Deployed)
    row = Snapshot.objects.get(deployment=done.deployment)
    former = Snapshot.objects.get(deployment="dep0000001")
    assert former.change is None and from_text(former.definition).source == "export"
    assert (row.deployment, row.stage, str(row.change)) == (done.deployment, "prod", done.change_id)
    assert row.stage_before["deploymentId"] == "dep0000001"
    rest.verbs["GET"]["operationName"] = "list"
    stub.requests.clear()
    preview = shown(place)
    assert [field.name for field in preview.diff.changed[0].fields] == ["operation name"]
    assert "Gatehouse kept" in preview.served_words and stub.count("GetExport") == 0
    assert preview.diff.unknown == ()


def test_the_writes_carry_the_change_and_touch_one_stage(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    done = go(actor, place, shown(place))
    assert isinstance(done, Deployed)
    made = next(request for request in stub.requests if request.operation == "CreateDeployment")
    moved = next(request for request in stub.requests if request.operation == "UpdateStage")
    assert "stageName" not in made.body
    assert moved.body["patchOperations"] == [
        {"op": "replace", "path": "/deploymentId", "value": done.deployment}
    ]
    assert all(
        f"gatehouse-change/{done.change_id}" in request.headers["user-agent"] for request in (made, moved)
    )


def test_calls(rest: Rest, actor: Actor, place: Place, calls: Calls) -> None:
    preview = shown(place)
    assert len(calls.made) == 8
    go(actor, place, preview)
    assert len(calls.made) == 8 + 8 + 3


@pytest.mark.parametrize("note", ["", "   ", "\n\t", "\0"])
def test_a_note_is_required(rest: Rest, actor: Actor, place: Place, note: str) -> None:
    preview = shown(place)
    with pytest.raises(InputError) as refused:
        go(actor, place, preview, note)
    assert refused.value.field == "note" and len(rest.deployments) == 1


def test_a_note_has_a_longest_length(rest: Rest, actor: Actor, place: Place) -> None:
    with pytest.raises(InputError, match="at most 1,000 characters"):
        go(actor, place, shown(place), "x" * 1001)


def test_who_may_not_deploy_does_not(
    rest: Rest, place: Place, reader: User, editor: User, acting: Callable[[User], Actor]
) -> None:
    preview = shown(place)
    for user in (reader, editor):
        with pytest.raises(Refused):
            go(acting(user), place, preview)
    assert len(rest.deployments) == 1 and not Change.objects.exists()


def test_a_read_only_connection_refuses(rest: Rest, actor: Actor, place: Place) -> None:
    preview = shown(place)
    place.connection.read_only = True
    place.connection.save()
    with pytest.raises(Refused, match="read-only"):
        go(actor, place, preview)


def test_somebody_else_deployed_in_between(rest: Rest, actor: Actor, place: Place) -> None:
    preview = shown(place)
    rest.touch("prod", deploymentId="dep0000009")
    rest.frozen["dep0000009"] = {}
    moved = go(actor, place, preview)
    assert isinstance(moved, Moved) and moved.preview.stage.deployment == "dep0000009"
    assert moved.preview.fingerprint != preview.fingerprint and len(rest.deployments) == 1
    change = only_change()
    assert change.state == "refused" and change.outcome.before["deployment"] == "dep0000009"
    assert isinstance(go(actor, place, moved.preview), Deployed)


def test_somebody_edited_the_api_in_between(rest: Rest, actor: Actor, place: Place) -> None:
    preview = shown(place)
    rest.verbs["DELETE"] = answers.method("DELETE")
    moved = go(actor, place, preview)
    assert isinstance(moved, Moved) and [route.key for route in moved.preview.diff.added] == ["DELETE /pets"]
    assert len(rest.deployments) == 1


def test_a_stage_with_a_canary_is_refused_in_words(rest: Rest, actor: Actor, place: Place) -> None:
    rest.touch("prod", canarySettings=CANARY)
    preview = shown(place)
    assert "canary" in preview.refusals[0]
    moved = go(actor, place, preview)
    assert isinstance(moved, Moved) and "canary" in moved.words and len(rest.deployments) == 1


def test_a_deployment_in_progress_says_the_next_step(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.fail(
        "v1:CreateDeployment", "ConflictException", "Another Deployment is in progress for rest api", 409
    )
    with pytest.raises(AwsError) as busy:
        go(actor, place, preview)
    assert busy.value.kind is Kind.CONFLICT and "wait some seconds" in busy.value.message
    assert busy.value.request_id and busy.value.retry_after
    assert only_change().state == "failed" and rest.stages["prod"]["deploymentId"] == "dep0000001"


def test_somebody_here_is_changing_the_api_already(rest: Rest, actor: Actor, place: Place) -> None:
    preview = shown(place)
    cache.set(f"apiconfig:lock:{place.connection.pk}:{place.region}:{API}", "theirs", 60)
    with pytest.raises(AwsError) as busy:
        go(actor, place, preview)
    assert busy.value.kind is Kind.CONFLICT and len(rest.deployments) == 1
    assert cache.get(f"apiconfig:lock:{place.connection.pk}:{place.region}:{API}") == "theirs"
    cache.clear()
    assert isinstance(go(actor, place, preview), Deployed)


def test_the_lock_is_given_back_after_a_failure(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.fail("v1:CreateDeployment", "BadRequestException", "no", times=1)
    with pytest.raises(AwsError):
        go(actor, place, preview)
    assert isinstance(go(actor, place, preview), Deployed)


def test_throttled_for_half_a_minute(rest: Rest, actor: Actor, place: Place, stub: StubAws) -> None:
    preview = shown(place)
    stub.fail(
        "v1:CreateDeployment",
        "TooManyRequestsException",
        "Too Many Requests",
        429,
        headers={"Retry-After": "30"},
    )
    with pytest.raises(AwsError) as throttled:
        go(actor, place, preview)
    assert throttled.value.kind is Kind.THROTTLED and throttled.value.retry_after == 30
    assert only_change().state == "failed"


@pytest.mark.parametrize("gone", ["stage", "api"])
def test_deleted_in_between(rest: Rest, actor: Actor, place: Place, stub: StubAws, gone: str) -> None:
    preview = shown(place)
    if gone == "stage":
        del rest.stages["prod"]
    else:
        stub.fail("v1:GetStage", "NotFoundException", "Invalid API identifier specified", 404)
        rest.apis.clear()
    with pytest.raises(AwsError) as missing:
        go(actor, place, preview)
    assert missing.value.kind is Kind.NOT_FOUND
    if gone == "api":
        with pytest.raises(AwsError):
            catalogue.api(place, API)
        assert catalogue.apis(place).rows == ()


def test_a_lost_answer_to_the_deployment_that_was_made(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.drop("v1:CreateDeployment", after_apply=True)
    done = go(actor, place, preview)
    assert isinstance(done, Deployed) and done.deployment == "dep0000002"
    assert len(rest.deployments) == 2 and stub.count("v1:CreateDeployment") == 1


def test_a_lost_answer_to_a_deployment_that_was_not_made(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.drop("v1:CreateDeployment")
    with pytest.raises(AwsError) as lost:
        go(actor, place, preview)
    assert lost.value.kind is Kind.FAULT and "none was made" in lost.value.message
    assert lost.value.unchanged
    assert only_change().state == "failed" and stub.count("v1:CreateDeployment") == 1


def test_a_lost_answer_and_two_that_could_be_it_stays_unknown(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    rest.deployments.append({"id": "dep0000008", "description": "new route", "createdDate": rest.now()})
    stub.drop("v1:CreateDeployment", after_apply=True)
    with pytest.raises(AwsError) as lost:
        go(actor, place, preview)
    assert lost.value.kind is Kind.LOST and only_change().state == "unknown"
    assert rest.stages["prod"]["deploymentId"] == "dep0000001"


def test_a_lost_answer_and_nothing_can_be_read(rest: Rest, actor: Actor, place: Place, stub: StubAws) -> None:
    preview = shown(place)
    stub.drop("v1:CreateDeployment", after_apply=True)
    stub.fail("v1:GetDeployments", "AccessDeniedException", "no", 403)
    with pytest.raises(AwsError) as lost:
        go(actor, place, preview)
    assert lost.value.kind is Kind.LOST and only_change().state == "unknown"


@pytest.mark.parametrize(("carried_out", "state"), [(True, "done"), (False, "failed")])
def test_a_lost_answer_to_pointing_the_stage(
    rest: Rest, actor: Actor, place: Place, stub: StubAws, carried_out: bool, state: str
) -> None:
    preview = shown(place)
    stub.drop("v1:UpdateStage", after_apply=carried_out)
    if carried_out:
        assert isinstance(go(actor, place, preview), Deployed)
    else:
        with pytest.raises(AwsError) as failed:
            go(actor, place, preview)
        assert failed.value.kind is Kind.FAULT
        assert "Deployment dep0000002 was made" in failed.value.message
        assert not failed.value.unchanged, "a deployment was made"
    assert only_change().state == state and stub.count("v1:UpdateStage") == 1


def test_the_stage_refuses_after_the_deployment_was_made(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.fail("v1:UpdateStage", "BadRequestException", "A canary was made in between")
    with pytest.raises(AwsError) as refused:
        go(actor, place, preview)
    assert "Deployment dep0000002 was made; the stage served dep0000001" in refused.value.message
    assert only_change().state == "failed"


def test_a_stage_that_serves_something_else_is_said(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.reply("GetExport", {"body": answers.export("GET", uri="https://other.example")})
    preview = shown(place)
    done = go(actor, place, preview)
    assert isinstance(done, Deployed) and done.verified is False
    assert done.differences is not None and done.differences.count == 1


def test_an_export_that_is_denied_is_said_in_preview_and_verification(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    stub.fail("GetExport", "AccessDeniedException", "not authorized to GET", 403)
    preview = shown(place)
    assert not preview.diff.comparable and "AccessDeniedException" in preview.diff.unknown[0]
    done = go(actor, place, preview)
    assert isinstance(done, Deployed) and done.verified is None and "could not be read" in done.words


def test_models_that_are_denied_are_said_not_to_be_compared(rest: Rest, place: Place, stub: StubAws) -> None:
    stub.fail("v1:GetModels", "AccessDeniedException", "no", 403)
    assert any("models could not be read" in sentence for sentence in shown(place).diff.unknown)


def test_a_part_that_cannot_be_read_any_more_is_not_called_somebody_elses_change(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)
    stub.fail("v1:GetModels", "TooManyRequestsException", "slow down", 429)
    moved = go(actor, place, preview)
    assert isinstance(moved, Moved) and len(rest.deployments) == 1
    assert "Not everything could be read this time" in moved.words
    assert any("models could not be read" in sentence for sentence in moved.preview.diff.unknown)


def test_resources_that_are_denied_make_no_preview(rest: Rest, place: Place, stub: StubAws) -> None:
    stub.fail("GetResources", "AccessDeniedException", "no", 403)
    with pytest.raises(AwsError) as denied:
        shown(place)
    assert denied.value.kind is Kind.DENIED


def test_a_failure_in_the_door_is_never_a_traceback(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    preview = shown(place)

    def refuse(body: Any) -> Any:
        raise Failure("InternalFailure", "boom", 500)

    stub.reply("v1:CreateDeployment", refuse)
    with pytest.raises(AwsError) as failed:
        go(actor, place, preview)
    assert failed.value.kind in (Kind.FAULT, Kind.LOST)
