"""Saved queries: kept, asked for, run from a link, shared with a group, seen by nobody else."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.place import Place
from dashboard.history.models import Change
from dashboard.tables.models import QueryRun, SavedQuery
from dashboard.tables.operations import runs
from tests.conftest import REGION, make_user
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE

LIST = f"{BASE}{TABLE}/queries/"
NEW = f"{LIST}new/"
WHERE = "status = :status AND weight > :least"


def sent(**more: str) -> dict[str, str]:
    return {
        "step": "save",
        "name": "Heavy ones",
        "page": "browse",
        "text": WHERE,
        "rest": "order=desc",
    } | more


def keep(web: Client, **more: str) -> SavedQuery:
    answer = web.post(NEW, sent(**more))
    assert (answer.status_code, answer["Location"]) == (302, LIST), answer.content
    return SavedQuery.objects.get(name=more.get("name", "Heavy ones"))


def stranger(name: str, group: str = "reader") -> Client:
    client = Client()
    client.force_login(make_user(name, group))
    return client


def test_it_works(aws: StubAws, web: Client) -> None:
    form = web.get(f"{NEW}?where=status+%3D+%3Astatus&order=desc&cursor=abc")
    assert 'name="t_status"' in form.text
    assert "cursor" not in form.text
    row = keep(web)
    assert [(each["name"], each["tag"]) for each in row.parameters] == [("status", "S"), ("least", "N")]
    assert "Heavy ones" in web.get(LIST).text
    page = f"{LIST}{row.pk}/"
    assert 'name="least"' in web.get(page).text
    gone = web.get(page, {"status": "it's <b>", "least": "12.50"})
    assert gone.status_code == 302
    address = urlsplit(gone["Location"])
    assert address.path == f"{BASE}{TABLE}/"
    assert parse_qs(address.query) == {
        "where": ["status = 'it''s <b>' AND weight > 12.50"],
        "order": ["desc"],
    }
    assert aws.count() == 0
    change = Change.objects.get()
    assert (change.action, change.state) == ("query.create", "done")


def test_a_query_without_parameters_runs_at_once(aws: StubAws, web: Client) -> None:
    row = keep(web, text="status = 'open'", rest="")
    gone = web.get(f"{LIST}{row.pk}/")
    assert gone.status_code == 302
    assert parse_qs(urlsplit(gone["Location"]).query) == {"where": ["status = 'open'"]}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "open", "least": "many"}, "least is a number"),
        ({"status": "", "least": "1"}, "status needs a value"),
    ],
)
def test_a_value_of_the_wrong_type_is_400_and_kept(
    aws: StubAws, web: Client, values: dict[str, str], sentence: str
) -> None:
    row = keep(web)
    refused = web.get(f"{LIST}{row.pk}/", values)
    assert refused.status_code == 400
    assert sentence in refused.text
    assert f'value="{values["least"]}"' in refused.text


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"name": ""}, "Name: 1 to 100"),
        ({"text": "status = "}, "field-error"),
        ({"text": "status = 'a"}, "field-error"),
        ({"rest": "limit=abc"}, "whole number"),
        ({"rest": "via=index:none"}, "no index of that name"),
        ({"note": "n" * 301}, "at most 300"),
        ({"note": "a\0b"}, "Note: one line of plain characters"),
        ({"page": "partiql", "text": "SELEKT"}, "Line 1, column 1: A statement begins with"),
        ({"page": "partiql", "text": "SELECT * FROM parcels WHERE pk = b'AA=='"}, "column 35"),
        (
            {"page": "partiql", "text": "SELECT * FROM parcels WHERE raw = :raw", "t_raw": "B"},
            "raw: PartiQL writes no binary value into a statement",
        ),
        ({"rest": "limit=0"}, "field-error"),
        ({"group": "admin"}, "one of your own groups"),
        ({"text": "a = 'x" + "y" * 9000 + "'"}, "longer than"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_in_the_form(
    aws: StubAws, web: Client, entered: dict[str, str], sentence: str
) -> None:
    refused = web.post(NEW, sent(**entered))
    assert refused.status_code == 400
    assert sentence in refused.text
    assert "Heavy ones" in refused.text or entered.get("name") == ""
    assert not SavedQuery.objects.exists()


def test_values_are_turned_into_what_is_asked_for(aws: StubAws, web: Client) -> None:
    """One press instead of rewriting the condition; the values stay as defaults, and nothing is kept yet."""
    answer = web.post(
        NEW,
        sent(
            step="ask",
            text="status = 'it''s' AND weight > 2.50 AND city = :city",
            rest="via=index%3Aby-status",
        ),
    )
    assert answer.status_code == 200
    assert "status = :status AND weight &gt; :weight AND city = :city</textarea>" in answer.text
    assert 'name="d_status" value="it&#x27;s"' in answer.text
    assert 'name="d_weight" value="2.50"' in answer.text and '<option value="N" selected' in answer.text
    assert "Also kept: by the index by-status" in answer.text
    assert not SavedQuery.objects.exists()


def test_a_name_is_used_once(aws: StubAws, web: Client) -> None:
    keep(web)
    refused = web.post(NEW, sent())
    assert (refused.status_code, SavedQuery.objects.count()) == (400, 1)
    assert "of this name" in refused.text


def test_nobody_sees_a_query_that_is_not_shared(aws: StubAws, web: Client) -> None:
    row = keep(web)
    other = stranger("other")
    assert "Heavy ones" not in other.get(LIST).text
    assert [other.get(f"{LIST}{row.pk}/{more}").status_code for more in ("", "edit/", "delete/")] == [404] * 3


def test_a_shared_one_is_run_by_the_group_and_changed_by_its_owner_alone(aws: StubAws, web: Client) -> None:
    row = keep(web, group="editor")
    member = stranger("member", "editor")
    assert "Heavy ones" in member.get(LIST).text
    assert member.get(f"{LIST}{row.pk}/").status_code == 200
    assert member.get(f"{LIST}{row.pk}/edit/").status_code == 404
    assert member.post(f"{LIST}{row.pk}/delete/", {"shown": "{}"}).status_code == 404
    assert SavedQuery.objects.exists()


def test_a_member_who_may_not_read_the_table_sees_nothing(
    aws: StubAws, web: Client, connection: Connection
) -> None:
    group = Group.objects.create(name="birds")
    Grant.objects.create(
        group=group, connection="main", region=REGION, resource="table:birds", actions=["read"]
    )
    row = keep(web, text="status = 'a'")
    SavedQuery.objects.update(group=group)
    other = make_user("other")
    other.groups.add(group)
    client = Client()
    client.force_login(other)
    assert client.get(f"{LIST}{row.pk}/").status_code == 404
    assert "Heavy" not in client.get(f"/c/main/{REGION}/tables/~queries/").text


def shown(web: Client, row: SavedQuery) -> str:
    form = web.get(f"{LIST}{row.pk}/edit/")
    assert form.status_code == 200
    return json.dumps(form.context["form"].shown and json.loads(form.context["form"].shown))


def test_a_change_is_recorded_and_undone(aws: StubAws, web: Client) -> None:
    row = keep(web)
    answer = web.post(f"{LIST}{row.pk}/edit/", sent(name="Light ones", shown=shown(web, row)))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.name == "Light ones"
    change = Change.objects.get(action="query.update")
    assert web.post(reverse("history:undo", args=[change.pk]), {"reason": "no"}).status_code == 302
    row.refresh_from_db()
    assert row.name == "Heavy ones"


def test_of_two_who_change_it_the_second_is_told(aws: StubAws, web: Client) -> None:
    row = keep(web)
    before = shown(web, row)
    assert web.post(f"{LIST}{row.pk}/edit/", sent(name="First", shown=before)).status_code == 302
    refused = web.post(f"{LIST}{row.pk}/edit/", sent(name="Second", shown=before))
    assert refused.status_code == 409
    assert "Second" in refused.text
    row.refresh_from_db()
    assert row.name == "First"


def test_a_deletion_is_undone(aws: StubAws, web: Client) -> None:
    row = keep(web)
    page = web.get(f"{LIST}{row.pk}/delete/")
    answer = web.post(f"{LIST}{row.pk}/delete/", {"shown": page.context["shown"]})
    assert (answer.status_code, SavedQuery.objects.count()) == (302, 0)
    change = Change.objects.get(action="query.delete")
    assert web.post(reverse("history:undo", args=[change.pk]), {"reason": "no"}).status_code == 302
    assert SavedQuery.objects.get().pk == row.pk


def test_the_history_is_ones_own_and_can_be_forgotten(
    aws: StubAws, web: Client, place: Place, editor: User
) -> None:
    for _ in range(2):
        runs.note(editor, place, TABLE, "browse", [("where", "status = 'open'")])
    page = web.get(LIST).text
    assert "2 times" in page
    assert "status = &#x27;open&#x27;" in page
    assert "status = &#x27;open&#x27;" not in stranger("other").get(LIST).text
    runs.note(editor, place, "other", "browse", [("where", "status = 'shut'")])
    said = " ".join(re.sub("<[^>]+>", " ", page[page.index("Forget them…") :]).split())
    assert "Your one query of this table is forgotten" in said and "Forget 1 query" in said
    assert web.get(f"{LIST}forget/").status_code == 302
    assert QueryRun.objects.count() == 2, "only what was confirmed is forgotten"
    assert web.post(f"{LIST}forget/").status_code == 302
    assert QueryRun.objects.get().table == "other"


def test_the_history_forgets_the_oldest(place: Place, editor: User) -> None:
    for number in range(runs.KEPT + 5):
        runs.note(editor, place, TABLE, "browse", [("where", f"n = {number}")])
    assert QueryRun.objects.count() == runs.KEPT
    assert not QueryRun.objects.filter(query__contains="n = 4'").exists()


def test_the_palette_finds_it(aws: StubAws, web: Client) -> None:
    row = keep(web)
    found = web.get("/palette/", {"q": "heavy"})
    assert f"{LIST}{row.pk}/" in found.text
