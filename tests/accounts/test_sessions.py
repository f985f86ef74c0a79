"""Sessions end as Django's own do, though they and their persons are read by prepared queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as Original
from django.contrib.sessions.models import Session
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.accounts.models import User
from dashboard.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
LOGIN = "/account/login/"


def password_changed() -> None:
    user = User.objects.get(username="reader")
    user.set_password("another-password-2")
    user.save()


def test_it_works(reader: User, client_for: Browser) -> None:
    store = SessionStore(client_for(reader).session.session_key)
    assert store["_auth_user_id"] == str(reader.pk)
    assert dict(store.items()) == dict(Original(store.session_key).items())


@pytest.mark.parametrize(
    "end",
    [
        lambda: Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1)),
        lambda: Session.objects.all().delete(),
        lambda: User.objects.update(is_active=False),
        lambda: User.objects.all().delete(),
        password_changed,
    ],
    ids=["expired", "deleted", "deactivated", "person deleted", "password changed"],
)
def test_a_session_that_ended_meanwhile(reader: User, client_for: Browser, end: Callable[[], object]) -> None:
    browser = client_for(reader)
    assert browser.get("/").status_code == 200
    end()
    assert browser.get("/")["Location"].startswith(LOGIN)


def test_a_key_that_no_session_has_is_forgotten(db: None) -> None:
    for key in ("a" * 32, "0" * 8):
        ours, original = SessionStore(key), Original(key)
        assert dict(ours.items()) == dict(original.items()) == {}
        assert ours.session_key is original.session_key is None


@pytest.mark.parametrize("key", ["\0" * 8, "a" * 31 + "\0", "é" * 32, "'; DROP --"])
def test_a_key_that_django_never_makes_does_not_reach_the_database(db: None, key: str) -> None:
    store = SessionStore(key)
    with CaptureQueriesContext(database) as queries:
        assert dict(store.items()) == {}
    assert store.session_key is None and len(queries) == 0
