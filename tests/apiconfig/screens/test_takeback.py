"""Taking a stage back to a former deployment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.history.models import Change
from tests.apiconfig.screens.test_deploy import URL as DEPLOY
from tests.apiconfig.screens.test_deploy import sent as deployed
from tests.apiconfig.screens.world import BASE, HOSTILE, HTTP, REST, World, area, hidden, words

CHOOSE = f"{BASE}{REST}/stages/prod/take-back/"
URL = f"{CHOOSE}dep002/"


def sent(web: Client, url: str = URL, **more: str) -> dict[str, str]:
    """The form of the preview, filled in."""
    given = {
        "step": "take-back",
        "reason": "it broke",
        "fingerprint": hidden(web.get(url).text, "fingerprint"),
    }
    return given | more


def test_it_works(world: World, web: Client) -> None:
    web.post(DEPLOY, deployed(web))
    assert world.stage()["deploymentId"] == "dep003"
    chosen = web.get(CHOOSE)
    assert f'href="{CHOOSE}dep001/"' in chosen.text
    assert f'href="{CHOOSE}dep003/"' not in chosen.text
    url = f"{CHOOSE}dep001/"
    shown = web.get(url)
    assert shown.status_code == 200
    text = words(shown.text)
    assert "2 routes removed" in text
    assert "1 route added" in text
    assert "DELETE /parcels" in text
    assert "variables, limits, cache, logs and access settings stay as they are" in text
    world.stub.requests.clear()
    done = web.post(url, sent(web, url))
    assert done.status_code == 200
    assert "Taken back" in done.text
    assert world.stage()["deploymentId"] == "dep001"
    assert world.stub.count("UpdateStage") == 1
    change = Change.objects.get(action="api.take-back")
    assert (change.reason, change.outcome.result) == ("it broke", "done")
    assert f'href="/changes/{change.pk}/undo/"' in done.text


def test_a_deployment_that_was_not_kept_is_known_by_its_routes_alone(world: World, web: Client) -> None:
    world.summaries["dep002"] = {"/parcels": {"GET": {"authorizationType": "NONE", "apiKeyRequired": True}}}
    text = words(web.get(URL).text)
    assert "AWS tells of this deployment only its routes" in text
    assert "1 route removed" in text
    assert "GET /parcels API key required" in text


def test_the_undo_leads_forward_again(world: World, web: Client) -> None:
    web.post(URL, sent(web))
    assert world.stage()["deploymentId"] == "dep002"
    change = Change.objects.get()
    undone = web.post(f"/changes/{change.pk}/undo/", {"reason": "never mind"}, follow=True)
    assert undone.status_code == 200
    assert world.stage()["deploymentId"] == "dep001"


def test_our_snapshot_makes_it_exact(world: World, web: Client) -> None:
    web.post(DEPLOY, deployed(web))
    world.resources.pop()
    web.post(DEPLOY, deployed(web))
    text = words(web.get(f"{CHOOSE}dep003/").text)
    assert "Gatehouse kept what deployment dep003 holds" in text
    assert "1 route added" in text
    assert "What cannot be known" not in text


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001])
def test_a_reason_is_asked_for(world: World, web: Client, reason: str) -> None:
    refused = web.post(URL, sent(web, reason=reason))
    assert refused.status_code == 400
    assert 'id="reason-error"' in refused.text
    assert area(refused.text, "reason") == reason
    assert world.stub.count("UpdateStage") == 0
    assert not Change.objects.exists()


def test_a_stage_that_moved_is_409(world: World, web: Client) -> None:
    filled = sent(web, reason=HOSTILE)
    world.rest_deployments.append({"id": "dep009", "createdDate": 1_700_300_000})
    world.stage()["deploymentId"] = "dep009"
    refused = web.post(URL, filled)
    assert refused.status_code == 409
    assert area(refused.text, "reason") == HOSTILE
    assert HOSTILE not in refused.text
    assert "dep009" in refused.text
    assert world.stub.count("UpdateStage") == 0


def test_the_deployment_it_serves_already(world: World, web: Client) -> None:
    text = words(web.get(f"{CHOOSE}dep001/").text)
    assert "The stage serves this deployment already" in text
    assert 'value="take-back"' not in web.get(f"{CHOOSE}dep001/").text


def test_a_canary_and_auto_deploy(world: World, web: Client) -> None:
    world.stage()["canarySettings"] = {"deploymentId": "dep002", "percentTraffic": 10}
    assert "The stage has a canary" in web.get(URL).text
    assert "cannot return to this deployment now" in web.get(URL).text
    text = words(web.get(f"{BASE}{HTTP}/stages/$default/take-back/v2d0/").text)
    assert "auto-deploy" in text


def test_a_deployment_and_a_stage_that_are_gone(world: World, web: Client) -> None:
    assert web.get(f"{CHOOSE}dep777/").status_code == 404
    gone = web.get(f"{BASE}{REST}/stages/none/take-back/")
    assert gone.status_code == 404
    assert "There is no such stage" in gone.text


def test_a_refusal_by_aws_keeps_the_reason(world: World, web: Client) -> None:
    filled = sent(web)
    world.stub.fail("v1:UpdateStage", "AccessDeniedException", "The words of AWS")
    refused = web.post(URL, filled)
    assert refused.status_code == 502
    assert "The words of AWS" in refused.text
    assert area(refused.text, "reason") == "it broke"


def test_deployments_that_cannot_be_listed(world: World, web: Client) -> None:
    world.stub.fail("v1:GetDeployments", "AccessDeniedException", "no list for you")
    shown = web.get(CHOOSE)
    assert shown.status_code == 200
    assert "no list for you" in shown.text


def test_only_who_may_deploy(
    world: World, looking: Client, editor: User, stranger: User, client_for: Callable[[User], Client]
) -> None:
    for client, status in ((looking, 403), (client_for(editor), 403), (client_for(stranger), 404)):
        assert client.get(CHOOSE).status_code == status
        assert client.get(URL).status_code == status
        assert client.post(URL, {"step": "take-back", "reason": "x"}).status_code == status
