"""Writes whose answer never came: what happened is found out, or said to be unknown, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, Kind
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import reconcile as reconcile_change
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.items import Conflict, Exists, Saved
from tests.stub.server import Failure, StubAws
from tests.tables.operations.test_items import (
    CONDITION,
    DRAFT,
    ITEM,
    create,
    delete,
    only_change,
    save,
    standing,
)

OTHER: Item = {**ITEM, "state": {"S": "somebody else's"}}
CASES = [
    pytest.param(save, "UpdateItem", ITEM, DRAFT, id="update"),
    pytest.param(create, "PutItem", None, ITEM, id="create"),
    pytest.param(delete, "DeleteItem", ITEM, None, id="delete"),
]


class OneItem:
    """A canned table that really holds one item, applies a write once and then refuses it by its condition."""

    def __init__(self, stub: StubAws, operation: str, before: Item | None, after: Item | None) -> None:
        self.item, self._before, self._after = before, before, after
        stub.reply("GetItem", lambda body: standing(self.item))
        stub.reply(operation, self._write)

    def _write(self, body: dict) -> dict:
        if self.item != self._before:
            raise Failure(*CONDITION, **standing(self.item))
        self.item = self._after
        return {"Attributes": self._before} if self._before is not None else {}


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known already."""
    facts(place, "parcels")
    tables.requests.clear()
    return tables


@pytest.mark.parametrize(("act", "operation", "before", "after"), CASES)
def test_it_works(
    warm: StubAws,
    place: Place,
    actor: Actor,
    act: Callable,
    operation: str,
    before: Item | None,
    after: Item | None,
) -> None:
    """The first try was carried out and its answer lost; the retry fails its own condition: done."""
    held = OneItem(warm, operation, before, after)
    warm.drop(operation, times=1, after_apply=True)
    assert isinstance(act(actor, place), Saved)
    assert held.item == after
    assert (warm.count(operation), warm.count("GetItem")) == (2, 0)
    outcome = only_change().outcome
    assert (outcome.result, outcome.before, outcome.after) == ("done", before, after)


@pytest.mark.parametrize(("act", "operation", "before", "after"), CASES)
def test_every_answer_lost_and_the_write_done(
    warm: StubAws,
    place: Place,
    actor: Actor,
    act: Callable,
    operation: str,
    before: Item | None,
    after: Item | None,
) -> None:
    OneItem(warm, operation, before, after)
    warm.drop(operation, times=None, after_apply=True)
    assert isinstance(act(actor, place), Saved)
    assert warm.count("GetItem") == 1
    outcome = only_change().outcome
    assert (outcome.result, outcome.before, outcome.after) == ("done", before, after)


@pytest.mark.parametrize(("act", "operation", "before", "after"), CASES)
def test_every_answer_lost_and_the_write_not_done(
    warm: StubAws,
    place: Place,
    actor: Actor,
    act: Callable,
    operation: str,
    before: Item | None,
    after: Item | None,
) -> None:
    OneItem(warm, operation, before, after)
    warm.drop(operation, times=None)
    with pytest.raises(AwsError) as failed:
        act(actor, place)
    assert "nothing was changed" in failed.value.message and not failed.value.permanent
    assert failed.value.kind is not Kind.LOST
    assert only_change().outcome.result == "failed"


@pytest.mark.parametrize(("act", "operation", "before", "after"), CASES)
def test_every_answer_lost_and_something_else_stands_there(
    warm: StubAws,
    place: Place,
    actor: Actor,
    act: Callable,
    operation: str,
    before: Item | None,
    after: Item | None,
) -> None:
    OneItem(warm, operation, before, after).item = OTHER
    warm.drop(operation, times=None)
    with pytest.raises(AwsError) as lost:
        act(actor, place)
    assert lost.value.kind is Kind.LOST
    assert Change.objects.get().state == "unknown"


@pytest.mark.parametrize(("act", "operation", "before", "after"), CASES)
def test_every_answer_lost_and_the_item_cannot_be_read(
    warm: StubAws,
    place: Place,
    actor: Actor,
    act: Callable,
    operation: str,
    before: Item | None,
    after: Item | None,
) -> None:
    warm.drop(operation, times=None)
    warm.fail("GetItem", "AccessDeniedException", "no")
    with pytest.raises(AwsError) as lost:
        act(actor, place)
    assert lost.value.kind is Kind.LOST and lost.value.operation == operation
    assert Change.objects.get().state == "unknown"


def test_a_retry_that_meets_somebody_elses_item_is_a_conflict(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.fail("UpdateItem", *CONDITION, Item=OTHER)
    warm.drop("UpdateItem", times=1)
    assert isinstance(save(actor, place), Conflict)
    assert warm.count("UpdateItem") == 2
    assert only_change().outcome.result == "refused"


def test_the_intended_item_met_at_the_first_try_is_a_conflict_all_the_same(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    """Somebody else created the very same item: not ours, and undoing it is not ours either."""
    warm.fail("PutItem", *CONDITION, Item=ITEM)
    assert isinstance(create(actor, place), Exists)
    assert only_change().outcome.result == "refused"


def test_numbers_and_sets_are_compared_as_dynamodb_does(warm: StubAws, place: Place, actor: Actor) -> None:
    draft = {**ITEM, "weight": {"N": "7.50"}, "tags": {"SS": ["c", "b"]}}
    stands = {**ITEM, "weight": {"N": "7.5"}, "tags": {"SS": ["b", "c"]}}
    warm.drop("UpdateItem", times=None)
    warm.reply("GetItem", {"Item": stands})
    assert isinstance(save(actor, place, ITEM, draft), Saved)
    assert only_change().outcome.result == "done"


@pytest.mark.parametrize(
    ("act", "operation", "before", "after", "finds", "state"),
    [
        (save, "UpdateItem", ITEM, DRAFT, DRAFT, "done"),
        (save, "UpdateItem", ITEM, DRAFT, {**DRAFT, "else": {"S": "x"}}, "done"),
        (save, "UpdateItem", ITEM, DRAFT, ITEM, "failed"),
        (save, "UpdateItem", ITEM, DRAFT, OTHER, "unknown"),
        (save, "UpdateItem", ITEM, DRAFT, None, "unknown"),
        (create, "PutItem", None, ITEM, ITEM, "done"),
        (create, "PutItem", None, ITEM, None, "failed"),
        (create, "PutItem", None, ITEM, OTHER, "unknown"),
        (delete, "DeleteItem", ITEM, None, None, "done"),
        (delete, "DeleteItem", ITEM, None, ITEM, "failed"),
        (delete, "DeleteItem", ITEM, None, OTHER, "unknown"),
    ],
)
def test_an_unknown_change_is_reconciled_by_reading(
    warm: StubAws,
    place: Place,
    actor: Actor,
    act: Callable,
    operation: str,
    before: Item | None,
    after: Item | None,
    finds: Item | None,
    state: str,
) -> None:
    warm.drop(operation, times=None)
    warm.fail("GetItem", "AccessDeniedException", "no")
    with pytest.raises(AwsError):
        act(actor, place)
    change = Change.objects.get()
    assert change.state == "unknown"
    warm.reply("GetItem", standing(finds))
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert reconcile_change(change)
    change = Change.objects.get()
    assert change.state == state
    if state == "unknown":
        return
    assert change.outcome.reconciled
    if state == "done":
        assert change.outcome.after == finds
        if before is not None and finds in (after, None):
            assert change.outcome.before == before


def test_reconciling_twice_writes_one_outcome(warm: StubAws, place: Place, actor: Actor) -> None:
    from dashboard.tables.operations import undo

    warm.drop("UpdateItem", times=None)
    warm.fail("GetItem", "AccessDeniedException", "no", times=1)
    with pytest.raises(AwsError):
        save(actor, place)
    warm.reply("GetItem", {"Item": DRAFT})
    change = Change.objects.get()
    assert undo.reconcile(change) and undo.reconcile(Change.objects.get())
    assert only_change().outcome.result == "done"
