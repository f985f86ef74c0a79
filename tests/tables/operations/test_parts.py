"""An edit in several parts: every part guarded and recorded; what was done when one fails is exactly known. And very wide deletes."""

from __future__ import annotations

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.operations import items
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.items import Conflict, Saved
from dashboard.tables.operations.parts import Parts, save_parts
from tests.stub.server import Failure, StubAws
from tests.tables.operations import live
from tests.tables.operations.test_items import CONDITION, KEY, TEXT
from tests.tables.tables import PARCELS


def wide(count: int, value: str = "old") -> Item:
    return {**KEY, **{f"a{number}": {"S": value} for number in range(count)}}


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The table is known already."""
    facts(place, "parcels")
    tables.requests.clear()
    return tables


def save(actor: Actor, place: Place, count: int = 400) -> Parts:
    return save_parts(actor, place, "parcels", TEXT, wide(count), wide(count, "new"), "wide")


def failing_at(stub: StubAws, number: int, failure: Failure) -> None:
    """The ``number``-th UpdateItem is refused."""

    def answer(body: dict) -> dict:
        if stub.count("UpdateItem") == number:
            raise failure
        return {"Attributes": wide(400)}

    stub.reply("UpdateItem", answer)


def test_it_works(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("UpdateItem", {"Attributes": wide(400)})
    done = save(actor, place)
    assert [len(part) for part in done.done] == [134, 133, 133] and done.left == ()
    assert done.saved == 400 and done.base == wide(400, "new")
    for body in warm.of("UpdateItem"):
        assert body["ConditionExpression"].count(" AND ") in (133, 134)
    changes = list(Change.objects.order_by("time"))
    assert [change.reason for change in changes] == [f"wide (part {number} of 3)" for number in (1, 2, 3)]
    assert tuple(str(change.pk) for change in changes) == done.change_ids
    assert len(changes[0].intended) == 134


def test_a_narrow_edit_is_one_write(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("UpdateItem", {"Attributes": wide(2)})
    assert save(actor, place, 2).total == 1
    assert Change.objects.get().reason == "wide"


def test_a_conflict_on_the_way(warm: StubAws, place: Place, actor: Actor) -> None:
    """What was saved stays and is part of what the rest is compared with."""
    theirs = wide(400, "new") | {f"a{number}": {"S": "theirs"} for number in range(134, 400)}
    failing_at(warm, 2, Failure(*CONDITION, Item=theirs))
    stopped = save(actor, place)
    assert (len(stopped.done), stopped.saved, len(stopped.left), stopped.total) == (1, 134, 266, 3)
    assert stopped.theirs == theirs and stopped.merge is not None
    assert set(stopped.merge.conflicts) == {f"a{number}" for number in range(134, 400)}
    assert warm.count("UpdateItem") == 2
    assert [change.state for change in Change.objects.order_by("time")] == ["done", "refused"]


def test_the_item_deleted_on_the_way_is_not_brought_back(warm: StubAws, place: Place, actor: Actor) -> None:
    failing_at(warm, 2, Failure(*CONDITION))
    stopped = save(actor, place)
    assert stopped.theirs is None and stopped.merge is not None and stopped.merge.gone
    assert warm.count() == 2


def test_a_refusal_by_aws_on_the_way_is_told_with_what_was_done(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    failing_at(warm, 3, Failure("AccessDeniedException", "no"))
    stopped = save(actor, place)
    assert stopped.error is not None and stopped.error.kind is Kind.DENIED
    assert (stopped.saved, len(stopped.left)) == (267, 133)
    assert {change.name for change in stopped.left} == {f"a{number}" for number in range(267, 400)}


def test_a_refusal_at_once_is_an_error_like_any_other(warm: StubAws, place: Place, actor: Actor) -> None:
    failing_at(warm, 1, Failure("AccessDeniedException", "no"))
    with pytest.raises(AwsError):
        save(actor, place)


def delete(actor: Actor, place: Place, *, wide_too: bool) -> Saved | Conflict:
    return items.delete_item(actor, place, "parcels", TEXT, wide(200), "gone", wide=wide_too)


def test_a_very_wide_delete_checks_what_fits_and_reads_the_rest_before(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    with pytest.raises(InputError, match="This item has 202 attributes"):
        delete(actor, place, wide_too=False)
    assert warm.count() == 0
    warm.reply("GetItem", {"Item": wide(200)})
    warm.reply("DeleteItem", {"Attributes": wide(200)})
    assert isinstance(delete(actor, place, wide_too=True), Saved)
    assert [request.operation for request in warm.requests] == ["GetItem", "DeleteItem"]
    assert warm.of("DeleteItem")[0]["ConditionExpression"].count(" AND ") == 149


def test_a_very_wide_delete_of_an_item_that_changed_where_nothing_guards(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    theirs = wide(200) | {"a199": {"S": "theirs"}}
    warm.reply("GetItem", {"Item": theirs})
    stopped = delete(actor, place, wide_too=True)
    assert isinstance(stopped, Conflict) and stopped.theirs == theirs
    assert warm.count("DeleteItem") == 0 and not Change.objects.exists()


@pytest.mark.localaws
def test_against_the_embedded_dynamodb(localaws: str, live_place: Place, actor: Actor) -> None:
    """Expressions of 4 KB and 300 operators are what it takes; every part fits, names of any length."""
    table = live.make(localaws, PARCELS)
    before = wide(320) | {f"{'x' * 200}{number}": {"N": str(number)} for number in range(80)}
    after = {**KEY, **{f"b{number}": {"S": "new"} for number in range(320)}}
    live.put(localaws, table, before)
    done = save_parts(actor, live_place, table, TEXT, before, after, "rebuilt")
    assert done.left == () and live.get(localaws, table, KEY) == after
    for change_id in reversed(done.change_ids):
        assert undo(actor, Change.objects.get(pk=change_id), "").done
    assert live.get(localaws, table, KEY) == before
    gone = items.delete_item(actor, live_place, table, TEXT, before, "", wide=True)
    assert isinstance(gone, Saved) and live.get(localaws, table, KEY) is None
    assert undo(actor, Change.objects.get(pk=gone.change_id), "").done
    assert live.get(localaws, table, KEY) == before
