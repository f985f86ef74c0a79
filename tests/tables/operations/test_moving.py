"""Giving an item another key: both or neither, never over another item, recorded as one change, and back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import AwsError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.handlers import handler_of
from dashboard.history.models import Change
from dashboard.history.operations.reading import about
from dashboard.history.operations.undo import reconcile, undo
from dashboard.tables.operations import items
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.items import Conflict, Exists, Saved
from tests.stub.server import Failure, StubAws
from tests.tables.operations import live
from tests.tables.operations.test_items import ITEM, TEXT, only_change, standing
from tests.tables.tables import PARCELS

MOVED: Item = {**ITEM, "sk": {"S": "new"}, "state": {"S": "moved"}}
NEW_TEXT = encode_key({name: MOVED[name] for name in ("pk", "sk")}, ("pk", "sk"))


class TwoPlaces:
    """A canned table that holds what is under the old and the new key, and moves between them once for each token."""

    def __init__(self, stub: StubAws) -> None:
        self.here: Item | None = ITEM
        self.there: Item | None = None
        self.tokens: set[str] = set()
        stub.reply("GetItem", lambda body: standing(self.at(body["Key"])))
        stub.reply("TransactGetItems", self._read)
        stub.reply("TransactWriteItems", self._write)

    def at(self, key: Item) -> Item | None:
        return self.here if key["sk"] == ITEM["sk"] else self.there

    def _read(self, body: dict) -> dict:
        keys = [each["Get"]["Key"] for each in body["TransactItems"]]
        return {"Responses": [standing(self.at(key)) for key in keys]}

    def _write(self, body: dict) -> dict:
        if body["ClientRequestToken"] in self.tokens:
            return {}
        put, delete = (next(iter(each.values())) for each in body["TransactItems"])
        back = put["Item"]["sk"] == ITEM["sk"]
        source, target = (self.there, self.here) if back else (self.here, self.there)
        taken = {"Code": "ConditionalCheckFailed", **standing(target)} if target else {"Code": "None"}
        expected = MOVED if back else ITEM
        changed = (
            {"Code": "ConditionalCheckFailed", **standing(source)} if source != expected else {"Code": "None"}
        )
        if "Item" in taken or changed["Code"] != "None":
            raise Failure("TransactionCanceledException", "cancelled", CancellationReasons=[taken, changed])
        assert delete["ConditionExpression"].count(" AND ") == 4
        self.tokens.add(body["ClientRequestToken"])
        self.here, self.there = (put["Item"], None) if back else (None, put["Item"])
        return {}


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known already."""
    facts(place, "parcels")
    tables.requests.clear()
    return tables


@pytest.fixture
def world(warm: StubAws) -> TwoPlaces:
    """The item under its old key."""
    return TwoPlaces(warm)


def move(actor: Actor, place: Place, draft: Item = MOVED) -> Saved | Conflict | Exists:
    return items.move_item(actor, place, "parcels", TEXT, ITEM, draft, "a reason")


def test_it_works(warm: StubAws, world: TwoPlaces, place: Place, actor: Actor) -> None:
    saved = move(actor, place)
    assert isinstance(saved, Saved) and saved.key_text == NEW_TEXT
    assert (world.here, world.there) == (None, MOVED)
    assert [request.operation for request in warm.requests] == ["GetItem", "TransactWriteItems"]
    change = only_change()
    assert (change.action, change.subject) == ("item.move", f"{TEXT} {NEW_TEXT}")
    assert (change.outcome.result, change.outcome.before, change.outcome.after) == ("done", ITEM, MOVED)
    for key in (TEXT, NEW_TEXT):
        assert Change.objects.filter(about(key)).get() == change
    link = handler_of("item.move").link
    assert link is not None and link(change).endswith(f"/item/{NEW_TEXT}/")


def test_undo_is_the_move_back(warm: StubAws, world: TwoPlaces, place: Place, actor: Actor) -> None:
    saved = move(actor, place)
    undone = undo(actor, Change.objects.get(pk=saved.change_id), "by mistake")
    assert undone.done
    assert (world.here, world.there) == (ITEM, None)
    back = Change.objects.get(pk=undone.change_id)
    assert (back.action, back.undo_of_id) == ("item.move", Change.objects.get(pk=saved.change_id).pk)
    assert undo(actor, back, "").done
    assert (world.here, world.there) == (None, MOVED)


@pytest.mark.parametrize(
    ("here", "there", "says"),
    [
        (OTHER := {**ITEM, "state": {"S": "x"}}, MOVED, "an item under the former key again"),
        (None, None, "deleted since"),
        (None, {**MOVED, "weight": {"N": "9"}}, "changed weight since"),
        (None, {**MOVED, "added": {"N": "9"}}, "changed added since"),
    ],
)
def test_undo_never_overwrites_nor_loses_what_came_since(
    warm: StubAws,
    world: TwoPlaces,
    place: Place,
    actor: Actor,
    here: Item | None,
    there: Item | None,
    says: str,
) -> None:
    saved = move(actor, place)
    world.here, world.there = here, there
    undone = undo(actor, Change.objects.get(pk=saved.change_id), "")
    assert not undone.done and says in undone.message
    assert (world.here, world.there) == (here, there)


def test_a_taken_key_is_left_alone(warm: StubAws, world: TwoPlaces, place: Place, actor: Actor) -> None:
    world.there = {**MOVED, "state": {"S": "theirs"}}
    stopped = move(actor, place)
    assert isinstance(stopped, Exists) and stopped.item == world.there
    assert world.here == ITEM and only_change().outcome.result == "refused"


@pytest.mark.parametrize("other", [None, {**MOVED, "state": {"S": "theirs"}}])
def test_a_move_that_was_made_before_is_told_from_a_delete(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor, other: Item | None
) -> None:
    move(actor, place)
    again = move(actor, place)
    assert isinstance(again, Exists) and again.already and again.key_text == NEW_TEXT
    world.there = other  # the old item is gone, and not because of this move
    assert isinstance(move(actor, place), Conflict)
    assert Change.objects.count() == 1


@pytest.mark.parametrize("found", [{**ITEM, "weight": {"N": "9"}}, {**ITEM, "added": {"N": "9"}}, None])
def test_a_change_seen_before_anything_is_sent(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor, found: Item | None
) -> None:
    """Also an attribute that somebody added: a transaction could not say that it went with the old item."""
    world.here = found
    stopped = move(actor, place)
    assert isinstance(stopped, Conflict) and stopped.theirs == found
    assert warm.count("TransactWriteItems") == 0 and not Change.objects.exists()


def test_a_change_in_the_last_moment(warm: StubAws, world: TwoPlaces, place: Place, actor: Actor) -> None:
    late = {**ITEM, "weight": {"N": "9"}}
    warm.reply("GetItem", {"Item": ITEM})
    world.here = late
    stopped = move(actor, place)
    assert isinstance(stopped, Conflict) and stopped.theirs == late
    assert [row.name for row in stopped.merge.rows if row.by == "them"] == ["weight"]
    assert only_change().outcome.result == "refused"


def test_a_lost_answer_is_sent_again_with_the_same_token(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor
) -> None:
    warm.drop("TransactWriteItems", times=1, after_apply=True)
    assert isinstance(move(actor, place), Saved)
    assert len({body["ClientRequestToken"] for body in warm.of("TransactWriteItems")}) == 1
    assert only_change().outcome.result == "done"


def test_a_token_that_aws_forgot_does_not_make_a_done_move_a_conflict(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor
) -> None:
    carry = world._write

    def forgetful(body: dict) -> dict:
        world.tokens.clear()
        return carry(body)

    warm.reply("TransactWriteItems", forgetful)
    warm.drop("TransactWriteItems", times=1, after_apply=True)
    assert isinstance(move(actor, place), Saved)
    assert only_change().outcome.result == "done"


def test_a_move_tried_twice_that_cannot_be_looked_at_is_what_aws_said(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor
) -> None:
    """Another item has the new key: the reading, which is for the case that AWS errs, fails and changes nothing about that."""
    carry = world._write

    def blinding(body: dict) -> dict:
        warm.fail("TransactGetItems", "AccessDeniedException", "no reading")
        world.there = {**MOVED, "n": {"N": "7"}}
        return carry(body)

    warm.reply("TransactWriteItems", blinding)
    warm.drop("TransactWriteItems", times=1)
    assert isinstance(move(actor, place), Exists)
    assert only_change().outcome.code != "AccessDeniedException"


def test_every_answer_lost_and_the_move_done(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor
) -> None:
    warm.drop("TransactWriteItems", times=None, after_apply=True)
    assert isinstance(move(actor, place), Saved)
    assert warm.count("TransactGetItems") == 1


def test_every_answer_lost_and_the_move_not_done(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor
) -> None:
    warm.drop("TransactWriteItems", times=None)
    with pytest.raises(AwsError) as failed:
        move(actor, place)
    assert "nothing was changed" in failed.value.message and failed.value.kind is not Kind.LOST
    assert only_change().outcome.result == "failed"


@pytest.mark.parametrize(("done", "result"), [(True, "done"), (False, "failed")])
def test_what_nobody_could_read_is_reconciled_later(
    warm: StubAws, world: TwoPlaces, place: Place, actor: Actor, done: bool, result: str
) -> None:
    warm.drop("TransactWriteItems", times=None, after_apply=done)
    warm.fail("TransactGetItems", "AccessDeniedException", "no")
    with pytest.raises(AwsError) as lost:
        move(actor, place)
    assert lost.value.kind is Kind.LOST and only_change().state == "unknown"
    warm.reply("TransactGetItems", world._read)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        reconcile(only_change())
    assert only_change().state == result


def test_a_move_needs_write_and_delete(
    warm: StubAws, world: TwoPlaces, place: Place, acting: Callable[[User], Actor], reader: User
) -> None:
    with pytest.raises(Refused):
        move(acting(reader), place)
    assert warm.count() == 0


def test_who_may_write_but_not_delete_may_not_move(
    warm: StubAws,
    world: TwoPlaces,
    place: Place,
    acting: Callable[[User], Actor],
    monkeypatch: pytest.MonkeyPatch,
    editor: User,
) -> None:
    from dashboard.accounts.models import Grant

    for grant in Grant.objects.all():
        grant.actions = [action for action in grant.actions if action != "delete"]
        grant.save()
    with pytest.raises(Refused):
        move(acting(User.objects.get(pk=editor.pk)), place)
    assert warm.count() == 0


@pytest.mark.localaws
def test_against_the_embedded_dynamodb(localaws: str, live_place: Place, actor: Actor) -> None:
    table = live.make(localaws, PARCELS)
    live.put(localaws, table, ITEM)
    saved = items.move_item(actor, live_place, table, TEXT, ITEM, MOVED, "")
    assert isinstance(saved, Saved)
    keys = [{name: item[name] for name in ("pk", "sk")} for item in (ITEM, MOVED)]
    assert [live.get(localaws, table, key) for key in keys] == [None, MOVED]
    assert undo(actor, Change.objects.get(pk=saved.change_id), "").done
    assert [live.get(localaws, table, key) for key in keys] == [ITEM, None]
    live.put(localaws, table, {**MOVED, "state": {"S": "theirs"}})
    taken = items.move_item(actor, live_place, table, TEXT, ITEM, MOVED, "")
    assert isinstance(taken, Exists) and taken.item == {**MOVED, "state": {"S": "theirs"}}
    assert live.get(localaws, table, keys[0]) == ITEM
