"""What the panels of the Structure page read, the download of items, and changes whose answer was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.aws.dynamodb import tables as door
from dashboard.core.errors import AwsError, Kind
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import reconcile
from dashboard.tables.core.structure import (
    PROVISIONED,
    index_json,
    with_section,
)
from dashboard.tables.operations import (
    catalogue,
    exporting,
    structure,
    structure_parts,
    structure_undo,
    structure_whole,
)
from tests.tables.core.structure_cases import BY_AT, SIMPLE
from tests.tables.operations.live import client
from tests.tables.operations.structure_support import change_part, last, made, named

pytestmark = pytest.mark.localaws


@pytest.fixture
def owner(admin: User) -> Actor:
    """Somebody who may administer."""
    return Actor(admin, "request-1")


def test_the_sample_of_time_to_live_counts_by_fate(owner: Actor, live_place: Place) -> None:
    name, now = made(owner, live_place), int(time.time())
    times: list[Item] = [
        {"gone": {"N": str(now - 60)}},
        {"gone": {"N": str(now + 600)}},
        {"gone": {"N": str(now - 6 * 365 * 86400)}},
        {"gone": {"S": str(now - 60)}},
        {"gone": {"N": "1E+100"}},
        {},
    ]
    for number, item in enumerate(times):
        client(live_place.connection.endpoint).put_item(
            TableName=name, Item={"pk": {"S": str(number)}, **item}
        )
    sample = structure_parts.expiring(owner, live_place, name, "gone")
    assert (sample.read, sample.expired, sample.later, sample.too_old, sample.other_type, sample.without) == (
        6,
        1,
        2,
        1,
        1,
        1,
    )
    assert sample.all and sample.next is not None and int(sample.next.timestamp()) == now + 600


def test_the_export_has_every_item_once(owner: Actor, live_place: Place) -> None:
    import orjson

    name, bare = made(owner, live_place), client(live_place.connection.endpoint)
    for number in range(30):
        bare.put_item(
            TableName=name, Item={"pk": {"S": str(number)}, "n": {"N": "1" * 38}, "b": {"B": b"\xff" * 9}}
        )
    lines = b"".join(exporting.export(owner, live_place, name)).splitlines()
    items = [orjson.loads(line)["Item"] for line in lines]
    assert sorted(item["pk"]["S"] for item in items) == sorted(str(number) for number in range(30))
    assert items[0]["n"] == {"N": "1" * 38} and items[0]["b"] == {"B": "////////////"}


def test_an_export_that_costs_more_than_was_said_breaks_off(
    owner: Actor, live_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, bare = made(owner, live_place), client(live_place.connection.endpoint)
    for number in range(6):
        bare.put_item(TableName=name, Item={"pk": {"S": str(number)}, "x": {"S": "x" * 390_000}})
    monkeypatch.setattr(exporting, "cost", lambda actor, table: exporting.Cost(1, 1, 100, False))
    with pytest.raises(exporting.Unfinished):
        list(exporting.export(owner, live_place, name))


def test_scaling_is_read_with_its_aim(owner: Actor, live_place: Place) -> None:
    from tests.localaws.support import client as any_client

    name = made(owner, live_place, replace(SIMPLE, billing=PROVISIONED, read=5, write=5))
    scaling = any_client(live_place.connection.endpoint, "application-autoscaling")
    where = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{name}",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    scaling.register_scalable_target(**where, MinCapacity=5, MaxCapacity=50)
    scaling.put_scaling_policy(
        **where,
        PolicyName="reads",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 70.0},
    )
    (one,) = structure_parts.scaling(owner, live_place, name)
    assert (one.index, one.kind, one.least, one.most, one.aim) == ("", "read", 5, 50, 70.0)
    assert structure_parts.limits(owner, live_place, name)["TableMaxReadCapacityUnits"] == 40_000


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, bool], None]]:
    """``lost("update_table", True)``: the door's function does its work, or not, and its answer never comes."""

    def arrange(function: str, happens: bool) -> None:
        real = getattr(door, function)

        def silent(*given: Any, **more: Any) -> Any:
            if happens:
                real(*given, **more)
            raise AwsError("Lost", "No answer came.", Kind.LOST, service="dynamodb")

        monkeypatch.setattr(door, function, silent)

    yield arrange


@pytest.mark.parametrize("happens", [True, False])
def test_a_lost_answer_is_found_out_by_reading(
    owner: Actor, live_place: Place, lost: Callable[[str, bool], None], happens: bool
) -> None:
    name = made(owner, live_place)
    for function in ("update_table", "create_table", "delete_table"):
        lost(function, happens)
    if happens:
        change_part(owner, live_place, name, "protection", {"protection": True})
        assert last().state == "done"
        change_part(owner, live_place, name, "protection", {"protection": False})
        other = made(owner, live_place)
        assert last().state == "done" and last().outcome.after["TableId"]
        shown = structure.look(live_place, other)
        structure_whole.delete(owner, live_place, other, shown.fingerprint, "x")
        assert last().state == "done"
        return
    with pytest.raises(AwsError) as caught:
        change_part(owner, live_place, name, "protection", {"protection": True})
    assert "nothing was changed" in caught.value.message and last().state == "failed"
    shown = structure.look(live_place, name)
    with pytest.raises(AwsError) as caught:
        structure_whole.delete(owner, live_place, name, shown.fingerprint, "x")
    assert "nothing was deleted" in caught.value.message and last().state == "failed"
    with pytest.raises(AwsError, match="Lost"):
        structure_whole.create(owner, live_place, named(SIMPLE), "x")
    assert last().state == "unknown", "it may still appear"


@pytest.mark.parametrize("undoing", [False, True])
def test_a_lost_answer_after_which_nothing_can_be_read_stays_unknown(
    owner: Actor,
    live_place: Place,
    lost: Callable[[str, bool], None],
    monkeypatch: pytest.MonkeyPatch,
    undoing: bool,
) -> None:
    name = made(owner, live_place)
    change, shown = last(), structure.look(live_place, name)
    lost("delete_table", True)

    def unread(*given: Any, **more: Any) -> Any:
        raise AwsError("AccessDenied", "Not allowed.", Kind.DENIED, service="dynamodb")

    monkeypatch.setattr(structure_whole, "gone", unread)
    with pytest.raises(AwsError, match="Lost"):
        if undoing:
            structure_undo.undo_create(owner, change, "x")
        else:
            structure_whole.delete(owner, live_place, name, shown.fingerprint, "x")
    assert (last().action, last().state) == ("table.delete", "unknown")


def test_an_unknown_end_is_reconciled(
    owner: Actor, live_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from dashboard.history.operations import undo as waiting
    from dashboard.history.record import recording

    monkeypatch.setattr(waiting, "SETTLED", timedelta(0))
    name = made(owner, live_place)
    table = catalogue.facts(live_place, name).table
    resource = live_place.resource(f"table:{name}")
    for action, subject, shown, intended, state in (
        ("table.alter.protection", "protection", {"protection": True}, {"protection": False}, "done"),
        ("table.alter.protection", "protection", {"protection": False}, {"protection": True}, "failed"),
        ("table.alter.stream", "stream", {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE"}, "unknown"),
        ("table.delete", "", {"TableId": table.table_id}, None, "failed"),
        ("table.delete", "", {"TableId": "another"}, None, "done"),
    ):
        with recording(owner, resource, action, subject=subject, shown=shown, intended=intended) as change:
            pass
        reconcile(change.row)
        assert Change.objects.get(pk=change.id).state == state, action


def test_with_section_of_an_index_that_is_there_replaces_it() -> None:
    changed = with_section(
        replace(SIMPLE, indexes=(BY_AT,)), "index:by-at", {"index": index_json(replace(BY_AT, sort=()))}
    )
    assert [index.sort for index in changed.indexes] == [()]
