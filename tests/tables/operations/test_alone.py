"""Changes of one table wait for each other: of several that are the same, one is sent and recorded."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.aws.dynamodb import tables as door
from dashboard.core.errors import InputError
from dashboard.history.models import Change
from dashboard.tables.operations import alone as room
from dashboard.tables.operations import structure, structure_undo, structure_whole
from dashboard.tables.operations.alone import alone
from dashboard.tables.operations.altering import Aspect, State, alter
from dashboard.tables.operations.structure import Altered, Moved
from tests.stub.server import StubAws
from tests.tables.tables import PARCELS, description

WANTED = {"protection": True}


@pytest.fixture
def owner(admin: User) -> Actor:
    """Somebody who may administer."""
    return Actor(admin, "request-1")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.0)


def test_it_works(owner: Actor, place: Place, tables: StubAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a change is being sent, the same change, another one and the deletion are refused; nothing of them is recorded."""
    shown = structure.look(place, PARCELS.name).fingerprint
    refused: list[InputError] = []
    send = door.update_table

    def meanwhile(*given: Any, **named: Any) -> Any:
        for attempt in (
            lambda: structure.alter(owner, place, PARCELS.name, "protection", WANTED, shown, "me too"),
            lambda: structure.alter(
                owner, place, PARCELS.name, "stream", {"stream": "KEYS_ONLY"}, shown, "I"
            ),
            lambda: structure_whole.delete(owner, place, PARCELS.name, shown, "away with it"),
        ):
            with pytest.raises(InputError) as found:
                attempt()
            refused.append(found.value)
        return send(*given, **named)

    monkeypatch.setattr(door, "update_table", meanwhile)
    tables.reply("UpdateTable", {"TableDescription": {}})
    done = structure.alter(owner, place, PARCELS.name, "protection", WANTED, shown, "because")
    assert isinstance(done, Altered)
    assert [error.field for error in refused] == ["state"] * 3
    assert (
        Change.objects.count() == 1 and tables.count("UpdateTable") == 1 and tables.count("DeleteTable") == 0
    )


def test_whoever_waited_reads_what_the_first_one_did(
    owner: Actor, place: Place, tables: StubAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PATIENCE", 5.0)
    shown = structure.look(place, PARCELS.name).fingerprint
    first = alone(place, PARCELS.name)
    first.__enter__()

    def goes_on(seconds: float) -> None:
        held = description(PARCELS)
        tables.reply("DescribeTable", {"Table": held["Table"] | {"DeletionProtectionEnabled": True}})
        first.__exit__(None, None, None)

    monkeypatch.setattr("dashboard.tables.operations.alone.time.sleep", goes_on)
    result = structure.alter(owner, place, PARCELS.name, "protection", WANTED, shown, "because")
    assert isinstance(result, Moved) and result.now.definition.protection
    assert not Change.objects.exists()


def test_what_belongs_to_a_table_waits_too_and_other_tables_do_not(owner: Actor, place: Place) -> None:
    written: list[str] = []

    def write(target: Any, table: str, subject: str, wanted: State, current: State, change: str) -> str:
        written.append(table)
        return ""

    aspect = Aspect("insights.set", "", lambda target, table, subject: {"on": False}, write, ("on",))
    with alone(place, "one"):
        with pytest.raises(InputError, match="Another change of this table"):
            alter(owner, place, "one", aspect, {"on": False}, {"on": True}, "because")
        alter(owner, place, "two", aspect, {"on": False}, {"on": True}, "because")
    alter(owner, place, "one", aspect, {"on": False}, {"on": True}, "because")
    assert written == ["two", "one"]


def test_an_undo_waits_too(owner: Actor, place: Place, tables: StubAws) -> None:
    with alone(place, PARCELS.name):
        change = Change(
            connection=place.connection.slug, region=place.region, resource=f"table:{PARCELS.name}"
        )
        result = structure_undo.undo_create(owner, change, "because")
    assert not result.done and "Another change of this table" in result.message
    assert tables.count("DeleteTable") == 0


def test_many_other_entries_of_the_cache_do_not_end_the_wait(place: Place) -> None:
    with alone(place, "one"):
        for number in range(400):
            cache.set(f"zzz-{number}", 1)
        with pytest.raises(InputError), alone(place, "one"):
            pass


def test_a_change_that_fails_lets_the_next_one_go_on(place: Place) -> None:
    with pytest.raises(RuntimeError), alone(place, "one"):
        raise RuntimeError
    with alone(place, "one"):
        pass
