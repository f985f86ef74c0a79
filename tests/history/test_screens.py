"""The record's pages: what is found, who sees it, how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import Connection, Grant, User
from dashboard.core.errors import AwsError, Kind
from dashboard.history.models import Change
from dashboard.history.operations import reading
from dashboard.history.operations.undo import reconcile_all
from tests.history.conftest import Make

Signed = Callable[[User], Client]
HOSTILE = "<img src=x onerror=alert(1)>"


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_it_works(
    make: Make, reader: User, editor: User, client_for: Signed, handler: dict[str, Any]
) -> None:
    change = make(editor, label="PARCEL#1", reason="customer moved")
    page = text(client_for(reader), "/changes/")
    assert "Thing changed" in page and "PARCEL#1" in page and "customer moved" in page and "editor" in page
    page = text(client_for(reader), f"/changes/{change.pk}/")
    assert "old" in page and "new" in page and str(change.pk) in page


def test_hostile_values_are_text(make: Make, reader: User, client_for: Signed) -> None:
    values = {HOSTILE: {"S": HOSTILE}}
    change = make(label=HOSTILE, reason=HOSTILE, before=values, after={})
    for url in ("/changes/", f"/changes/{change.pk}/", f"/changes/?resource={HOSTILE}"):
        page = text(client_for(reader), url)
        assert "<img" not in page and "&lt;img" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("resource=parcels", {"one", "three"}),
        ("resource=ONE", {"one"}),
        ("user=editor", {"one"}),
        ("state=unknown", {"three"}),
        ("state=done", {"one", "two"}),
        ("request=req-2", {"two"}),
        ("subject=sA", {"one"}),
        ("connection=main&region=eu-central-1", {"one", "three"}),
        ("since=2000-01-01", {"one", "two", "three"}),
        ("until=2000-01-01", set()),
        ("since=0001-01-01&until=9999-12-31", {"one", "two", "three"}),
        ("action=test.change", {"one", "two", "three"}),
    ],
)
def test_search(
    make: Make, editor: User, client_for: Signed, handler: object, query: str, found: set[str]
) -> None:
    make(editor, label="one", subject="sA")
    make(label="two", resource="table:orders", connection="other", request_id="req-2")
    make(label="three", done=False)
    page = text(client_for(editor), f"/changes/?{query}")
    assert {name for name in ("one", "two", "three") if f'wrap-anywhere">{name}<' in page} == found


def test_a_bad_date_is_a_sentence(reader: User, client_for: Signed) -> None:
    page = text(client_for(reader), "/changes/?since=yesterday&user=bob", status=400)
    assert "From" in page and "valid date" in page and "bob" in page


def test_only_what_the_viewer_may_read(make: Make, client_for: Signed, stranger: User) -> None:
    group = Group.objects.create(name="orders")
    Grant.objects.create(
        group=group, connection="main", region="*", resource="table:orders-*", actions=["read"]
    )
    stranger.groups.add(group)
    hidden, shown = make(label="secret-parcel"), make(resource="table:orders-1", label="open-order")
    page = text(client_for(stranger), "/changes/")
    assert "open-order" in page and "secret-parcel" not in page
    text(client_for(stranger), f"/changes/{shown.pk}/")
    for url in (f"/changes/{hidden.pk}/", f"/changes/{hidden.pk}/undo/", f"/changes/{hidden.pk}/find-out/"):
        text(client_for(stranger), url, status=404)


def test_pages_hold_each_change_once(make: Make, reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    made = [make(label=str(number)).pk for number in range(8)]
    seen, after = [], None
    while True:
        found = reading.search(reader, reading.Search(after=after))
        seen += [change.pk for change in found.changes]
        after = found.next
        if after is None:
            break
    assert seen == made[::-1]


def test_few_of_many_may_be_seen_in_bounded_steps(
    make: Make, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOOKED_AT", 4)
    for _ in range(5):
        make()
    found = reading.search(stranger, reading.Search())
    assert found.changes == () and found.next is not None
    assert reading.search(stranger, reading.Search(after=found.next)).next is None


def test_undo(make: Make, editor: User, client_for: Signed, handler: dict[str, Any]) -> None:
    change = make(editor)
    client = client_for(editor)
    assert "Undo this change" in text(client, f"/changes/{change.pk}/undo/")
    response = client.post(f"/changes/{change.pk}/undo/", {"reason": "by mistake"}, follow=True)
    assert "It is as before." in response.content.decode()
    assert handler["asked"] == [("editor", str(change.pk), "by mistake")]
    again = client.post(f"/changes/{change.pk}/undo/", {"reason": "again"})
    assert again.status_code == 409 and "already undone by editor" in again.content.decode()
    assert len(handler["asked"]) == 1
    assert "Undone" in text(client, "/changes/")
    taken_back = Change.objects.get(undo_of=change)
    assert "Thing changed: table:parcels, by editor</a>" in text(client, f"/changes/{taken_back.pk}/")


def test_undo_needs_a_reason(make: Make, editor: User, client_for: Signed, handler: dict[str, Any]) -> None:
    response = client_for(editor).post(f"/changes/{make().pk}/undo/", {"reason": " "})
    assert response.status_code == 400 and "field Reason" in response.content.decode()
    assert handler["asked"] == []


def test_undo_that_meets_a_conflict_says_so(
    make: Make, editor: User, client_for: Signed, handler: dict[str, Any]
) -> None:
    handler["undo"] = reading_undone = type(handler["undo"])(False, "Somebody changed it since.")
    response = client_for(editor).post(f"/changes/{make().pk}/undo/", {"reason": "x"})
    assert response.status_code == 409 and reading_undone.message in response.content.decode()


@pytest.mark.parametrize(
    ("kind", "status"), [(Kind.THROTTLED, 503), (Kind.NOT_FOUND, 404), (Kind.DENIED, 502)]
)
def test_undo_that_aws_refuses_keeps_the_page_and_the_reason(
    make: Make, editor: User, client_for: Signed, handler: dict[str, Any], kind: Kind, status: int
) -> None:
    handler["undo"] = AwsError("Some", "AWS said no.", kind, retry_after=30.0, request_id="aws-1")
    response = client_for(editor).post(f"/changes/{make().pk}/undo/", {"reason": "the old search is slow"})
    page = response.content.decode()
    assert response.status_code == status and response["Retry-After"] == "30"
    assert "AWS said no." in page and "aws-1" in page
    assert "the old search is slow</textarea>" in page and "Undo this change</button>" in page


def test_a_reader_may_not_undo(make: Make, reader: User, client_for: Signed, handler: dict[str, Any]) -> None:
    change, client = make(), client_for(reader)
    assert "/undo/" not in text(client, f"/changes/{change.pk}/")
    text(client, f"/changes/{change.pk}/undo/", status=403)
    assert client.post(f"/changes/{change.pk}/undo/", {"reason": "x"}).status_code == 403
    assert handler["asked"] == []


def test_an_unknown_change_is_found_out(
    make: Make, editor: User, client_for: Signed, handler: dict[str, Any]
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        change = make(done=False)
    client = client_for(editor)
    page = text(client, f"/changes/{change.pk}/")
    assert "Nobody knows how this ended" in page and "Find out how it ended" in page
    assert client.post(f"/changes/{change.pk}/undo/", {"reason": "x"}).status_code == 409
    response = client.post(f"/changes/{change.pk}/find-out/", follow=True)
    assert "it stays unknown" in response.content.decode() and handler["asked"] == [str(change.pk)]


def test_a_change_under_way_is_left_alone(
    make: Make, editor: User, client_for: Signed, handler: dict[str, Any]
) -> None:
    change = make(done=False)
    response = client_for(editor).post(f"/changes/{change.pk}/find-out/", follow=True)
    assert "may still be under way" in response.content.decode() and handler["asked"] == []
    assert reconcile_all() == 0 and handler["asked"] == []


def test_the_sweep_settles_old_unknowns(make: Make, handler: dict[str, Any]) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        make(done=False)
        make()
    handler["reconciled"] = True
    assert reconcile_all() == 1 and len(handler["asked"]) == 1


def test_one_request_groups_its_changes(make: Make, reader: User, client_for: Signed) -> None:
    first, second = make(label="first"), make(label="second")
    make(label="elsewhere", request_id="req-9")
    page = text(client_for(reader), f"/changes/{first.pk}/")
    assert f"/changes/{second.pk}/" in page and "elsewhere" not in page
    assert Change.objects.count() == 3


@pytest.mark.parametrize("gone", [False, True], ids=["pointed elsewhere", "gone"])
def test_a_connection_that_leads_elsewhere_takes_nothing_back(
    make: Make, editor: User, client_for: Signed, handler: dict[str, Any], gone: bool
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        done, unknown = make(), make(done=False)
    if gone:
        Connection.objects.filter(slug="main").delete()
    else:
        Connection.objects.filter(slug="main").update(leads_since=timezone.now())
    client = client_for(editor)
    response = client.post(f"/changes/{done.pk}/undo/", {"reason": "x"})
    assert response.status_code == 409
    assert ("is no more" if gone else "pointed elsewhere") in response.content.decode()
    client.post(f"/changes/{unknown.pk}/find-out/")
    assert reconcile_all() == 0 and handler["asked"] == []
