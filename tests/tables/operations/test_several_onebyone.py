"""Many items one after another: exactly what was done is said, recorded and undone."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import InputError
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.core.transactions import Planned, Step, plan_step
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.onebyone import one_by_one
from tests.stub.server import Failure, StubAws
from tests.tables.operations.holding import Items
from tests.tables.tables import COUNTERS


def item(number: int) -> Item:
    return {"id": {"N": str(number)}, "count": {"N": "0"}}


def updates(*numbers: int) -> list[Planned]:
    return [
        plan_step(Step("update", COUNTERS, {"id": item(n)["id"]}, None, {"count": {"N": "1"}}), item(n))
        for n in numbers
    ]


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known, and every update is confirmed."""
    facts(place, "counters")
    tables.requests.clear()
    tables.reply("UpdateItem", lambda body: {"Attributes": item(int(body["Key"]["id"]["N"]))})
    return tables


def failing(stub: StubAws, number: int, failure: Failure) -> None:
    """The update of that item fails, the others are confirmed."""

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        if body["Key"]["id"]["N"] == str(number):
            raise failure
        return {"Attributes": item(int(body["Key"]["id"]["N"]))}

    stub.reply("UpdateItem", answer)


def parent() -> Change:
    return Change.objects.select_related("outcome").get(action="items.several")


def test_it_works(warm: StubAws, place: Place, actor: Actor) -> None:
    finished = one_by_one(actor, place, updates(1, 2, 3), "tidy")
    assert [result.state for result in finished.results] == ["done"] * 3
    assert [request.operation for request in warm.requests] == ["UpdateItem"] * 3
    assert all("ConditionExpression" in body for body in warm.of("UpdateItem"))
    children = Change.objects.filter(action="item.update")
    assert {row.subject for row in children} == {"n1", "n2", "n3"}
    row = parent()
    assert (row.state, row.label, row.reason) == ("done", "3 items", "tidy")
    assert set(row.outcome.after["changes"]) == {str(child.pk) for child in children}


def test_one_that_somebody_changed_is_left_and_the_others_are_written(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    theirs = {**item(2), "count": {"N": "9"}}
    failing(warm, 2, Failure("ConditionalCheckFailedException", "no", Item=theirs))
    finished = one_by_one(actor, place, updates(1, 2, 3), "tidy")
    assert [result.state for result in finished.results] == ["done", "changed", "done"]
    assert finished.results[1].sentence == "Not written. Somebody has changed count since it was shown."
    assert finished.results[1].found == theirs
    row = parent()
    assert (row.state, row.outcome.after["items"]) == ("partial", 2)
    assert "2 of 3 items were written" in row.outcome.message


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (Failure("AccessDeniedException", "not authorized"), "failed"),
        (Failure("ProvisionedThroughputExceededException", "too fast"), "failed"),
    ],
)
def test_what_would_fail_again_ends_it(
    warm: StubAws, place: Place, actor: Actor, failure: Failure, state: str
) -> None:
    failing(warm, 2, failure)
    finished = one_by_one(actor, place, updates(1, 2, 3, 4), "tidy")
    assert [result.state for result in finished.results] == ["done", state, "untried", "untried"]
    assert failure.code in finished.results[1].sentence and "request STUB" in finished.results[1].sentence
    assert {body["Key"]["id"]["N"] for body in warm.of("UpdateItem")} == {"1", "2"}
    assert parent().state == "partial"


def test_a_lost_answer_ends_it_and_is_said(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.drop("UpdateItem", times=None)
    warm.fail("GetItem", "AccessDeniedException", "no")
    finished = one_by_one(actor, place, updates(1, 2), "tidy")
    assert [result.state for result in finished.results] == ["unknown", "untried"]
    assert parent().state == "partial" and parent().outcome.after["items"] == 0
    refused = undo(actor, parent(), "back")
    assert not refused.done and "names no item" in refused.message


def test_what_one_item_alone_cannot_does_not_stop_the_others(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    failing(warm, 1, Failure("ValidationException", "Item size to update has exceeded the maximum"))
    finished = one_by_one(actor, place, updates(1, 2), "tidy")
    assert [result.state for result in finished.results] == ["failed", "done"]


def test_none_of_them(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.fail("UpdateItem", "ConditionalCheckFailedException", "no")
    finished = one_by_one(actor, place, updates(1, 2), "tidy")
    assert (finished.done, parent().state) == (0, "refused")
    assert not undo(actor, parent(), "back").done


def test_those_that_were_done_are_undone_in_one_transaction(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    failing(warm, 2, Failure("ConditionalCheckFailedException", "no"))
    one_by_one(actor, place, updates(1, 2, 3), "tidy")
    held = Items(warm)
    held.put("counters", *[{**item(n), "count": {"N": "1"}} for n in (1, 3)])
    undone = undo(actor, parent(), "back")
    assert undone.done and undone.message == "2 items are as before."
    assert sorted(one["count"]["N"] for one in held.held.values()) == ["0", "0"]
    assert warm.count("TransactWriteItems") == 1


def test_more_than_a_transaction_takes(warm: StubAws, place: Place, actor: Actor) -> None:
    finished = one_by_one(actor, place, updates(*range(101)), "tidy")
    assert finished.done == 101
    warm.requests.clear()
    undone = undo(actor, parent(), "back")
    assert not undone.done and "one transaction takes 100" in undone.message
    assert warm.count() == 0


def test_refused_before_anything_is_sent(warm: StubAws, place: Place, actor: Actor, reader: User) -> None:
    with pytest.raises(Refused):
        one_by_one(Actor(reader, "r"), place, updates(1), "tidy")
    for planned in ([], updates(*range(251))):
        with pytest.raises(InputError):
            one_by_one(actor, place, planned, "tidy")
    assert warm.requests == [] and not Change.objects.exists()


def test_what_stands_so_already_is_told_apart_from_somebodys_change(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    theirs = {"1": {"N": "1"}, "2": {"N": "7"}}

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        key = body["Key"]["id"]
        if key["N"] not in theirs:
            return {"Attributes": item(int(key["N"]))}
        raise Failure("ConditionalCheckFailedException", "no", Item={"id": key, "count": theirs[key["N"]]})

    warm.reply("UpdateItem", answer)
    found = one_by_one(actor, place, updates(1, 2, 3), "count")
    assert [result.state for result in found.results] == ["already", "changed", "done"]
    assert not found.already and found.done == 1

    warm.requests.clear()
    again = one_by_one(actor, place, updates(1), "count")
    assert again.already and again.results[0].sentence.startswith("Done already")
    last = Change.objects.select_related("outcome").filter(action="items.several").latest("time")
    assert last.outcome.message.endswith("They stood like this already.")
