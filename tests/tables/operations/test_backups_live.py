"""Recovery, backups, restores and what belongs to a table, against the embedded AWS."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.backups import Backup, Recovery
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.models import Change
from dashboard.history.operations.undo import undo
from dashboard.jobs.models import Job
from dashboard.jobs.slices import run_slice
from dashboard.tables.operations import backups, belongings, restoring
from dashboard.tables.operations.altering import Altered, Changed
from dashboard.tables.operations.restoring import Wanted
from tests.tables.operations import live
from tests.tables.tables import COUNTERS, PARCELS

pytestmark = [pytest.mark.localaws]
ON, OFF = Recovery(True, 35), Recovery(False)
READABLE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Reads",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "dynamodb:GetItem",
            "Resource": "*",
        }
    ],
}


@pytest.fixture
def chief(admin: User) -> Actor:
    """Somebody who may administer."""
    return Actor(admin, "request-3")


@pytest.fixture
def table(localaws: str) -> str:
    """A table of one item."""
    name = live.make(localaws, COUNTERS)
    live.put(localaws, name, {"id": {"N": "1"}, "v": {"S": "first"}})
    return name


def change_of(result: Altered | Changed) -> Change:
    assert isinstance(result, Altered)
    return Change.objects.select_related("outcome").get(pk=result.change_id)


def until(what: Callable[[], Any]) -> Any:
    """What it answers once it is true: states of the embedded AWS last two seconds."""
    for _ in range(600):
        answer = what()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("it never came true")


def finished(job_id: Any) -> Job:
    """Run a job's slices, without its waits, until it is finished."""

    def run() -> Job | None:
        Job.objects.filter(pk=job_id, state="waiting").update(due=timezone.now())
        run_slice(str(job_id))
        job = Job.objects.get(pk=job_id)
        return job if job.is_finished else None

    job: Job = until(run)
    return job


def available(chief: Actor, place: Place, table: str, made: Backup) -> Backup:
    def ready() -> Backup | None:
        found = backups.backup(chief, place, table, made.id)
        return found if found.status == "AVAILABLE" else None

    found: Backup = until(ready)
    return found


def test_it_works(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    """Recovery on; a backup; another value; both ways to a new table, with a job that watches each; the backup deleted."""
    assert backups.recovery(chief, live_place, table)[0] == OFF
    turned = change_of(backups.set_recovery(chief, live_place, table, OFF, ON, "safety"))
    assert (turned.action, turned.outcome.after) == ("recovery.on", {"enabled": True, "days": 35})
    window = backups.recovery(chief, live_place, table)[0]
    assert window.enabled and window.earliest and window.latest and window.earliest <= window.latest
    made, change_id = backups.create_backup(chief, live_place, table, " before-change ", "before the change")
    assert made.name == "before-change"
    assert Change.objects.get(pk=change_id).outcome.after["arn"] == made.arn
    ready = available(chief, live_place, table, made)
    live.put(localaws, table, {"id": {"N": "1"}, "v": {"S": "second"}})
    key = {"id": {"N": "1"}}
    for number, wanted in enumerate(
        (Wanted(table, f"{table}-from-backup", backup=ready), Wanted(table, f"{table}-latest", indexes=False))
    ):
        job = restoring.restore(chief, live_place, wanted, "look")
        assert (job.kind, job.resource) == ("tables.restore", f"table:{wanted.name}")
        assert job in restoring.under_way(live_place, table)
        with pytest.raises(InputError, match="already"):
            restoring.check(chief, live_place, wanted)
        job = finished(job.pk)
        assert (job.state, job.done, job.total) == ("done", 1, 1)
        said = [line.text for line in job.lines.all()]
        assert any("AWS is making" in line for line in said) and any("is ACTIVE" in line for line in said)
        item = live.get(localaws, wanted.name, key)
        assert item is not None and item["v"] == {"S": ("first", "second")[number]}
    backups.delete_backup(chief, live_place, table, ready, "no use")
    assert backups.backups(chief, live_place, table).rows == ()
    deleted = Change.objects.get(action="backup.delete")
    assert deleted.outcome.before["arn"] == made.arn
    assert not undo(chief, deleted, "").done


def test_the_period_is_changed_and_taken_back(live_place: Place, chief: Actor, table: str) -> None:
    backups.set_recovery(chief, live_place, table, OFF, ON, "")
    shorter = change_of(backups.set_recovery(chief, live_place, table, ON, Recovery(True, 7), "dear"))
    assert backups.recovery(chief, live_place, table)[0].days == 7
    assert undo(chief, shorter, "back").done
    assert backups.recovery(chief, live_place, table)[0].days == 35
    off = change_of(backups.set_recovery(chief, live_place, table, ON, OFF, "away"))
    assert not undo(chief, off, "").done
    assert not backups.recovery(chief, live_place, table)[0].enabled


def test_recovery_that_somebody_else_changed_is_left_alone(
    live_place: Place, chief: Actor, table: str
) -> None:
    backups.set_recovery(chief, live_place, table, OFF, Recovery(True, 7), "")
    result = backups.set_recovery(chief, live_place, table, ON, OFF, "")
    assert isinstance(result, Changed) and result.found == {"enabled": True, "days": 7}
    assert backups.recovery(chief, live_place, table)[0].enabled
    with pytest.raises(InputError, match="Nothing would change"):
        backups.set_recovery(chief, live_place, table, Recovery(True, 7), Recovery(True, 7), "")


def test_a_backup_that_was_made_can_be_taken_back(live_place: Place, chief: Actor, table: str) -> None:
    made, change_id = backups.create_backup(chief, live_place, table, "unwanted", "")
    available(chief, live_place, table, made)
    assert undo(chief, Change.objects.get(pk=change_id), "").done
    assert backups.backups(chief, live_place, table).rows == ()


def test_a_backup_outlives_its_table(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    made, _ = backups.create_backup(chief, live_place, table, "kept", "")
    ready = available(chief, live_place, table, made)
    live.client(localaws).delete_table(TableName=table)
    until(lambda: table not in live.client(localaws).list_tables()["TableNames"])
    assert backups.backups(chief, live_place, table).rows == (ready,)
    assert any(row.id == ready.id for row in _all(chief, live_place))
    job = restoring.restore(chief, live_place, Wanted(table, table, backup=ready), "deleted by mistake")
    assert finished(job.pk).state == "done"
    assert live.get(localaws, table, {"id": {"N": "1"}}) is not None


def _all(actor: Actor, place: Place) -> list[Backup]:
    rows: list[Backup] = []
    start: str | None = None
    while True:
        page, start = backups.all_backups(actor, place, start)
        rows += page
        if start is None:
            return rows


def test_a_restore_needs_a_moment_of_the_window_and_a_free_name(
    live_place: Place, chief: Actor, table: str
) -> None:
    now = timezone.now()
    with pytest.raises(InputError, match="is off"):
        restoring.restore(chief, live_place, Wanted(table, "new-one", moment=now), "")
    backups.set_recovery(chief, live_place, table, OFF, ON, "")
    for moment in (now - timedelta(days=40), now + timedelta(days=1)):
        with pytest.raises(InputError, match="can be brought back to a moment from") as refused:
            restoring.restore(chief, live_place, Wanted(table, "new-one", moment=moment), "")
        assert refused.value.field == "at"
    for name in ("a", table):
        with pytest.raises(InputError) as refused:
            restoring.restore(chief, live_place, Wanted(table, name), "")
        assert refused.value.field == "name"
    assert not Change.objects.filter(action="table.restore").exists()
    assert not Job.objects.exists()


def test_a_restored_table_that_somebody_deletes_fails_its_job(
    localaws: str, live_place: Place, chief: Actor, table: str
) -> None:
    backups.set_recovery(chief, live_place, table, OFF, ON, "")
    job = restoring.restore(chief, live_place, Wanted(table, f"{table}-gone"), "")
    run_slice(str(job.pk))
    until(
        lambda: (
            live.client(localaws).describe_table(TableName=f"{table}-gone")["Table"]["TableStatus"]
            == "ACTIVE"
        )
    )
    live.client(localaws).delete_table(TableName=f"{table}-gone")
    until(lambda: f"{table}-gone" not in live.client(localaws).list_tables()["TableNames"])
    failed = finished(job.pk)
    assert (failed.state, failed.error_code) == ("failed", "ResourceNotFoundException")


def test_who_may_not_is_refused(
    live_place: Place, actor: Actor, acting: Any, reader: User, table: str
) -> None:
    for refused in (
        lambda: backups.set_recovery(actor, live_place, table, OFF, ON, ""),
        lambda: restoring.restore(actor, live_place, Wanted(table, "new-one"), ""),
        lambda: belongings.set_policy(actor, live_place, table, belongings.NONE, READABLE, ""),
        lambda: belongings.set_replica(actor, live_place, table, "us-east-1", wanted=True, reason=""),
        lambda: belongings.set_insights(
            actor, live_place, table, "", {"enabled": False, "mode": ""}, {"enabled": True, "mode": "x"}, ""
        ),
        lambda: backups.create_backup(acting(reader), live_place, table, "mine", ""),
    ):
        with pytest.raises(Refused):
            refused()
    assert not Change.objects.exists()


def test_a_new_name_that_the_person_may_not_make(live_place: Place, table: str, editor: User) -> None:
    from django.contrib.auth.models import Group

    from dashboard.accounts.models import Grant

    group = Group.objects.create(name="one-table")
    Grant.objects.create(
        group=group, connection="*", region="*", resource=f"table:{table}", actions=["read", "administer"]
    )
    editor.groups.add(group)
    with pytest.raises(InputError, match="may not make a table named elsewhere"):
        restoring.check(Actor(editor, ""), live_place, Wanted(table, "elsewhere"))


def test_a_policy_is_set_replaced_taken_away_and_brought_back(
    live_place: Place, chief: Actor, table: str
) -> None:
    assert belongings.policy(chief, live_place, table) == belongings.NONE
    first = change_of(
        belongings.set_policy(chief, live_place, table, belongings.NONE, READABLE, "for the partner")
    )
    found = belongings.policy(chief, live_place, table)
    assert found["policy"] == READABLE and found["revision"] == first.outcome.after["revision"]
    stale = belongings.set_policy(chief, live_place, table, belongings.NONE, READABLE, "")
    assert isinstance(stale, Changed)
    away = change_of(belongings.set_policy(chief, live_place, table, found, None, "over"))
    assert belongings.policy(chief, live_place, table) == belongings.NONE
    assert undo(chief, away, "").done
    assert belongings.policy(chief, live_place, table)["policy"] == READABLE
    assert undo(chief, first, "").done
    assert belongings.policy(chief, live_place, table) == belongings.NONE


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "does not hold JSON"), ("[]", "a JSON object"), ("{}", "a Statement"), ("x" * 21_000, "20 KB")],
)
def test_policies_that_are_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        belongings.read_document(text)
    assert refused.value.field == "policy"


def test_a_replica_is_added_removed_and_brought_back(live_place: Place, chief: Actor, table: str) -> None:
    def active() -> bool:
        rows = belongings.replicas(chief, live_place, table)
        return [(row.region, row.status) for row in rows] == [("us-east-1", "ACTIVE")]

    added = belongings.set_replica(chief, live_place, table, " us-east-1 ", wanted=True, reason="near")
    assert not undo(chief, change_of(added), "").done
    until(active)
    again = belongings.set_replica(chief, live_place, table, "us-east-1", wanted=True, reason="")
    assert isinstance(again, Changed)
    removed = belongings.set_replica(chief, live_place, table, "us-east-1", wanted=False, reason="dear")
    until(lambda: not belongings.replicas(chief, live_place, table))
    assert undo(chief, change_of(removed), "").done
    until(active)
    for region in ("", "nowhere", live_place.region, "us-east-1\0"):
        with pytest.raises(InputError) as refused:
            belongings.set_replica(chief, live_place, table, region, wanted=True, reason="")
        assert refused.value.field == "region"


def test_contributor_insights_of_a_table_and_an_index(localaws: str, live_place: Place, chief: Actor) -> None:
    table = live.make(localaws, PARCELS)
    found = belongings.insights(chief, live_place, table)
    assert [(row.index, row.enabled) for row in found if not isinstance(row, AwsError)] == [
        ("", False),
        ("by-depot", False),
        ("by-route", False),
    ]
    off: dict[str, Any] = {"enabled": False, "mode": ""}
    on = {"enabled": True, "mode": "THROTTLED_KEYS"}
    result = change_of(belongings.set_insights(chief, live_place, table, "by-depot", off, on, "hot?"))
    assert belongings.insights_state(chief, live_place, table, "by-depot") == on
    assert belongings.insights_state(chief, live_place, table, "") == off
    assert isinstance(belongings.set_insights(chief, live_place, table, "by-depot", off, on, ""), Changed)
    assert undo(chief, result, "").done
    assert belongings.insights_state(chief, live_place, table, "by-depot") == off


def test_kinesis_destinations_are_shown(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    assert belongings.destinations(chief, live_place, table) == ()
    arn = "arn:aws:kinesis:eu-central-1:000000000000:stream/changes"
    live.client(localaws).enable_kinesis_streaming_destination(TableName=table, StreamArn=arn)
    (found,) = belongings.destinations(chief, live_place, table)
    assert found.arn == arn


def test_a_backup_of_another_table_is_not_found(live_place: Place, chief: Actor, table: str) -> None:
    with pytest.raises(AwsError) as refused:
        backups.backup(chief, live_place, table, "01700000000000-abcdef01")
    assert refused.value.kind is Kind.NOT_FOUND


def test_a_form_sent_twice_restores_once(localaws: str, live_place: Place, chief: Actor, table: str) -> None:
    turned = backups.set_recovery(chief, live_place, table, OFF, ON, "safety")
    assert isinstance(turned, Altered)
    wanted = Wanted(table, f"{table}-twice")
    job = restoring.restore(chief, live_place, wanted, "look")
    assert restoring.restore(chief, live_place, wanted, "look") == job
    assert Change.objects.filter(action="table.restore").count() == 1
    with pytest.raises(InputError, match="There is a table named"):
        restoring.restore(chief, live_place, Wanted(table, f"{table}-twice", indexes=False), "another")
    finished(job.pk)


def test_a_backup_of_a_name_in_use_is_refused(live_place: Place, chief: Actor, table: str) -> None:
    backups.create_backup(chief, live_place, table, "once", "")
    with pytest.raises(InputError, match="There is a backup of that name already, made 20"):
        backups.create_backup(chief, live_place, table, "once", "")
    assert len(backups.backups(chief, live_place, table).rows) == 1


def test_a_restore_whose_answer_was_lost_is_settled_by_where_the_table_comes_from(
    localaws: str, live_place: Place, chief: Actor, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else made a table of that very name meanwhile: the restore did not happen."""
    backups.set_recovery(chief, live_place, table, OFF, ON, "safety")

    def lose(*_: Any, **__: Any) -> None:
        live.client(localaws).create_table(
            TableName=f"{table}-lost",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
        )
        raise AwsError("ReadTimeoutError", "no answer", Kind.LOST, permanent=False)

    monkeypatch.setattr("dashboard.aws.dynamodb.backups.restore_to_moment", lose)
    with pytest.raises(AwsError):
        restoring.restore(chief, live_place, Wanted(table, f"{table}-lost"), "look")
    change = Change.objects.get(action="table.restore")
    (handler,) = restoring.handlers()
    assert handler.reconcile is not None and handler.reconcile(Change.objects.get(pk=change.pk))
    assert Change.objects.get(pk=change.pk).state == "failed"
