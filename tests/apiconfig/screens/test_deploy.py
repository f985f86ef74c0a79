"""Deploying to a stage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.history.models import Change
from tests.apiconfig.screens.world import BASE, HOSTILE, HTTP, REST, WS, World, area, hidden, method, words

URL = f"{BASE}{REST}/stages/prod/deploy/"
WRITES = ("CreateDeployment", "UpdateStage")


def written(world: World) -> int:
    """How many writes AWS got."""
    return sum(world.stub.count(operation) for operation in WRITES)


def sent(web: Client, **more: str) -> dict[str, str]:
    """The form of the preview, filled in."""
    return {
        "step": "deploy",
        "note": "release 7",
        "fingerprint": hidden(web.get(URL).text, "fingerprint"),
    } | more


def test_it_works(world: World, web: Client) -> None:
    chosen = web.get(f"{BASE}{REST}/deploy/")
    assert f'href="{URL}"' in chosen.text
    world.stub.requests.clear()
    shown = web.get(URL)
    assert shown.status_code == 200
    assert world.stub.count() <= 8
    text = words(shown.text)
    assert "2 routes added" in text
    assert "+ GET /parcels/{id}" in text
    assert "+ POST /parcels" in text
    assert "1 route removed" in text
    assert "DELETE /parcels" in text
    assert "What cannot be known" in text
    assert "stage was last deployed without Gatehouse" in text
    assert written(world) == 0
    done = web.post(URL, sent(web))
    assert done.status_code == 200
    assert world.stage()["deploymentId"] == "dep003"
    assert world.stub.of("CreateDeployment")[0]["description"] == "release 7"
    text = words(done.text)
    assert "Deployed, and verified" in text
    assert "without Gatehouse" not in text
    change = Change.objects.get()
    assert (change.action, change.reason, change.outcome.result) == ("api.deploy", "release 7", "done")
    assert f'href="/changes/{change.pk}/undo/"' in done.text
    again = words(web.get(URL).text)
    assert "Nothing that can be compared differs" in again


def test_a_changed_route_is_shown_before_and_after(world: World, web: Client) -> None:
    world.served = {"/parcels": {"GET": method("https://old.example", kind="HTTP_PROXY")}}
    text = words(web.get(URL).text)
    assert "1 route changed" in text
    assert "https://old.example" in text
    assert "integration target" in text


def test_a_verification_that_differs_shows_what(world: World, web: Client) -> None:
    filled = sent(web)
    world.stub.reply("GetExport", {"body": {"openapi": "3.0.1", "paths": {}}})
    filled["fingerprint"] = hidden(web.get(URL).text, "fingerprint")
    done = web.post(URL, filled)
    text = words(done.text)
    assert "Deployed, but it differs" in text
    assert "3 routes removed" in text


def test_a_verification_that_is_denied_is_said(world: World, web: Client) -> None:
    filled = sent(web)
    world.stub.fail("GetExport", "AccessDeniedException", "no export for you")
    text = words(web.post(URL, filled).text)
    assert "not verified" in text
    assert "no export for you" in text


@pytest.mark.parametrize("note", ["", "  ", "x" * 1001])
def test_the_note_is_asked_for(world: World, web: Client, note: str) -> None:
    refused = web.post(URL, sent(web, note=note))
    assert refused.status_code == 400
    assert 'id="note-error"' in refused.text
    assert area(refused.text, "note") == note
    assert "2 routes added" in words(refused.text)
    assert written(world) == 0
    assert not Change.objects.exists()


def test_a_stage_that_moved_is_409_with_the_note_kept(world: World, web: Client) -> None:
    filled = sent(web, note=f"mine {HOSTILE}")
    world.stage()["deploymentId"] = "dep002"
    refused = web.post(URL, filled)
    assert refused.status_code == 409
    assert "Nothing was changed" in refused.text
    assert area(refused.text, "note") == f"mine {HOSTILE}"
    assert HOSTILE not in refused.text
    assert written(world) == 0
    assert Change.objects.get().outcome.result == "refused"
    again = filled | {"fingerprint": hidden(refused.text, "fingerprint")}
    assert web.post(URL, again).status_code == 200
    assert world.stage()["deploymentId"] == "dep003"


def test_an_api_edited_between_is_409(world: World, web: Client) -> None:
    filled = sent(web)
    world.resources.append({"id": "n", "path": "/new", "resourceMethods": {"GET": method()}})
    assert web.post(URL, filled).status_code == 409
    assert written(world) == 0


def test_looking_again_keeps_the_note_and_says_what_moved(world: World, web: Client) -> None:
    filled = sent(web, step="preview")
    same = web.post(URL, filled)
    assert (same.status_code, area(same.text, "note")) == (200, "release 7")
    world.stage()["deploymentId"] = "dep002"
    moved = web.post(URL, filled)
    assert moved.status_code == 409
    assert "was changed since you opened this page" in moved.text


def test_a_canary_is_a_designed_state(world: World, web: Client) -> None:
    filled = sent(web)
    world.stage()["canarySettings"] = {"deploymentId": "dep002", "percentTraffic": 10}
    shown = web.get(URL)
    assert shown.status_code == 200
    assert "This stage takes no deployment now" in shown.text
    assert 'value="deploy"' not in shown.text
    assert web.post(URL, filled).status_code == 409
    assert written(world) == 0


def test_auto_deploy_is_explained(world: World, web: Client) -> None:
    text = words(web.get(f"{BASE}{HTTP}/stages/$default/deploy/").text)
    assert "deploys by itself (auto-deploy)" in text
    assert "auto-deploy" in words(web.get(f"{BASE}{HTTP}/deploy/").text)


def test_a_websocket_stage_cannot_be_compared(world: World, web: Client) -> None:
    text = words(web.get(f"{BASE}{WS}/stages/chat/deploy/").text)
    assert "What changes cannot be known" in text
    assert "AWS exports no WebSocket API" in text


def test_a_deployment_in_progress(world: World, web: Client) -> None:
    filled = sent(web)
    world.stub.fail(
        "v1:CreateDeployment", "ConflictException", "Another Deployment is in progress for rest api"
    )
    refused = web.post(URL, filled)
    assert refused.status_code == 409
    assert "Another Deployment is in progress" in refused.text
    assert area(refused.text, "note") == "release 7"
    assert world.stage()["deploymentId"] == "dep001"


def test_a_refusal_by_aws_keeps_the_note(world: World, web: Client) -> None:
    filled = sent(web)
    world.stub.fail("v1:CreateDeployment", "AccessDeniedException", "The words of AWS")
    refused = web.post(URL, filled)
    assert refused.status_code == 502
    assert "The words of AWS" in refused.text
    assert area(refused.text, "note") == "release 7"


def test_a_stage_that_is_gone(world: World, web: Client) -> None:
    assert web.get(f"{BASE}{REST}/stages/none/deploy/").status_code == 404
    filled = sent(web)
    world.rest_stages.clear()
    gone = web.post(URL, filled)
    assert gone.status_code == 404
    assert area(gone.text, "note") == "release 7"


def test_a_preview_that_cannot_be_read(world: World, web: Client) -> None:
    world.stub.fail("GetResources", "AccessDeniedException", "no resources for you")
    shown = web.get(URL)
    assert shown.status_code == 502
    assert "no resources for you" in shown.text


def test_only_who_may_deploy(
    world: World, looking: Client, editor: User, stranger: User, client_for: Callable[[User], Client]
) -> None:
    for client, status in ((looking, 403), (client_for(editor), 403), (client_for(stranger), 404)):
        assert client.get(URL).status_code == status
        assert client.post(URL, {"step": "deploy", "note": "x", "fingerprint": "y"}).status_code == status
    assert written(world) == 0
