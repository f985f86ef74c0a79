"""The page that says why."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.test import Client

from dashboard.accounts.models import Connection, Grant, User
from tests.accounts.pages import text_of

Browser = Callable[[User], Client]
ORDERS = {"connection": "main", "region": "eu-central-1", "resource": "table:orders"}


def test_it_works(client_for: Browser, reader: User) -> None:
    browser = client_for(reader)
    page = text_of(browser.get("/why/"))
    assert "Your groups: reader" in page
    assert "Every resource, in every connection and region" in page
    page = text_of(browser.get("/why/", ORDERS | {"action": "read"}))
    assert "Allowed reader: read on main/eu-central-1/table:orders" in page
    assert "reader: read on */*/*" in page
    page = text_of(browser.get("/why/", ORDERS | {"action": "write"}))
    assert "Not allowed reader: write on main/eu-central-1/table:orders" in page
    assert "No grant of your groups allows write" in page


def test_a_stranger_sees_their_own(client_for: Browser, stranger: User) -> None:
    page = text_of(client_for(stranger).get("/why/"))
    assert "You are in no group that has a grant" in page


def test_a_read_only_connection_is_the_reason(
    client_for: Browser, superuser: User, connection: Connection
) -> None:
    Connection.objects.update(read_only=True)
    page = text_of(client_for(superuser).get("/why/", ORDERS | {"action": "write", "user": "root"}))
    assert "The connection main is read-only." in page
    assert "Allowed root: read" in text_of(
        client_for(superuser).get("/why/", ORDERS | {"action": "read", "user": "root"})
    )


def test_others_are_for_administrators(client_for: Browser, reader: User, admin: User) -> None:
    asked = ORDERS | {"action": "write", "user": "admin"}
    answer = client_for(reader).get("/why/", asked)
    assert "admin" not in text_of(answer).split("What you may do")[0].replace("administer", "").replace(
        "administrator", ""
    )
    assert "Not allowed reader: write" in text_of(answer)  # the question is about oneself
    assert "Allowed admin: write" in text_of(client_for(admin).get("/why/", asked))
    answer = client_for(admin).get("/why/", asked | {"user": "reader"})
    assert "Not allowed reader: write" in text_of(answer)


def test_a_deactivated_user_may_nothing(client_for: Browser, admin: User, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)
    page = text_of(client_for(admin).get("/why/", ORDERS | {"action": "read", "user": "reader"}))
    assert "This user is deactivated." in page


def test_every_fitting_grant_is_named(client_for: Browser, reader: User) -> None:
    group = Group.objects.create(name="orders")
    Grant.objects.create(group=group, connection="main", resource="table:ord*", actions=["read", "write"])
    reader.groups.add(group)
    page = text_of(client_for(reader).get("/why/", ORDERS | {"action": "read"}))
    assert "orders: read, write on main/*/table:ord*" in page
    assert "reader: read on */*/*" in page


def test_bad_questions(client_for: Browser, admin: User) -> None:
    browser = client_for(admin)
    for asked, sentence in (
        (ORDERS | {"action": "fly"}, "Action: one of read"),
        (ORDERS | {"action": "read", "region": ""}, "a connection and a region go together"),
        ({"action": "read", "resource": ""}, "Resource: name one"),
    ):
        answer = browser.get("/why/", asked)
        assert answer.status_code == 400, asked
        assert sentence in text_of(answer)
    page = text_of(browser.get("/why/", ORDERS | {"action": "read", "user": "<b>ghost"}))
    assert "there is nobody called <b>ghost" in page


def test_a_403_links_here(client_for: Browser, reader: User) -> None:
    answer = client_for(reader).get("/connections/new/")
    assert answer.status_code == 403
    assert 'href="/why/' in answer.content.decode()
