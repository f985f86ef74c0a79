"""The two rows of a change: written around the call, never altered."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.core.errors import AwsError, Kind
from dashboard.core.resources import Resource
from dashboard.history import handlers
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome
from dashboard.history.operations.undo import why_not_undo
from dashboard.history.record import recording

ITEM = {
    "pk": {"S": "a\0b \ud800 <img src=x onerror=alert(1)>"},
    "n": {"N": "1.2345678901234567890123456789012345678"},
    "z": {"M": {"b": {"B": "AAH/"}, "a": {"SS": ["y", "x"]}}},
    "a": {"NULL": True},
}
TABLE = Resource("table:parcels", "main", "eu-central-1")


def actor(user: User | None = None) -> Actor:
    return Actor(user, "req-1")


def error(kind: Kind) -> AwsError:
    return AwsError("Code", "AWS said no.", kind, request_id="AWSREQ")


def test_it_works(editor: User) -> None:
    with recording(actor(editor), TABLE, "item.update", shown=ITEM, intended=ITEM, reason="why") as change:
        assert Change.objects.get(pk=change.id).state == "unknown"
        change.done(before=ITEM, after=None, request_id="AWSREQ")
    row = Change.objects.get(pk=change.id)
    assert (row.state, row.user_name, row.request_id, row.reason) == ("done", "editor", "req-1", "why")
    assert row.outcome.aws_request_id == "AWSREQ"


@pytest.mark.django_db
def test_values_come_back_byte_for_byte_and_in_order() -> None:
    with recording(actor(), TABLE, "item.update", shown=ITEM, label="a\0b") as change:
        change.done(before=ITEM)
    row = Change.objects.get(pk=change.id)
    assert row.shown == ITEM and list(row.shown) == list(ITEM)
    assert row.outcome.before == ITEM and list(row.outcome.before["z"]["M"]) == ["b", "a"]
    assert row.label == "a␀b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.CONDITION, "refused"),
        (Kind.DENIED, "failed"),
        (Kind.THROTTLED, "failed"),
        (Kind.UNREACHABLE, "failed"),
    ],
)
def test_an_aws_error_is_the_outcome_and_goes_on(kind: Kind, state: str) -> None:
    with pytest.raises(AwsError), recording(actor(), TABLE, "item.update"):
        raise error(kind)
    row = Change.objects.get()
    assert (row.state, row.outcome.code, row.outcome.aws_request_id) == (state, "Code", "AWSREQ")


@pytest.mark.django_db
def test_a_lost_answer_is_unknown() -> None:
    with pytest.raises(AwsError), recording(actor(), TABLE, "item.update"):
        raise error(Kind.LOST)
    assert Change.objects.get().state == "unknown"


@pytest.mark.django_db
def test_a_crash_is_unknown() -> None:
    with pytest.raises(KeyboardInterrupt), recording(actor(), TABLE, "item.update"):
        raise KeyboardInterrupt
    assert Change.objects.get().state == "unknown"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_change SET reason = 'x'",
        "DELETE FROM history_change",
        "UPDATE history_outcome SET result = 'failed'",
        "DELETE FROM history_outcome",
    ],
)
def test_the_database_refuses_to_alter_the_record(statement: str) -> None:
    with recording(actor(), TABLE, "item.update") as change:
        change.done()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Change.objects.get().reason == "" and Outcome.objects.get().result == "done"


@pytest.mark.django_db
def test_one_change_has_one_outcome() -> None:
    with recording(actor(), TABLE, "item.update") as change:
        change.done()
        with pytest.raises(DatabaseError), transaction.atomic():
            change.done()


@pytest.mark.django_db
def test_what_was_done_in_part_is_taken_back_only_by_who_can(monkeypatch: pytest.MonkeyPatch) -> None:
    def undo(actor: Actor, change: Change, reason: str) -> Undone:
        return Undone(True, "back")

    for partly, says in ((False, "made in part only"), (True, "")):
        handler = Handler("test.parts", "In parts", undo=undo, partly=partly)
        monkeypatch.setitem(handlers._handlers, "test.parts", handler)
        with recording(actor(), Resource("table:parcels"), "test.parts") as change:
            change.partial(error(Kind.THROTTLED), after={"items": 1})
        found = why_not_undo(Change.objects.get(pk=change.id))
        assert says in found and bool(found) == bool(says)
