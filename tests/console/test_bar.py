"""The bar and the menu are drawn once for what stands in them: a page with other values gets other lines, and each its own token."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from dashboard.accounts.models import Connection, User
from dashboard.console import bar

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    bar._drawn.cache_clear()


def header(client: Client) -> str:
    text = client.get("/").text
    return text[text.index("<header") : text.index("</header>")]


def test_it_works(connection: Connection, reader: User, client_for: Browser) -> None:
    client = client_for(reader)
    first, drawn = header(client), bar._drawn.cache_info().misses
    second = header(client)
    assert bar._drawn.cache_info().misses == drawn
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text) for text in (first, second)]
    assert [len(each) for each in tokens] == [1, 1]
    assert tokens[0] != tokens[1]  # masked anew on each page
    assert bar.TOKEN not in first
    assert client.post("/account/logout/", {"csrfmiddlewaretoken": tokens[1][0]}).status_code == 302


def test_what_changes_is_seen_at_once(connection: Connection, reader: User, client_for: Browser) -> None:
    client = client_for(reader)
    assert "Payments &lt;live&gt;" not in header(client)
    Connection.objects.update(name="Payments <live>", environment="production", read_only=True)
    text = header(client)
    assert "Payments &lt;live&gt;" in text
    assert "env-production" in text
    assert "read-only" in text
    client.cookies["theme"] = "dark"
    assert "Colours: dark" in header(client)
    reader.groups.clear()
    assert "Payments" not in header(client)


def test_no_name_brings_the_token_where_it_does_not_belong(
    connection: Connection, reader: User, client_for: Browser
) -> None:
    Connection.objects.update(name="token-of-this-page")
    User.objects.filter(pk=reader.pk).update(username="token-of-this-page")
    text = header(client_for(reader))
    assert len(bar.TOKEN) == 32 and bar.TOKEN not in text
    assert "Signed in as <strong>token-of-this-page</strong>" in text
    assert '<span class="place-name">token-of-this-page' in text or ">token-of-this-page</strong>" in text


def test_everybody_has_their_own(
    connection: Connection, reader: User, admin: User, client_for: Browser
) -> None:
    texts = [client_for(user).get("/").text for user in (reader, admin, reader)]
    assert ["Signed in as <strong>reader" in text for text in texts] == [True, False, True]
    assert ['href="/manage/"' in text for text in texts] == [False, True, False]
