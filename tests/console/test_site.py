"""The admin inside the console: registered by hand, behind policy, only showing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin as django_admin

from dashboard.accounts.models import Connection, Grant, User
from dashboard.console.site import console

LISTS = ["user", "grant", "connection"]


def test_it_works(client_for, admin, connection):
    browser = client_for(admin)
    assert b"<h1>Manage</h1>" in browser.get("/manage/").content
    page = browser.get("/manage/accounts/user/").content.decode()
    assert "admin" in page
    assert '<nav class="side"' in page


@pytest.mark.parametrize("name", LISTS)
def test_every_list_and_row_opens(client_for, admin, connection, name):
    browser = client_for(admin)
    models: dict[str, Any] = {"user": User, "grant": Grant, "connection": Connection}
    row = models[name].objects.first()
    assert browser.get(f"/manage/accounts/{name}/").status_code == 200
    assert browser.get(f"/manage/accounts/{name}/{row.pk}/change/").status_code == 200


def test_only_these_are_registered():
    assert {model._meta.label for model in console._registry} == {
        "accounts.User",
        "accounts.Grant",
        "accounts.Connection",
        "auth.Group",
    }
    assert not django_admin.site._registry


@pytest.mark.parametrize("role", ["reader", "editor", "stranger"])
@pytest.mark.parametrize("path", ["/manage/", "/manage/accounts/user/", "/manage/jsi18n/"])
def test_others_get_404(request, client_for, role, path):
    assert client_for(request.getfixturevalue(role)).get(path).status_code == 404


def test_django_s_own_flags_open_nothing(client_for, stranger):
    stranger.is_staff = True
    stranger.save()
    assert client_for(stranger).get("/manage/").status_code == 404


@pytest.mark.parametrize("path", ["/manage/", "/manage/accounts/user/"])
def test_sign_in_is_the_console_s(client, db, path):
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1][0] == f"/account/login/?next={path}"


def test_the_admin_s_own_sign_in_leads_there_too(client, client_for, admin):
    assert client.get("/manage/login/?next=//evil.example/")["Location"].startswith("/account/login/?next=")
    assert client_for(admin).get("/manage/login/")["Location"] == "/manage/"


def test_signing_out_and_passwords_are_the_console_s(client_for, admin):
    browser = client_for(admin)
    assert browser.get("/manage/password_change/")["Location"] == "/account/password/change/"
    assert browser.post("/manage/logout/")["Location"] == "/account/logout/"


@pytest.mark.parametrize("action", ["add/", "{pk}/delete/"])
def test_nothing_is_added_or_deleted_here(client_for, superuser, action):
    browser = client_for(superuser)
    path = "/manage/accounts/user/" + action.format(pk=superuser.pk)
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"post": "yes", "username": "x"}).status_code == 403
    assert User.objects.count() == 1


def test_nothing_is_changed_here(client_for, superuser):
    path = f"/manage/accounts/user/{superuser.pk}/change/"
    response = client_for(superuser).post(path, {"username": "changed"})
    assert response.status_code == 403
    assert User.objects.get().username == "root"


def test_no_hash_of_a_password_is_shown(client_for, superuser):
    page = client_for(superuser).get(f"/manage/accounts/user/{superuser.pk}/change/").content.decode()
    assert superuser.password not in page
    assert superuser.password.split("$")[-1] not in page


def test_an_address_that_is_not_registered_is_the_console_s_404(client_for, superuser):
    browser = client_for(superuser)
    for path in ("/manage/django_q/schedule/", "/manage/nothing", "/manage/accounts/user/999999/"):
        response = browser.get(path, follow=True)
        assert response.status_code in (404, 200)
        if response.status_code == 200:
            assert response.redirect_chain[-1][0] == "/manage/"
    assert browser.get("/manage/django_q/schedule/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=pbkdf2",
        "password=x",
        "email__startswith=a",
        "groups__user__password__startswith=pbkdf2",
        "groups__permissions__name=x",
    ],
)
def test_rows_are_narrowed_by_the_filters_alone(client_for, admin, superuser, query):
    """Otherwise an administrator could ask for a superuser's hash, character by character."""
    assert client_for(admin).get(f"/manage/accounts/user/?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["is_active__exact=1", "is_staff__exact=0", "groups__id__exact=1", "q=adm", "o=1"]
)
def test_the_filters_work(client_for, admin, query):
    response = client_for(admin).get(f"/manage/accounts/user/?{query}")
    assert response.status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "is_active__exact=%00", "groups__id__exact=a%00b", "%00=1"])
def test_a_query_that_no_database_takes_is_400(client_for, admin, query):
    assert client_for(admin).get(f"/manage/accounts/user/?{query}").status_code == 400
