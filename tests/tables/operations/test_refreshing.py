"""The job that keeps names fresh, and what the frame shows of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.place import Place
from dashboard.core.resources import Resource
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.kinds import kind_of
from dashboard.jobs.models import Job
from dashboard.jobs.schedules import all_periodic
from dashboard.jobs.slices import run_slice
from dashboard.tables.models import TableListing
from dashboard.tables.operations import refreshing
from dashboard.tables.operations.catalogue import listing, refresh_names
from tests.stub.server import StubAws

NAMES = ["parcels", "parcels-archive", "secret"]


class Piece:
    """A slice of a job without a queue: it stops after ``patience`` looks at the clock."""

    def __init__(self, state: dict | None = None, arguments: dict | None = None, patience: int = 100) -> None:
        self.state, self.arguments, self.lines = state or {}, arguments or {}, list[str]()
        self.patience, self.progress = patience, list[tuple[int, int | None]]()

    def time_is_up(self) -> bool:
        self.patience -= 1
        return self.patience < 0

    def checkpoint(self, state: dict, done: int, total: int | None = None) -> None:
        self.state = state
        self.progress.append((done, total))

    def log(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def named(stub: StubAws) -> StubAws:
    """The canned AWS has three tables."""
    stub.reply("ListTables", {"TableNames": NAMES})
    return stub


def test_it_works(named: StubAws, place: Place) -> None:
    piece = Piece()
    assert refreshing.run(piece)  # type: ignore[arg-type]
    assert {row.region: row.names for row in TableListing.objects.all()} == {
        "eu-central-1": NAMES,
        "us-east-1": NAMES,
    }
    assert piece.progress == [(1, 2), (2, 2)]
    assert piece.lines == ["main/eu-central-1: 3 tables.", "main/us-east-1: 3 tables."]


def test_a_second_worker_goes_on_where_the_first_was_killed(named: StubAws, place: Place) -> None:
    first = Piece(patience=1)
    assert not refreshing.run(first)  # type: ignore[arg-type]
    assert named.count("ListTables") == 1
    second = Piece(first.state)
    assert refreshing.run(second)  # type: ignore[arg-type]
    assert named.count("ListTables") == 2
    assert second.lines == ["main/us-east-1: 3 tables."]


def test_a_place_that_fails_harms_no_other(named: StubAws, place: Place) -> None:
    refresh_names(place)
    named.fail("ListTables", "AccessDeniedException", "not authorized", times=1)
    piece = Piece()
    assert refreshing.run(piece)  # type: ignore[arg-type]
    assert "main/eu-central-1: AccessDeniedException (request STUB" in piece.lines[0]
    assert piece.lines[1] == "main/us-east-1: 3 tables."
    row = TableListing.objects.get(region="eu-central-1")
    assert row.names == NAMES and "not authorized" in row.error


def test_one_place_alone_and_one_that_is_gone(named: StubAws, place: Place) -> None:
    refreshing.run(Piece(arguments={"connection": "main", "region": "us-east-1"}))  # type: ignore[arg-type]
    assert list(TableListing.objects.values_list("region", flat=True)) == ["us-east-1"]
    piece = Piece(arguments={"connection": "gone", "region": "us-east-1"})
    assert refreshing.run(piece)  # type: ignore[arg-type]
    assert piece.lines == ["gone/us-east-1 is no connection any more."]


def test_the_worker_runs_it(named: StubAws, place: Place) -> None:
    assert kind_of("tables.refresh") is not None
    assert ("tables.refresh", 15) in {(work.kind, work.minutes) for work in all_periodic()}
    job = enqueue(Actor(None, ""), "tables.refresh", {}, resource=Resource("console:jobs"))
    run_slice(str(job.pk))
    job = Job.objects.get(pk=job.pk)
    assert job.state == "done"
    assert TableListing.objects.count() == 2


def palette(client: Client, text: str) -> list[dict]:
    found = client.get("/palette/", {"q": text}).json()["entries"]
    return [entry for entry in found if entry["kind"] == "Table"]


@pytest.fixture
def narrow(stranger: User) -> User:
    """May read the tables named parcels-something in one region only."""
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="archive")
    Grant.objects.create(group=group, region="us-east-1", resource="table:parcels-*", actions=["read"])
    Grant.objects.create(group=group, resource="console:home", actions=["read"])
    stranger.groups.add(group)
    return stranger


def test_the_palette_finds_tables_without_a_call(
    named: StubAws, place: Place, reader: User, client_for: Callable[[User], Client]
) -> None:
    listing(place)
    named.requests.clear()
    (entry,) = palette(client_for(reader), "archive")
    assert (entry["title"], entry["detail"]) == ("parcels-archive", "main/eu-central-1")
    assert entry["url"] == "/c/main/eu-central-1/tables/parcels-archive/"
    assert [entry["title"] for entry in palette(client_for(reader), "PARC")] == ["parcels", "parcels-archive"]
    assert palette(client_for(reader), "nothing like it") == []
    assert named.count() == 0


def test_palette_and_home_page_show_only_what_the_viewer_may_read(
    named: StubAws, place: Place, narrow: User, client_for: Callable[[User], Client]
) -> None:
    listing(place)
    listing(Place(place.connection, "us-east-1"))
    client = client_for(narrow)
    assert [(entry["title"], entry["detail"]) for entry in palette(client, "")] == [
        ("parcels-archive", "main/us-east-1")
    ]
    page = client.get("/").content.decode()
    assert "1 table," in page and "3 tables" not in page and "/c/main/eu-central-1/tables/" not in page


def test_the_home_page_says_how_old_the_names_are_and_what_failed(
    named: StubAws, place: Place, reader: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(reader)
    assert "not looked at yet" in client.get("/").content.decode()
    listing(place)
    named.fail("ListTables", "AccessDeniedException", "<b>no</b>")
    refreshing.run(Piece(arguments={"connection": "main", "region": "eu-central-1"}))  # type: ignore[arg-type]
    named.requests.clear()
    page = client.get("/").content.decode()
    assert "3 tables, names read" in page
    assert "AccessDeniedException: &lt;b&gt;no&lt;/b&gt;" in page
    assert named.count() == 0


def test_without_a_connection_the_panel_says_so(
    db: None, reader: User, client_for: Callable[[User], Client]
) -> None:
    assert not Connection.objects.exists()
    assert "no connection in which you may read tables" in client_for(reader).get("/").content.decode()
