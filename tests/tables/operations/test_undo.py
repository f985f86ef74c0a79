"""The way back from each write: conditional, recorded, once, and never over somebody else's work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.wire import Item
from dashboard.history.handlers import Undone, handler_of
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.items import Saved
from tests.stub.server import StubAws
from tests.tables.operations.test_items import (
    CONDITION,
    DRAFT,
    ITEM,
    KEY,
    TEXT,
    create,
    delete,
    names_and_values,
    save,
    standing,
)

ANSWERS = {"UpdateItem": ITEM, "PutItem": None, "DeleteItem": ITEM}
CASES = [
    pytest.param(save, "UpdateItem", id="update"),
    pytest.param(create, "DeleteItem", id="create"),
    pytest.param(delete, "PutItem", id="delete"),
]


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known, and every write is confirmed."""
    facts(place, "parcels")
    for operation, before in ANSWERS.items():
        tables.reply(operation, {"Attributes": before} if before else {})
    return tables


def changed(act: Callable, actor: Actor, place: Place, stub: StubAws) -> Change:
    saved = act(actor, place)
    assert isinstance(saved, Saved)
    stub.requests.clear()
    return Change.objects.get(pk=saved.change_id)


def carried_back(act: Callable, actor: Actor, place: Place, stub: StubAws) -> tuple[Change, Undone]:
    change = changed(act, actor, place, stub)
    return change, undo(actor, change, "by mistake")


def test_it_works(warm: StubAws, place: Place, actor: Actor) -> None:
    change = changed(save, actor, place, warm)
    warm.reply("UpdateItem", {"Attributes": {**DRAFT, "else": {"S": "added since"}}})
    undone = undo(actor, change, "by mistake")
    assert undone.done and undone.message == "The attributes have their former values again."
    assert warm.count() == 1
    (body,) = warm.of("UpdateItem")
    names, values = names_and_values(body)
    assert body["Key"] == KEY and names == {"pk", "state", "tags", "<b>"}
    assert (
        {"S": "sorted"} in values
        and {"SS": ["a", "b"]} in values
        and {"S": "lost"} in values
        and {"NULL": True} in values
    )
    assert (
        body["ConditionExpression"].count(" AND ") == 3
        and "attribute_not_exists" in body["ConditionExpression"]
    )
    row = Change.objects.get(pk=undone.change_id)
    assert (row.undo_of, row.action, row.reason, row.user_name) == (
        change,
        "item.update",
        "by mistake",
        "editor",
    )
    assert row.outcome.after == {**ITEM, "else": {"S": "added since"}}


def test_undoing_a_create_deletes_what_is_as_it_was_created(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    change, undone = carried_back(create, actor, place, warm)
    assert undone.done
    (body,) = warm.of("DeleteItem")
    assert body["Key"] == KEY and body["ConditionExpression"].count(" AND ") == len(ITEM) - len(KEY)
    assert Change.objects.get(undo_of=change).action == "item.delete"


def test_undoing_a_delete_puts_back_what_aws_said_was_there(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    there = {**ITEM, "added": {"S": "meanwhile"}, "odd": {"M": {"": {"S": "a name we would refuse"}}}}
    warm.reply("DeleteItem", {"Attributes": there})
    change, undone = carried_back(delete, actor, place, warm)
    assert undone.done
    (body,) = warm.of("PutItem")
    assert body["Item"] == there and body["ConditionExpression"] == "attribute_not_exists (#0)"
    assert Change.objects.get(undo_of=change).action == "item.create"


@pytest.mark.parametrize(("act", "way_back"), CASES)
def test_a_second_undo_is_refused(
    warm: StubAws, place: Place, actor: Actor, act: Callable, way_back: str
) -> None:
    change, _ = carried_back(act, actor, place, warm)
    again = undo(actor, Change.objects.get(pk=change.pk), "again")
    assert not again.done and again.message == "This change was already undone by editor."
    assert warm.count() == 1


def test_an_undo_can_be_undone(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("UpdateItem", {"Attributes": ITEM})
    change = changed(save, actor, place, warm)
    warm.reply("UpdateItem", {"Attributes": DRAFT})
    undone = undo(actor, change, "")
    warm.reply("UpdateItem", {"Attributes": ITEM})
    redone = undo(actor, Change.objects.get(pk=undone.change_id), "")
    assert redone.done
    assert (
        Change.objects.get(pk=redone.change_id).outcome.after
        == Change.objects.get(pk=change.pk).outcome.after
    )


SINCE: Item = {**DRAFT, "state": {"S": "delivered"}, "<b>": {"S": "x"}}


@pytest.mark.parametrize(
    ("act", "way_back", "found", "says"),
    [
        (save, "UpdateItem", SINCE, "somebody has changed state, ['<b>'] since"),
        (save, "UpdateItem", None, "the item has been deleted since"),
        (create, "DeleteItem", {**ITEM, "state": {"S": "x"}}, "somebody has changed state since"),
        (create, "DeleteItem", None, "the item has been deleted since"),
        (delete, "PutItem", ITEM, "there is an item under this key again"),
    ],
)
def test_what_somebody_else_did_since_is_left_alone(
    warm: StubAws, place: Place, actor: Actor, act: Callable, way_back: str, found: Item | None, says: str
) -> None:
    change = changed(act, actor, place, warm)
    warm.fail(way_back, *CONDITION, **standing(found))
    undone = undo(actor, change, "")
    assert not undone.done and says in undone.message and "Nothing was changed" in undone.message
    row = Change.objects.get(pk=undone.change_id)
    assert (row.undo_of, row.outcome.result) == (change, "refused")
    warm.requests.clear()
    assert not undo(actor, Change.objects.get(pk=change.pk), "").done, "a refused undo may be tried again"
    assert warm.count(way_back) == 1


def test_a_change_that_was_refused_has_nothing_to_undo(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.fail("UpdateItem", *CONDITION, Item=SINCE)
    save(actor, place)
    warm.requests.clear()
    undone = undo(actor, Change.objects.get(), "")
    assert not undone.done and "nothing to undo" in undone.message
    assert warm.count() == 0


@pytest.mark.parametrize(("act", "way_back"), CASES)
def test_who_may_not_write_may_not_undo(
    warm: StubAws,
    place: Place,
    actor: Actor,
    acting: Callable,
    reader: User,
    stranger: User,
    act: Callable,
    way_back: str,
) -> None:
    change = changed(act, actor, place, warm)
    for user in (reader, stranger):
        with pytest.raises(Refused):
            undo(acting(user), change, "")
        with pytest.raises(Refused):
            handler = handler_of(change.action)
            assert handler.undo is not None
            handler.undo(acting(user), change, "")
    assert warm.count() == 0


def test_undoing_a_create_needs_the_right_to_delete(
    warm: StubAws, place: Place, actor: Actor, stranger: User
) -> None:
    from django.contrib.auth.models import Group

    from dashboard.accounts.models import Grant

    group = Group.objects.create(name="writers")
    Grant.objects.create(group=group, actions=["read", "write"])
    stranger.groups.add(group)
    change = changed(create, actor, place, warm)
    with pytest.raises(Refused):
        undo(Actor(stranger, ""), change, "")
    assert undo(Actor(stranger, ""), changed(delete, actor, place, warm), "").done


def test_a_connection_that_was_removed(warm: StubAws, place: Place, actor: Actor) -> None:
    change = changed(save, actor, place, warm)
    place.connection.delete()
    undone = undo(actor, change, "")
    assert (
        not undone.done
        and "The connection main that this change was made through is no more" in undone.message
    )


def test_a_created_item_too_wide_to_be_deleted_at_once(warm: StubAws, place: Place, actor: Actor) -> None:
    wide = {**ITEM, **{f"a{number}": {"S": "x"} for number in range(200)}}
    change = changed(lambda actor, place: create(actor, place, wide), actor, place, warm)
    undone = undo(actor, change, "")
    assert (
        not undone.done
        and "cannot be undone in one step" in undone.message
        and "Delete page offers a delete that checks" in undone.message
    )
    assert warm.count() == 0


def test_a_change_links_to_its_item(warm: StubAws, place: Place, actor: Actor) -> None:
    change = changed(save, actor, place, warm)
    link = handler_of("item.update").link
    assert link is not None and link(change) == f"/c/main/eu-central-1/tables/parcels/item/{TEXT}/"
