"""A stage's limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.history.models import Change
from tests.apiconfig.screens.world import BASE, HOSTILE, HTTP, REST, WS, World, area, hidden, words

URL = f"{BASE}{REST}/stages/prod/throttle/"
V2 = f"{BASE}{HTTP}/stages/live/throttle/"
Fields = dict[str, Any]


def typed(web: Client, *rows: tuple[str, str, str], url: str = URL, **more: str) -> Fields:
    """The form with these rows: route, rate, burst."""
    fields: Fields = {
        "step": "preview",
        "fingerprint": hidden(web.get(url).text, "fingerprint"),
        "route": [row[0] for row in rows],
        "rate": [row[1] for row in rows],
        "burst": [row[2] for row in rows],
        "reason": "",
    }
    return fields | more


def writes(world: World) -> int:
    """How many writes AWS got."""
    return world.stub.count("UpdateStage") + world.stub.count("DeleteRouteSettings")


def test_it_works(world: World, web: Client) -> None:
    shown = web.get(URL)
    assert shown.status_code == 200
    text = words(shown.text)
    assert "The account allows 10,000 requests a second, burst 5,000" in text
    assert "Default of the stage" in text
    assert 'value="50"' in shown.text
    assert 'value="100"' in shown.text
    assert "every other route 50 a second, burst 100 50 100 the stage's default" in text
    assert "GET /parcels/{id} – 50 100 the stage's default" in text
    world.stub.requests.clear()
    preview = web.post(URL, typed(web, ("*/*", "5", "10"), ("", "", "")))
    assert preview.status_code == 200
    text = words(preview.text)
    assert "50 a second, burst 100" in text
    assert "5 a second, burst 10" in text
    assert "Fewer calls pass" in text
    assert "A burst above the rate is fine" in text
    assert "replace /*/*/throttling/rateLimit 5" in text
    assert "replace /*/*/throttling/rateLimit 50" in text
    assert world.stub.count() <= 3
    assert writes(world) == 0
    done = web.post(URL, typed(web, ("*/*", "5", "10"), step="save", reason="calm down"), follow=True)
    assert done.redirect_chain == [(URL, 302)]
    assert writes(world) == 1
    assert world.stage()["methodSettings"]["*/*"]["throttlingRateLimit"] == 5
    change = Change.objects.get()
    assert (change.action, change.reason, change.outcome.result) == ("api.throttle", "calm down", "done")
    assert f'href="/changes/{change.pk}/undo/"' in done.text
    assert 'value="5"' in done.text
    assert web.post(f"/changes/{change.pk}/undo/", {"reason": "again"}, follow=True).status_code == 200
    assert world.stage()["methodSettings"]["*/*"]["throttlingRateLimit"] == 50


def test_a_route_gets_limits_of_its_own(world: World, web: Client) -> None:
    preview = web.post(URL, typed(web, ("*/*", "50", "100"), ("GET /parcels/{id}", "2", "4")))
    text = words(preview.text)
    assert "GET /parcels/{id}" in text
    assert "This makes a copy of all of the stage's settings" in text
    assert "2 a second instead of 50." in text
    assert "Default, for every route" not in text
    web.post(URL, typed(web, ("GET /parcels/{id}", "2", "4"), step="save", reason="r"))
    shown = words(web.get(URL).text)
    assert "GET /parcels/{id} 2 a second, burst 4 2 4 this route's limit on the stage" in shown
    assert "A copy of its own" in shown
    removed = web.post(URL, typed(web, ("*/*", "50", "100"), ("GET /parcels/{id}", "", "")))
    assert "No limit of its own any more" in words(removed.text)


def test_zero_blocks_every_call_and_is_said_loudly(world: World, web: Client) -> None:
    preview = web.post(URL, typed(web, ("*/*", "0", "0")))
    assert "0 blocks every call" in words(preview.text)
    assert "notice-danger" in preview.text


@pytest.mark.parametrize(
    ("rate", "burst", "sentence"),
    [
        ("-1", "5", "The rate cannot be negative"),
        ("5", "-1", "The burst cannot be negative"),
        ("9" * 12, "5", "The rate must be at most"),
        ("5", "", "Enter the burst as well as the rate"),
        ("", "5", "Enter the rate as well as the burst"),
        ("5,5", "5", "The rate must be a number such as 50 or 0.5"),
        ("5", "0.5", "The burst must be a whole number"),
        ("NaN", "5", "The rate must be a number"),
        ("1e3", "5", "The rate must be a number"),
        (HOSTILE, "5", "The rate must be a number"),
    ],
)
def test_limits_that_cannot_be(world: World, web: Client, rate: str, burst: str, sentence: str) -> None:
    refused = web.post(URL, typed(web, ("*/*", rate, burst), reason="kept"))
    assert refused.status_code == 400
    text = words(refused.text)
    assert sentence in text
    assert HOSTILE not in refused.text
    assert rate in refused.text or rate == HOSTILE
    assert area(refused.text, "reason") == "kept"
    assert writes(world) == 0


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("", "5", "5"), "choose the route that this limit is for"),
        (("GET /parcels", "", ""), "Enter rate and burst of the route"),
        (("GET /nowhere", "5", "5"), "this API has no route GET /nowhere"),
    ],
)
def test_a_row_for_no_route_or_without_figures(
    world: World, web: Client, row: tuple[str, str, str], sentence: str
) -> None:
    refused = web.post(URL, typed(web, ("*/*", "50", "100"), row))
    assert refused.status_code == 400
    assert sentence in words(refused.text)
    assert writes(world) == 0


def test_nothing_changed_is_said(world: World, web: Client) -> None:
    same = web.post(URL, typed(web, ("*/*", "50", "100"), ("", "", "")))
    assert same.status_code == 400
    assert "Nothing is changed yet" in same.text


def test_a_form_that_is_not_whole(world: World, web: Client) -> None:
    for step in ("preview", "save"):
        broken = typed(web, ("*/*", "5", "10"), step=step, reason="x") | {"burst": []}
        assert web.post(URL, broken).status_code == 400
    assert web.post(URL, {}).status_code in (400, 409)
    assert writes(world) == 0


@pytest.mark.parametrize("reason", ["", "x" * 1001])
def test_a_reason_is_asked_for(world: World, web: Client, reason: str) -> None:
    refused = web.post(URL, typed(web, ("*/*", "5", "10"), step="save", reason=reason))
    assert refused.status_code == 400
    assert 'id="reason-error"' in refused.text
    assert "5 a second, burst 10" in words(refused.text)
    assert hidden(refused.text, "rate") == "5"
    assert writes(world) == 0


def test_settings_changed_before_the_preview_are_409(world: World, web: Client) -> None:
    filled = typed(web, ("*/*", "5", "10"))
    world.stage()["methodSettings"]["*/*"]["throttlingRateLimit"] = 77.0
    refused = web.post(URL, filled)
    assert refused.status_code == 409
    text = words(refused.text)
    assert "The stage has: 77 a second, burst 100" in text
    assert 'value="5"' in refused.text


def test_settings_changed_before_the_save_are_409(world: World, web: Client) -> None:
    filled = typed(web, ("*/*", "5", "10"), step="save", reason="calm down")
    world.stage()["methodSettings"]["*/*"]["throttlingRateLimit"] = 77.0
    refused = web.post(URL, filled)
    assert refused.status_code == 409
    text = words(refused.text)
    assert "77 a second, burst 100" in text
    assert area(refused.text, "reason") == "calm down"
    assert writes(world) == 0
    assert Change.objects.get().outcome.result == "refused"
    again = filled | {"fingerprint": hidden(refused.text, "fingerprint")}
    assert web.post(URL, again).status_code == 302
    assert world.stage()["methodSettings"]["*/*"]["throttlingRateLimit"] == 5


def test_going_on_editing_keeps_the_entries(world: World, web: Client) -> None:
    shown = web.post(URL, typed(web, ("GET /parcels", "3", "6"), step="edit", reason="because"))
    assert shown.status_code == 200
    assert 'value="3"' in shown.text
    assert 'value="50"' in shown.text
    assert area(shown.text, "reason") == "because"


def test_a_refusal_by_aws_keeps_the_entries(world: World, web: Client) -> None:
    filled = typed(web, ("*/*", "5", "10"), step="save", reason="calm down")
    world.stub.fail("v1:UpdateStage", "AccessDeniedException", "The words of AWS")
    refused = web.post(URL, filled)
    assert refused.status_code == 502
    assert "The words of AWS" in refused.text
    assert area(refused.text, "reason") == "calm down"
    assert 'value="5"' in refused.text


def test_a_stage_that_is_gone(world: World, web: Client) -> None:
    assert web.get(f"{BASE}{REST}/stages/none/throttle/").status_code == 404


def test_http_and_websocket_stages_alike(world: World, web: Client) -> None:
    text = words(web.get(V2).text)
    assert "This stage sets no limits of its own" in text
    assert "GET /track/{id}" in text
    preview = web.post(V2, typed(web, ("*/*", "", ""), ("GET /track/{id}", "5", "10"), url=V2))
    assert "UpdateStage RouteSettings" in words(preview.text)
    done = web.post(
        V2, typed(web, ("GET /track/{id}", "5", "10"), url=V2, step="save", reason="r"), follow=True
    )
    assert "the stage was read again and holds them" in words(done.text)
    stage = world.v2_stages[HTTP][1]
    assert stage["RouteSettings"]["GET /track/{id}"]["throttlingBurstLimit"] == 10  # as it was sent
    chat = web.get(f"{BASE}{WS}/stages/chat/throttle/")
    assert "sendMessage" in chat.text


def test_a_reader_sees_the_limits_and_no_form(
    world: World, looking: Client, stranger: User, client_for: Callable[[User], Client]
) -> None:
    shown = looking.get(URL)
    assert shown.status_code == 200
    assert "the stage's default" in words(shown.text)
    assert 'name="rate"' not in shown.text
    assert looking.post(URL, {"step": "save"}).status_code == 403
    assert client_for(stranger).get(URL).status_code == 404
    assert writes(world) == 0
