"""What the frame shows of the APIs: palette and home page, without a call."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client, RequestFactory

from apiconfig.operations import catalogue, frame, plans
from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from tests.apiconfig import answers
from tests.apiconfig.answers import API
from tests.apiconfig.gateway import Rest
from tests.stub.server import StubAws


@pytest.fixture
def found(rest: Rest, stub: StubAws, place: Place) -> StubAws:
    """Somebody has looked at everything."""
    rest.apis.append(answers.rest_api("other00001", "<b>other</b>"))
    stub.reply("GetApiKeys", {"items": [answers.key()]})
    catalogue.apis(place)
    plans.plans(place)
    plans.keys(place)
    stub.requests.clear()
    return stub


def search(user: User, text: str) -> list[tuple[str, str]]:
    request = RequestFactory().get("/")
    request.user = user
    return [(entry.title, entry.kind) for entry in frame.palette(request, text)]


def only_row(request: HttpRequest) -> frame.PlaceApis:
    rows = frame.panel(request)["rows"]
    assert isinstance(rows, list) and len(rows) == 1
    found = rows[0]
    assert isinstance(found, frame.PlaceApis)
    return found


def test_it_works(found: StubAws, reader: User) -> None:
    assert search(reader, "PETS") == [("pets", "REST API")]
    assert search(reader, "gold") == [("gold", "Usage plan")]
    assert search(reader, "acme key") == [("acme", "API key")]
    assert search(reader, "other") == [("<b>other</b>", "REST API")]
    assert search(reader, API) == [("pets", "REST API")]
    assert found.count() == 0


def test_every_entry_has_an_address(found: StubAws, reader: User) -> None:
    request = RequestFactory().get("/")
    request.user = reader
    urls = [entry.url for entry in frame.palette(request, "")]
    assert len(urls) == 4 and all(url.startswith("/c/main/eu-central-1/") for url in urls)


def test_a_stranger_finds_nothing(found: StubAws, stranger: User) -> None:
    assert search(stranger, "") == []


def test_what_the_viewer_may_not_read_is_not_found(found: StubAws, stranger: User) -> None:
    group = Group.objects.create(name="one api")
    Grant.objects.create(group=group, resource=f"api:{API}", actions=["read"])
    stranger.groups.add(group)
    assert search(stranger, "") == [("pets", "REST API")]


def test_an_id_that_is_none_of_awss_makes_no_address(rest: Rest, place: Place, reader: User) -> None:
    rest.apis = [answers.rest_api("../x<b>")]
    catalogue.apis(place)
    assert search(reader, "pets") == []


def test_the_home_page(found: StubAws, stub: StubAws, place: Place, reader: User) -> None:
    request = RequestFactory().get("/")
    request.user = reader
    row = only_row(request)
    assert (row.count, row.error) == (2, "") and row.refreshed is not None
    stub.fail("GetRestApis", "AccessDeniedException", "no", 403)
    catalogue.refresh(place)
    row = only_row(request)
    assert row.count == 2 and "AccessDeniedException" in row.error
    assert stub.count() == 2


def test_the_home_page_tells_ages_as_every_other_page_does(
    found: StubAws, reader: User, client: Client
) -> None:
    client.force_login(reader)
    ages = re.findall(r"2 APIs, list read <time[^>]*>([^<]*)</time>", client.get("/").text)
    assert ages == ["just now"]


def test_the_home_page_before_anybody_looked(place: Place, reader: User, stub: StubAws) -> None:
    request = RequestFactory().get("/")
    request.user = reader
    row = only_row(request)
    assert row.count is None and stub.count() == 0
