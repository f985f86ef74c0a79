"""Changing a stage's limits: preview in words, conditional on what was shown, the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from apiconfig.core.throttle import Limits
from apiconfig.core.views import Throttled, ThrottleMoved
from apiconfig.operations import catalogue, throttle
from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import handler_of
from dashboard.history.models import Change
from dashboard.history.operations import undo as history
from tests.apiconfig.answers import API
from tests.apiconfig.gateway import V2, Rest
from tests.stub.server import StubAws

HTTP = "h1b2c3d4e5"
FIVE = Limits(Decimal(5), 10)
NONE = Limits()


@pytest.fixture(autouse=True)
def _listed(request: pytest.FixtureRequest, place: Place) -> None:
    for name in ("rest", "http"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            catalogue.apis(place)


def go(
    actor: Actor, place: Place, changes: dict[str, Limits], api: str = API, reason: str = "too much"
) -> Throttled | ThrottleMoved:
    shown = throttle.preview_throttle(place, api, "prod", changes)
    return throttle.set_throttle(actor, place, api, "prod", changes, reason, shown.fingerprint)


def test_it_works(rest: Rest, actor: Actor, place: Place) -> None:
    preview = throttle.preview_throttle(place, API, "prod", {"*/*": FIVE})
    assert preview.limits == {} and preview.routes == ("*/*", "GET /pets")
    [change] = preview.changes
    assert change.after == FIVE and change.words
    assert preview.steps == (
        "replace /*/*/throttling/rateLimit 5",
        "replace /*/*/throttling/burstLimit 10",
    )
    assert preview.way_back == ("remove /*/*",)
    done = go(actor, place, {"*/*": FIVE})
    assert isinstance(done, Throttled) and done.verified is True
    assert rest.stages["prod"]["methodSettings"]["*/*"]["throttlingRateLimit"] == 5
    row = Change.objects.get()
    assert (row.action, row.subject, row.state) == ("api.throttle", "prod", "done")
    assert row.outcome.before == {"stage": "prod", "limits": {"*/*": {"rate": None, "burst": None}}}
    assert row.outcome.after == {"stage": "prod", "limits": {"*/*": {"rate": "5", "burst": 10}}}


def test_how_the_limits_stand(rest: Rest, place: Place) -> None:
    standing = throttle.limits(place, API, "prod")
    assert not (standing.changes or standing.steps or standing.refusals)
    assert standing.effective["*/*"].limits == Limits(Decimal(10000), 5000)
    assert standing.effective["GET /pets"].rate_from is not None
    assert standing.effective["GET /pets"].rate_from.name == "account"


def test_zero_is_said_to_block_every_call(rest: Rest, place: Place) -> None:
    preview = throttle.preview_throttle(place, API, "prod", {"*/*": Limits(Decimal(0), 0)})
    assert "0 blocks every call" in preview.changes[0].words[0]


def test_a_routes_first_limit_is_said_to_freeze_a_copy(rest: Rest, actor: Actor, place: Place) -> None:
    preview = throttle.preview_throttle(place, API, "prod", {"GET /pets": FIVE})
    assert "copy" in preview.changes[0].notes[0]
    assert preview.steps[0] == "replace /~1pets/GET/throttling/rateLimit 5"
    go(actor, place, {"GET /pets": FIVE})
    standing = throttle.limits(place, API, "prod")
    assert standing.effective["GET /pets"].limits == FIVE and "GET /pets" in standing.frozen
    default = throttle.preview_throttle(place, API, "prod", {"*/*": Limits(Decimal(50), 50)})
    assert any("GET /pets" in note for note in default.changes[0].notes)


def test_a_limit_is_taken_away(rest: Rest, actor: Actor, place: Place) -> None:
    go(actor, place, {"GET /pets": FIVE})
    done = go(actor, place, {"GET /pets": NONE})
    assert isinstance(done, Throttled) and rest.stages["prod"]["methodSettings"] == {}


def test_other_settings_that_go_with_a_limit_are_named(rest: Rest, actor: Actor, place: Place) -> None:
    go(actor, place, {"GET /pets": FIVE})
    rest.stages["prod"]["methodSettings"]["~1pets/GET"]["loggingLevel"] = "INFO"
    preview = throttle.preview_throttle(place, API, "prod", {"GET /pets": NONE})
    assert any("logging/loglevel is INFO and becomes OFF" in note for note in preview.changes[0].notes)


def test_a_route_that_the_api_does_not_have(rest: Rest, actor: Actor, place: Place) -> None:
    with pytest.raises(InputError) as refused:
        throttle.preview_throttle(place, API, "prod", {"GET /<b>": FIVE})
    assert refused.value.field == "route" and "GET /<b>" in refused.value.rule


def test_nothing_that_changes_is_not_sent(rest: Rest, actor: Actor, place: Place, stub: StubAws) -> None:
    go(actor, place, {"*/*": FIVE})
    assert throttle.preview_throttle(place, API, "prod", {"*/*": FIVE}).refusals
    moved = go(actor, place, {"*/*": FIVE})
    assert isinstance(moved, ThrottleMoved) and stub.count("v1:UpdateStage") == 1


def test_a_reason_is_required(rest: Rest, actor: Actor, place: Place) -> None:
    with pytest.raises(InputError):
        go(actor, place, {"*/*": FIVE}, reason="")
    assert not Change.objects.exists()


def test_who_may_not_write_does_not(
    rest: Rest, place: Place, reader: User, acting: Callable[[User], Actor]
) -> None:
    with pytest.raises(Refused):
        go(acting(reader), place, {"*/*": FIVE})


def test_somebody_changed_the_stage_in_between(rest: Rest, actor: Actor, place: Place, stub: StubAws) -> None:
    shown = throttle.preview_throttle(place, API, "prod", {"*/*": FIVE})
    rest.stages["prod"]["methodSettings"] = {"*/*": {"throttlingRateLimit": 7.0, "throttlingBurstLimit": 7}}
    moved = throttle.set_throttle(actor, place, API, "prod", {"*/*": FIVE}, "x", shown.fingerprint)
    assert isinstance(moved, ThrottleMoved) and moved.preview.limits == {"*/*": Limits(Decimal(7), 7)}
    assert Change.objects.get().state == "refused" and stub.count("v1:UpdateStage") == 0


def test_a_deployment_in_between_does_not_matter(rest: Rest, actor: Actor, place: Place) -> None:
    shown = throttle.preview_throttle(place, API, "prod", {"*/*": FIVE})
    rest.touch("prod", deploymentId="dep0000009")
    assert isinstance(
        throttle.set_throttle(actor, place, API, "prod", {"*/*": FIVE}, "x", shown.fingerprint), Throttled
    )


@pytest.mark.parametrize(("carried_out", "state"), [(True, "done"), (False, "failed")])
def test_a_lost_answer(
    rest: Rest, actor: Actor, place: Place, stub: StubAws, carried_out: bool, state: str
) -> None:
    stub.drop("v1:UpdateStage", after_apply=carried_out)
    if carried_out:
        assert isinstance(go(actor, place, {"*/*": FIVE}), Throttled)
    else:
        with pytest.raises(AwsError, match="UpdateStage") as lost:
            go(actor, place, {"*/*": FIVE})
        assert lost.value.kind is Kind.FAULT
    assert Change.objects.get().state == state and stub.count("v1:UpdateStage") == 1


def test_throttled_by_aws(rest: Rest, actor: Actor, place: Place, stub: StubAws) -> None:
    stub.fail(
        "v1:UpdateStage", "TooManyRequestsException", "Too Many Requests", 429, headers={"Retry-After": "30"}
    )
    with pytest.raises(AwsError) as throttled:
        go(actor, place, {"*/*": FIVE})
    assert throttled.value.kind is Kind.THROTTLED and Change.objects.get().state == "failed"


def test_a_stage_that_does_not_hold_what_was_sent_is_said(
    rest: Rest, actor: Actor, place: Place, stub: StubAws
) -> None:
    stub.reply("v1:UpdateStage", lambda body: rest.stages["prod"])
    done = go(actor, place, {"*/*": FIVE})
    assert isinstance(done, Throttled) and done.verified is False and "*/*" in done.words


def test_undo_and_undo_of_the_undo(rest: Rest, actor: Actor, place: Place) -> None:
    go(actor, place, {"*/*": FIVE, "GET /pets": Limits(Decimal("0.5"), 1)})
    result = history.undo(actor, Change.objects.get(), "wrong")
    assert result.done and rest.stages["prod"]["methodSettings"] == {}
    again = history.undo(actor, Change.objects.get(pk=result.change_id), "after all")
    assert again.done
    assert throttle.limits(place, API, "prod").limits["GET /pets"] == Limits(Decimal("0.5"), 1)


def test_undoing_limits_that_were_changed_since(rest: Rest, actor: Actor, place: Place) -> None:
    go(actor, place, {"*/*": FIVE})
    first = Change.objects.get()
    go(actor, place, {"*/*": Limits(Decimal(6), 10)})
    result = history.undo(actor, first, "x")
    assert not result.done and "changed since" in result.message
    assert rest.stages["prod"]["methodSettings"]["*/*"]["throttlingRateLimit"] == 6


def test_undoing_would_take_other_settings_along(rest: Rest, actor: Actor, place: Place) -> None:
    go(actor, place, {"GET /pets": FIVE})
    rest.stages["prod"]["methodSettings"]["~1pets/GET"]["metricsEnabled"] = True
    result = history.undo(actor, Change.objects.get(), "x")
    assert not result.done and "metrics/enabled is true" in result.message


def test_an_http_stage(http: V2, actor: Actor, place: Place) -> None:
    assert throttle.limits(place, HTTP, "prod").routes == ("*/*", "GET /pets")
    done = go(actor, place, {"*/*": FIVE, "GET /pets": Limits(Decimal(1), 1)}, HTTP)
    assert isinstance(done, Throttled) and done.verified is True
    stage = http.stages["prod"]
    assert stage["DefaultRouteSettings"] == {
        "DetailedMetricsEnabled": False,
        "ThrottlingRateLimit": 5.0,
        "ThrottlingBurstLimit": 10,
    }
    assert history.undo(actor, Change.objects.get(), "x").done
    assert stage["RouteSettings"] == {} and "ThrottlingRateLimit" not in stage["DefaultRouteSettings"]


def test_the_second_call_of_an_http_change_fails(http: V2, actor: Actor, place: Place, stub: StubAws) -> None:
    go(actor, place, {"GET /pets": Limits(Decimal(1), 1)}, HTTP)
    stub.fail("v2:UpdateStage", "AccessDeniedException", "no", 403)
    with pytest.raises(AwsError) as failed:
        go(actor, place, {"GET /pets": NONE, "*/*": FIVE}, HTTP)
    assert "GET /pets had been removed" in failed.value.message
    last = Change.objects.first()
    assert last is not None and last.state == "partial"


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"*/*": {"throttlingRateLimit": 5.0, "throttlingBurstLimit": 10}}, "done"),
        ({}, "failed"),
        ({"*/*": {"throttlingRateLimit": 6.0, "throttlingBurstLimit": 10}}, "unknown"),
    ],
)
def test_finding_out_how_a_change_ended(
    rest: Rest, actor: Actor, place: Place, stub: StubAws, settings: dict, state: str
) -> None:
    shown = throttle.preview_throttle(place, API, "prod", {"*/*": FIVE})
    stub.drop("v1:UpdateStage")
    stub.fail("v1:GetStage", "AccessDeniedException", "no", 403)
    stub.reply("v1:GetStage", lambda body: rest.stages["prod"], times=1)
    with pytest.raises(AwsError):
        throttle.set_throttle(actor, place, API, "prod", {"*/*": FIVE}, "x", shown.fingerprint)
    stub.reply("v1:GetStage", lambda body: rest.stages["prod"])
    rest.stages["prod"]["methodSettings"] = settings
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        history.reconcile(Change.objects.get())
    assert Change.objects.get().state == state


def test_it_is_registered() -> None:
    assert handler_of("api.throttle").permission == "write" and handler_of("api.throttle").undo is not None
