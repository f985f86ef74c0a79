"""Deploying HTTP and WebSocket APIs: what of them can be compared, and deployments that AWS makes in the background."""

from __future__ import annotations

from typing import Any

import pytest

from apiconfig.core.views import Deployed, DeployPreview, Moved
from apiconfig.operations import catalogue, deploy
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError
from dashboard.history.models import Change
from tests.apiconfig.gateway import V2
from tests.stub.server import StubAws

HTTP = "h1b2c3d4e5"


@pytest.fixture(autouse=True)
def _listed(request: pytest.FixtureRequest, place: Place) -> None:
    """Somebody has seen the list before."""
    for name in ("http", "socket"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            catalogue.apis(place)


def shown(place: Place, api: str, stage: str = "prod") -> DeployPreview:
    return deploy.preview(place, api, stage)


def go(actor: Actor, place: Place, preview: DeployPreview) -> Deployed | Moved:
    return deploy.deploy(actor, place, preview.api.id, preview.stage.name, "new route", preview.fingerprint)


def test_it_works(http: V2, actor: Actor, place: Place, stub: StubAws) -> None:
    http.verbs.append("POST")
    stub.requests.clear()
    preview = shown(place, HTTP)
    assert [route.key for route in preview.diff.added] == ["POST /pets"] and preview.diff.unknown == ()
    assert stub.count() == 3
    done = go(actor, place, preview)
    assert isinstance(done, Deployed) and done.verified is True
    assert http.stages["prod"]["DeploymentId"] == "dep0000002"


def test_auto_deploy_is_explained(http: V2, actor: Actor, place: Place) -> None:
    http.stages["prod"]["AutoDeploy"] = True
    preview = shown(place, HTTP)
    assert "auto-deploy" in preview.refusals[0]
    assert isinstance(go(actor, place, preview), Moved) and len(http.deployments) == 1


def test_a_v2_deployment_that_takes_a_moment(http: V2, actor: Actor, place: Place, stub: StubAws) -> None:
    http.status = "PENDING"
    looks: list[Any] = []

    def later(body: Any) -> Any:
        looks.append(body)
        if len(looks) == 3:
            http.deployments[-1]["DeploymentStatus"] = "DEPLOYED"
        return {"Items": http.deployments}

    stub.reply("v2:GetDeployments", later)
    done = go(actor, place, shown(place, HTTP))
    assert isinstance(done, Deployed) and len(looks) == 3


@pytest.mark.parametrize(("status", "permanent"), [("FAILED", True), ("PENDING", False)])
def test_a_v2_deployment_that_comes_to_nothing(
    http: V2, actor: Actor, place: Place, status: str, permanent: bool
) -> None:
    http.status = status
    preview = shown(place, HTTP)
    with pytest.raises(AwsError) as failed:
        go(actor, place, preview)
    assert status in failed.value.message and failed.value.permanent is permanent
    assert http.stages["prod"]["DeploymentId"] == "dep0000001" and Change.objects.get().state == "failed"


def test_a_stage_that_nothing_was_deployed_to(http: V2, place: Place) -> None:
    del http.stages["prod"]["DeploymentId"]
    preview = shown(place, HTTP)
    assert "Nothing was ever deployed" in preview.served_words and len(preview.diff.added) == 1


def test_a_websocket_api_is_known_from_the_second_deployment_on(
    socket: V2, actor: Actor, place: Place
) -> None:
    preview = shown(place, HTTP)
    assert not preview.diff.comparable and "WebSocket" in preview.diff.unknown[0]
    done = go(actor, place, preview)
    assert isinstance(done, Deployed) and done.verified is None and "not read back" in done.words
    socket.routes.append({"RouteKey": "send", "Target": "integrations/i1"})
    assert [route.key for route in shown(place, HTTP).diff.added] == ["send"]
