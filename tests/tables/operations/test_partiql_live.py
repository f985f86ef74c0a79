"""PartiQL that writes, on the embedded AWS: done only to what was shown, recorded as what it is to the item, undone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.errors import InputError
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.operations import partiql, partiql_writes
from tests.localaws.support import client
from tests.tables.operations.live import get, make, put
from tests.tables.tables import PARCELS

ITEM: Item = {"pk": {"S": "P#1"}, "sk": {"S": "META"}, "state": {"S": "open"}, "n": {"N": "1"}}
KEY = "WHERE pk = 'P#1' AND sk = 'META'"


def preview_of(actor: Actor, place: Place, text: str, together: str = "", *parameters: str) -> Any:
    asked = partiql.understand(actor, place, text, parameters)
    return asked, partiql_writes.preview(actor, place, asked, together)


@pytest.fixture
def live(live_place: Place, localaws: str) -> str:
    """A table of its own on the embedded AWS with the item in it."""
    name = make(localaws, PARCELS)
    put(localaws, name, ITEM)
    return name


def stands(localaws: str, live: str, key: str = "P#1") -> Item | None:
    return get(localaws, live, {"pk": {"S": key}, "sk": {"S": "META"}})


@pytest.mark.parametrize(
    ("text", "action", "left"),
    [
        (
            "UPDATE {t} SET state = 'shut' SET n = n + 4 REMOVE gone WHERE pk = 'P#1' AND sk = 'META'",
            "item.update",
            {**ITEM, "state": {"S": "shut"}, "n": {"N": "5"}},
        ),
        ("DELETE FROM {t} WHERE pk = 'P#1' AND sk = 'META' AND n = 1", "item.delete", None),
    ],
)
def test_a_write_is_recorded_and_undone(
    localaws: str, live: str, live_place: Place, actor: Actor, text: str, action: str, left: Item | None
) -> None:
    asked, preview = preview_of(actor, live_place, text.format(t=f'"{live}"'))
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why")
    assert [result.state for result in done.results] == ["done"]
    assert stands(localaws, live) == left
    change = Change.objects.get()
    assert (change.action, change.state, change.outcome.before, change.outcome.after) == (
        action,
        "done",
        ITEM,
        left,
    )
    assert change.subject == encode_key(ITEM, ("pk", "sk"))
    assert undo(actor, change, "back").done
    assert stands(localaws, live) == ITEM


def test_an_insert_is_recorded_and_undone(localaws: str, live: str, live_place: Place, actor: Actor) -> None:
    text = f"INSERT INTO \"{live}\" VALUE {{'pk': 'P#2', 'sk': 'META', 'b': ?}}"
    asked, preview = preview_of(actor, live_place, text, "", '{"$b": "AAH/"}')
    partiql_writes.execute(actor, live_place, asked, preview.shown, "why")
    assert stands(localaws, live, "P#2") == {"pk": {"S": "P#2"}, "sk": {"S": "META"}, "b": {"B": "AAH/"}}
    with pytest.raises(InputError, match="already"):
        partiql_writes.preview(actor, live_place, asked)
    assert undo(actor, Change.objects.get(), "back").done
    assert stands(localaws, live, "P#2") is None


def test_an_update_that_is_not_computed_is_recorded_from_what_aws_answers(
    localaws: str, live: str, live_place: Place, actor: Actor
) -> None:
    asked, preview = preview_of(actor, live_place, f"UPDATE \"{live}\" SET l = ['a'] SET m = l {KEY}")
    assert not preview.drafts[0].computed
    put(localaws, live, {**ITEM, "l": {"L": []}})
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why")
    assert done.results[0].state == "changed"  # somebody gave it an l meanwhile
    asked, preview = preview_of(actor, live_place, f"UPDATE \"{live}\" SET a = 1 SET l[5] = 'x' {KEY}")
    assert not preview.drafts[0].computed
    assert partiql_writes.execute(actor, live_place, asked, preview.shown, "why").done == 1
    change = Change.objects.order_by("-pk").filter(outcome__result="done").get()
    assert change.outcome.before == {**ITEM, "l": {"L": []}}
    assert change.outcome.after == stands(localaws, live)
    assert undo(actor, change, "back").done
    assert stands(localaws, live) == {**ITEM, "l": {"L": []}}


def test_dynamodb_makes_no_map_by_itself(localaws: str, live: str, live_place: Place, actor: Actor) -> None:
    """What is refused here before it is sent, the embedded AWS refuses too."""
    text = f'UPDATE "{live}" SET gone.a.b = 1 {KEY}'
    with pytest.raises(InputError, match="is no map in this item"):
        preview_of(actor, live_place, text)
    with pytest.raises(ClientError, match="document path"):
        client(localaws).execute_statement(Statement=text)


@pytest.mark.parametrize("text", [f"UPDATE {{t}} SET n = 2 {KEY}", f"DELETE FROM {{t}} {KEY}"])
def test_what_changed_meanwhile_is_not_overwritten(
    localaws: str, live: str, live_place: Place, actor: Actor, text: str
) -> None:
    asked, preview = preview_of(actor, live_place, text.format(t=f'"{live}"'))
    theirs = {**ITEM, "n": {"N": "9"}}
    put(localaws, live, theirs)
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why")
    assert done.results[0].state == "changed" and done.results[0].found == theirs
    assert stands(localaws, live) == theirs
    assert Change.objects.get().state == "refused"


def test_the_statements_own_condition(localaws: str, live: str, live_place: Place, actor: Actor) -> None:
    asked, preview = preview_of(actor, live_place, f'UPDATE "{live}" SET n = 2 {KEY} AND n > 5')
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why")
    assert "own WHERE does not hold" in done.results[0].sentence
    assert stands(localaws, live) == ITEM


def three(live: str) -> str:
    return (
        f"INSERT INTO \"{live}\" VALUE {{'pk': 'P#2', 'sk': 'META'}};"
        f'UPDATE "{live}" SET n = n + 1 {KEY};'
        f"DELETE FROM \"{live}\" WHERE pk = 'P#3' AND sk = 'META'"
    )


@pytest.mark.parametrize("together", ["batch", "transaction"])
def test_several_are_recorded_under_one_parent_and_undone_together(
    localaws: str, live: str, live_place: Place, actor: Actor, together: str
) -> None:
    third: Item = {"pk": {"S": "P#3"}, "sk": {"S": "META"}, "tags": {"SS": ["a"]}}
    put(localaws, live, third)
    asked, preview = preview_of(actor, live_place, three(live), together)
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why", together)
    assert done.done == 3
    assert (stands(localaws, live, "P#2"), stands(localaws, live, "P#3")) != (None, third)
    assert stands(localaws, live) == {**ITEM, "n": {"N": "2"}}
    assert sorted(change.action for change in Change.objects.all())[:3] == [
        "item.create",
        "item.delete",
        "item.update",
    ]
    parent = Change.objects.get(pk=done.change_id)
    assert undo(actor, parent, "back").done
    assert [stands(localaws, live, key) for key in ("P#1", "P#2", "P#3")] == [ITEM, None, third]


def test_all_or_none(localaws: str, live: str, live_place: Place, actor: Actor) -> None:
    third: Item = {"pk": {"S": "P#3"}, "sk": {"S": "META"}}
    put(localaws, live, third)
    asked, preview = preview_of(actor, live_place, three(live), "transaction")
    theirs = {**ITEM, "n": {"N": "9"}}
    put(localaws, live, theirs)
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why", "transaction")
    assert [result.state for result in done.results] == ["untried", "changed", "untried"]
    assert [stands(localaws, live, key) for key in ("P#1", "P#2", "P#3")] == [theirs, None, third]
    assert {change.state for change in Change.objects.all()} == {"refused"}


def test_one_after_the_other_says_exactly_what_is_done(
    localaws: str, live: str, live_place: Place, actor: Actor
) -> None:
    third: Item = {"pk": {"S": "P#3"}, "sk": {"S": "META"}}
    put(localaws, live, third)
    asked, preview = preview_of(actor, live_place, three(live), "batch")
    put(localaws, live, {**ITEM, "n": {"N": "9"}})
    done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why", "batch")
    assert [result.state for result in done.results] == ["done", "changed", "done"]
    assert stands(localaws, live, "P#2") is not None and stands(localaws, live, "P#3") is None
    assert Change.objects.get(pk=done.change_id).state == "partial"


def test_exists_stops_a_transaction(localaws: str, live: str, live_place: Place, actor: Actor) -> None:
    check = f'EXISTS(SELECT * FROM "{live}" {KEY} AND n = ?)'
    write = f"INSERT INTO \"{live}\" VALUE {{'pk': 'P#2', 'sk': 'META'}}"
    for value, state in (("7", "untried"), ("1", "done")):
        asked, preview = preview_of(actor, live_place, f"{check}; {write}", "transaction", value)
        done = partiql_writes.execute(actor, live_place, asked, preview.shown, "why", "transaction")
        assert done.results[1].state == state
    assert stands(localaws, live, "P#2") is not None


def test_each_item_once(localaws: str, live: str, live_place: Place, actor: Actor) -> None:
    text = f'UPDATE "{live}" SET n = 2 {KEY}; UPDATE "{live}" SET n = 3 {KEY}'
    for together in ("batch", "transaction"):
        with pytest.raises(InputError, match="each item stands there once"):
            preview_of(actor, live_place, text, together)


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("ORDER BY sk", "Must have WHERE clause in the statement when using ORDER BY clause."),
        (
            "WHERE pk > 'A' ORDER BY sk",
            "Must have at least one non-optional hash key condition in WHERE clause",
        ),
        (
            "WHERE pk = 'P#1' ORDER BY n",
            "Variable reference n in ORDER BY clause must be part of the primary key",
        ),
        ("WHERE pk IN ['P#1', 'P#2'] ORDER BY sk", "Must have hash key in ORDER BY clause"),
        ("WHERE pk = 'P#1' ORDER BY sk DESC", ""),
        ("WHERE pk IN ['P#1', 'P#2'] ORDER BY pk", ""),
    ],
)
def test_what_no_key_sorts_is_refused_here_as_by_aws(
    localaws: str, live: str, live_place: Place, actor: Actor, rest: str, says: str
) -> None:
    """The console refuses before it sends what AWS refuses in these words, and sends what AWS takes."""
    text = f'SELECT * FROM "{live}" {rest}'
    if not says:
        assert client(localaws).execute_statement(Statement=text)["Items"]
        assert partiql.understand(actor, live_place, text, ())
        return
    with pytest.raises(ClientError, match=re.escape(says)):
        client(localaws).execute_statement(Statement=text)
    with pytest.raises(InputError, match="ORDER BY"):
        partiql.understand(actor, live_place, text, ())


@pytest.mark.parametrize(
    ("call", "left"),
    [
        ("list_append(tags, ['b'])", ["a", "b"]),
        ("list_append(['b'], tags)", ["b", "a"]),
        ("list_append(tags, ?)", ["a", "c"]),
    ],
)
def test_a_list_is_lengthened(
    localaws: str, live: str, live_place: Place, actor: Actor, call: str, left: list[str]
) -> None:
    """What is shown before is what stands there after."""
    put(localaws, live, {**ITEM, "tags": {"L": [{"S": "a"}]}})
    parameters = ('["c"]',) if "?" in call else ()
    text = f'UPDATE "{live}" SET tags = {call} {KEY}'
    asked, preview = preview_of(actor, live_place, text, "", *parameters)
    assert preview.drafts[0].computed
    partiql_writes.execute(actor, live_place, asked, preview.shown, "why")
    found = stands(localaws, live)
    assert found is not None and found["tags"] == {"L": [{"S": one} for one in left]}
