"""The screens of connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import Connection, Grant, User
from dashboard.history.handlers import handler_of
from dashboard.history.models import Change
from tests.accounts.pages import inputs_of, last_change, review, save, text_of

Browser = Callable[[User], Client]
ENTERED: dict[str, Any] = {
    "name": "Parcels production",
    "slug": "parcels-prod",
    "environment": "production",
    "regions": "eu-central-1, us-east-1",
    "account_id": "123456789012",
    "credentials": "role",
    "profile": "",
    "role_arn": "arn:aws:iam::123456789012:role/gatehouse",
    "external_id": "gate-1",
    "read_only": "on",
}


def entered(row: Connection, **changed: Any) -> dict[str, Any]:
    """What the form of a row sends."""
    fields: dict[str, Any] = {
        "name": row.name,
        "environment": row.environment,
        "regions": " ".join(row.regions),
        "account_id": row.account_id,
        "credentials": row.credentials,
        "profile": row.profile,
        "role_arn": row.role_arn,
        "external_id": row.external_id,
    }
    return fields | changed


def test_it_works(client_for: Browser, admin: User, db: None) -> None:
    browser = client_for(admin)
    assert "No connection yet" in text_of(browser.get("/connections/"))
    saved = save(browser, "/connections/new/", "we need it", **ENTERED)
    assert saved["Location"] == "/connections/parcels-prod/"
    row = Connection.objects.get()
    assert (row.regions, row.read_only, row.credentials) == (["eu-central-1", "us-east-1"], True, "role")
    page = text_of(browser.get("/connections/parcels-prod/"))
    assert "arn:aws:iam::123456789012:role/gatehouse" in page
    assert "read-only session policy" in page
    assert "Parcels production" in text_of(browser.get("/connections/"))
    change = last_change()
    assert (change.action, change.resource, change.subject, change.reason) == (
        "connection.create",
        "console:connections",
        "parcels-prod",
        "we need it",
    )
    assert change.outcome.result == "done"
    assert change.outcome.after["account_id"] == "123456789012"


def test_changing_shows_what_changes_first(client_for: Browser, admin: User, connection: Connection) -> None:
    browser = client_for(admin)
    reviewed = review(
        browser, "/connections/main/edit/", **entered(connection, name="Main two", read_only="on")
    )
    page = text_of(reviewed)
    assert "Main two" in page
    assert "read_only" in page
    assert "regions" not in page.split("What changes")[1].split("Reason")[0]
    assert Connection.objects.get().name == "Main"  # nothing is saved yet
    assert not Change.objects.exists()
    save(browser, "/connections/main/edit/", **entered(connection, name="Main two", read_only="on"))
    row = Connection.objects.get()
    assert (row.name, row.read_only, row.endpoint) == ("Main two", True, connection.endpoint)
    assert last_change().outcome.before["name"] == "Main"


def test_a_reason_is_asked_for(client_for: Browser, admin: User, connection: Connection) -> None:
    browser = client_for(admin)
    reviewed = review(browser, "/connections/main/edit/", **entered(connection, name="Two"))
    answer = browser.post("/connections/main/edit/", {**inputs_of(reviewed), "reason": "  ", "step": "save"})
    assert answer.status_code == 400
    assert "Reason: say why" in text_of(answer)
    assert Connection.objects.get().name == "Main"


def test_going_back_keeps_what_was_typed(client_for: Browser, admin: User, connection: Connection) -> None:
    browser = client_for(admin)
    reviewed = review(browser, "/connections/main/edit/", **entered(connection, name="Two"))
    back = browser.post("/connections/main/edit/", {**inputs_of(reviewed), "step": "edit"})
    assert back.status_code == 200
    assert 'value="Two"' in back.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("regions", "eu-central", "“eu-central” is not the name of an AWS region"),
        ("regions", "", "name at least one"),
        ("slug", "No Spaces", "lower-case letters"),
        ("slug", "main", "there is a connection main already"),
        ("account_id", "12", "exactly 12 digits"),
        ("role_arn", "arn:aws:iam::999999999999:role/x", "belongs to account 999999999999"),
        ("role_arn", "", "its ARN, such as"),
        ("credentials", "profile", "the named profile is missing"),
        ("external_id", "a b", "2 to 1224"),
        ("environment", "moon", "Select a valid choice"),
    ],
)
def test_wrong_values(
    client_for: Browser, admin: User, connection: Connection, field: str, value: str, sentence: str
) -> None:
    answer = review(client_for(admin), "/connections/new/", **(ENTERED | {field: value}))
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert "Parcels production" in answer.content.decode()  # entered values are kept
    assert Connection.objects.count() == 1
    assert not Change.objects.exists()


def test_nothing_different_is_not_saved(client_for: Browser, admin: User, connection: Connection) -> None:
    answer = review(client_for(admin), "/connections/main/edit/", **entered(connection))
    assert answer.status_code == 400
    assert "Nothing is different" in text_of(answer)


def test_html_in_a_name_stays_text(client_for: Browser, admin: User, connection: Connection) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    save(client_for(admin), "/connections/main/edit/", **entered(connection, name=hostile))
    for url in (
        "/connections/",
        "/connections/main/",
        "/connections/main/edit/",
        "/connections/main/delete/",
    ):
        page = client_for(admin).get(url).content.decode()
        assert "<img src=x" not in page, url


def test_a_changed_row_is_not_overwritten(client_for: Browser, admin: User, connection: Connection) -> None:
    browser, url = client_for(admin), "/connections/main/edit/"
    reviewed = review(browser, url, **entered(connection, name="Mine"))
    Connection.objects.update(environment="staging")
    answer = browser.post(url, {**inputs_of(reviewed), "reason": "r", "step": "save"})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "It changed meanwhile" in page
    assert "staging" in page
    assert "Mine" in page
    assert Connection.objects.get().name == "Main"
    # going on keeps mine and theirs
    again = browser.post(url, {**inputs_of(answer), "step": "review"})
    done = browser.post(url, {**inputs_of(again), "reason": "r", "step": "save"})
    assert done.status_code == 302
    row = Connection.objects.get()
    assert (row.name, row.environment) == ("Mine", "staging")


def test_a_race_at_the_last_moment_is_refused_and_recorded(
    client_for: Browser, admin: User, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.accounts.operations import rows as operations
    from dashboard.history import record

    browser, url = client_for(admin), "/connections/main/edit/"
    reviewed = review(browser, url, **entered(connection, name="Mine"))
    started = record.recording

    def late(*args: Any, **kwargs: Any) -> Any:
        Connection.objects.update(environment="staging")
        return started(*args, **kwargs)

    monkeypatch.setattr(operations, "recording", late)
    answer = browser.post(url, {**inputs_of(reviewed), "reason": "r", "step": "save"})
    assert answer.status_code == 409
    outcome = last_change().outcome
    assert (outcome.result, outcome.code) == ("refused", "Stale")
    assert Connection.objects.get().name == "Main"


def test_an_altered_token_of_what_was_shown_is_refused(
    client_for: Browser, admin: User, connection: Connection
) -> None:
    browser, url = client_for(admin), "/connections/main/edit/"
    reviewed = inputs_of(review(browser, url, **entered(connection, name="Mine")))
    answer = browser.post(
        url, {**reviewed, "shown": reviewed["shown"][0][:-2] + "xx", "reason": "r", "step": "save"}
    )
    assert answer.status_code == 409
    assert Connection.objects.get().name == "Main"


def test_only_a_superuser_sets_an_endpoint(
    client_for: Browser, admin: User, superuser: User, db: None
) -> None:
    fields = ENTERED | {"endpoint": "http://127.0.0.1:4566"}
    assert 'name="endpoint"' not in client_for(admin).get("/connections/new/").content.decode()
    answer = review(client_for(admin), "/connections/new/", **fields)
    assert answer.status_code == 403
    assert "Only a superuser may set or remove an endpoint" in text_of(answer)
    assert save(client_for(superuser), "/connections/new/", **fields).status_code == 302
    assert Connection.objects.get().endpoint == "http://127.0.0.1:4566"


def test_the_short_name_never_changes(client_for: Browser, superuser: User, connection: Connection) -> None:
    answer = review(
        client_for(superuser),
        "/connections/main/edit/",
        **entered(connection, slug="other", endpoint=connection.endpoint),
    )
    assert answer.status_code == 400
    assert "it stays as it is" in text_of(answer)


def test_deleting_asks_for_the_name(client_for: Browser, admin: User, connection: Connection) -> None:
    browser, url = client_for(admin), "/connections/main/delete/"
    shown = inputs_of(browser.get(url))
    answer = browser.post(url, {**shown, "name": "Main", "reason": "gone"})
    assert answer.status_code == 400
    assert "type main exactly" in text_of(answer)
    assert Connection.objects.exists()
    assert browser.post(url, {**shown, "name": "main", "reason": "gone"})["Location"] == "/connections/"
    assert not Connection.objects.exists()
    assert last_change().outcome.before["slug"] == "main"


def test_deleting_what_changed_is_refused(client_for: Browser, admin: User, connection: Connection) -> None:
    browser, url = client_for(admin), "/connections/main/delete/"
    shown = inputs_of(browser.get(url))
    Connection.objects.update(name="Other")
    assert browser.post(url, {**shown, "name": "main", "reason": "gone"}).status_code == 409
    assert Connection.objects.exists()


def test_deleting_names_the_grants_that_stay(
    client_for: Browser, admin: User, connection: Connection
) -> None:
    from django.contrib.auth.models import Group

    Grant.objects.create(
        group=Group.objects.get(name="reader"), connection="ma*", resource="table:*", actions=["read"]
    )
    page = text_of(client_for(admin).get("/connections/main/delete/"))
    assert "reader: read on ma*/*/table:*" in page


def test_the_record_outlives_a_connection(client_for: Browser, admin: User, connection: Connection) -> None:
    browser = client_for(admin)
    save(browser, "/connections/main/edit/", **entered(connection, name="Two"))
    updated = last_change()
    shown = inputs_of(browser.get("/connections/main/delete/"))
    browser.post("/connections/main/delete/", {**shown, "name": "main", "reason": "gone"})
    for url in ("/changes/", f"/changes/{updated.pk}/", f"/changes/{last_change().pk}/", "/"):
        assert browser.get(url).status_code == 200, url
    assert browser.get("/connections/main/").status_code == 404


def test_every_change_is_undone(client_for: Browser, admin: User, connection: Connection) -> None:
    from dashboard.accounts.actor import Actor
    from dashboard.history.operations.undo import undo

    browser, actor = client_for(admin), Actor(admin, "r")
    save(browser, "/connections/main/edit/", **entered(connection, name="Two"))
    assert undo(actor, last_change(), "back").done
    assert Connection.objects.get().name == "Main"
    shown = inputs_of(browser.get("/connections/main/delete/"))
    browser.post("/connections/main/delete/", {**shown, "name": "main", "reason": "gone"})
    undone = undo(actor, last_change(), "back")
    assert not undone.done  # this one had an endpoint, which is the superuser's to set
    assert "Only a superuser" in undone.message
    save(browser, "/connections/new/", **ENTERED)
    created = last_change()
    assert undo(actor, created, "back").done
    assert not Connection.objects.filter(slug="parcels-prod").exists()
    assert last_change().undo_of_id == created.pk


def test_an_undo_over_a_later_change_is_refused(
    client_for: Browser, admin: User, connection: Connection
) -> None:
    from dashboard.accounts.actor import Actor
    from dashboard.history.operations.undo import undo

    save(client_for(admin), "/connections/main/edit/", **entered(connection, name="Two"))
    first = last_change()
    Connection.objects.update(name="Three")
    answer = undo(Actor(admin, "r"), first, "back")
    assert not answer.done
    assert "is not what that change left" in answer.message
    assert Connection.objects.get().name == "Three"


def test_a_change_without_an_end_was_not_made(admin: User, connection: Connection) -> None:
    from dashboard.accounts.actor import Actor
    from dashboard.accounts.operations import rows as operations
    from dashboard.accounts.operations.connections import CONNECTION, values

    class Crash(Exception):
        """The process ends here."""

    def crash(*args: Any) -> None:
        raise Crash

    before = values(connection)
    broken = operations.Rows(**(vars(CONNECTION) | {"write": crash}))
    with pytest.raises(Crash):
        operations.update(broken, Actor(admin, "r"), before, before | {"name": "Two"})
    change = Change.objects.get()
    assert change.state == "unknown"
    handler = handler_of("connection.update")
    assert handler.reconcile is not None
    assert handler.reconcile(change)
    assert Change.objects.get().outcome.result == "failed"


def test_readers_see_and_do_not_change(client_for: Browser, reader: User, connection: Connection) -> None:
    browser = client_for(reader)
    page = browser.get("/connections/main/").content.decode()
    assert "/connections/main/edit/" not in page
    assert browser.get("/connections/main/edit/").status_code == 403
    assert browser.post("/connections/main/edit/", {"name": "x"}).status_code == 403


def test_the_external_id_is_for_administrators(
    client_for: Browser, reader: User, admin: User, db: None
) -> None:
    save(client_for(admin), "/connections/new/", **ENTERED)
    assert "gate-1" in text_of(client_for(admin).get("/connections/parcels-prod/"))
    assert "gate-1" not in text_of(client_for(reader).get("/connections/parcels-prod/"))


def test_menu_and_palette(client_for: Browser, reader: User, connection: Connection) -> None:
    browser = client_for(reader)
    assert 'href="/connections/"' in browser.get("/").content.decode()
    assert "/connections/main/" in browser.get("/palette/", {"q": "connection"}).content.decode()


def test_unknown_is_404(client_for: Browser, admin: User, db: None) -> None:
    assert client_for(admin).get("/connections/nowhere/").status_code == 404
