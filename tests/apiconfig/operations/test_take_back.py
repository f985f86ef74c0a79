"""Taking a stage back to a former deployment, undoing that and a deployment, and finding out how one ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apiconfig.core.views import Deployed, Moved
from apiconfig.operations import catalogue, deploy, undo
from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import handler_of
from dashboard.history.models import Change
from dashboard.history.operations import undo as history
from tests.apiconfig import answers
from tests.apiconfig.answers import API
from tests.apiconfig.gateway import V2, Rest
from tests.stub.server import StubAws

FIRST, SECOND, OLD = "dep0000001", "dep0000002", "dep0000000"
HTTP = "h1b2c3d4e5"


@pytest.fixture(autouse=True)
def _listed(request: pytest.FixtureRequest, place: Place) -> None:
    for name in ("rest", "http", "socket"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            catalogue.apis(place)


@pytest.fixture
def deployed(rest: Rest, actor: Actor, place: Place) -> Deployed:
    """A deployment with one more route, made with Gatehouse."""
    rest.verbs["POST"] = answers.method("POST", apiKeyRequired=True)
    preview = deploy.preview(place, API, "prod")
    done = deploy.deploy(actor, place, API, "prod", "one more", preview.fingerprint)
    assert isinstance(done, Deployed)
    return done


def back(
    actor: Actor, place: Place, to: str = FIRST, api: str = API, reason: str = "broken"
) -> Deployed | Moved:
    preview = deploy.preview_take_back(place, api, "prod", to)
    return deploy.take_back(actor, place, api, "prod", to, reason, preview.fingerprint)


def change_of(done: Deployed) -> Change:
    return Change.objects.get(pk=done.change_id)


def test_it_works(deployed: Deployed, rest: Rest, actor: Actor, place: Place) -> None:
    preview = deploy.preview_take_back(place, API, "prod", FIRST)
    assert [route.key for route in preview.diff.removed] == ["POST /pets"]
    assert (
        preview.diff.comparable
        and preview.deployment is not None
        and preview.deployment.description == "first"
    )
    assert (
        "Only the deployment goes back" in preview.warnings[0] and "1 route goes away" in preview.warnings[1]
    )
    done = back(actor, place)
    assert isinstance(done, Deployed) and done.deployment == FIRST == rest.stages["prod"]["deploymentId"]
    assert done.verified is True and "holds what was kept" in done.words
    change = change_of(done)
    assert (change.action, change.reason, change.state) == ("api.take-back", "broken", "done")
    assert len(rest.deployments) == 2 and "POST" in rest.verbs


def test_going_back_to_what_gatehouse_kept_is_exact_and_verified(
    deployed: Deployed, actor: Actor, place: Place
) -> None:
    back(actor, place)
    preview = deploy.preview_take_back(place, API, "prod", SECOND)
    assert [route.key for route in preview.diff.added] == ["POST /pets"]
    done = back(actor, place, SECOND)
    assert isinstance(done, Deployed) and done.verified is True


def test_of_an_old_deployment_only_the_summary_is_known(
    deployed: Deployed, rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    rest.deployments.append({"id": OLD, "createdDate": answers.CREATED})
    rest.frozen[OLD] = {"GET": answers.method("GET")}
    preview = deploy.preview_take_back(place, API, "prod", OLD)
    assert [route.key for route in preview.diff.removed] == ["POST /pets"]
    assert stub.count("v1:GetDeployment") == 1
    assert any("AWS tells of this deployment only" in sentence for sentence in preview.diff.unknown)
    stub.fail("v1:GetDeployment", "AccessDeniedException", "no", 403)
    denied = deploy.preview_take_back(place, API, "prod", OLD)
    assert not denied.diff.comparable and "AccessDeniedException" in denied.diff.unknown[0]
    done = back(actor, place, OLD)
    assert isinstance(done, Deployed) and done.verified is None and "not kept" in done.words


def test_the_deployment_that_is_served_already(rest: Rest, actor: Actor, place: Place) -> None:
    moved = back(actor, place)
    assert isinstance(moved, Moved) and "already" in moved.words


def test_a_deployment_that_is_gone(deployed: Deployed, rest: Rest, place: Place) -> None:
    del rest.deployments[0]
    with pytest.raises(AwsError) as gone:
        deploy.preview_take_back(place, API, "prod", FIRST)
    assert gone.value.kind is Kind.NOT_FOUND


def test_somebody_deployed_in_between(deployed: Deployed, rest: Rest, actor: Actor, place: Place) -> None:
    preview = deploy.preview_take_back(place, API, "prod", FIRST)
    rest.touch("prod")
    moved = deploy.take_back(actor, place, API, "prod", FIRST, "x", preview.fingerprint)
    assert isinstance(moved, Moved) and rest.stages["prod"]["deploymentId"] == SECOND
    other = deploy.preview_take_back(place, API, "prod", FIRST)
    rest.deployments.append({"id": "dep0000003", "createdDate": answers.CREATED})
    rest.frozen["dep0000003"] = {}
    assert isinstance(
        deploy.take_back(actor, place, API, "prod", "dep0000003", "x", other.fingerprint), Moved
    )


def test_a_canary_stands_in_the_way(deployed: Deployed, rest: Rest, actor: Actor, place: Place) -> None:
    rest.touch("prod", canarySettings={"deploymentId": "d", "percentTraffic": 1.0})
    moved = back(actor, place)
    assert isinstance(moved, Moved) and "canary" in moved.words


def test_a_reason_is_required(deployed: Deployed, actor: Actor, place: Place) -> None:
    with pytest.raises(InputError) as refused:
        back(actor, place, reason=" ")
    assert refused.value.field == "reason"


def test_who_may_not_deploy_does_not(
    deployed: Deployed, place: Place, editor: User, acting: Callable[[User], Actor]
) -> None:
    with pytest.raises(Refused):
        back(acting(editor), place)


def test_a_lost_answer(deployed: Deployed, rest: Rest, actor: Actor, place: Place, stub: StubAws) -> None:
    stub.drop("v1:UpdateStage", after_apply=True)
    done = back(actor, place)
    assert isinstance(done, Deployed) and rest.stages["prod"]["deploymentId"] == FIRST


def test_an_http_api_goes_back(http: V2, actor: Actor, place: Place) -> None:
    http.verbs.append("POST")
    preview = deploy.preview(place, HTTP, "prod")
    deploy.deploy(actor, place, HTTP, "prod", "more", preview.fingerprint)
    http.deployments.append({"DeploymentId": OLD, "DeploymentStatus": "DEPLOYED"})
    unkept = deploy.preview_take_back(place, HTTP, "prod", OLD)
    assert not unkept.diff.comparable and "cannot be known" in unkept.diff.unknown[0]
    preview = deploy.preview_take_back(place, HTTP, "prod", FIRST)
    assert [route.key for route in preview.diff.removed] == ["POST /pets"]
    done = back(actor, place, api=HTTP)
    assert (
        isinstance(done, Deployed) and done.verified is True and http.stages["prod"]["DeploymentId"] == FIRST
    )


def test_undoing_a_deployment(deployed: Deployed, rest: Rest, actor: Actor) -> None:
    result = history.undo(actor, change_of(deployed), "was wrong")
    assert result.done and rest.stages["prod"]["deploymentId"] == FIRST
    undoing = Change.objects.get(pk=result.change_id)
    assert (undoing.action, str(undoing.undo_of_id)) == ("api.take-back", deployed.change_id)
    again = history.undo(actor, Change.objects.get(pk=result.change_id), "after all")
    assert again.done and rest.stages["prod"]["deploymentId"] == SECOND


def test_undoing_what_somebody_has_deployed_over(deployed: Deployed, rest: Rest, actor: Actor) -> None:
    rest.touch("prod", deploymentId="dep0000009")
    result = history.undo(actor, change_of(deployed), "was wrong")
    assert not result.done and "dep0000009 now" in result.message
    assert rest.stages["prod"]["deploymentId"] == "dep0000009"


def test_undoing_when_the_former_deployment_is_gone(deployed: Deployed, rest: Rest, actor: Actor) -> None:
    del rest.deployments[0]
    result = history.undo(actor, change_of(deployed), "x")
    assert not result.done and "no such deployment" in result.message


def test_undoing_needs_the_permission(
    deployed: Deployed, editor: User, acting: Callable[[User], Actor]
) -> None:
    with pytest.raises(Refused):
        history.undo(acting(editor), change_of(deployed), "x")


def test_undoing_a_first_deployment_says_that_there_is_no_way_back(
    http: V2, actor: Actor, place: Place
) -> None:
    del http.stages["prod"]["DeploymentId"]
    preview = deploy.preview(place, HTTP, "prod")
    done = deploy.deploy(actor, place, HTTP, "prod", "first", preview.fingerprint)
    assert isinstance(done, Deployed)
    result = history.undo(actor, change_of(done), "x")
    assert not result.done and "served nothing before" in result.message


@pytest.mark.parametrize(
    ("serves", "settled", "state"),
    [(SECOND, True, "done"), (FIRST, True, "failed"), ("dep0000009", False, "unknown")],
)
def test_finding_out_how_a_deployment_ended(
    rest: Rest, actor: Actor, place: Place, stub: StubAws, serves: str, settled: bool, state: str
) -> None:
    preview = deploy.preview(place, API, "prod")
    stub.drop("v1:UpdateStage", after_apply=True)
    stub.fail("v1:GetStage", "AccessDeniedException", "no", 403)
    stub.reply("v1:GetStage", lambda body: rest.stages["prod"], times=1)
    with pytest.raises(AwsError):
        deploy.deploy(actor, place, API, "prod", "note", preview.fingerprint)
    change = Change.objects.get()
    assert change.state == "unknown"
    stub.reply("v1:GetStage", lambda body: rest.stages["prod"])
    rest.deployments.append({"id": "dep0000009", "description": "other", "createdDate": answers.CREATED})
    rest.stages["prod"]["deploymentId"] = serves
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        history.reconcile(change)
    assert Change.objects.get().state == state
    assert (state != "unknown") is settled


def test_both_actions_are_registered_with_their_page() -> None:
    for action in ("api.deploy", "api.take-back"):
        handler = handler_of(action)
        assert handler.undo is undo.undo and handler.permission == "deploy"
        assert handler.link is not None
        assert API in handler.link(Change(resource=f"api:{API}", connection="main", region="eu-central-1"))
