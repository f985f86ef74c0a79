"""The list of APIs and an API's page: calls counted, ages kept, each part failing alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from apiconfig.core.apis import Api
from apiconfig.models import Remembered
from apiconfig.operations import catalogue, refreshing
from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.operations import connections, rows
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, Kind
from tests.apiconfig import answers
from tests.apiconfig.answers import API
from tests.apiconfig.gateway import V2, Rest
from tests.stub.server import Failure, StubAws


def test_it_works(rest: Rest, stub: StubAws, place: Place) -> None:
    listing = catalogue.apis(place)
    assert [row.api.name for row in listing.rows] == ["pets"]
    assert {(state.service, state.error) for state in listing.states} == {("rest", ""), ("v2", "")}
    assert all(state.refreshed for state in listing.states)
    assert stub.count() == 2


def test_a_second_look_costs_no_call(rest: Rest, stub: StubAws, place: Place) -> None:
    before = catalogue.apis(place)
    assert catalogue.apis(place) == before
    assert stub.count() == 2


def test_all_regions_are_in_one_list(rest: Rest, stub: StubAws, place: Place) -> None:
    place.connection.regions = ["eu-central-1", "us-east-1"]
    place.connection.save()
    listing = catalogue.apis(place)
    assert [row.api.region for row in listing.rows] == ["eu-central-1", "us-east-1"]
    assert len(listing.states) == 4 and stub.count() == 4


def test_six_hundred_apis(rest: Rest, stub: StubAws, place: Place) -> None:
    rest.apis = [answers.rest_api(f"api{number:07}", f"<b>api</b> {number:03}") for number in range(600)]
    catalogue.apis(place)
    listing = catalogue.apis(place)
    assert len(listing.rows) == 600 and stub.count() == 2
    assert listing.facts[0].used == 600 and listing.facts[0].near


def test_one_service_that_is_denied_harms_not_the_other(rest: Rest, stub: StubAws, place: Place) -> None:
    stub.fail("v2:GetApis", "AccessDeniedException", "not authorized")
    listing = catalogue.apis(place)
    assert len(listing.rows) == 1
    denied = next(state for state in listing.states if state.service == "v2")
    assert denied.failure is not None and denied.failure.kind is Kind.DENIED
    assert "AccessDeniedException" in denied.error
    catalogue.apis(place)
    assert stub.count("v2:GetApis") == 1


def test_what_failed_is_tried_again_after_a_minute(rest: Rest, stub: StubAws, place: Place) -> None:
    stub.fail("v2:GetApis", "AccessDeniedException", "not authorized", times=1)
    catalogue.apis(place)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        listing = catalogue.apis(place)
    assert not any(state.error for state in listing.states)


def test_a_refresh_that_fails_leaves_what_was_known(rest: Rest, stub: StubAws, place: Place) -> None:
    catalogue.apis(place)
    stub.fail("GetRestApis", "ExpiredTokenException", "expired", 403)
    listing = catalogue.refresh(place)
    assert len(listing.rows) == 1
    state = next(state for state in listing.states if state.service == "rest")
    assert state.refreshed is not None and "expired" in state.error


def test_only_what_the_viewer_may_read_is_visible(
    rest: Rest, place: Place, stranger: User, reader: User
) -> None:
    rest.apis.append(answers.rest_api("other00001", "pets"))
    group = Group.objects.create(name="one api")
    Grant.objects.create(group=group, resource=f"api:{API}", actions=["read"])
    stranger.groups.add(group)
    listing = catalogue.apis(place)
    assert [row.api.id for row in catalogue.visible(stranger, place, listing).rows] == [API]
    assert len(catalogue.visible(reader, place, listing).rows) == 2
    assert listing.facts and catalogue.visible(reader, place, listing).facts == listing.facts
    assert "eu-central-1" not in {fact.region for fact in catalogue.visible(stranger, place, listing).facts}
    assert listing.twins == ("pets",) and catalogue.visible(stranger, place, listing).twins == ()


def test_an_apis_page(rest: Rest, stub: StubAws, place: Place) -> None:
    rest.verbs["POST"] = answers.method("POST", apiKeyRequired=True)
    catalogue.apis(place)
    stub.requests.clear()
    view = catalogue.api(place, API)
    assert stub.count() == 10
    assert view.definition is not None and [route.key for route in view.definition.routes] == [
        "GET /pets",
        "POST /pets",
    ]
    assert [stage.name for stage in view.stages] == ["prod", "test"]
    assert view.deployments[0].stages == ("prod", "test")
    assert [plan.name for plan in view.plans] == ["gold"]
    assert view.account is not None and not view.account.assumed
    assert view.failures == {} and len(view.ages) == 10
    assert view.tree[0].path == "/" and view.facts[0].used == 2
    assert catalogue.api(place, API).definition == view.definition
    assert stub.count() == 10
    assert catalogue.apis(place).rows[0].stages == ("prod", "test")


def test_three_hundred_resources_are_read_in_ten_calls(rest: Rest, stub: StubAws, place: Place) -> None:
    many = [
        {"id": f"r{number}", "path": f"/r{number}", "resourceMethods": {"GET": answers.method("GET")}}
        for number in range(300)
    ]
    stub.reply("GetResources", {"items": many})
    catalogue.apis(place)
    catalogue.api(place, API)
    stub.requests.clear()
    view = catalogue.api(place, API, fresh=True)
    assert stub.count() == 10
    assert view.definition is not None and len(view.definition.routes) == 300
    assert view.facts[0].near


def test_a_page_is_read_again_after_ten_minutes(rest: Rest, stub: StubAws, place: Place) -> None:
    catalogue.api(place, API)
    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        catalogue.api(place, API)
    assert stub.count("v1:GetStages") == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        catalogue.api(place, API)
    assert stub.count("v1:GetStages") == 2


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("v1:GetStages", "stages"),
        ("GetResources", "resources"),
        ("v1:GetDeployments", "deployments"),
        ("v1:GetAuthorizers", "authorizers"),
        ("GetUsagePlans", "plans"),
        ("GetAccount", "account"),
        ("GetRestApi", "api"),
    ],
)
def test_each_part_fails_alone(rest: Rest, stub: StubAws, place: Place, operation: str, part: str) -> None:
    catalogue.apis(place)
    stub.fail(operation, "AccessDeniedException", "not authorized", 403)
    view = catalogue.api(place, API)
    assert list(view.failures) == [part]
    assert view.failures[part].kind is Kind.DENIED and view.failures[part].request_id
    assert len(view.ages) == 9 and view.api.name == "pets"
    again = catalogue.api(place, API)
    assert list(again.failures) == [part] and stub.count(operation) == 1


def test_limits_that_aws_would_not_tell_are_assumed(rest: Rest, stub: StubAws, place: Place) -> None:
    stub.fail("GetAccount", "AccessDeniedException", "not authorized", 403)
    account = catalogue.api(place, API).account
    assert account is not None and account.assumed and account.burst == 5000


def test_a_part_that_fails_later_shows_what_was_known(rest: Rest, stub: StubAws, place: Place) -> None:
    catalogue.api(place, API)
    stub.fail("v1:GetStages", "TooManyRequestsException", "Too Many Requests", 429)
    view = catalogue.api(place, API, fresh=True)
    assert [stage.name for stage in view.stages] == ["prod", "test"]
    assert view.failures["stages"].kind is Kind.THROTTLED and "stages" in view.ages


def test_an_api_that_is_gone_is_forgotten(rest: Rest, stub: StubAws, place: Place) -> None:
    catalogue.apis(place)
    catalogue.api(place, API)
    rest.apis.clear()
    with pytest.raises(AwsError) as gone:
        catalogue.api(place, API, fresh=True)
    assert gone.value.kind is Kind.NOT_FOUND
    assert catalogue.apis(place).rows == ()
    assert not Remembered.objects.filter(subject=f"api:{API}").exists()


@pytest.mark.parametrize("api_id", ["", "..", "A/b", "UPPER", "x" * 65, "<b>", "a b", "ä"])
def test_an_id_no_api_can_have_costs_no_call(stub: StubAws, place: Place, api_id: str) -> None:
    with pytest.raises(AwsError) as refused:
        catalogue.api(place, api_id)
    assert refused.value.kind is Kind.NOT_FOUND and stub.count() == 0


def test_an_http_api_that_no_list_has_yet(http: V2, stub: StubAws, place: Place) -> None:
    stub.reply(
        "GetRestApi",
        lambda body: (_ for _ in ()).throw(Failure("NotFoundException", "Invalid API identifier")),
    )
    view = catalogue.api(place, http.api["ApiId"])
    assert view.api.kind == "HTTP"
    assert view.definition is not None and view.definition.routes[0].integration is not None
    assert stub.count() <= 10


def test_a_websocket_api(socket: V2, place: Place) -> None:
    socket.routes = [{"RouteKey": "$connect", "Target": "integrations/i1", "AuthorizationType": "AWS_IAM"}]
    catalogue.apis(place)
    view = catalogue.api(place, socket.api["ApiId"])
    assert view.api.kind == "WEBSOCKET" and view.tree[0].path == "$connect"


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "日本語", "a" * 1024, ""])
def test_names_of_every_kind_are_kept(rest: Rest, place: Place, name: str) -> None:
    rest.apis = [answers.rest_api(name=name)]
    catalogue.apis(place)
    found = catalogue.apis(place).rows[0].api
    assert isinstance(found, Api) and found.name == name


def test_the_job_refreshes_every_place_and_says_what_failed(rest: Rest, stub: StubAws, place: Place) -> None:
    class Piece:
        state: dict = {}
        arguments: dict = {}
        said: list[str] = []
        kept: list[tuple] = []

        def time_is_up(self) -> bool:
            return False

        def log(self, line: str) -> None:
            self.said.append(line)

        def checkpoint(self, state: dict, done: int, total: int) -> None:
            self.kept.append((done, total))

    stub.fail("v2:GetApis", "AccessDeniedException", "not authorized", 403)
    piece = Piece()
    assert refreshing.run(piece)  # type: ignore[arg-type]
    assert piece.kept == [(1, 1)]
    assert any("AccessDeniedException" in line for line in piece.said)
    assert any("1 APIs" in line for line in piece.said)


@pytest.mark.parametrize(
    ("changed", "kept"), [({"name": "Other"}, True), ({"endpoint": "http://127.0.0.1:1"}, False)]
)
def test_nothing_known_of_one_account_is_shown_for_another(
    place: Place, changed: dict[str, Any], kept: bool
) -> None:
    Remembered.objects.create(connection=place.connection, region=place.region, part="rest", payload=[])
    before = connections.values(place.connection)
    rows.update(connections.CONNECTION, Actor(None, "r"), before, before | changed)
    assert Remembered.objects.filter(connection=place.connection).exists() is kept
