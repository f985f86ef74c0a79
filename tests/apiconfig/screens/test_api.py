"""An API's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apiconfig.screens.api import MOST_DEPLOYMENTS
from dashboard.accounts.models import User
from tests.apiconfig.screens.region_world import GOLD, OPEN, Region, granted
from tests.apiconfig.screens.world import BASE, HOSTILE, HTTP, REST, WS, World, method, words

URL = f"{BASE}{REST}/"


def test_it_works(world: World, web: Client) -> None:
    shown = web.get(URL)
    assert shown.status_code == 200
    assert world.stub.count() <= 10
    text = words(shown.text)
    assert "Parcel API REST" in text
    assert "Resources 3 of 300" in text
    assert "Integration timeout 29 s" in text
    assert "Request and response body 10 MB" in text
    assert "10,000 requests/s, burst 5,000" in text
    assert "/{id}" in text
    assert "GET none required AWS_PROXY track 29 s" in text
    assert "POST AWS_IAM no AWS_PROXY" in text
    assert "Throttle 50 requests/s, burst 100" in text
    assert "Execution log INFO" in text
    assert "second <img" in text
    assert f'href="{URL}stages/prod/deploy/"' in shown.text
    assert f'href="{URL}stages/prod/take-back/dep002/"' in shown.text
    assert "Move prod here…" in text
    assert "Take test back…" in text
    assert HOSTILE not in shown.text
    world.stub.requests.clear()
    assert web.get(URL).status_code == 200
    assert world.stub.count() == 0


def test_an_http_api(world: World, web: Client) -> None:
    shown = web.get(f"{BASE}{HTTP}/")
    assert shown.status_code == 200
    text = words(shown.text)
    assert "Tracking HTTP" in text
    assert "JWT people" in text
    assert "https://backend.example/track" in text
    assert "AWS deploys every change of the API to this stage by itself" in text
    assert "(limit 30 s)" in text
    assert "stages/live/deploy/" in shown.text
    assert "stages/$default/deploy/" not in shown.text
    assert "stages/$default/throttle/" in shown.text


def test_a_websocket_api(world: World, web: Client) -> None:
    text = words(web.get(f"{BASE}{WS}/").text)
    assert "Route selection expression $request.body.action" in text
    assert "$connect" in text
    assert "sendMessage" in text
    assert "Message 128 KB" in text


def test_refresh_reads_it_again(world: World, web: Client) -> None:
    web.get(URL)
    world.resources.append({"id": "n", "path": "/new-one", "resourceMethods": {"GET": method()}})
    assert "/new-one" not in web.get(URL).text
    world.stub.requests.clear()
    done = web.post(URL, follow=True)
    assert "/new-one" in done.text
    assert world.stub.count() <= 10


@pytest.mark.parametrize(
    ("operation", "still"),
    [
        ("GetResources", "Execution log INFO"),
        ("GetStages", "/{id}"),
        ("GetDeployments", "/{id}"),
        ("GetAuthorizers", "/{id}"),
        ("GetAccount", "/{id}"),
        ("GetUsagePlans", "/{id}"),
    ],
)
def test_each_part_fails_alone(world: World, web: Client, operation: str, still: str) -> None:
    world.stub.fail(f"v1:{operation}", "AccessDeniedException", f"not authorized: {operation}")
    shown = web.get(URL)
    assert shown.status_code == 200
    text = words(shown.text)
    assert f"not authorized: {operation}" in text
    assert "STUB" in text  # the request id
    assert still in text
    assert "Parcel API" in text


def test_everything_throttled_says_so(world: World, web: Client) -> None:
    for operation in ("GetResources", "v1:GetStages", "v1:GetDeployments"):
        world.stub.fail(
            operation, "TooManyRequestsException", "Too Many Requests", headers={"Retry-After": "30"}
        )
    text = words(web.get(URL).text)
    assert "AWS asks us to slow down" in text
    assert "Parcel API" in text


def test_an_api_deleted_meanwhile(world: World, web: Client) -> None:
    world.rest_apis.clear()
    gone = web.get(URL)
    assert gone.status_code == 404
    assert "AWS does not have this" in gone.text


def test_an_id_that_cannot_be_is_404_without_a_call(world: World, web: Client) -> None:
    for wrong in ("..", "A1", "a" * 65, "%3Cb%3E"):
        assert web.get(f"{BASE}{wrong}/").status_code == 404
    assert world.stub.count() == 0


def test_a_canary_and_a_stage_without_deployment(world: World, web: Client) -> None:
    world.stage("prod")["canarySettings"] = {"deploymentId": "dep002", "percentTraffic": 12.5}
    world.rest_stages.append({"stageName": "empty", "deploymentId": ""})
    shown = web.get(URL)
    text = words(shown.text)
    assert "12.5 % of the requests go to deployment dep002" in text
    assert "none yet: the stage answers nothing" in text
    assert "stages/prod/deploy/" not in shown.text


def test_names_of_1024_characters_and_html(world: World, web: Client) -> None:
    world.rest_apis[0] |= {"name": HOSTILE + "x" * 1000, "description": HOSTILE, "tags": {HOSTILE: HOSTILE}}
    world.resources[1]["path"] = f"/{HOSTILE}"
    world.rest_stages[0]["description"] = HOSTILE
    shown = web.post(URL, follow=True)
    assert HOSTILE not in shown.text
    assert "x" * 1000 in shown.text
    assert "&lt;img src=x" in shown.text


def test_many_deployments_are_folded(world: World, web: Client) -> None:
    world.rest_deployments = [
        {"id": f"dep{n:03d}", "createdDate": 1_700_000_000 + n} for n in range(MOST_DEPLOYMENTS + 7)
    ]
    shown = web.get(URL)
    assert "7 older" in words(shown.text)
    assert "dep056" in shown.text
    assert 'class="mono">dep003<' not in shown.text
    assert 'class="mono">dep003<' in web.get(URL, {"deployments": "all"}).text


def test_buttons_are_for_who_may(
    world: World, looking: Client, client_for: Callable[[User], Client], editor: User
) -> None:
    shown = looking.get(URL)
    assert shown.status_code == 200
    for part in ("/deploy/", "take-back", "Throttle…"):
        assert part not in shown.text
    shown = client_for(editor).get(URL)
    assert "/deploy/" not in shown.text
    assert "stages/prod/throttle/" in shown.text


def test_the_plans_that_the_viewer_may_not_read_are_not_named(
    region: Region, stranger: User, client_for: Callable[[User], Client], web: Client
) -> None:
    whole = web.get(URL).text
    assert GOLD in whole
    assert OPEN in whole
    client = client_for(granted(stranger, f"api:{REST}", f"plan:{GOLD}"))
    shown = client.get(URL)
    assert GOLD in shown.text
    assert OPEN not in shown.text
    assert ">Open<" not in shown.text
    region.plans = [plan for plan in region.plans if plan["id"] == OPEN]
    shown = client.post(URL, follow=True)
    assert "No usage plan that you may see covers a stage of this API." in shown.text
    assert OPEN not in shown.text


def test_a_stranger_sees_nothing(world: World, stranger: User, client_for: Callable[[User], Client]) -> None:
    assert client_for(stranger).get(URL).status_code == 404
    assert world.stub.count() == 0
