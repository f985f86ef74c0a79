"""Who AWS thinks we are, on a connection's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.test import Client

from dashboard.accounts.models import Connection, User
from tests.accounts.pages import text_of

if TYPE_CHECKING:
    from tests.stub.server import StubAws

Browser = Callable[[User], Client]


def test_the_list_and_the_page_call_no_aws(
    client_for: Browser, admin: User, connection: Connection, stub: StubAws
) -> None:
    client_for(admin).get("/connections/")
    client_for(admin).get("/connections/main/")
    assert stub.requests == []


def test_identity_costs_one_call_and_is_kept(
    client_for: Browser, reader: User, connection: Connection, stub: StubAws
) -> None:
    browser = client_for(reader)
    page = text_of(browser.get("/connections/main/identity/", headers={"HX-Request": "true"}))
    assert "arn:aws:iam::123456789012:user/stub" in page
    assert "AWS said so" in page
    browser.get("/connections/main/identity/")
    assert [request.operation for request in stub.requests] == ["GetCallerIdentity"]
    browser.get("/connections/main/identity/?fresh=1")
    assert len(stub.requests) == 2


def test_identity_of_another_account_is_said(
    client_for: Browser, reader: User, connection: Connection, stub: StubAws
) -> None:
    Connection.objects.update(account_id="999999999999")
    page = text_of(client_for(reader).get("/connections/main/identity/"))
    assert "This is another account" in page
    assert (
        "These credentials lead to account 123456789012, but this connection is meant for 999999999999"
        in page
    )


def test_why_aws_will_not_say(
    client_for: Browser, reader: User, connection: Connection, stub: StubAws
) -> None:
    stub.fail(
        "GetCallerIdentity",
        "ExpiredToken",
        "The security token included in the request is expired",
        status=403,
    )
    answer = client_for(reader).get("/connections/main/identity/", headers={"HX-Request": "true"})
    assert answer.status_code == 200  # its own panel only
    assert "expired" in text_of(answer)
    assert client_for(reader).get("/connections/main/").status_code == 200


def test_an_endpoint_that_is_down(
    client_for: Browser, reader: User, connection: Connection, stub: StubAws
) -> None:
    Connection.objects.update(endpoint="http://127.0.0.1:1")
    answer = client_for(reader).get("/connections/main/identity/")
    assert answer.status_code == 200
    assert "Ask again" in text_of(answer)
