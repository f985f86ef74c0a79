"""What a search may spend before it asks, what an approval allows, and that opening a table never asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection, ReadBudget, User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.tables.operations.reading import allowance, approve, prepare
from tests.stub.server import StubAws
from tests.tables.operations.canned import UNITS, Shelf, numbered
from tests.tables.searching import find, looking_for
from tests.tables.tables import PARCELS

MB = 1024 * 1024
HUGE = replace(PARCELS, size_bytes=1000 * MB, item_count=1_000_000)
LARGE = replace(PARCELS, size_bytes=3 * MB, item_count=300)
WHERE = "n = 1"
KEY = "pk = 'p' AND n = 1"


@pytest.fixture
def shelf(stub: StubAws) -> StubAws:
    """Three megabytes without a match."""
    Shelf(stub, numbered(300), pageful=100, fits=lambda item: False)
    return stub


def approval(actor: Actor, place: Place, units: float, where: str = WHERE) -> str:
    return approve(actor, place, "parcels", looking_for(where), units)


def test_it_works(shelf: StubAws, place: Place, actor: Actor) -> None:
    prepared = prepare(actor, place, "parcels", looking_for(WHERE), known=LARGE)
    assert prepared.asks and prepared.budget == 100
    assert prepared.plan.cost.units.high == pytest.approx(3 * UNITS, abs=2)
    asked = find(actor, place, "parcels", WHERE, known=LARGE)
    assert (asked.state, asked.calls, asked.next) == ("budget", 0, None)
    assert shelf.count("Scan") == 0
    approved = approval(actor, place, allowance(prepared))
    found = find(actor, place, "parcels", WHERE, known=LARGE, approved=approved)
    assert (found.state, found.units) == ("end", 3 * UNITS)


@pytest.mark.parametrize("table", [PARCELS, LARGE, HUGE, replace(HUGE, size_bytes=None, item_count=None)])
@pytest.mark.parametrize("where", ["", "pk = 'p'", "pk = 'p' AND sk > '3'", "pk = 'p' AND sk = '000001'"])
def test_opening_a_table_or_a_key_never_asks(
    shelf: StubAws, place: Place, actor: Actor, table: Table, where: str
) -> None:
    shelf.reply("GetItem", {})
    assert not prepare(actor, place, "parcels", looking_for(where), known=table).asks
    assert find(actor, place, "parcels", where, known=table).calls == 1


def test_longer_pages_than_usual_ask_when_they_cost_more(shelf: StubAws, place: Place, actor: Actor) -> None:
    assert not prepare(actor, place, "parcels", looking_for("", limit=200), known=HUGE).asks
    assert prepare(actor, place, "parcels", looking_for("", limit=1000), known=HUGE).asks
    assert find(actor, place, "parcels", "", known=HUGE, limit=1000).state == "budget"
    assert shelf.count("Scan") == 0


def test_a_query_begins_and_asks_when_the_budget_is_spent(shelf: StubAws, place: Place, actor: Actor) -> None:
    """Nobody knows how large a partition is, so its first page is read; it costs what a page of 1 MB costs at most."""
    assert not prepare(actor, place, "parcels", looking_for(KEY), known=HUGE).asks
    step = find(actor, place, "parcels", KEY, known=HUGE)
    assert (step.state, step.calls, step.units_so_far) == ("budget", 1, UNITS)
    assert step.next is not None
    again = find(actor, place, "parcels", KEY, step.next, known=HUGE)
    assert (again.state, again.calls) == ("budget", 0)
    approved = approval(actor, place, 3 * UNITS, KEY)
    on = find(actor, place, "parcels", KEY, step.next, known=HUGE, approved=approved)
    assert (on.state, on.calls, on.units_so_far) == ("end", 2, 3 * UNITS)


def test_a_run_never_spends_more_than_was_approved(shelf: StubAws, place: Place, actor: Actor) -> None:
    approved = approval(actor, place, 2.5 * UNITS)
    step = find(actor, place, "parcels", WHERE, known=LARGE, approved=approved)
    assert (step.state, step.calls, step.units_so_far) == ("budget", 2, 2 * UNITS)
    prepared = prepare(actor, place, "parcels", looking_for(WHERE), known=LARGE)
    assert allowance(prepared, step.units_so_far) >= step.units_so_far + UNITS
    more = approval(actor, place, allowance(prepared, step.units_so_far))
    assert find(actor, place, "parcels", WHERE, step.next, known=LARGE, approved=more).state == "end"


def test_a_probe_says_what_it_will_really_cost(shelf: StubAws, place: Place, actor: Actor) -> None:
    prepared = prepare(actor, place, "parcels", looking_for(KEY), known=HUGE, probe=True)
    assert prepared.asks and shelf.count("Query") == 1
    found = prepare(
        actor, place, "parcels", looking_for(WHERE), known=replace(LARGE, size_bytes=MB // 2), probe=True
    )
    assert found.probe is not None and not found.probe.whole


def somebody_else(actor: Actor, place: Place) -> tuple[Actor, Place, str]:
    return Actor(User.objects.get(username="reader"), ""), place, WHERE


def another_search(actor: Actor, place: Place) -> tuple[Actor, Place, str]:
    return actor, place, "n = 2"


def another_account(actor: Actor, place: Place) -> tuple[Actor, Place, str]:
    row = Connection.objects.create(
        slug="other", name="Other", regions=["eu-central-1"], endpoint=place.connection.endpoint
    )
    return actor, Place(row, place.region), WHERE


@pytest.mark.parametrize("other", [somebody_else, another_search, another_account])
def test_an_approval_is_for_one_person_place_and_search(
    shelf: StubAws, place: Place, actor: Actor, reader: User, other: Callable
) -> None:
    approved = approval(actor, place, 1000)
    who, where_at, where = other(actor, place)
    with pytest.raises(InputError) as refused:
        find(who, where_at, "parcels", where, known=LARGE, approved=approved)
    assert refused.value.field == "approved"
    assert shelf.count("Scan") == 0


@pytest.mark.parametrize("alter", [lambda text: text[:-1], lambda text: "x" + text, lambda text: ".."])
def test_an_altered_approval_is_refused(shelf: StubAws, place: Place, actor: Actor, alter: Callable) -> None:
    with pytest.raises(InputError, match="Approve it again"):
        find(actor, place, "parcels", WHERE, known=LARGE, approved=alter(approval(actor, place, 1000)))


def test_an_approval_begins_a_run_for_minutes_and_carries_it_for_hours(
    shelf: StubAws, place: Place, actor: Actor
) -> None:
    now = timezone.now()
    run = partial(find, actor, place, "parcels", KEY, known=HUGE)
    with time_machine.travel(now, tick=False):
        approved = approval(actor, place, 1000, KEY)
        at = run().next
        assert run(at).state == "budget"
    with time_machine.travel(now + timedelta(minutes=9), tick=False):
        assert run(approved=approved).state == "end"
    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        with pytest.raises(InputError, match="expired"):
            run(approved=approved)
        assert run(at, approved=approved).state == "end"
    with (
        time_machine.travel(now + timedelta(hours=12, seconds=2), tick=False),
        pytest.raises(InputError, match="expired"),
    ):
        run(at, approved=approved)


@pytest.mark.parametrize("units", [0, -1, float("nan"), float("inf")])
def test_an_approval_of_nothing_or_everything_is_refused(place: Place, actor: Actor, units: float) -> None:
    with pytest.raises(InputError) as refused:
        approval(actor, place, units)
    assert refused.value.field == "units"


def test_a_page_that_cannot_ask_does_not_look_the_budget_up(
    shelf: StubAws, place: Place, actor: Actor, django_assert_num_queries: Any
) -> None:
    require(actor.user, "read", place.resource("table:parcels"))
    with django_assert_num_queries(0):
        assert not prepare(actor, place, "parcels", looking_for(""), known=LARGE).asks
    with django_assert_num_queries(1):
        prepare(actor, place, "parcels", looking_for(WHERE), known=LARGE)


def test_a_group_has_a_budget_of_its_own(shelf: StubAws, place: Place, actor: Actor, editor: User) -> None:
    ReadBudget.objects.create(group=editor.groups.get(), units=1000)
    prepared = prepare(actor, place, "parcels", looking_for(WHERE), known=LARGE)
    assert (prepared.budget, prepared.asks) == (1000, False)
    assert find(actor, place, "parcels", WHERE, known=LARGE).state == "end"
