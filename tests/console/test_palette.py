"""What the palette finds, and for whom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from dashboard.accounts.models import Grant
from dashboard.console.registry import Entry, registry
from dashboard.console.screens.palette import LIMIT, rank_of
from dashboard.core.resources import Resource


def found(client, text=""):
    response = client.get("/palette/", {"q": text})
    assert response.status_code == 200
    return response.json()


def entry(title, detail="", kind="table", name="table:x"):
    return Entry(title, kind, f"/x/{title}/", Resource(name, "main", "eu-central-1"), detail)


def test_it_works(client_for, reader, connection):
    titles = [entry["title"] for entry in found(client_for(reader), "main")["entries"]]
    assert "Main eu-central-1" in titles
    assert "Main us-east-1" in titles


def test_an_answer_is_json_and_not_for_caching_elsewhere(client_for, reader):
    response = client_for(reader).get("/palette/")
    assert response["Content-Type"] == "application/json"
    assert set(response.json()) == {"entries", "more"}


def test_only_what_the_viewer_may_read(client_for, stranger, connection, monkeypatch):
    group = Group.objects.create(name="some")
    Grant.objects.create(
        group=group, connection="main", region="*", resource="table:orders-*", actions=["read"]
    )
    stranger.groups.add(group)
    entries = [entry("orders-eu", name="table:orders-eu"), entry("salaries", name="table:salaries")]
    monkeypatch.setattr(registry, "palette", [lambda request, text: entries])
    assert [row["title"] for row in found(client_for(stranger))["entries"]] == ["orders-eu"]


def test_a_reader_does_not_find_what_administrators_manage(client_for, reader, admin):
    assert not found(client_for(reader), "manage")["entries"]
    assert found(client_for(admin), "manage")["entries"][0]["url"] == "/manage/"


def test_a_stranger_gets_404(client_for, stranger):
    assert client_for(stranger).get("/palette/").status_code == 404


def test_signed_out_people_are_led_to_sign_in(client, db):
    assert client.get("/palette/").status_code == 302


def test_a_post_is_not_answered(client_for, reader):
    assert client_for(reader).post("/palette/").status_code == 405


def test_many_are_cut_and_said_so(client_for, reader, monkeypatch):
    monkeypatch.setattr(registry, "palette", [lambda request, text: (entry(f"t{n}") for n in range(50))])
    answer = found(client_for(reader), "t")
    assert len(answer["entries"]) == LIMIT
    assert answer["more"] is True


def test_an_endless_text_is_cut(client_for, reader):
    assert found(client_for(reader), "x" * 5000) == {"entries": [], "more": False}


@pytest.mark.parametrize(
    ("title", "detail", "text", "rank"),
    [
        ("Parcels", "", "", 1),
        ("Parcels", "", "parcels", 0),
        ("Parcels", "", "par", 1),
        ("parcels archive", "", "arch par", 2),
        ("parcels", "Demo", "demo parcels", 3),
        ("parcels", "Demo", "table demo", 3),
        ("parcels", "", "orders", None),
        ("STRASSE", "", "straße".casefold(), 0),
    ],
)
def test_rank(title, detail, text, rank):
    assert rank_of(entry(title, detail), text) == rank
