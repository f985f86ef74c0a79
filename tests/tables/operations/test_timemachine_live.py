"""An item as it was, by way of a temporary table that is always cleaned up, against the embedded AWS."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection, User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.aws import dynamodb
from dashboard.aws.dynamodb import backups as door
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.resources import Resource
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.jobs.enqueue import enqueue
from dashboard.jobs.models import Job
from dashboard.jobs.slices import run_slice
from dashboard.tables.models import Procedure
from dashboard.tables.operations import lookback, temporary, timemachine
from dashboard.tables.operations.items import Saved
from dashboard.tables.operations.timemachine import RAREST
from tests.tables.operations import live
from tests.tables.operations.test_backups_live import finished, until
from tests.tables.tables import COUNTERS, PARCELS

pytestmark = [pytest.mark.localaws]
KEY: Item = {"id": {"N": "1"}}
TEXT = encode_key(KEY, ["id"])


def counter(value: str, **more: Any) -> Item:
    return {**KEY, "v": {"S": value}, **more}


@pytest.fixture
def chief(admin: User) -> Actor:
    """Somebody who may administer."""
    return Actor(admin, "request-4")


@pytest.fixture
def table(localaws: str) -> str:
    """An empty table with point-in-time recovery."""
    name = live.make(localaws, COUNTERS)
    recovering(localaws, name)
    return name


def recovering(endpoint: str, table: str) -> None:
    live.client(endpoint).update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def saved(result: Any) -> str:
    assert isinstance(result, Saved)
    return result.change_id


def whole_second() -> datetime:
    """A moment that is over, after everything done so far: AWS takes whole seconds."""
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    until(lambda: datetime.now(UTC) > moment)
    return moment


def test_it_works(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    live.put(localaws, table, counter("then"))
    moment = whole_second()
    live.put(localaws, table, counter("now"))
    row = timemachine.start(chief, live_place, table, TEXT, moment, "what was it?")
    assert (row.state, row.temporary[:13], row.cleaned) == ("restoring", "gatehouse-tm-", None)
    assert timemachine.remaining(chief, live_place) == (row,)
    assert finished(row.job).state == "done"
    row.refresh_from_db()
    assert (row.state, row.item, row.error) == ("done", counter("then"), "")
    assert row.cleaned is not None and row.read is not None
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]
    assert timemachine.remaining(chief, live_place) == ()
    done = Change.objects.filter(subject=f"procedure:{row.pk}").order_by("time")
    assert [(change.action, change.state) for change in done] == [
        ("timemachine.restore", "done"),
        ("timemachine.clean", "done"),
    ]
    back = lookback.bring_back(chief, live_place, table, TEXT, row.item, counter("now"), "it was right")
    assert saved(back) and live.get(localaws, table, KEY) == counter("then")


def test_an_item_that_was_not_there_then(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    moment = whole_second()
    live.put(localaws, table, counter("now"))
    row = timemachine.start(chief, live_place, table, TEXT, moment, "")
    finished(row.job)
    row.refresh_from_db()
    assert (row.state, row.item) == ("done", None) and row.read is not None


def test_the_temporary_table_has_no_indexes_and_is_tagged(
    localaws: str, live_place: Place, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = live.make(localaws, PARCELS)
    recovering(localaws, table)
    item: Item = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    live.put(localaws, table, item)
    row = timemachine.start(chief, live_place, table, encode_key(item, ["pk", "sk"]), whole_second(), "")
    seen: dict[str, Any] = {}
    drop = door.drop_table

    def look_then_drop(target: Any, name: str, *, change: str) -> Any:
        bare = live.client(localaws)
        seen.update(bare.describe_table(TableName=name)["Table"])
        seen["tags"] = bare.list_tags_of_resource(ResourceArn=seen["TableArn"])["Tags"]
        return drop(target, name, change=change)

    monkeypatch.setattr(door, "drop_table", look_then_drop)
    finished(row.job)
    assert not seen.get("GlobalSecondaryIndexes") and not seen.get("LocalSecondaryIndexes")
    assert seen["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert seen["tags"] == [{"Key": "gatehouse:time-machine", "Value": str(row.pk)}]


def started(place: Place, chief: Actor, table: str) -> Procedure:
    live.put(place.connection.endpoint, table, counter("then"))
    return timemachine.start(chief, place, table, TEXT, whole_second(), "why not")


def swept() -> None:
    """Let the sweep run until nothing is left to clean."""

    def clean() -> bool:
        job = enqueue(Actor(None, ""), timemachine.SWEEP, {}, resource=Resource("console:jobs"))
        run_slice(str(job.pk))
        return not Procedure.objects.filter(cleaned=None).exists()

    until(clean)


def test_a_worker_that_dies_is_followed_by_the_next_slice(
    localaws: str, live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = started(live_place, chief, table)
    until(
        lambda: (
            live.client(localaws).describe_table(TableName=row.temporary)["Table"]["TableStatus"] == "ACTIVE"
        )
    )

    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(door, "drop_table", die)
        run_slice(str(row.job))
    row.refresh_from_db()
    assert (row.state, row.item, row.cleaned) == ("cleaning", counter("then"), None)
    Job.objects.filter(pk=str(row.job)).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert finished(row.job).state == "done"
    row.refresh_from_db()
    assert row.state == "done" and row.cleaned is not None
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]


def test_a_cancelled_job_is_cleaned_up_after_by_the_sweep(
    localaws: str, live_place: Place, chief: Actor, table: str
) -> None:
    row = started(live_place, chief, table)
    Job.objects.filter(pk=str(row.job)).update(state="cancelled", finished=timezone.now())
    swept()
    row.refresh_from_db()
    assert (row.state, row.read) == ("failed", None)
    assert "ended early" in row.error
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]


def test_the_sweep_leaves_what_a_job_still_looks_after(live_place: Place, chief: Actor, table: str) -> None:
    row = started(live_place, chief, table)
    job = enqueue(Actor(None, ""), timemachine.SWEEP, {}, resource=Resource("console:jobs"))
    run_slice(str(job.pk))
    row.refresh_from_db()
    assert row.state == "restoring"
    finished(row.job)


def test_delete_now(localaws: str, live_place: Place, chief: Actor, actor: Actor, table: str) -> None:
    row = started(live_place, chief, table)
    with pytest.raises(Refused):
        timemachine.delete_now(actor, live_place, row)
    assert "still working" in timemachine.delete_now(chief, live_place, row)
    until(
        lambda: (
            live.client(localaws).describe_table(TableName=row.temporary)["Table"]["TableStatus"] == "ACTIVE"
        )
    )
    assert "is being deleted" in timemachine.delete_now(chief, live_place, row)
    until(lambda: row.temporary not in live.client(localaws).list_tables()["TableNames"])
    assert finished(row.job).state == "done"
    row.refresh_from_db()
    assert row.cleaned is not None and row.read is None and "chose to delete" in row.error


def test_a_table_that_is_not_ours_is_never_deleted(
    localaws: str, live_place: Place, chief: Actor, table: str
) -> None:
    row = started(live_place, chief, table)
    until(
        lambda: (
            live.client(localaws).describe_table(TableName=row.temporary)["Table"]["TableStatus"] == "ACTIVE"
        )
    )
    stranger = live.make(localaws, COUNTERS)
    Procedure.objects.filter(pk=row.pk).update(temporary=stranger)
    assert finished(row.job).state == "done"
    other = Procedure.objects.get(pk=row.pk)
    assert other.state == "failed" and "left alone" in other.error
    assert stranger in live.client(localaws).list_tables()["TableNames"]
    Procedure.objects.filter(pk=row.pk).update(temporary_id="another", temporary=row.temporary, cleaned=None)
    other.refresh_from_db()
    temporary.advance(other, live_place.target, chief, lambda _: None)
    assert row.temporary in live.client(localaws).list_tables()["TableNames"]


def test_a_connection_that_was_pointed_elsewhere_is_left_alone(
    live_place: Place, chief: Actor, table: str
) -> None:
    row = started(live_place, chief, table)
    Connection.objects.filter(pk=live_place.connection.pk).update(leads_since=timezone.now())
    job = finished(row.job)
    assert job.state == "done"
    assert any("leads elsewhere" in line.text for line in job.lines.all())
    row.refresh_from_db()
    assert row.cleaned is None, "it is shown as still there"


def test_an_item_that_cannot_be_read_is_said_and_the_table_deleted(
    localaws: str, live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = started(live_place, chief, table)

    def denied(*_: Any, **__: Any) -> None:
        raise AwsError("AccessDeniedException", "not yours", Kind.DENIED)

    monkeypatch.setattr("dashboard.aws.dynamodb.get_item", denied)
    finished(row.job)
    row.refresh_from_db()
    assert row.state == "failed" and "AccessDeniedException: not yours" in row.error
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]


def test_credentials_that_expire_in_the_middle_are_waited_for(
    localaws: str, live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both where AWS is asked how far it is and where the item is read: the answer is not given up."""
    live.put(localaws, table, counter("then"))
    row = timemachine.start(chief, live_place, table, TEXT, whole_second(), "")
    assert row.job is not None
    assert row.job is not None
    until(lambda: door.describe_restored(live_place.target, row.temporary).ready)  # type: ignore[union-attr]

    def expired(*args: object, **more: object) -> None:
        raise AwsError("ExpiredTokenException", "The security token is expired", Kind.EXPIRED)

    for module, name in ((door, "describe_restored"), (dynamodb, "get_item")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, expired)
            Job.objects.filter(pk=row.job, state="waiting").update(due=timezone.now())
            run_slice(str(row.job))
        row.refresh_from_db()
        assert "Renew them" in row.error and not row.finished and row.read is None, name
        assert Job.objects.get(pk=row.job).state == "waiting"
    assert finished(row.job).state == "done"
    row.refresh_from_db()
    assert (row.state, row.item, row.error) == ("done", counter("then"), "")
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]


def test_moments_and_people_that_are_refused(
    live_place: Place, chief: Actor, actor: Actor, table: str, localaws: str
) -> None:
    now = timezone.now()
    with pytest.raises(Refused):
        timemachine.start(actor, live_place, table, TEXT, now, "")
    with pytest.raises(InputError, match="to a moment from"):
        timemachine.start(chief, live_place, table, TEXT, now - timedelta(days=2), "")
    plain = live.make(localaws, COUNTERS)
    with pytest.raises(InputError, match="is off"):
        timemachine.start(chief, live_place, plain, TEXT, now, "")
    assert not Procedure.objects.exists() and not Job.objects.exists()


def test_a_refusal_of_aws_leaves_nothing_to_clean(
    live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AwsError("LimitExceededException", "too many restores", Kind.QUOTA)

    monkeypatch.setattr(door, "restore_temporary", refuse)
    with pytest.raises(AwsError):
        timemachine.start(chief, live_place, table, TEXT, whole_second(), "")
    row = Procedure.objects.get()
    assert row.state == "failed" and row.cleaned is not None
    assert timemachine.remaining(chief, live_place) == ()


def test_a_lost_answer_is_found_out(
    localaws: str, live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.put(localaws, table, counter("then"))
    restore: Callable[..., Any] = door.restore_temporary

    def lose(*given: Any, **named: Any) -> None:
        restore(*given, **named)
        raise AwsError("ReadTimeoutError", "no answer", Kind.LOST, permanent=False)

    monkeypatch.setattr(door, "restore_temporary", lose)
    row = timemachine.start(chief, live_place, table, TEXT, whole_second(), "")
    assert row.temporary_id == ""
    finished(row.job)
    row.refresh_from_db()
    assert (row.state, row.item) == ("done", counter("then")) and row.cleaned is not None


def test_a_procedure_of_another_table_is_not_shown(live_place: Place, chief: Actor, table: str) -> None:
    assert timemachine.procedure(chief, uuid.uuid4(), live_place, table) is None
    row = started(live_place, chief, table)
    assert timemachine.procedure(chief, row.pk, live_place, "another") is None
    assert timemachine.procedure(chief, row.pk, live_place, table) == row
    finished(row.job)


def test_a_form_sent_twice_restores_once(live_place: Place, chief: Actor, table: str, localaws: str) -> None:
    row = started(live_place, chief, table)
    again = timemachine.start(chief, live_place, table, TEXT, row.moment + timedelta(milliseconds=400), "")
    assert again == row and Procedure.objects.count() == 1
    assert Change.objects.filter(action="timemachine.restore").count() == 1
    finished(row.job)


def test_a_table_that_aws_does_not_show_yet_is_not_taken_for_gone(
    localaws: str, live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DescribeTable is eventually consistent: a table given up in its first seconds would stand for ever, and be paid for."""
    row = started(live_place, chief, table)
    with monkeypatch.context() as patched:
        patched.setattr(door, "describe_restored", lambda *_: None)
        timemachine.delete_now(chief, live_place, row)
        Job.objects.filter(pk=str(row.job)).update(state="cancelled", finished=timezone.now())
        job = enqueue(Actor(None, ""), timemachine.SWEEP, {}, resource=Resource("console:jobs"))
        run_slice(str(job.pk))
    row.refresh_from_db()
    assert row.cleaned is None
    swept()
    assert row.temporary not in live.client(localaws).list_tables()["TableNames"]


def test_a_table_that_may_not_be_deleted_is_said_and_tried_again_ever_more_rarely(
    live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt is a line of the record: one every five minutes would bury the others."""
    row = started(live_place, chief, table)
    until(lambda: getattr(door.describe_restored(live_place.target, row.temporary), "ready", False))
    Job.objects.filter(pk=str(row.job)).update(state="cancelled", finished=timezone.now())
    began = timezone.now() - timedelta(hours=2)
    Procedure.objects.filter(pk=row.pk).update(created=began)
    Connection.objects.filter(pk=live_place.connection.pk).update(leads_since=began)

    def denied(*_: Any, **__: Any) -> None:
        raise AwsError("AccessDeniedException", "no deleting", Kind.DENIED)

    def sweep() -> int:
        job = enqueue(Actor(None, ""), timemachine.SWEEP, {}, resource=Resource("console:jobs"))
        run_slice(str(job.pk))
        return Change.objects.filter(action="timemachine.clean").count()

    with monkeypatch.context() as patched:
        patched.setattr(door, "drop_table", denied)
        assert (sweep(), sweep(), sweep()) == (1, 1, 1)
        row.refresh_from_db()
        assert "AccessDeniedException: no deleting" in row.error and row.cleaned is None
        late = timezone.now() + timedelta(minutes=61)
        patched.setattr(timezone, "now", lambda: late)
        assert (sweep(), sweep()) == (2, 2)
    late += RAREST
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: late)
        swept()
    row.refresh_from_db()
    assert row.cleaned is not None
