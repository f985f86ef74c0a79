"""Making, altering and deleting tables on the embedded AWS: what is asked for is what stands there, is recorded, and is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.aws import dynamodb
from dashboard.aws.dynamodb import tables as door
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import handler_of
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.tables.core.structure import (
    ON_DEMAND,
    PROVISIONED,
    Definition,
    definition_of,
    index_json,
    section,
)
from dashboard.tables.operations import catalogue, structure, structure_whole
from dashboard.tables.operations.structure import Moved
from tests.tables.core.structure_cases import AT, BY_AT, MANY, SIMPLE, WHOLE, definitions
from tests.tables.operations.live import client
from tests.tables.operations.structure_support import change_part, last, made, named, settled

pytestmark = pytest.mark.localaws


@pytest.fixture
def owner(admin: User) -> Actor:
    """Somebody who may administer."""
    return Actor(admin, "request-1")


def test_it_works(owner: Actor, live_place: Place) -> None:
    """A table with every setting, made, described, changed, and taken back."""
    definition = named(replace(WHOLE, encryption="", protection=False, ttl=""))
    structure_whole.create(owner, live_place, definition, "a new service")
    table = settled(live_place, definition.name)
    tags = door.list_tags(live_place.target, definition.name, table.arn)
    assert definition_of(table, "", tags) == definition
    change = last()
    assert (change.action, change.state, change.reason) == ("table.create", "done", "a new service")
    change_part(owner, live_place, definition.name, "ttl", {"ttl": "gone"})
    assert dynamodb.describe_time_to_live(live_place.target, definition.name) == "gone"
    assert (last().action, last().outcome.after) == ("table.alter.ttl", {"ttl": "gone"})
    assert undo(owner, change, "oops").message == "The empty table was deleted again."


def test_a_new_empty_table_is_taken_back(owner: Actor, live_place: Place) -> None:
    name = made(owner, live_place)
    change = last()
    result = undo(owner, change, "not needed")
    assert result.done, result.message
    assert name not in client(live_place.connection.endpoint).list_tables()["TableNames"]
    assert (last().action, last().undo_of, last().state) == ("table.delete", change, "done")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda c, n: c.put_item(TableName=n, Item={"pk": {"S": "a"}}), "there are items"),
        (
            lambda c, n: c.update_table(TableName=n, DeletionProtectionEnabled=True),
            "protected against deletion",
        ),
        (lambda c, n: c.update_table(TableName=n, TableClass="STANDARD_INFREQUENT_ACCESS"), "altered since"),
    ],
)
def test_a_new_table_that_is_used_is_not_taken_back(
    owner: Actor, live_place: Place, spoil: Callable[[Any, str], Any], words: str
) -> None:
    name = made(owner, live_place)
    bare = client(live_place.connection.endpoint)
    spoil(bare, name)
    result = undo(owner, last(), "x")
    assert not result.done
    assert words in result.message
    assert bare.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE"


def test_another_table_of_the_name_is_not_taken_back(owner: Actor, live_place: Place) -> None:
    name = made(owner, live_place)
    change, bare = last(), client(live_place.connection.endpoint)
    bare.delete_table(TableName=name)
    assert "gone already" in undo(owner, change, "x").message
    bare.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert "another one made under its name" in undo(owner, change, "x").message


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definitions())
def test_what_is_made_is_described_as_it_was_asked_for(localaws: str, definition: Definition) -> None:
    """Definition → CreateTable → DescribeTable → definition is the identity, through the door's own parsing."""
    from dashboard.aws.target import Target
    from dashboard.tables.core.structure_json import to_request

    target = Target("eu-central-1", endpoint=localaws)
    definition = named(definition)
    door.create_table(target, to_request(definition), change="")
    table = dynamodb.describe_table(target, definition.name)
    tags = door.list_tags(target, definition.name, table.arn)
    assert definition_of(table, definition.ttl, tags) == definition
    if definition.protection:
        door.update_table(target, definition.name, {"DeletionProtectionEnabled": False}, change="")
    door.delete_table(target, definition.name, change="")


PARTS = [
    (
        "capacity",
        {"billing": PROVISIONED, "read": 3, "write": 4, "max_read": None, "max_write": None, "indexes": {}},
    ),
    (
        "capacity",
        {"billing": ON_DEMAND, "read": None, "write": None, "max_read": 50, "max_write": None, "indexes": {}},
    ),
    ("class", {"table_class": "STANDARD_INFREQUENT_ACCESS"}),
    ("encryption", {"encryption": "managed"}),
    ("encryption", {"encryption": "alias/orders"}),
    ("stream", {"stream": "NEW_AND_OLD_IMAGES"}),
    ("ttl", {"ttl": "gone"}),
    ("tags", {"tags": {"team": "ops", "cost": "a b"}}),
    ("protection", {"protection": True}),
]


@pytest.mark.parametrize(("part", "value"), PARTS)
def test_each_part_is_changed_and_taken_back(
    owner: Actor, live_place: Place, part: str, value: dict[str, Any]
) -> None:
    name = made(owner, live_place)
    before = section(structure.look(live_place, name, part).definition, part)
    change_part(owner, live_place, name, part, value)
    settled(live_place, name)
    held = structure.recorded(structure.look(live_place, name, part).definition, part, value)
    assert held == value
    change = last()
    assert (change.shown, change.intended, change.state) == (before, value, "done")
    assert handler_of(change.action).undo is not None
    result = undo(owner, change, "back")
    assert result.done, result.message
    settled(live_place, name)
    assert section(structure.look(live_place, name, part).definition, part) == before


def test_an_index_of_several_attributes_is_added_dropped_and_each_taken_back(
    owner: Actor, live_place: Place
) -> None:
    name, endpoint = made(owner, live_place), live_place.connection.endpoint
    client(endpoint).put_item(
        TableName=name,
        Item={"pk": {"S": "a"}, "at": {"S": "t"}, "who": {"S": "w"}, "total": {"N": "1"}, "raw": {"B": b"1"}},
    )
    change_part(owner, live_place, name, "index:by-many", {"index": index_json(MANY)})
    added = last()
    assert (added.action, added.subject) == ("table.alter.index-add", "index:by-many")
    building = catalogue.facts(live_place, name, fresh=True).table.index("by-many")
    assert building is not None and (building.status, building.backfilling) == ("CREATING", True)
    with pytest.raises(InputError, match=r"One index at a time.*by-many is CREATING"):
        change_part(owner, live_place, name, "index:by-at", {"index": index_json(BY_AT)})
    table = settled(live_place, name)
    assert definition_of(table).indexes == (MANY,)
    assert table.index("by-many").item_count == 1
    change_part(owner, live_place, name, "index:by-many", {"index": None})
    dropped = last()
    assert settled(live_place, name).indexes == ()
    assert "somebody has changed this since" in undo(owner, added, "x").message
    result = undo(owner, dropped, "needed after all")
    assert result.done and "filled anew" in result.message
    assert definition_of(settled(live_place, name)).indexes == (MANY,)


def test_capacity_of_a_table_with_an_index_is_switched_there_and_back(
    owner: Actor, live_place: Place
) -> None:
    name = made(owner, live_place, replace(SIMPLE, indexes=(BY_AT,)))
    value = section(structure.look(live_place, name).definition, "capacity") | {
        "billing": PROVISIONED,
        "read": 5,
        "write": 6,
    }
    value["indexes"]["by-at"] = {"read": 1, "write": 2, "max_read": None, "max_write": None}
    change_part(owner, live_place, name, "capacity", value)
    there = definition_of(settled(live_place, name))
    assert (there.read, there.write, there.indexes[0].read, there.indexes[0].write) == (5, 6, 1, 2)
    assert undo(owner, last(), "back").done
    back = definition_of(settled(live_place, name))
    assert (back.billing, back.read, back.indexes[0].read) == (ON_DEMAND, None, None)


def test_the_limits_of_an_index_on_demand_are_set_and_taken_away(owner: Actor, live_place: Place) -> None:
    name = made(owner, live_place, replace(SIMPLE, indexes=(BY_AT,)))
    value = section(structure.look(live_place, name).definition, "capacity")
    value["indexes"]["by-at"]["max_write"] = 9
    change_part(owner, live_place, name, "capacity", value)
    assert definition_of(settled(live_place, name)).indexes[0].max_write == 9
    assert undo(owner, last(), "back").done
    assert definition_of(settled(live_place, name)).indexes[0].max_write is None


def test_a_table_altered_since_it_was_shown_is_not_changed(owner: Actor, live_place: Place) -> None:
    name = made(owner, live_place)
    shown = structure.look(live_place, name)
    client(live_place.connection.endpoint).update_table(TableName=name, DeletionProtectionEnabled=True)
    before = Change.objects.count()
    result = structure.alter(
        owner, live_place, name, "stream", {"stream": "KEYS_ONLY"}, shown.fingerprint, "because"
    )
    assert isinstance(result, Moved)
    assert result.now.table.deletion_protection
    assert Change.objects.count() == before
    deleted = structure_whole.delete(owner, live_place, name, shown.fingerprint, "because")
    assert isinstance(deleted, Moved)


def test_a_protected_table_is_not_deleted_and_an_unprotected_one_is_for_good(
    owner: Actor, live_place: Place
) -> None:
    name = made(owner, live_place, replace(SIMPLE, protection=True, tags=(("team", "ops"),)))
    shown = structure.look(live_place, name)
    with pytest.raises(InputError, match="protected against deletion"):
        structure_whole.delete(owner, live_place, name, shown.fingerprint, "because")
    change_part(owner, live_place, name, "protection", {"protection": False})
    change_part(owner, live_place, name, "ttl", {"ttl": "gone"})
    shown = structure.look(live_place, name)
    structure_whole.delete(owner, live_place, name, shown.fingerprint, "old")
    change = last()
    assert (change.action, change.state) == ("table.delete", "done")
    assert change.outcome.before["TimeToLiveSpecification"] == {"AttributeName": "gone", "Enabled": True}
    assert change.outcome.before["Tags"] == [{"Key": "team", "Value": "ops"}]
    assert "cannot be brought back" in undo(owner, change, "x").message
    with pytest.raises(AwsError) as caught:
        catalogue.facts(live_place, name)
    assert caught.value.kind is Kind.NOT_FOUND


def test_who_may_not_administer_changes_nothing(editor: User, owner: Actor, live_place: Place) -> None:
    name = made(owner, live_place)
    shown, actor = structure.look(live_place, name), Actor(editor, "r")
    for tried in (
        lambda: structure.alter(
            actor, live_place, name, "protection", {"protection": True}, shown.fingerprint, "x"
        ),
        lambda: structure_whole.delete(actor, live_place, name, shown.fingerprint, "x"),
        lambda: structure_whole.create(actor, live_place, named(SIMPLE), "x"),
        lambda: undo(actor, last(), "x"),
    ):
        with pytest.raises(Refused):
            tried()
    assert not catalogue.facts(live_place, name, fresh=True).table.deletion_protection


def test_a_name_that_is_taken(owner: Actor, live_place: Place) -> None:
    name = made(owner, live_place)
    with pytest.raises(InputError, match=f"Table already exists: {name}") as caught:
        structure_whole.create(owner, live_place, replace(SIMPLE, name=name), "again")
    assert caught.value.field == "name"
    assert last().state == "failed"


def test_what_breaks_a_rule_or_changes_nothing_is_not_sent(owner: Actor, live_place: Place) -> None:
    name, count = made(owner, live_place), Change.objects.count()
    for part, value, words in (
        ("protection", {"protection": False}, "Nothing would change"),
        ("tags", {"tags": {"aws:x": ""}}, "kept for AWS"),
        ("class", {"table_class": "COLD"}, "table class is"),
        ("index:by-at", {"index": index_json(replace(BY_AT, sort=(AT,)))}, "at stands 2 times"),
    ):
        with pytest.raises(InputError, match=words):
            change_part(owner, live_place, name, part, value)
    assert Change.objects.count() == count


def test_each_half_of_a_change_of_tags_has_its_own_way_back(owner: Actor, live_place: Place) -> None:
    """One tag taken away and one set are two calls; either is undone first, and a tag set since is left alone."""
    name = made(owner, live_place, replace(SIMPLE, tags=(("team", "ops"), ("kept", "yes"))))
    settled(live_place, name)
    change_part(owner, live_place, name, "tags", {"tags": {"kept": "yes", "stage": "live"}})
    taken = Change.objects.get(action="table.alter.untag")
    given = Change.objects.get(action="table.alter.tag")
    change_part(owner, live_place, name, "tags", {"tags": {"kept": "no", "stage": "live"}})
    assert undo(owner, taken, "still theirs").done
    assert structure.look(live_place, name, "tags").definition.tags == (
        ("kept", "no"),
        ("stage", "live"),
        ("team", "ops"),
    )
    assert undo(owner, given, "not live").done
    assert structure.look(live_place, name, "tags").definition.tags == (("kept", "no"), ("team", "ops"))
    again = undo(owner, taken, "twice")
    assert not again.done
