"""Users: the screens, the record, and that nobody raises their own rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.operations import rows as operations
from dashboard.accounts.operations.people import PERSON, set_password, values
from dashboard.accounts.policy import Refused, may
from dashboard.core.errors import InputError
from dashboard.core.resources import Resource
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from tests.accounts.pages import inputs_of, last_change, review, save, text_of
from tests.conftest import make_user

Browser = Callable[[User], Client]


def entered(person: User, **changed: Any) -> dict[str, Any]:
    """What the form of a user sends; a box that is not ticked sends nothing."""
    known = values(person)
    fields = {name: known[name] for name in ("username", "first_name", "last_name", "email", "groups")}
    fields |= {name: "on" for name in ("is_active", "is_staff", "is_superuser") if known[name]}
    return {name: value for name, value in (fields | changed).items() if value is not None}


def edit(person: User) -> str:
    return reverse("accounts:user-edit", args=[person.pk])


@pytest.fixture
def helper(db: None) -> User:
    """An administrator of users who holds little else: read everywhere, and users."""
    group = Group.objects.create(name="helpdesk")
    Grant.objects.create(group=group, resource="*", actions=["read"])
    Grant.objects.create(group=group, resource="console:users", actions=["administer"])
    person = make_user("helper")
    person.groups.add(group)
    return person


def test_it_works(client_for: Browser, admin: User) -> None:
    browser = client_for(admin)
    saved = save(
        browser,
        "/access/users/new/",
        "joins the team",
        username="zoe",
        first_name="Zoë",
        last_name="",
        email="",
        groups=["editor"],
        is_active="on",
    )
    zoe = User.objects.get(username="zoe")
    assert saved["Location"] == f"/access/users/{zoe.pk}/password/"
    assert not zoe.has_usable_password()
    answer = browser.post(
        saved["Location"],
        {"password": "horse-battery-staple", "again": "horse-battery-staple", "reason": "new"},
    )
    assert answer.status_code == 302
    assert Client().login(username="zoe", password="horse-battery-staple")
    assert may(User.objects.get(username="zoe"), "write", Resource("table:t", "main", "eu-central-1"))
    page = text_of(browser.get("/access/"))
    assert "zoe" in page
    assert "Last sign-in" in page
    assert "editor: read, write, delete on */*/*" in text_of(browser.get(f"/access/users/{zoe.pk}/"))
    changes = {change.action: change for change in Change.objects.select_related("outcome")}
    assert set(changes) == {"user.create", "user.password"}
    assert changes["user.create"].outcome.after["groups"] == ["editor"]
    kept = str(list(Change.objects.values())) + str([change.outcome.__dict__ for change in changes.values()])
    zoe.refresh_from_db()
    assert zoe.password not in kept
    assert "horse-battery" not in kept
    assert "password" not in changes["user.create"].outcome.after


def test_changing_groups_is_reviewed_and_undone(client_for: Browser, admin: User, reader: User) -> None:
    browser = client_for(admin)
    reviewed = review(browser, edit(reader), **entered(reader, groups=["editor", "reader"]))
    assert "groups" in text_of(reviewed)
    assert list(reader.groups.values_list("name", flat=True)) == ["reader"]
    save(browser, edit(reader), **entered(reader, groups=["editor", "reader"]))
    assert values(reader)["groups"] == ["editor", "reader"]
    assert undo(Actor(admin, "r"), last_change(), "mistake").done
    assert values(reader)["groups"] == ["reader"]


def test_deactivating(client_for: Browser, admin: User, reader: User) -> None:
    save(client_for(admin), edit(reader), "left us", **entered(reader, is_active=None))
    reader.refresh_from_db()
    assert not reader.is_active
    assert not Client().login(username="reader", password="reader-password-1")
    assert "Deactivated" in text_of(client_for(admin).get("/access/"))


def test_there_is_no_deleting(admin: User, reader: User) -> None:
    with pytest.raises(InputError, match="never deleted"):
        operations.delete(PERSON, Actor(admin, "r"), values(reader))
    assert User.objects.filter(pk=reader.pk).exists()
    assert last_change().outcome.result == "refused"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"username": ""}, "Username: This field cannot be blank."),
        ({"username": "a b"}, "Enter a valid username"),
        ({"username": "READER"}, "there is a user READER already"),
        ({"email": "no"}, "Enter a valid email address"),
        ({"groups": ["ghosts"]}, "Select a valid choice"),
        ({"first_name": "x" * 151}, "at most 150 characters"),
    ],
)
def test_wrong_values(
    client_for: Browser, admin: User, reader: User, changed: dict[str, Any], sentence: str
) -> None:
    fields = {"username": "zoe", "first_name": "Keep me", "last_name": "", "email": "", "is_active": "on"}
    answer = review(client_for(admin), "/access/users/new/", **(fields | changed))
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert "Keep me" in answer.content.decode() or "first_name" in changed
    assert User.objects.count() == 2


# Nobody raises their own rights


@pytest.mark.parametrize(
    "crafted", [{"groups": ["editor"]}, {"is_superuser": "on"}, {"is_staff": "on"}, {"is_active": "False"}]
)
def test_nobody_changes_their_own_rights(client_for: Browser, helper: User, crafted: dict[str, Any]) -> None:
    browser, before = client_for(helper), values(helper)
    page = browser.get(edit(helper)).content.decode()
    assert not any(f'name="{name}"' in page for name in crafted)  # not offered
    answer = review(browser, edit(helper), username="helper", first_name="Me", **crafted)
    assert answer.status_code == 403
    assert "You may not change your own groups or rights" in text_of(answer)
    assert values(User.objects.get(pk=helper.pk)) == before


@pytest.mark.parametrize("who", ["helper", "superuser"])
@pytest.mark.parametrize(
    "changed",
    [
        {"groups": ["admin"]},
        {"is_superuser": True},
        {"is_superuser": False},
        {"is_staff": True},
        {"is_active": False},
    ],
)
def test_the_operation_refuses_too(request: pytest.FixtureRequest, who: str, changed: dict[str, Any]) -> None:
    person: User = request.getfixturevalue(who)
    make_user("spare", superuser=True)
    before = values(person)
    if before | changed == before:
        return
    with pytest.raises(Refused, match="may not change your own"):
        operations.update(PERSON, Actor(person, "r"), before, before | changed)
    assert values(User.objects.get(pk=person.pk)) == before
    assert last_change().outcome.result == "refused"


def test_ones_own_name_may_change(client_for: Browser, helper: User) -> None:
    save(client_for(helper), edit(helper), username="helper", first_name="Hilda", last_name="", email="")
    assert User.objects.get(pk=helper.pk).first_name == "Hilda"
    assert values(User.objects.get(pk=helper.pk))["groups"] == ["helpdesk"]


def test_nobody_gives_more_than_they_hold(client_for: Browser, helper: User, stranger: User) -> None:
    answer = review(client_for(helper), edit(stranger), **entered(stranger, groups=["editor"]))
    assert answer.status_code == 403
    assert "is more than you may do yourself" in text_of(answer)
    save(client_for(helper), edit(stranger), **entered(stranger, groups=["reader"]))
    assert values(stranger)["groups"] == ["reader"]


def test_a_new_user_gets_no_more_than_their_maker_holds(client_for: Browser, helper: User) -> None:
    answer = review(
        client_for(helper), "/access/users/new/", username="puppet", groups=["admin"], is_active="on"
    )
    assert answer.status_code == 403
    assert not User.objects.filter(username="puppet").exists()


def test_activating_gives_rights_again(helper: User, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_active=False)
    before = values(User.objects.get(pk=admin.pk))
    with pytest.raises(Refused, match="more than you may"):
        operations.update(PERSON, Actor(helper, "r"), before, before | {"is_active": True})


def test_rights_are_taken_by_whoever_administers_users(helper: User, editor: User) -> None:
    before = values(editor)
    operations.update(PERSON, Actor(helper, "r"), before, before | {"groups": []})
    assert values(editor)["groups"] == []
    # but the undo of it is giving again, which the helper may not
    answer = undo(Actor(helper, "r"), last_change(), "back")
    assert not answer.done
    assert "more than you may do yourself" in answer.message


@pytest.mark.parametrize("changed", [{"is_superuser": True}, {"first_name": "x"}])
def test_superusers_are_for_superusers(
    admin: User, superuser: User, reader: User, changed: dict[str, Any]
) -> None:
    target = reader if "is_superuser" in changed else superuser
    before = values(target)
    with pytest.raises(Refused, match="superuser"):
        operations.update(PERSON, Actor(admin, "r"), before, before | changed)
    assert values(User.objects.get(pk=target.pk)) == before


def test_staff_is_given_by_staff(helper: User, admin: User, stranger: User) -> None:
    before = values(stranger)
    with pytest.raises(Refused, match="Only staff"):
        operations.update(PERSON, Actor(helper, "r"), before, before | {"is_staff": True})
    operations.update(PERSON, Actor(admin, "r"), before, before | {"is_staff": True})
    assert User.objects.get(pk=stranger.pk).is_staff


@pytest.mark.parametrize("changed", [{"is_active": False}, {"is_superuser": False}])
def test_the_last_superuser_stays(superuser: User, changed: dict[str, Any]) -> None:
    other = make_user("other", superuser=True)
    before = values(superuser)
    operations.update(PERSON, Actor(other, "r"), before, before | changed)
    before = values(other)
    with pytest.raises(Refused, match="last active superuser"):
        operations.update(PERSON, Actor(None, "r"), before, before | changed)  # not even a command
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


# Passwords


def test_setting_a_password_ends_the_sessions(client_for: Browser, admin: User, reader: User) -> None:
    theirs = client_for(reader)
    url = reverse("accounts:user-password", args=[reader.pk])
    fields = {"password": "horse-battery-staple", "again": "horse-battery-staple", "reason": "forgotten"}
    assert client_for(admin).post(url, fields).status_code == 302
    assert theirs.get("/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"again": "other"}, "it differs from the first one"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "", "again": ""}, "New password: it is missing"),
        ({"reason": ""}, "Reason: say why"),
    ],
)
def test_wrong_passwords(
    client_for: Browser, admin: User, reader: User, changed: dict[str, str], sentence: str
) -> None:
    url = reverse("accounts:user-password", args=[reader.pk])
    fields = {"password": "horse-battery-staple", "again": "horse-battery-staple", "reason": "forgotten"}
    answer = client_for(admin).post(url, fields | changed)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert "horse-battery" not in answer.content.decode()
    assert Client().login(username="reader", password="reader-password-1")
    assert not Change.objects.exists()


def test_a_password_is_a_way_to_rights(
    helper: User, admin: User, editor: User, superuser: User, reader: User
) -> None:
    for target, sentence in (
        (helper, "its own page"),
        (superuser, "Only a superuser"),
        (editor, "more than you may"),
        (admin, "more than you may"),
    ):
        with pytest.raises(Refused, match=sentence):
            set_password(Actor(helper, "r"), target, "horse-battery-staple")
        assert not Client().login(username=target.username, password="horse-battery-staple")
    set_password(Actor(helper, "r"), reader, "horse-battery-staple")
    assert Client().login(username="reader", password="horse-battery-staple")


def test_staff_s_password_is_set_by_staff(helper: User, admin: User, reader: User) -> None:
    reader.is_staff = True
    reader.save()
    with pytest.raises(Refused, match="Only staff"):
        set_password(Actor(helper, "r"), reader, "horse-battery-staple")
    assert not Client().login(username="reader", password="horse-battery-staple")
    set_password(Actor(admin, "r"), reader, "horse-battery-staple")
    assert Client().login(username="reader", password="horse-battery-staple")


# Who may come here


def test_readers_look_and_do_not_touch(client_for: Browser, reader: User, editor: User) -> None:
    browser = client_for(reader)
    page = browser.get(f"/access/users/{editor.pk}/").content.decode()
    assert edit(editor) not in page
    assert browser.get(edit(editor)).status_code == 403
    assert browser.post(edit(editor), entered(editor, groups=[])).status_code == 403
    assert values(editor)["groups"] == ["editor"]


def test_somebody_with_one_table_does_not_see_people(
    client_for: Browser, stranger: User, reader: User
) -> None:
    group = Group.objects.create(name="orders")
    Grant.objects.create(group=group, connection="main", resource="table:orders", actions=["read"])
    stranger.groups.add(group)
    assert client_for(stranger).get("/access/").status_code == 404
    assert client_for(stranger).get(f"/access/users/{reader.pk}/").status_code == 404
    assert "/access/" not in client_for(stranger).get("/").content.decode()


def test_the_admin_pages_change_nothing(client_for: Browser, superuser: User, reader: User) -> None:
    browser = client_for(superuser)
    for url in (
        f"/manage/accounts/user/{reader.pk}/change/",
        f"/manage/accounts/user/{reader.pk}/delete/",
        "/manage/accounts/user/add/",
    ):
        browser.post(url, entered(reader, is_superuser="on", post="yes"))
    browser.post(
        "/manage/accounts/user/",
        {"action": "delete_selected", "_selected_action": [reader.pk], "post": "yes"},
    )
    again = User.objects.get(pk=reader.pk)
    assert not again.is_superuser
    assert User.objects.count() == 2
    assert reader.password not in browser.get(f"/manage/accounts/user/{reader.pk}/change/").content.decode()


def test_a_stale_form_is_refused(client_for: Browser, admin: User, reader: User) -> None:
    browser = client_for(admin)
    reviewed = review(browser, edit(reader), **entered(reader, first_name="Mine"))
    reader.groups.add(Group.objects.get(name="editor"))
    answer = browser.post(edit(reader), {**inputs_of(reviewed), "reason": "r", "step": "save"})
    assert answer.status_code == 409
    assert User.objects.get(pk=reader.pk).first_name == ""
