"""Health: a region's stages and one API's, with the deployments on the time axis."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.windows import WINDOWS
from tests.apiconfig.screens.region_world import BASE, HOSTILE, HTTP, REST, WS, Region, granted, squeezed
from tests.apiconfig.screens.world import World
from tests.stub.server import StubAws

HEALTH = f"{BASE}health/"
API = f"{BASE}apis/{REST}/health/"


@pytest.fixture(autouse=True)
def _noon() -> object:
    """A moment in the middle of a point of every window."""
    import time_machine

    with time_machine.travel("2026-11-21T13:07:30Z", tick=True):
        yield


def test_it_works(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(HEALTH)
    assert shown.status_code == 200
    assert stub.count() == stub.count("GetMetricData") == 1
    words = squeezed(shown.text)
    for name in ("Parcel API", "Tracking", "Driver chat"):
        assert name in words
    assert "A point is 15 minutes, in UTC." in words
    assert "CloudWatch trails the requests by a few minutes" in words
    assert "(429)" in words
    assert "160" in words
    assert "90.5\u00a0ms" in words
    assert 'class="chart-figure"' in shown.text
    assert "WebSocket: requests are connections and messages" in words
    assert f'href="{BASE}apis/{REST}/health/?window=24h"' in shown.text
    looking.get(HEALTH)
    assert stub.count() == 1


def test_an_api(region: Region, looking: Client, stub: StubAws) -> None:
    shown = looking.get(API, {"stage": "test"})
    assert shown.status_code == 200
    operations = sorted(request.operation for request in stub.requests)
    assert operations == ["GetDeployments", "GetMetricData", "GetRestApi", "GetStages"]
    words = squeezed(shown.text)
    assert "Health of Parcel API" in words
    assert 'Stage <span class="mono">test</span>' in words
    for title in ("Requests", "Errors", "Latency"):
        assert f"<strong>{title}</strong>" in shown.text
    assert "The figures as a table" in words
    looking.get(API, {"stage": "prod"})
    assert stub.count() == 4


@pytest.mark.parametrize(("window", "step"), [(entry.name, entry.period) for entry in WINDOWS.values()])
def test_windows(region: Region, looking: Client, stub: StubAws, window: str, step: int) -> None:
    shown = looking.get(API, {"window": window})
    assert shown.status_code == 200
    assert f'href="{API}?window={window}" aria-current="page"' in shown.text
    asked = stub.of("GetMetricData")[0]
    assert {query["MetricStat"]["Period"] for query in asked["MetricDataQueries"]} == {step}


def test_the_names_of_the_metrics(region: Region, looking: Client, stub: StubAws) -> None:
    looking.get(HEALTH)
    asked = {
        (query["MetricStat"]["Metric"]["MetricName"], query["MetricStat"]["Metric"]["Dimensions"][0]["Value"])
        for query in stub.of("GetMetricData")[0]["MetricDataQueries"]
    }
    assert {("4XXError", "Parcel API"), ("4xx", HTTP), ("ClientError", WS)} <= asked


def test_500_figures_a_call(
    region: Region, world: World, place: Place, looking: Client, stub: StubAws
) -> None:
    from apiconfig.operations import catalogue

    world.rest_apis[:] = [{**world.rest_apis[0], "id": f"api{n:03d}", "name": f"api {n}"} for n in range(120)]
    world.v2_apis.clear()
    catalogue.refresh(place)
    stub.requests.clear()
    shown = looking.get(HEALTH)
    assert shown.status_code == 200
    assert stub.count() == stub.count("GetMetricData") == 2
    assert [len(body["MetricDataQueries"]) for body in stub.of("GetMetricData")] == [500, 100]
    assert "(2 AWS calls)" in squeezed(shown.text)
    assert "Page 1 of 2" in shown.text
    assert 'href="?window=24h&amp;page=2"' in shown.text


def test_deployments_are_on_the_axis(region: Region, world: World, looking: Client) -> None:
    now = timezone.now().timestamp()
    world.rest_deployments += [
        {"id": "dep009", "description": f"new prices {HOSTILE}", "createdDate": now - 3600},
        {"id": "dep001", "description": "served", "createdDate": now - 7200},
    ]
    shown = looking.get(API, {"stage": "prod", "window": "3h"})
    words = squeezed(shown.text)
    assert shown.text.count('<g class="chart-mark">') == 6
    assert "▼ deployed new prices &lt;img" in words
    assert "▼ deployed prod: served" in words
    assert "2026-11-21 12:07" in words
    assert HOSTILE not in shown.text
    assert "Deployment</li>" in words


def test_deployments_of_another_stage_are_not_on_this_ones_axis(
    region: Region, world: World, looking: Client
) -> None:
    world.rest_deployments[0]["createdDate"] = timezone.now().timestamp() - 3600
    assert looking.get(API, {"stage": "prod"}).text.count('<g class="chart-mark">') == 3
    assert looking.get(API, {"stage": "test"}).text.count('<g class="chart-mark">') == 0


def test_what_gatehouse_deployed_is_on_the_regions_axis(
    region: Region, place: Place, looking: Client
) -> None:
    from apiconfig.models import Snapshot

    stage_before: Any = {}
    for deployment, change in (("dep007", uuid.uuid4()), ("elsewhere", None)):
        Snapshot.objects.create(
            connection=place.connection,
            region=place.region,
            api=REST,
            stage="prod",
            deployment=deployment,
            definition="{}",
            stage_before=stage_before,
            change=change,
        )
    shown = looking.get(HEALTH)
    assert "deployed Parcel API / prod: dep007" in shown.text
    assert "elsewhere" not in shown.text
    assert '<g class="chart-mark">' in shown.text


def test_two_apis_of_one_name(region: Region, world: World, place: Place, looking: Client) -> None:
    from apiconfig.operations import catalogue

    world.rest_apis.append({**world.rest_apis[0], "id": "twin000001"})
    catalogue.refresh(place)
    words = squeezed(looking.get(HEALTH).text)
    assert (
        "CloudWatch files REST APIs by name, and 2 APIs here have this one: their figures are mixed" in words
    )


def test_no_metrics_at_all(region: Region, looking: Client) -> None:
    region.figure.clear()
    for page in (HEALTH, API):
        shown = looking.get(page)
        assert shown.status_code == 200
        assert "CloudWatch has no figures for this time" in shown.text
        assert "That is not a zero" in shown.text
        assert "no figures</td>" in shown.text
        assert 'class="chart-figure"' not in shown.text


def test_no_apis_at_all(region: Region, world: World, place: Place, looking: Client, stub: StubAws) -> None:
    from apiconfig.operations import catalogue

    world.rest_apis.clear()
    world.v2_apis.clear()
    catalogue.refresh(place)
    shown = looking.get(HEALTH)
    assert "No APIs here that you may see" in shown.text
    assert stub.count("GetMetricData") == 0


@pytest.mark.parametrize("window", ["1y", HOSTILE, "24H", "x" * 2000])
def test_a_window_that_there_is_not(region: Region, looking: Client, stub: StubAws, window: str) -> None:
    for page in (HEALTH, API):
        shown = looking.get(page, {"window": window})
        assert shown.status_code == 400
        assert "Window: choose one of 1 hour, 3 hours, 24 hours, 7 days, 30 days." in shown.text
        assert HOSTILE not in shown.text
    assert stub.count() == 0


def test_denied_figures_leave_the_frame(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetMetricData", "AccessDeniedException", "not authorized to perform: cloudwatch:GetMetricData")
    for page in (HEALTH, API):
        refused = looking.get(page)
        assert refused.status_code == 502
        assert "cloudwatch:GetMetricData" in refused.text
        assert f'href="{page}?window=7d"' in refused.text


def test_denied_deployments_leave_the_figures(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetDeployments", "AccessDeniedException", "no")
    shown = looking.get(API)
    assert shown.status_code == 200
    assert 'class="chart-figure"' in shown.text
    assert "160" in shown.text


def test_throttled(region: Region, looking: Client, stub: StubAws) -> None:
    stub.fail("GetMetricData", "ThrottlingException", "Rate exceeded")
    refused = looking.get(HEALTH)
    assert refused.status_code == 503
    assert "AWS asks us to slow down" in refused.text


def test_an_api_that_is_gone(region: Region, world: World, looking: Client) -> None:
    assert looking.get(f"{BASE}apis/gone000001/health/").status_code == 404
    world.rest_apis.clear()
    assert looking.get(API).status_code == 404


def test_a_stage_that_is_gone(region: Region, looking: Client) -> None:
    shown = looking.get(API, {"stage": f"old{HOSTILE}"})
    assert shown.status_code == 200
    assert "There is no stage" in shown.text
    assert "any more, or never was" in shown.text
    assert HOSTILE not in shown.text


def test_hostile_names_are_text(region: Region, world: World, place: Place, looking: Client) -> None:
    from apiconfig.operations import catalogue

    world.rest_apis[0]["name"] = f"Ü{HOSTILE}" + "n" * 1000
    catalogue.refresh(place)
    for page in (HEALTH, API):
        shown = looking.get(page)
        assert shown.status_code == 200
        assert HOSTILE not in shown.text
        assert "this API is filed as" in shown.text


def test_refresh_asks_again(region: Region, looking: Client, stub: StubAws) -> None:
    url = f"{API}?window=3h&stage=prod"
    looking.get(url)
    done = looking.post(url, follow=True)
    assert done.redirect_chain == [(url, 302)]
    assert stub.count("GetMetricData") == 2


def test_only_what_the_viewer_may_read(
    region: Region, world: World, place: Place, stranger: User, client_for: Callable[[User], Client]
) -> None:
    from apiconfig.operations import catalogue

    world.rest_apis.append({**world.rest_apis[0], "id": "twin000001"})
    catalogue.refresh(place)
    client = client_for(granted(stranger, f"api:{REST}"))
    shown = client.get(HEALTH)
    assert "Parcel API" in shown.text
    assert "Tracking" not in shown.text
    assert "their figures are mixed" in shown.text
    assert "twin000001" not in shown.text
    assert client.get(API).status_code == 200
    assert client.get(f"{BASE}apis/{HTTP}/health/").status_code == 404


def test_a_stranger_sees_nothing(
    region: Region, stranger: User, client_for: Callable[[User], Client]
) -> None:
    assert client_for(stranger).get(HEALTH).status_code == 404
    assert client_for(stranger).get(API).status_code == 404
