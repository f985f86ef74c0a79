"""Sign-in: the pages in the console's frame, the limits, the sessions, and what is closed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from dashboard.accounts.models import User
from dashboard.history.models import Change
from tests.accounts.pages import inputs_of, last_change, text_of

Browser = Callable[[User], Client]
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _forget_attempts(db: None) -> None:
    cache.clear()


def sign_in(browser: Client, name: str, password: str, **more: Any) -> Any:
    return browser.post(LOGIN, {"login": name, "password": password, **more})


def test_it_works(reader: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/connections/", follow=True)
    assert page.redirect_chain == [("/account/login/?next=/connections/", 302)]
    assert "Gatehouse" in text_of(page)
    assert "There is no sign-up" in text_of(page)
    hidden = inputs_of(page)
    assert hidden["next"] == ["/connections/"]
    answer = browser.post(LOGIN, {**hidden, "login": "reader", "password": "reader-password-1"})
    assert (answer.status_code, answer["Location"]) == (302, "/connections/")
    assert browser.get("/connections/").status_code == 200
    reader.refresh_from_db()
    assert reader.last_login is not None


def test_without_csrf_nothing_happens(reader: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser, "reader", "reader-password-1").status_code == 403
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("name", ["reader", "nobody-of-that-name"])
def test_a_wrong_password_says_the_same_as_a_wrong_name(reader: User, name: str) -> None:
    answer = sign_in(Client(), name, "wrong")
    assert answer.status_code == 400
    assert "The username and the password do not belong together." in text_of(answer)
    assert f'value="{name}"' in answer.content.decode()  # the name is kept


def test_the_sixth_wrong_password_is_refused_even_if_it_is_right(reader: User) -> None:
    for number in range(5):
        assert sign_in(Client(REMOTE_ADDR=f"10.0.0.{number}"), "reader", "wrong").status_code == 400
    answer = sign_in(Client(), "reader", "reader-password-1")
    assert answer.status_code == 429
    assert "Too many attempts to sign in failed. Wait five minutes" in text_of(answer)
    assert "_auth_user_id" not in answer.client.session
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=2), tick=True):
        assert sign_in(Client(), "reader", "reader-password-1").status_code == 302


def test_the_limit_is_in_the_shared_cache_not_in_one_process(settings: Any) -> None:
    assert "LocMem" not in settings.CACHES["default"]["BACKEND"]


def test_too_many_attempts_from_one_address(reader: User) -> None:
    statuses = [sign_in(Client(), f"guess-{number}", "wrong").status_code for number in range(32)]
    assert statuses[:10] == [400] * 10
    assert set(statuses[10:30]) == {429}
    answer = sign_in(Client(), "reader", "reader-password-1")
    assert answer.status_code == 429
    assert "Too many attempts" in text_of(answer)
    assert "Nothing changed" in text_of(answer)


def test_the_address_is_the_one_the_middleware_settled(rf: RequestFactory) -> None:
    adapter = get_adapter()
    assert (
        adapter.get_client_ip(rf.get("/", REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR="6.6.6.6"))
        == "10.1.2.3"
    )
    assert adapter.get_client_ip(rf.get("/", REMOTE_ADDR="")) == "local socket"


def test_a_foreign_next_is_not_followed(reader: User) -> None:
    answer = sign_in(Client(), "reader", "reader-password-1", next="https://evil.example/")
    assert answer["Location"] == "/"


def test_a_deactivated_user_is_told_and_stays_out(reader: User) -> None:
    User.objects.update(is_active=False)
    answer = Client().post(LOGIN, {"login": "reader", "password": "reader-password-1"}, follow=True)
    assert "deactivated" in text_of(answer)
    assert "_auth_user_id" not in answer.client.session


def test_deactivating_ends_a_session_at_once(reader: User, client_for: Browser) -> None:
    browser = client_for(reader)
    assert browser.get("/").status_code == 200
    User.objects.update(is_active=False)
    assert browser.get("/")["Location"].startswith(LOGIN)


def test_a_session_expires(reader: User, settings: Any) -> None:
    browser = Client()
    answer = sign_in(browser, "reader", "reader-password-1")
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == ""  # it ends with the browser
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE - 60), tick=True):
        assert browser.get("/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60), tick=True):
        assert browser.get("/")["Location"].startswith(LOGIN)


def test_cookies_are_secure_outside_the_demo(reader: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    answer = Client().post(LOGIN, {"login": "reader", "password": "reader-password-1"}, secure=True)
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["secure"]
    page = Client().get(LOGIN, secure=True)
    assert page.cookies[settings.CSRF_COOKIE_NAME]["secure"]


def test_signing_in_changes_the_session_key(reader: User) -> None:
    browser = Client()
    browser.get(LOGIN)
    session = browser.session
    session["before"] = 1
    session.save()
    before = session.session_key
    sign_in(browser, "reader", "reader-password-1")
    assert browser.session.session_key != before


def test_signing_out_is_by_post(reader: User, client_for: Browser) -> None:
    browser = client_for(reader)
    assert "You are signed in as reader" in text_of(browser.get("/account/logout/"))
    assert browser.get("/").status_code == 200
    assert browser.post("/account/logout/").status_code == 302
    assert browser.get("/")["Location"].startswith(LOGIN)


def test_changing_ones_password(reader: User, client_for: Browser) -> None:
    browser, elsewhere = client_for(reader), client_for(reader)
    new = "horse-battery-staple-42"
    url = "/account/password/change/"
    fields = {"oldpassword": "reader-password-1", "password1": new, "password2": new}
    assert "Current Password" in text_of(browser.get(url))
    for wrong, sentence in (
        ({"oldpassword": "wrong"}, "That is not your current password."),
        ({"password2": "other"}, "same password"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "9" * 13, "password2": "9" * 13}, "entirely numeric"),
    ):
        answer = browser.post(url, fields | wrong)
        assert answer.status_code == 400, wrong
        assert sentence in text_of(answer)
        cache.clear()
    assert not Change.objects.exists()
    assert browser.post(url, fields)["Location"] == "/why/"
    assert browser.get("/").status_code == 200  # still signed in here
    assert elsewhere.get("/")["Location"].startswith(LOGIN)  # and nowhere else
    change = last_change()
    assert (change.action, change.user_name, change.subject) == ("user.password", "reader", "reader")
    assert change.outcome.result == "done"
    kept = str(Change.objects.values().get()) + str(change.outcome.__dict__)
    assert new not in kept
    reader.refresh_from_db()
    assert reader.password not in kept


def test_reauthenticating(reader: User, client_for: Browser) -> None:
    browser = client_for(reader)
    url = "/account/reauthenticate/?next=/why/"
    assert "once more" in text_of(browser.get(url))
    wrong = browser.post(url, {"password": "wrong"})
    assert wrong.status_code == 400
    assert "That is not your password." in text_of(wrong)
    assert browser.post(url, {"password": "reader-password-1"})["Location"] == "/why/"


def test_a_forgotten_password_is_for_an_administrator(db: None) -> None:
    page = text_of(Client().get("/account/password/reset/"))
    assert "This console sends no mail" in page
    assert "changepassword" in page


CLOSED = [
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_set_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
    "account_request_login_code",
]


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_offered_is_closed(
    name: str, method: str, db: None, reader: User, client_for: Browser
) -> None:
    for browser in (Client(), client_for(reader)):
        answer = getattr(browser, method)(reverse(name), {"username": "x", "email": "x@example.com"})
        assert answer.status_code == 404
        assert "This console does not offer that." in text_of(answer)
    assert User.objects.count() == 1


def test_sign_up_is_closed_in_the_adapter_too(rf: RequestFactory) -> None:
    assert get_adapter().is_open_for_signup(rf.get("/")) is False


def test_the_pages_are_strict_and_ours(reader: User, client_for: Browser) -> None:
    for browser, url in (
        (Client(), LOGIN),
        (Client(), "/account/password/reset/"),
        (client_for(reader), "/account/password/change/"),
        (client_for(reader), "/account/reauthenticate/"),
        (client_for(reader), "/account/logout/"),
        (Client(), "/account/inactive/"),
    ):
        answer = browser.get(url)
        page = answer.content.decode()
        assert answer.status_code == 200, url
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert page.count("<h1>") == 1, url
        assert " style=" not in page, url
        assert "<style" not in page, url


def test_the_first_superuser_comes_from_the_command_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "horse-battery-staple-42")
    call_command("createsuperuser", "--noinput", username="first", email="", stdout=io.StringIO())
    browser = Client()
    assert sign_in(browser, "first", "horse-battery-staple-42").status_code == 302
    assert browser.get("/access/").status_code == 200
    assert browser.get("/manage/").status_code == 200
