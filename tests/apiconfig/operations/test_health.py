"""Health from CloudWatch: one call for 500 figures, remembered for a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apiconfig.operations import catalogue, deploy, health
from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, InputError, Kind
from tests.apiconfig import answers
from tests.apiconfig.answers import API
from tests.apiconfig.gateway import Rest
from tests.stub.server import StubAws


def figures(body: dict) -> dict:
    """Every figure has 7 in its newest period."""
    found = []
    for query in body["MetricDataQueries"]:
        period = query["MetricStat"]["Period"]
        now = int(timezone.now().timestamp()) // period * period
        found.append({"Id": query["Id"], "Timestamps": [now], "Values": [7.0], "StatusCode": "Complete"})
    return {"MetricDataResults": found}


@pytest.fixture(autouse=True)
def metrics(rest: Rest, stub: StubAws, place: Place) -> None:
    stub.reply("GetMetricData", figures)
    catalogue.apis(place)


def test_it_works(place: Place, stub: StubAws) -> None:
    found = health.health(place, "3h")
    [row] = found.rows
    assert (row.api.id, row.stage, row.total, row.worst_p95) == (API, "", 7, 7)
    assert found.calls == stub.count("GetMetricData") == 1 and found.complete
    assert health.health(place, "3h") == found and stub.count("GetMetricData") == 1


def test_an_apis_stages(place: Place, stub: StubAws) -> None:
    found = health.health(place, "24h", API)
    assert {row.stage for row in found.rows} == {"prod", "test"}
    assert stub.count("GetMetricData") == 1
    assert {row.stage for row in health.health(place, "24h").rows} == {"prod", "test"}


def test_it_is_asked_again_after_a_minute_or_when_wanted(place: Place, stub: StubAws) -> None:
    health.health(place, "3h")
    health.health(place, "3h", fresh=True)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        health.health(place, "3h")
    assert stub.count("GetMetricData") == 3


def test_one_call_for_each_five_hundred_figures(rest: Rest, place: Place, stub: StubAws) -> None:
    rest.apis = [answers.rest_api(f"api{number:07}", f"n{number}") for number in range(101)]
    catalogue.refresh(place)
    found = health.health(place, "7d")
    assert len(found.rows) == 101 and found.calls == stub.count("GetMetricData") == 2
    assert [len(body["MetricDataQueries"]) for body in stub.of("GetMetricData")] == [500, 5]


def test_no_api_asks_nothing(rest: Rest, place: Place, stub: StubAws) -> None:
    rest.apis = []
    catalogue.refresh(place)
    found = health.health(place, "3h")
    assert found.rows == () and found.calls == stub.count("GetMetricData") == 0


def test_no_metrics_at_all(place: Place, stub: StubAws) -> None:
    stub.reply("GetMetricData", {"MetricDataResults": []})
    assert not health.health(place, "30d").rows[0].has_data


def test_two_apis_of_one_name(rest: Rest, place: Place) -> None:
    rest.apis.append(answers.rest_api("twin000001"))
    catalogue.refresh(place)
    [prod, *_] = health.health(place, "3h", API).rows
    assert "mixed" in prod.notes[0]


@pytest.mark.parametrize("window", ["", "2h", "24H", "<b>"])
def test_a_window_there_is_not(place: Place, window: str) -> None:
    with pytest.raises(InputError) as refused:
        health.health(place, window)
    assert refused.value.field == "window"


def test_metrics_that_are_denied(place: Place, stub: StubAws) -> None:
    stub.fail("GetMetricData", "AccessDenied", "not authorized", 403)
    with pytest.raises(AwsError) as denied:
        health.health(place, "3h")
    assert denied.value.kind is Kind.DENIED


def test_an_api_that_is_gone(rest: Rest, place: Place) -> None:
    rest.apis.clear()
    with pytest.raises(AwsError) as gone:
        health.health(place, "3h", API)
    assert gone.value.kind is Kind.NOT_FOUND and catalogue.apis(place).rows == ()


def test_deployments_are_marked(rest: Rest, actor: Actor, place: Place) -> None:
    preview = deploy.preview(place, API, "prod")
    deploy.deploy(actor, place, API, "prod", "<b>hot fix</b>", preview.fingerprint)
    [mark] = health.health(place, "3h", API).marks
    assert (mark.stage, mark.text) == ("prod", "<b>hot fix</b>")
    [kept] = health.health(place, "3h").marks
    assert (kept.api, kept.stage) == (API, "prod")


def test_only_what_the_viewer_may_read_is_visible(place: Place, stranger: User, reader: User) -> None:
    found = health.health(place, "3h")
    assert health.visible(stranger, place, found).rows == ()
    assert health.visible(reader, place, found) == found
