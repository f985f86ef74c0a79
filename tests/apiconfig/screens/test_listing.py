"""The list of APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.test import Client

from dashboard.accounts.models import Grant, User
from tests.apiconfig.screens.world import BASE, HOSTILE, HTTP, REST, WS, World, words

if TYPE_CHECKING:
    from dashboard.accounts.place import Place


def read(world: World, place: Place) -> None:
    """Read the lists as they are by now; what follows is counted from here."""
    from apiconfig.operations import catalogue

    catalogue.refresh(place)
    world.stub.requests.clear()


def test_it_works(world: World, web: Client) -> None:
    shown = web.get(BASE)
    assert shown.status_code == 200
    text = words(shown.text)
    assert f'href="{BASE}{REST}/"' in shown.text
    assert "Parcel API REST" in text
    assert "Tracking HTTP" in text
    assert "Driver chat WebSocket" in text
    assert "eu-central-1 1 of 600 Regional REST APIs" in text
    assert "us-east-1" in text
    assert "Lists read" in text
    assert world.stub.count() == 0


def test_what_an_opened_api_has_is_listed(world: World, web: Client) -> None:
    row = words(web.get(BASE, {"q": "parcel"}).text.split("<tbody>")[1].split("</tbody>")[0])
    assert "prod" not in row
    web.get(f"{BASE}{REST}/")
    world.stub.requests.clear()
    row = words(web.get(BASE, {"q": "parcel"}).text.split("<tbody>")[1].split("</tbody>")[0])
    assert "prod test" in row
    assert "years ago" in row or "days ago" in row
    assert world.stub.count() == 0


def test_an_undeployed_change_that_a_preview_found_is_marked(world: World, web: Client) -> None:
    assert "undeployed change" not in web.get(BASE).text
    web.get(f"{BASE}{REST}/stages/prod/deploy/")
    world.stub.requests.clear()
    assert "undeployed change" in web.get(BASE).text
    assert world.stub.count() == 0


def test_a_stage_that_is_not_known_keeps_the_api_from_being_called_deployed(
    world: World, web: Client
) -> None:
    """The HTTP API's first stage deploys by itself; nothing is known of the second until a preview was made."""
    web.get(f"{BASE}{HTTP}/")
    assert "as deployed" not in web.get(BASE).text
    web.get(f"{BASE}{HTTP}/stages/live/deploy/")
    assert "as deployed" in web.get(BASE).text


def test_a_preview_of_one_stage_does_not_call_an_api_deployed_that_nobody_opened(
    world: World, web: Client
) -> None:
    web.get(f"{BASE}{HTTP}/stages/live/deploy/")
    assert "as deployed" not in web.get(BASE).text


def test_after_a_deployment_the_list_knows_it(world: World, web: Client) -> None:
    """Nobody has to open the API again to see in the list what was just done here."""
    web.get(f"{BASE}{REST}/")
    url = f"{BASE}{REST}/stages/prod/deploy/"
    preview = web.get(url)
    assert "undeployed change" in row_of(web)
    sent = {"note": "go", "fingerprint": preview.context["preview"].fingerprint}
    assert "Deployed" in web.post(url, sent).text
    world.stub.requests.clear()
    row = row_of(web)
    assert world.stub.count() == 0
    assert "undeployed change" not in row
    assert "prod test" in row
    assert 'datetime="2023-11-17T05:46:40' in web.get(BASE).text  # when the deployment was made
    url = f"{BASE}{REST}/stages/prod/take-back/dep001/"
    sent = {"reason": "no", "fingerprint": web.get(url).context["preview"].fingerprint}
    assert "Taken back" in web.post(url, sent).text
    row = row_of(web)
    assert "prod test" in row
    assert "as deployed" not in row


def row_of(web: Client) -> str:
    """The REST API's line of the list, in words."""
    return words(web.get(BASE, {"q": REST}).text.split("<tbody>")[1].split("</tbody>")[0])


def test_the_filter_is_the_url(world: World, web: Client) -> None:
    shown = web.get(BASE, {"q": "PARCEL"})
    assert REST in shown.text
    assert HTTP not in shown.text
    assert 'value="PARCEL"' in shown.text
    shown = web.get(BASE, {"kind": "WEBSOCKET"})
    assert WS in shown.text
    assert REST not in shown.text
    assert HTTP in web.get(BASE, {"q": HTTP[:5], "kind": "nonsense"}).text
    nothing = web.get(BASE, {"q": HOSTILE})
    assert "No API fits" in nothing.text
    assert HOSTILE not in nothing.text


def test_600_apis_without_a_call(world: World, place: Place, web: Client) -> None:
    world.rest_apis = [
        {
            "id": f"a{n:09d}",
            "name": f"api-{n}",
            "createdDate": 1_700_000_000,
            "endpointConfiguration": {"types": ["REGIONAL"]},
        }
        for n in range(600)
    ]
    world.v2_apis = []
    read(world, place)
    shown = web.get(BASE)
    assert shown.text.count('<th scope="row">') == 600
    assert "600 of 600 Regional" in words(shown.text)
    assert 'rel="next"' in shown.text  # two regions answer alike
    assert world.stub.count() == 0


def test_names_with_html_and_of_1024_characters(world: World, place: Place, web: Client) -> None:
    world.rest_apis[0]["name"] = HOSTILE
    world.v2_apis[0]["Name"] = "ü" * 1024
    read(world, place)
    shown = web.get(BASE)
    assert HOSTILE not in shown.text
    assert "&lt;img src=x" in shown.text
    assert "ü" * 1024 in shown.text


def test_two_apis_of_one_name_are_said(world: World, place: Place, web: Client) -> None:
    world.rest_apis.append(world.rest_apis[0] | {"id": "other00001"})
    read(world, place)
    text = words(web.get(BASE).text)
    assert "Several REST APIs of one region are called Parcel API" in text
    assert text.count("same name") == 4  # two in each of two regions


def test_a_list_that_is_denied_leaves_the_others(world: World, place: Place, web: Client) -> None:
    world.stub.fail("GetRestApis", "AccessDeniedException", "not authorized to perform apigateway:GET")
    shown = web.post(BASE, follow=True)
    assert shown.status_code == 200
    text = words(shown.text)
    assert "The REST APIs of eu-central-1 could not be read" in text
    assert "not authorized to perform apigateway:GET" in text
    assert "Tracking HTTP" in text
    assert "Parcel API REST" in text


def test_refresh_reads_two_lists_a_region_and_keeps_the_filter(world: World, web: Client) -> None:
    world.rest_apis[0]["name"] = "Parcel API 2"
    done = web.post(f"{BASE}?q=parcel", follow=True)
    assert done.redirect_chain == [(f"{BASE}?q=parcel", 302)]
    assert "Parcel API 2" in done.text
    assert world.stub.count() == 4


def test_an_account_without_apis(world: World, place: Place, web: Client) -> None:
    world.rest_apis, world.v2_apis = [], []
    read(world, place)
    assert "No APIs here that you may see" in web.get(BASE).text


def test_only_what_the_viewer_may_read(
    world: World, stranger: User, client_for: Callable[[User], Client]
) -> None:
    assert client_for(stranger).get(BASE).status_code == 404
    group = Group.objects.create(name="http")
    Grant.objects.create(group=group, resource=f"api:{HTTP}", actions=["read"])
    stranger.groups.add(group)
    shown = client_for(User.objects.get(pk=stranger.pk)).get(BASE)
    assert shown.status_code == 200
    assert HTTP in shown.text
    assert REST not in shown.text
    assert "Parcel" not in shown.text
