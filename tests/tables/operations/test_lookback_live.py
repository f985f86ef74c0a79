"""An item as it was, told from the record, against the embedded AWS."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.core.timeline import Certainty
from dashboard.tables.operations import catalogue, items, lookback
from dashboard.tables.operations.items import Conflict
from tests.tables.operations import live
from tests.tables.operations.test_timemachine_live import KEY, TEXT, counter, saved
from tests.tables.tables import COUNTERS, PARCELS

pytestmark = [pytest.mark.localaws]


@pytest.fixture
def chief(admin: User) -> Actor:
    """Somebody who may do everything."""
    return Actor(admin, "request-5")


@pytest.fixture
def table(localaws: str) -> str:
    """An empty table."""
    return live.make(localaws, COUNTERS)


def ended(change_id: str) -> datetime:
    moment: datetime = Change.objects.select_related("outcome").get(pk=change_id).outcome.time
    return moment


def known(place: Place, table: str) -> Table:
    return catalogue.facts(place, table).table


def then(actor: Actor, place: Place, table: str, moment: datetime, text: str = TEXT) -> Any:
    shown = items.get_item(actor, place, table, text)
    return lookback.as_of(lookback.story(actor, place, known(place, table), text), moment, shown)


def test_it_works(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    """Created, changed and deleted here: every moment is told for certain from the record, and the item is brought back."""
    created = saved(items.create_item(chief, live_place, table, counter("a"), ""))
    changed = saved(items.save_item(chief, live_place, table, TEXT, counter("a"), counter("b"), ""))
    deleted = saved(items.delete_item(chief, live_place, table, TEXT, counter("b"), ""))
    for change_id, item in ((created, counter("a")), (changed, counter("b")), (deleted, None)):
        answer = then(chief, live_place, table, ended(change_id))
        assert (answer.item, answer.certainty) == (item, Certainty.CERTAIN)
    back = lookback.bring_back(chief, live_place, table, TEXT, counter("a"), None, "was right")
    assert live.get(localaws, table, KEY) == counter("a")
    assert undo(chief, Change.objects.get(pk=saved(back)), "").done
    assert live.get(localaws, table, KEY) is None


def test_what_others_changed_is_said(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    created = saved(items.create_item(chief, live_place, table, counter("a"), ""))
    live.put(localaws, table, counter("other"))
    answer = then(chief, live_place, table, ended(created))
    assert (answer.certainty, answer.item, answer.other) == (
        Certainty.DOUBTFUL,
        counter("a"),
        counter("other"),
    )
    back = lookback.bring_back(
        chief, live_place, table, TEXT, counter("a"), counter("other"), "theirs was wrong"
    )
    assert saved(back)
    story = lookback.story(chief, live_place, known(live_place, table), TEXT)
    assert [step.outside for step in story.steps] == [False, True]
    stale = lookback.bring_back(chief, live_place, table, TEXT, counter("z"), counter("other"), "")
    assert isinstance(stale, Conflict)
    with pytest.raises(InputError, match="Nothing would change"):
        lookback.bring_back(chief, live_place, table, TEXT, counter("a"), counter("a"), "")


def test_an_update_of_some_attributes_leaves_the_others(live_place: Place, chief: Actor, table: str) -> None:
    first = counter("a", kept={"SS": ["x"]})
    items.create_item(chief, live_place, table, first, "")
    changed = saved(items.save_item(chief, live_place, table, TEXT, first, first | {"v": {"S": "b"}}, ""))
    assert then(chief, live_place, table, ended(changed)).item == first | {"v": {"S": "b"}}


def test_a_change_of_unknown_end_makes_what_follows_doubtful(
    live_place: Place, chief: Actor, table: str
) -> None:
    created = saved(items.create_item(chief, live_place, table, counter("a"), ""))
    Change.objects.create(
        user_name="somebody",
        request_id="r",
        connection=live_place.connection.slug,
        region=live_place.region,
        resource=f"table:{table}",
        action="item.update",
        subject=TEXT,
        shown={"v": {"S": "a"}},
        intended={"v": {"S": "b"}},
    )
    answer = then(chief, live_place, table, timezone.now())
    assert (answer.certainty, answer.item, answer.other) == (Certainty.DOUBTFUL, counter("a"), counter("b"))
    assert then(chief, live_place, table, ended(created)).certainty is Certainty.CERTAIN


def test_a_key_change_is_an_end_for_one_key_and_a_beginning_for_the_other(
    localaws: str, live_place: Place, chief: Actor
) -> None:
    table = live.make(localaws, PARCELS)
    old: Item = {"pk": {"S": "a"}, "sk": {"S": "1"}, "v": {"S": "x"}}
    new: Item = {**old, "sk": {"S": "2"}}
    text, new_text = encode_key(old, ["pk", "sk"]), encode_key(new, ["pk", "sk"])
    items.create_item(chief, live_place, table, old, "")
    moved = Change.objects.create(
        user_name="somebody",
        request_id="r",
        connection=live_place.connection.slug,
        region=live_place.region,
        resource=f"table:{table}",
        action="item.move",
        subject=f"{text} {new_text}",
        shown=old,
        intended=new,
    )
    from dashboard.history.models import Outcome

    outcome = Outcome.objects.create(change=moved, result="done", before=old, after=new)
    live.client(localaws).delete_item(TableName=table, Key={"pk": old["pk"], "sk": old["sk"]})
    live.put(localaws, table, new)
    gone, there = (then(chief, live_place, table, outcome.time, one) for one in (text, new_text))
    assert (gone.item, gone.certainty) == (None, Certainty.CERTAIN)
    assert (there.item, there.certainty) == (new, Certainty.CERTAIN)
