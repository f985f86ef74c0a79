"""Several items in one transaction: what is sent, recorded, refused, lost, found out and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.diff import diff_items
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.operations.undo import reconcile, undo
from dashboard.tables.core.plans import update_of
from dashboard.tables.core.search import parse_where
from dashboard.tables.core.transactions import Planned, Step, plan_step
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.several import Cancelled, Done, carry_out, preview, read_list, read_together
from tests.stub.server import StubAws
from tests.tables.operations.holding import Items, identity, key
from tests.tables.tables import COUNTERS, PARCELS

A: Item = {"pk": {"S": "A"}, "sk": {"S": "1"}, "state": {"S": "new"}}
B: Item = {"pk": {"S": "B"}, "sk": {"S": "1"}, "state": {"S": "new"}, "n": {"N": "1"}}
C: Item = {"id": {"N": "7"}, "count": {"N": "3"}}
NEW: Item = {"id": {"N": "8"}, "count": {"N": "0"}}


@pytest.fixture
def held(tables: StubAws, place: Place) -> Items:
    """Both tables known, three items in them, no request counted yet."""
    facts(place, "parcels")
    facts(place, "counters")
    tables.requests.clear()
    items = Items(tables)
    items.put("parcels", A, B)
    items.put("counters", C)
    return items


def four() -> list[Planned]:
    """An update, a delete, a put and a check over two tables."""
    return [
        plan_step(Step("update", PARCELS, key(A), None, {"state": {"S": "sent"}}), A),
        plan_step(Step("delete", PARCELS, key(B)), B),
        plan_step(Step("put", COUNTERS, key(NEW), NEW), None),
        plan_step(Step("check", COUNTERS, key(C), where=parse_where("count = 3")), C),
    ]


def parent() -> Change:
    return Change.objects.select_related("outcome").get(action="items.transaction", undo_of=None)


def children() -> dict[str, Change]:
    rows = Change.objects.select_related("outcome").filter(undo_of=None).exclude(action="items.transaction")
    return {row.action: row for row in rows}


def test_it_works(held: Items, tables: StubAws, place: Place, actor: Actor) -> None:
    done = carry_out(actor, place, four(), "moved out")
    assert isinstance(done, Done) and done.count == 3
    assert [request.operation for request in tables.requests] == ["TransactGetItems", "TransactWriteItems"]
    (body,) = tables.of("TransactWriteItems")
    assert [next(iter(one)) for one in body["TransactItems"]] == ["Update", "Delete", "Put", "ConditionCheck"]
    assert body["ClientRequestToken"] == done.change_id
    assert held.at("parcels", A) == {**A, "state": {"S": "sent"}}
    assert held.at("parcels", B) is None
    assert held.at("counters", NEW) == NEW
    rows = children()
    assert {action: (row.outcome.before, row.outcome.after) for action, row in rows.items()} == {
        "item.update": (A, {**A, "state": {"S": "sent"}}),
        "item.delete": (B, None),
        "item.create": (None, NEW),
    }
    assert {row.request_id for row in rows.values()} == {parent().request_id}
    assert {row.reason for row in rows.values()} == {"moved out"}
    assert rows["item.update"].subject == "sA.s1"


def test_the_parent_holds_no_key_and_no_value(held: Items, place: Place, actor: Actor) -> None:
    """Who may read the first table alone sees of the others only how many items there were."""
    carry_out(actor, place, four(), "why")
    row = parent()
    assert (row.resource, row.subject, row.label, row.shown) == (
        "table:counters",
        "",
        "3 items in 2 tables",
        None,
    )
    ids = {str(child.pk) for child in children().values()}
    assert row.intended["items"] == 3 and set(row.intended["changes"]) == ids
    assert row.outcome.after == row.intended and row.outcome.before is None


def test_before_is_what_stood_there_not_what_the_form_said(held: Items, place: Place, actor: Actor) -> None:
    held.put("parcels", {**A, "theirs": {"S": "added meanwhile"}})
    carry_out(actor, place, four()[:1], "why")
    assert children()["item.update"].outcome.before == {**A, "theirs": {"S": "added meanwhile"}}
    assert held.at("parcels", A) == {**A, "state": {"S": "sent"}, "theirs": {"S": "added meanwhile"}}


def test_one_of_a_hundred_fails_and_nothing_is_changed(held: Items, place: Place, actor: Actor) -> None:
    items = [{"id": {"N": str(number)}, "count": {"N": "0"}} for number in range(100, 200)]
    held.put("counters", *items)
    held.put("counters", {**items[42], "count": {"N": "5"}})
    before = dict(held.held)
    planned = [
        plan_step(Step("update", COUNTERS, key(item), None, {"count": {"N": "1"}}), item) for item in items
    ]
    stopped = carry_out(actor, place, planned, "why")
    assert isinstance(stopped, Cancelled)
    assert held.held == before
    guilty = [number for number, reason in enumerate(stopped.reasons) if reason.at_fault]
    assert guilty == [42]
    assert stopped.reasons[42].sentence == "Somebody has changed count since it was shown."
    assert stopped.reasons[42].found == {**items[42], "count": {"N": "5"}}
    assert {row.state for row in Change.objects.select_related("outcome")} == {"refused"}
    assert Change.objects.count() == 101
    carry_out(actor, place, [one for number, one in enumerate(planned) if number != 42], "why")
    assert sum(item.get("count") == {"N": "1"} for item in held.held.values()) == 99


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TransactionConflict", Kind.CONFLICT),
        ("ThrottlingError", Kind.THROTTLED),
        ("ProvisionedThroughputExceeded", Kind.THROTTLED),
        ("ItemCollectionSizeLimitExceeded", Kind.QUOTA),
        ("ValidationError", Kind.VALIDATION),
    ],
)
def test_what_else_cancels_it(
    held: Items, tables: StubAws, place: Place, actor: Actor, code: str, kind: Kind
) -> None:
    reasons = [{"Code": "None"}, {"Code": code, "Message": "AWS's words"}, {"Code": "None"}, {"Code": "None"}]
    tables.fail(
        "TransactWriteItems", "TransactionCanceledException", "cancelled", CancellationReasons=reasons
    )
    stopped = carry_out(actor, place, four(), "why")
    assert isinstance(stopped, Cancelled)
    assert stopped.error.kind is kind
    assert [reason.at_fault for reason in stopped.reasons] == [False, True, False, False]
    assert {row.state for row in Change.objects.select_related("outcome")} == {"refused"}


def test_a_refusal_of_the_whole_is_recorded_and_raised(
    held: Items, tables: StubAws, place: Place, actor: Actor
) -> None:
    tables.fail("TransactWriteItems", "AccessDeniedException", "not authorized")
    with pytest.raises(AwsError) as denied:
        carry_out(actor, place, four(), "why")
    assert denied.value.kind is Kind.DENIED
    assert [row.state for row in Change.objects.select_related("outcome")] == ["failed"] * 4


def test_a_lost_answer_is_asked_again_with_the_same_token(
    held: Items, tables: StubAws, place: Place, actor: Actor
) -> None:
    tables.drop("TransactWriteItems", times=1, after_apply=True)
    assert isinstance(carry_out(actor, place, four(), "why"), Done)
    assert len({body["ClientRequestToken"] for body in tables.of("TransactWriteItems")}) == 1
    assert parent().state == "done"


def test_every_answer_lost_and_all_of_it_done(
    held: Items, tables: StubAws, place: Place, actor: Actor
) -> None:
    tables.drop("TransactWriteItems", times=None, after_apply=True)
    assert isinstance(carry_out(actor, place, four(), "why"), Done)
    assert tables.count("TransactGetItems") == 2
    assert {row.state for row in Change.objects.select_related("outcome")} == {"done"}
    assert children()["item.delete"].outcome.before == B


def test_every_answer_lost_and_none_of_it_done(
    held: Items, tables: StubAws, place: Place, actor: Actor
) -> None:
    tables.drop("TransactWriteItems", times=None)
    with pytest.raises(AwsError) as failed:
        carry_out(actor, place, four(), "why")
    assert "nothing was changed" in failed.value.message and failed.value.kind is Kind.FAULT
    assert {row.state for row in Change.objects.select_related("outcome")} == {"failed"}


def _unknown(held: Items, tables: StubAws, place: Place, actor: Actor) -> None:
    """A transaction of which nobody knows: neither its answer nor the items could be had."""
    tables.drop("TransactWriteItems", times=None)
    tables.reply("TransactGetItems", held.read, times=1)
    tables.fail("TransactGetItems", "AccessDeniedException", "no")
    tables.reply("TransactGetItems", held.read, times=1)
    with pytest.raises(AwsError) as lost:
        carry_out(actor, place, four(), "why")
    assert lost.value.kind is Kind.LOST
    assert {row.state for row in Change.objects.select_related("outcome")} == {"unknown"}


@pytest.mark.parametrize("landed", [True, False, None])
def test_an_unknown_end_is_found_out(
    held: Items, tables: StubAws, place: Place, actor: Actor, landed: bool | None
) -> None:
    _unknown(held, tables, place, actor)
    if landed:
        held.put("parcels", {**A, "state": {"S": "sent"}})
        held.put("counters", NEW)
        del held.held[identity("parcels", B)]
    elif landed is None:
        held.put("counters", NEW)  # one of the three is as intended: neither all of it nor nothing
    tables.reply("TransactGetItems", held.read)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert reconcile(parent())
    states = {row.state for row in Change.objects.select_related("outcome")}
    assert states == {{True: "done", False: "failed", None: "unknown"}[landed]}


def test_it_is_undone_in_one_transaction(held: Items, tables: StubAws, place: Place, actor: Actor) -> None:
    before = dict(held.held)
    carry_out(actor, place, four(), "why")
    after = dict(held.held)
    tables.requests.clear()
    undone = undo(actor, parent(), "by mistake")
    assert undone.done and undone.message == "3 items are as before."
    assert held.held == before
    assert tables.count("TransactWriteItems") == 1
    backs = Change.objects.filter(undo_of__in=[row.pk for row in children().values()])
    assert {row.action for row in backs} == {"item.update", "item.delete", "item.create"}
    again = undo(actor, parent(), "again")
    assert not again.done and "already undone" in again.message
    redone = undo(actor, Change.objects.get(pk=undone.change_id), "after all")
    assert redone.done and held.held == after


def test_undo_leaves_what_somebody_did_since(held: Items, place: Place, actor: Actor) -> None:
    carry_out(actor, place, four(), "why")
    held.put("parcels", {**A, "state": {"S": "lost"}})
    stands = dict(held.held)
    undone = undo(actor, parent(), "by mistake")
    assert not undone.done and "A / 1: Somebody has changed state since it was shown." in undone.message
    assert held.held == stands


def test_undo_of_what_was_taken_back_in_part(
    held: Items, tables: StubAws, place: Place, actor: Actor
) -> None:
    carry_out(actor, place, four(), "why")
    tables.reply("PutItem", {})
    assert undo(actor, children()["item.delete"], "only this").done
    undone = undo(actor, parent(), "all")
    assert not undone.done and undone.message.startswith("1 of the 3 items was taken back already")


def test_who_may_not_on_one_of_the_tables_may_not_at_all(
    held: Items, tables: StubAws, place: Place, actor: Actor, stranger: User
) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="partly")
    Grant.objects.create(group=group, resource="table:parcels", actions=["read", "write", "delete"])
    Grant.objects.create(group=group, resource="table:counters", actions=["read"])
    stranger.groups.add(group)
    partly = Actor(stranger, "r")
    for steps in (four(), four()[:1] + four()[3:]):
        with pytest.raises(Refused):
            carry_out(partly, place, steps, "why")
        with pytest.raises(Refused):
            preview(partly, place, [one.step for one in steps], [one.shown for one in steps])
    assert tables.requests == []
    assert isinstance(carry_out(partly, place, four()[:2], "why"), Done)
    carry_out(
        actor,
        place,
        [
            plan_step(Step("put", COUNTERS, key(NEW), NEW), None),
            plan_step(Step("put", PARCELS, key(B), B), None),
        ],
        "why",
    )
    with pytest.raises(Refused):
        undo(partly, Change.objects.filter(action="items.transaction").latest("time"), "why")


def test_delete_is_a_permission_of_its_own(held: Items, place: Place, stranger: User) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="writers")
    Grant.objects.create(group=group, actions=["read", "write"])
    stranger.groups.add(group)
    with pytest.raises(Refused):
        carry_out(Actor(stranger, "r"), place, four()[1:2], "why")
    assert isinstance(carry_out(Actor(stranger, "r"), place, four()[:1], "why"), Done)


def _unchecked(sets: Item) -> Planned:
    """An update that was not planned by ``plan_step``: the operation refuses it all the same."""
    plan = update_of(PARCELS, key(A), diff_items(A, {**A, **sets}))
    return Planned(Step("update", PARCELS, key(A), None, sets), A, plan.condition, plan)


def test_what_cannot_be_sent_is_not(held: Items, tables: StubAws, place: Place, actor: Actor) -> None:
    for planned in ([], four()[3:], four()[:1] * 2):
        with pytest.raises(InputError):
            carry_out(actor, place, planned, "why")
    wide: Item = {f"n{number}": {"S": "x"} for number in range(140)}
    told = preview(actor, place, [Step("update", PARCELS, key(A), None, wide)], [A])
    assert "bytes; DynamoDB takes 300 and 4,096" in told.problems[0]
    with pytest.raises(InputError, match="4,096"):
        carry_out(actor, place, [_unchecked(wide)], "why")
    assert tables.requests == [] and not Change.objects.exists()


def test_reading_several(held: Items, tables: StubAws, place: Place, actor: Actor, stranger: User) -> None:
    keys = [("parcels", key(A)), ("counters", key(NEW)), ("counters", key(C))]
    assert read_together(actor, place, keys) == (A, None, C)
    with pytest.raises(Refused):
        read_together(Actor(stranger, ""), place, keys)
    with pytest.raises(Refused):
        read_list(Actor(stranger, ""), place, "parcels", [key(A)])
    assert read_together(actor, place, []) == read_list(actor, place, "parcels", []) == ()
    tables.reply("BatchGetItem", {"Responses": {"parcels": [B, A]}})
    assert read_list(actor, place, "parcels", [key(A), key(B)]) == (A, B)
