"""Sign-in, connections, users, groups and grants in a browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from dashboard.accounts.models import Connection, Grant, User

Goto = Callable[[str], int]
SignIn = Callable[[Page, User], None]
Check = Callable[[Page], None]


@pytest.fixture
def look(page: Page, axe: Check, narrow: Check) -> Callable[[str], None]:
    """Nothing to find at a stop of the way; ``SHOTS=folder`` keeps a picture of it."""

    def looked(name: str) -> None:
        axe(page)
        narrow(page)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder) / f"access-{name}.png", full_page=True)

    return looked


def test_a_connection_from_new_to_deleted_and_back(
    page: Page, goto: Goto, sign_in: SignIn, superuser: User, stub, look
) -> None:
    sign_in(page, superuser)
    goto("/connections/")
    look("connections-empty")
    page.get_by_role("link", name="New connection").click()
    look("connection-new")
    page.get_by_label("Name", exact=False).first.fill("Parcels <b>production</b>")
    page.get_by_label("Short name").fill("parcels-prod")
    page.get_by_label("Environment").select_option("production")
    page.get_by_label("Regions").fill("eu-central")
    page.get_by_label("Account", exact=True).fill("999999999999")
    page.get_by_label("Endpoint").fill(stub.endpoint)
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("alert")).to_contain_text("“eu-central” is not the name of an AWS region")
    look("connection-wrong")
    page.get_by_label("Regions").fill("eu-central-1 us-east-1")
    page.get_by_role("button", name="Review").click()
    look("connection-review")
    page.get_by_label("Reason").fill("The production account")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parcels <b>production</b>")
    expect(page.get_by_text("This is another account")).to_be_visible()  # asked for by the page itself
    look("connection")
    goto("/connections/")
    look("connections")
    goto("/connections/parcels-prod/delete/")
    page.get_by_label("Name of the connection").fill("parcels-prod")
    page.get_by_label("Reason").fill("Closed")
    look("connection-delete")
    page.get_by_role("button", name="Delete the connection").click()
    expect(page.get_by_text("was deleted")).to_be_visible()
    assert not Connection.objects.exists()
    goto("/changes/")
    page.get_by_role("link", name="Connection deleted").first.click()
    page.get_by_role("link", name="Undo").or_(page.get_by_role("button", name="Undo")).first.click()
    page.get_by_label("Reason").fill("Opened again")
    page.get_by_role("button", name="Undo this change").click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    assert Connection.objects.get().slug == "parcels-prod"


def test_a_person_gets_a_grant(
    page: Page, goto: Goto, sign_in: SignIn, admin: User, stranger: User, look
) -> None:
    sign_in(page, admin)
    goto("/access/")
    look("users")
    page.get_by_role("link", name="Groups and grants").click()
    look("groups")
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name").fill("orders")
    page.get_by_role("button", name="Review").click()
    page.get_by_label("Reason").fill("A new team")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="New grant").click()
    page.get_by_label("write: create and change").check()
    page.get_by_role("textbox", name="Resource").fill("table:orders-*")
    look("grant-new")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_text("Every table whose name begins with orders-")).to_be_visible()
    page.get_by_label("Reason").fill("Their tables")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="table:orders-*", exact=True)).to_be_visible()
    look("group")
    goto(f"/access/users/{stranger.pk}/edit/")
    look("user-edit")
    page.get_by_label("orders").check()
    page.get_by_role("button", name="Review").click()
    look("user-review")
    page.get_by_label("Reason").fill("Joins the team")
    page.get_by_role("button", name="Save").click()
    goto(f"/access/users/{stranger.pk}/")
    look("user")
    assert list(stranger.groups.values_list("name", flat=True)) == ["orders"]


def test_somebody_else_was_faster(
    page: Page, goto: Goto, sign_in: SignIn, admin: User, connection: Connection, look
) -> None:
    sign_in(page, admin)
    goto("/connections/main/edit/")
    page.get_by_label("Name", exact=False).first.fill("Mine")
    page.get_by_role("button", name="Review").click()
    Connection.objects.update(environment="staging")
    page.get_by_label("Reason").fill("r")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It changed meanwhile")).to_be_visible()
    look("stale")
    page.get_by_role("button", name="Go on with my values").click()
    page.get_by_role("button", name="Review").click()
    page.get_by_label("Reason").fill("r")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")
    row = Connection.objects.get()
    assert (row.name, row.environment) == ("Mine", "staging")


def test_why_and_a_refusal(page: Page, goto: Goto, sign_in: SignIn, reader: User, look) -> None:
    Grant.objects.create(group=Group.objects.get(name="reader"), resource="table:<i>*", actions=["write"])
    sign_in(page, reader)
    assert goto("/connections/new/") == 403
    look("refused")
    page.get_by_role("link", name="What may I do?").click()
    page.get_by_label("Action").select_option("write")
    page.get_by_role("textbox", name="Resource").fill("console:users")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()
    look("why")


def test_the_pages_of_sign_in(
    page: Page, goto: Goto, sign_in: SignIn, reader: User, admin: User, look
) -> None:
    goto("/account/password/reset/")
    look("password-help")
    goto("/account/login/")
    for _ in range(6):
        page.get_by_label("Username").fill("reader")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Too many attempts to sign in failed")
    look("too-many")
    sign_in(page, reader)
    for path in ("password/change", "reauthenticate", "logout"):
        assert goto(f"/account/{path}/") == 200
        look(path.replace("/", "-"))
    sign_in(page, admin)
    goto(f"/access/users/{reader.pk}/password/")
    look("set-password")
