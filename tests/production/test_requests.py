"""A request's id, its line in the log, its headers, and which proxy is believed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.aws import sts
from dashboard.console.logs import safe_path
from dashboard.console.requests import RequestMiddleware, identify
from tests.stub.server import StubAws

Lines = Callable[[], list[dict[str, Any]]]
KEY = "S.c2VjcmV0"
POLICY = {"default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"}


def access(lines: list[dict[str, Any]]) -> dict[str, Any]:
    (line,) = [line for line in lines if line["logger"] == "gatehouse.access"]
    return line


@pytest.mark.django_db
def test_it_works(client: Client, log_lines: Lines) -> None:
    response = client.get("/account/login/?next=/changes/")
    request_id = response["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    line = access(log_lines())
    assert line["request_id"] == request_id
    assert (line["method"], line["path"], line["status"]) == ("GET", "/account/login/", 200)
    assert line["aws_calls"] == 0
    assert "changes" not in str(line)


@pytest.mark.django_db
def test_the_headers_of_a_page_are_strict(client: Client) -> None:
    response = client.get("/account/login/")
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/static/console/nothing.css", "/nothing-here/", "/healthz", "/account/logout/"]
)
def test_every_answer_has_the_policy_and_an_id(client: Client, path: str) -> None:
    response = client.get(path)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Request-ID"]


def test_every_request_has_an_id_of_its_own(client: Client) -> None:
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


def test_an_id_from_a_stranger_is_not_taken(client: Client) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "chosen-by-a-stranger"})
    assert response["X-Request-ID"] != "chosen-by-a-stranger"


def test_an_id_from_a_trusted_proxy_is_taken(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = (ip_network("127.0.0.0/8"),)
    assert (
        client.get("/healthz", headers={"X-Request-ID": "of-the-proxy-0001"})["X-Request-ID"]
        == "of-the-proxy-0001"
    )
    for wrong in ("short", "x" * 65, "has blank in it", 'quote"quote"', "new\\nline-in-it"):
        assert client.get("/healthz", headers={"X-Request-ID": wrong})["X-Request-ID"] != wrong


@pytest.mark.django_db
@pytest.mark.parametrize("tail", ["", "?reveal=token", "edit/?x=1", "%0Aforged/"])
def test_neither_an_items_key_nor_a_query_is_logged(
    admin: User, client_for: Callable[[User], Client], log_lines: Lines, tail: str
) -> None:
    client_for(admin).get(f"/c/main/eu-central-1/tables/parcels/item/{KEY}/{tail}")
    lines = log_lines()
    assert access(lines)["path"] == "/c/main/eu-central-1/tables/parcels/item/…"
    assert any(line["logger"] == "django.request" for line in lines), (
        "Django's own line about the 404 belongs to this test"
    )
    for secret in (KEY, "token", "forged"):
        assert secret not in str(lines)


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/", "/"),
        ("/changes/?user=me", "/changes/"),
        ("/c/a/b/tables/t/item/S.x/edit/", "/c/a/b/tables/t/item/…"),
        ("/c/a/b/tables/t/item/S.x/item/S.y/", "/c/a/b/tables/t/item/…"),
        ("/c/a/b/tables/t/item/line\nline", "/c/a/b/tables/t/item/…"),
        ("/c/a/b/tables/item/", "/c/a/b/tables/item/"),
    ],
)
def test_what_of_a_path_is_logged(path: str, logged: str) -> None:
    assert safe_path(path) == logged


@pytest.mark.django_db
def test_one_id_is_in_the_header_the_access_line_and_the_aws_calls(
    place: Place, stub: StubAws, log_lines: Lines
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        sts.caller_identity(place.target)
        return HttpResponse("ok")

    stub.fail("GetCallerIdentity", "AccessDenied", "no")
    request = RequestFactory().get("/")

    def careful(request: HttpRequest) -> HttpResponse:
        from dashboard.core.errors import AwsError

        try:
            return view(request)
        except AwsError:
            return HttpResponse("refused")

    response = RequestMiddleware(careful)(request)
    lines = log_lines()
    (call,) = [line for line in lines if line["logger"] == "gatehouse.aws"]
    assert call["operation"] == "GetCallerIdentity"
    assert response["X-Request-ID"] == access(lines)["request_id"] == call["request_id"] == request.request_id  # type: ignore[attr-defined]
    assert access(lines)["aws_calls"] == 1


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
    ],
)
def test_the_visitors_address_is_the_last_one_no_trusted_proxy_has(
    remote: str, forwarded: str, expected: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    identify(request, (ip_network("10.0.0.0/8"), "unix"))
    assert request.META["REMOTE_ADDR"] == expected


@pytest.mark.parametrize(("remote", "secure"), [("10.0.0.1", True), ("192.0.2.1", False), ("", False)])
def test_only_a_trusted_proxy_says_that_the_request_was_encrypted(remote: str, secure: bool) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_PROTO="https")
    identify(request, (ip_network("10.0.0.0/8"),))
    assert request.is_secure() is secure


def test_production_sends_plain_http_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/account/login/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/account/login/")


def test_when_even_the_failure_page_fails_there_are_words_and_an_id(log_lines: Lines) -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("the template of the failure page is broken")

    response = RequestMiddleware(broken)(RequestFactory().get("/"))
    assert response.status_code == 500
    assert isinstance(response, HttpResponse)
    assert response["X-Request-ID"] in response.content.decode()
    assert "RuntimeError" not in response.content.decode()
    assert any("RuntimeError" in line.get("exc_info", "") for line in log_lines())


@pytest.mark.django_db
def test_a_draft_of_the_largest_item_fits_and_more_is_refused(
    admin: User, client_for: Callable[[User], Client]
) -> None:
    browser = client_for(admin)
    largest = browser.post("/account/login/", {"login": "x" * 4_000_000})
    assert largest.status_code != 400
    assert browser.post("/account/login/", {"login": "x" * 11_000_000}).status_code == 400


@pytest.mark.django_db
def test_the_line_says_who_without_a_query_of_its_own(
    reader: User, client_for: Callable[[User], Client], client: Client, log_lines: Lines
) -> None:
    client_for(reader).get("/")
    client.get("/nothing-here/")
    client.get("/healthz")
    users = {line["path"]: line["user"] for line in log_lines() if line["logger"] == "gatehouse.access"}
    assert (users["/"], users["/healthz"]) == ("reader", "")


@pytest.mark.django_db
def test_a_session_ends(reader: User, client: Client, settings: Settings) -> None:
    signed_in = client.post("/account/login/", {"login": "reader", "password": "reader-password-1"})
    assert signed_in.status_code == 302
    assert signed_in.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == "", "it ends with the browser"
    assert client.get("/").status_code == 200
    later = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    with time_machine.travel(later - timedelta(minutes=1)):
        assert client.get("/").status_code == 200
    with time_machine.travel(later + timedelta(minutes=1)):
        assert client.get("/").status_code == 302
