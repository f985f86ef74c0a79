"""Groups and grants: the screens, and that nobody raises their own rights through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.operations import rows as operations
from dashboard.accounts.operations.groups import GRANT, GROUP, grant_values, group_values
from dashboard.accounts.policy import Refused
from dashboard.core.errors import InputError
from dashboard.history.operations.undo import undo
from tests.accounts.pages import inputs_of, last_change, review, save, text_of
from tests.conftest import make_user

Browser = Callable[[User], Client]
ORDERS: dict[str, Any] = {
    "actions": ["read", "write"],
    "connection": "main",
    "region": "*",
    "resource": "table:orders-*",
}


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def new_grant(name: str) -> str:
    return reverse("accounts:grant-new", args=[group(name).pk])


def test_it_works(client_for: Browser, admin: User) -> None:
    browser = client_for(admin)
    saved = save(browser, "/access/groups/new/", "for the orders team", name="orders")
    assert saved["Location"] == f"/access/groups/{group('orders').pk}/"
    reviewed = review(browser, new_grant("orders"), **ORDERS)
    assert "Members of orders may read, write on: Every table whose name begins with orders-" in text_of(
        reviewed
    )
    assert not Grant.objects.filter(group__name="orders").exists()
    save(browser, new_grant("orders"), **ORDERS)
    grant = Grant.objects.get(group__name="orders")
    assert str(grant) == "orders: read, write on main/*/table:orders-*"
    change = last_change()
    assert (change.action, change.resource) == ("grant.create", "console:users")
    assert change.outcome.after["actions"] == ["read", "write"]
    page = text_of(browser.get(saved["Location"]))
    assert "Every table whose name begins with orders-, in the connection main, every region" in page
    assert "table:orders-*" in text_of(browser.get("/access/groups/"))


def test_changing_and_deleting_a_grant_is_undone(client_for: Browser, admin: User) -> None:
    browser = client_for(admin)
    save(browser, "/access/groups/new/", name="orders")
    save(browser, new_grant("orders"), **ORDERS)
    grant = Grant.objects.get(group__name="orders")
    save(
        browser,
        reverse("accounts:grant-edit", args=[grant.pk]),
        **(ORDERS | {"actions": ["read"], "resource": "table:o*"}),
    )
    grant.refresh_from_db()
    assert (grant.resource, grant.actions) == ("table:o*", ["read"])
    assert undo(Actor(admin, "r"), last_change(), "back").done
    grant.refresh_from_db()
    assert (grant.resource, grant.actions) == ("table:orders-*", ["read", "write"])
    url = reverse("accounts:grant-delete", args=[grant.pk])
    assert (
        browser.post(url, {**inputs_of(browser.get(url)), "name": "orders", "reason": "done"}).status_code
        == 302
    )
    assert not Grant.objects.filter(group__name="orders").exists()
    assert undo(Actor(admin, "r"), last_change(), "back").done
    assert Grant.objects.get(group__name="orders").resource == "table:orders-*"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"actions": []}, "choose at least one"),
        ({"actions": ["fly"]}, "Select a valid choice"),
        ({"resource": "orders"}, "names no kind"),
        ({"resource": ""}, "1 to 300 characters"),
        ({"resource": "table:a "}, "without spaces at its ends"),
        ({"connection": ""}, "Connection: a name or a pattern"),
        ({"region": "x" * 40}, "Region: a name or a pattern"),
    ],
)
def test_wrong_values(client_for: Browser, admin: User, changed: dict[str, Any], sentence: str) -> None:
    Group.objects.create(name="orders")
    answer = review(client_for(admin), new_grant("orders"), **(ORDERS | changed))
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert not Grant.objects.filter(group__name="orders").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "1 to 150"), (" x", "without spaces"), ("a\nb", "1 to 150"), ("READER", "a group READER already")],
)
def test_wrong_names(client_for: Browser, admin: User, name: str, sentence: str) -> None:
    answer = review(client_for(admin), "/access/groups/new/", name=name)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert Group.objects.count() == 3


def test_one_grant_for_the_same_patterns(client_for: Browser, admin: User) -> None:
    orders = Group.objects.create(name="orders")
    Grant.objects.create(group=orders, connection="main", resource="table:orders-*", actions=["read"])
    answer = review(client_for(admin), new_grant("orders"), **ORDERS)
    assert answer.status_code == 400
    assert "exactly these patterns already" in text_of(answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(group=orders, connection="main", resource="table:orders-*", actions=["write"])


def test_nobody_changes_a_group_they_are_in(client_for: Browser, admin: User) -> None:
    browser, own = client_for(admin), group("admin")
    grant = Grant.objects.get(group=own)
    answer = review(browser, new_grant("admin"), **ORDERS)
    assert answer.status_code == 403
    assert "You are in the group admin" in text_of(answer)
    answer = review(browser, reverse("accounts:grant-edit", args=[grant.pk]), **(ORDERS | {"resource": "*"}))
    assert answer.status_code == 403
    url = reverse("accounts:grant-delete", args=[grant.pk])
    answer = browser.post(url, {**inputs_of(browser.get(url)), "name": "admin", "reason": "r"})
    assert answer.status_code == 403
    answer = review(browser, reverse("accounts:group-edit", args=[own.pk]), name="kings")
    assert answer.status_code == 403
    assert Grant.objects.get(group=own) == grant
    assert group("admin") == own


def test_nobody_grants_more_than_they_hold(db: None) -> None:
    helpers, orders = Group.objects.create(name="helpdesk"), Group.objects.create(name="orders")
    Grant.objects.create(group=helpers, resource="console:users", actions=["administer"])
    Grant.objects.create(group=helpers, connection="main", resource="table:orders-*", actions=["read"])
    helper = make_user("helper")
    helper.groups.add(helpers)
    actor = Actor(helper, "r")
    base = {
        "group": orders.name,
        "connection": "main",
        "region": "*",
        "resource": "table:orders-eu-*",
        "actions": ["read"],
    }
    for more in (
        {"actions": ["read", "write"]},
        {"connection": "*"},
        {"resource": "table:*"},
        {"resource": "table:o*"},
    ):
        with pytest.raises(Refused, match="more than you may do yourself"):
            operations.create(GRANT, actor, base | more)
    assert not Grant.objects.filter(group=orders).exists()
    operations.create(GRANT, actor, base)
    made = grant_values(Grant.objects.get(group=orders))
    with pytest.raises(Refused, match="more than you may"):
        operations.update(GRANT, actor, made, made | {"actions": ["read", "delete"]})
    with pytest.raises(Refused, match="in the group helpdesk"):
        operations.update(GRANT, actor, made, made | {"group": "helpdesk"})


def test_a_superuser_holds_everything(superuser: User) -> None:
    Group.objects.create(name="orders")
    operations.create(GRANT, Actor(superuser, "r"), ORDERS | {"group": "orders", "actions": ["administer"]})
    assert Grant.objects.filter(group__name="orders").exists()


def test_deleting_a_group(client_for: Browser, admin: User, stranger: User) -> None:
    orders = Group.objects.create(name="orders")
    stranger.groups.add(orders)
    with pytest.raises(InputError, match="1 members and 0 grants"):
        operations.delete(GROUP, Actor(admin, "r"), group_values(orders))
    stranger.groups.clear()
    url = reverse("accounts:group-delete", args=[orders.pk])
    browser = client_for(admin)
    shown = inputs_of(browser.get(url))
    assert browser.post(url, {**shown, "name": "order", "reason": "r"}).status_code == 400
    assert browser.post(url, {**shown, "name": "orders", "reason": ""}).status_code == 400
    assert browser.post(url, {**shown, "name": "orders", "reason": "r"}).status_code == 302
    assert not Group.objects.filter(name="orders").exists()
    assert undo(Actor(admin, "r"), last_change(), "back").done
    assert Group.objects.filter(name="orders").exists()


def test_a_grant_of_a_renamed_group_is_not_undone_blindly(admin: User) -> None:
    orders = Group.objects.create(name="orders")
    operations.create(GRANT, Actor(admin, "r"), ORDERS | {"group": "orders"})
    made = last_change()
    operations.update(GROUP, Actor(admin, "r"), group_values(orders), {"name": "sales"})
    assert not undo(Actor(admin, "r"), made, "back").done
    assert Grant.objects.filter(group__name="sales").exists()


def test_without_the_grant_nothing(reader: User) -> None:
    with pytest.raises(Refused):
        operations.create(GROUP, Actor(reader, "r"), {"name": "mine"})
    assert not Group.objects.filter(name="mine").exists()


def test_html_in_names_stays_text(client_for: Browser, admin: User) -> None:
    hostile = Group.objects.create(name="<img src=x onerror=alert(1)>")
    Grant.objects.create(group=hostile, resource="table:<script>", actions=["read"])
    browser = client_for(admin)
    for url in ("/access/groups/", f"/access/groups/{hostile.pk}/", "/access/users/new/"):
        page = browser.get(url).content.decode()
        assert "<img src=x" not in page
        assert "<script>" not in page.replace("<script>alert", "")


def test_a_command_on_the_server_needs_no_grant(db: None) -> None:
    operations.create(GROUP, Actor(None, ""), {"name": "night"})
    assert last_change().user_name == "gatehouse"


def test_unknown_is_404(client_for: Browser, admin: User) -> None:
    for url in ("/access/groups/999/", "/access/grants/999/edit/", "/access/users/999/"):
        assert client_for(admin).get(url).status_code == 404
