"""The same write four times at one moment, against the embedded AWS: exactly one of them changes something and is recorded as done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.dynamodb import KeyPart, Table
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.tables.core.transactions import Step, plan_step
from dashboard.tables.operations import catalogue, items, onebyone, several
from dashboard.tables.operations.items import Saved
from dashboard.tables.operations.several import Done
from tests.tables.operations import live

pytestmark = [pytest.mark.localaws, pytest.mark.django_db(transaction=True)]

AT_ONCE = 4
TABLE = Table("meters", "ACTIVE", KeyPart("id", "S"), None, ())
ITEM: Item = {"id": {"S": "m1"}, "count": {"N": "1"}, "note": {"S": "as read"}}
DRAFT: Item = {**ITEM, "count": {"N": "2"}}
MOVED: Item = {**ITEM, "id": {"S": "m2"}}
KEY: Item = {"id": {"S": "m1"}}
KEY_TEXT = encode_key(ITEM, ("id",))


@pytest.fixture
def meters(localaws: str, live_place: Place) -> str:
    """A table with one item, known already."""
    name = live.make(localaws, TABLE)
    live.put(localaws, name, ITEM)
    catalogue.facts(live_place, name)
    return name


def at_once(send: Callable[[], Any]) -> list[Any]:
    """What each of AT_ONCE threads got that called ``send`` at the same moment."""
    ready = threading.Barrier(AT_ONCE)

    def run(_: int) -> Any:
        try:
            ready.wait(10)
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def results(action: str) -> list[str]:
    """How the changes of that kind ended."""
    return sorted(Change.objects.filter(action=action).values_list("outcome__result", flat=True))


def test_it_works(localaws: str, meters: str, live_place: Place, actor: Actor) -> None:
    found = at_once(lambda: items.save_item(actor, live_place, meters, KEY_TEXT, ITEM, DRAFT, "once"))
    assert sum(isinstance(one, Saved) for one in found) == 1
    assert all(one.merge.settled for one in found if not isinstance(one, Saved)), "told as done already"
    assert results("item.update") == ["done", *["refused"] * (AT_ONCE - 1)]
    assert live.get(localaws, meters, KEY) == DRAFT


def test_a_delete(localaws: str, meters: str, live_place: Place, actor: Actor) -> None:
    found = at_once(lambda: items.delete_item(actor, live_place, meters, KEY_TEXT, ITEM, "once"))
    assert sum(isinstance(one, Saved) for one in found) == 1
    assert results("item.delete").count("done") == 1 and live.get(localaws, meters, KEY) is None


def test_a_new_item(localaws: str, meters: str, live_place: Place, actor: Actor) -> None:
    found = at_once(lambda: items.create_item(actor, live_place, meters, MOVED, "once"))
    assert sum(isinstance(one, Saved) for one in found) == 1
    assert all(one.already for one in found if not isinstance(one, Saved))
    assert results("item.create") == ["done", *["refused"] * (AT_ONCE - 1)]


def test_a_move(localaws: str, meters: str, live_place: Place, actor: Actor) -> None:
    found = at_once(lambda: items.move_item(actor, live_place, meters, KEY_TEXT, ITEM, MOVED, "once"))
    assert sum(isinstance(one, Saved) for one in found) == 1
    assert results("item.move").count("done") == 1
    assert live.get(localaws, meters, KEY) is None
    assert live.get(localaws, meters, {"id": {"S": "m2"}}) == MOVED


@pytest.mark.parametrize("mode", ["one", "each"])
def test_several(localaws: str, meters: str, live_place: Place, actor: Actor, mode: str) -> None:
    """In one transaction or one by one: as many changes are done as items were changed."""
    other: Item = {**ITEM, "id": {"S": "m3"}}
    live.put(localaws, meters, other)
    table = catalogue.facts(live_place, meters).table
    planned = [
        plan_step(Step("update", table, {"id": each["id"]}, None, {"count": {"N": "2"}}), each)
        for each in (ITEM, other)
    ]
    send = several.carry_out if mode == "one" else onebyone.one_by_one
    found = at_once(lambda: send(actor, live_place, planned, "once"))
    assert results("item.update").count("done") == len(planned)
    if mode == "one":
        assert sum(isinstance(one, Done) for one in found) == 1
    else:
        states = [result.state for one in found for result in one.results]
        assert sorted(states) == ["already"] * 6 + ["done"] * 2
    assert live.get(localaws, meters, KEY) == DRAFT
