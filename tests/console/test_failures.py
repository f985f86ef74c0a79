"""The pages of what goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from dashboard.accounts.policy import Refused
from dashboard.console.advice import state_of
from dashboard.console.failures import STATUS
from dashboard.console.screen import public, screen
from dashboard.core.errors import AwsError, Kind
from dashboard.core.resources import Resource
from dashboard.urls import handler400, handler403, handler404, handler500  # noqa: F401
from dashboard.urls import urlpatterns as real

HOSTILE = "<img src=x onerror=alert(1)>"


def error_of(kind: Kind) -> AwsError:
    return AwsError(
        f"{kind.value}Exception",
        f"AWS says {HOSTILE}",
        kind,
        retry_after=2.4 if kind is Kind.THROTTLED else None,
        request_id="AWSREQ42",
        operation="DescribeTable",
        resource=HOSTILE,
    )


@screen("read", "console:home", post="read")
def aws(request):
    raise error_of(Kind(request.GET["kind"]))


@screen("read", "console:home")
def refusing(request):
    resource = Resource("table:x", "main", "eu-central-1")
    raise Refused("write", resource, request.GET["seen"] == "yes", f"No grant allows {HOSTILE}.")


@public
def suspicious(request):
    raise SuspiciousOperation(f"secret detail {HOSTILE}")


@public
def broken(request):
    raise RuntimeError("secret detail")


@public
def absent(request):
    raise Http404(f"There is no {HOSTILE}.")


urlpatterns = [
    path("t/aws/", aws),
    path("t/refusing/", refusing),
    path("t/suspicious/", suspicious),
    path("t/broken/", broken),
    path("t/absent/", absent),
    *real,
]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("kind", list(Kind))
def test_it_works(client_for, reader, kind):
    response = client_for(reader).get("/t/aws/", {"kind": kind.value})
    page = response.content.decode()
    # The page only reads: a fault of AWS's has changed nothing.
    state = state_of(replace(error_of(kind), unchanged=kind is Kind.FAULT))
    assert response.status_code == STATUS.get(kind, 502)
    assert f"<h1>{state.title.replace(chr(39), '&#x27;')}</h1>" in page
    for step in state.steps:
        assert step.replace("'", "&#x27;") in page
    assert "AWSREQ42" in page
    assert response["X-Request-ID"] in page
    assert HOSTILE not in page
    assert "&lt;img src=x" in page
    assert 'href="/t/aws/?kind=' in page


def test_every_kind_has_words_of_its_own():
    assert len({state_of(error_of(kind)).title for kind in Kind}) == len(Kind)
    assert all(state_of(error_of(kind)).steps for kind in Kind)


def test_only_a_lost_answer_leaves_open_whether_something_changed():
    unsure = {kind for kind in Kind if "may or may not" in state_of(error_of(kind)).text}
    assert unsure == {Kind.LOST, Kind.FAULT}


def test_where_it_is_known_that_nothing_changed_the_words_leave_nothing_open():
    for kind in (Kind.LOST, Kind.FAULT):
        state = state_of(replace(error_of(kind), unchanged=True))
        assert "nothing was changed" in state.title and "may or may not" not in state.text


def test_throttling_says_when_to_come_back(client_for, reader):
    response = client_for(reader).get("/t/aws/", {"kind": "throttled"})
    assert response["Retry-After"] == "2"
    assert "Wait 2 s and try again." in response.content.decode()


def test_a_part_of_a_page_fails_as_a_part(client_for, reader):
    response = client_for(reader).get("/t/aws/", {"kind": "denied"}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 502
    assert page.lstrip().startswith('<div class="state state-denied">')
    assert "AWS refused: permission is missing" in page
    assert "AWSREQ42" in page


def test_a_failed_write_offers_no_blind_repeat(client_for, reader):
    page = client_for(reader).post("/t/aws/?kind=lost").content.decode()
    assert "Try again" not in page


def test_refused_to_a_reader_is_403_with_the_reason(client_for, reader):
    response = client_for(reader).get("/t/refusing/", {"seen": "yes"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "<h1>You may not do this</h1>" in page
    assert "No grant allows &lt;img" in page
    assert HOSTILE not in page


def test_refused_to_a_stranger_is_404_without_the_reason(client_for, reader):
    response = client_for(reader).get("/t/refusing/", {"seen": "no"})
    assert response.status_code == 404
    assert b"No grant allows" not in response.content


def test_not_found_says_what_our_own_sentence_says(client, db):
    page = client.get("/t/absent/").content.decode()
    assert "There is no &lt;img" in page
    assert HOSTILE not in page


def test_not_found_of_an_unknown_address(client, client_for, reader):
    for browser in (client, client_for(reader)):
        response = browser.get(f"/no/{HOSTILE}/")
        page = response.content.decode()
        assert response.status_code == 404
        assert "This address does not exist" in page
        assert HOSTILE not in page


def test_bad_request_keeps_the_detail_to_the_log(client, db):
    response = client.get("/t/suspicious/")
    assert response.status_code == 400
    assert b"secret detail" not in response.content
    assert b"<h1>This request cannot be used</h1>" in response.content


def test_our_own_error_needs_no_database_and_shows_no_traceback(reader, django_assert_num_queries):
    client = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        response = client.get("/t/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "secret detail" not in page
    assert "Traceback" not in page
    assert response["X-Request-ID"] in page


def test_a_form_of_another_session_is_refused_in_words(reader):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    response = client.post("/t/aws/?kind=denied")
    assert response.status_code == 403
    assert b"does not belong to your present session. Nothing was changed." in response.content


def test_a_library_s_refusal_has_the_page_too(rf: RequestFactory, db):
    from dashboard.console.failures import permission_denied

    request = rf.get("/")
    request.user = AnonymousUser()
    response = permission_denied(request, PermissionError(HOSTILE))
    assert response.status_code == 403
    assert HOSTILE.encode() not in response.content


@override_settings(STATIC_URL="/static/")
def test_the_page_of_our_error_renders_without_any_context():
    assert "The console failed at this" in render_to_string("500.html")
