"""The sweeper, periodic work, signs of life, and the queue's settings."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.models import Schedule

from dashboard.core.resources import Resource
from dashboard.jobs import heartbeat, keeper, schedules
from dashboard.jobs.models import Job, Worker
from dashboard.jobs.queue_settings import q_cluster
from dashboard.jobs.slices import run_slice
from dashboard.jobs.sweeper import prune, sweep

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``every`` with what the modules registered left out."""
    monkeypatch.setattr(schedules, "_periodic", {})
    return schedules.every


@pytest.mark.parametrize(
    ("fields", "delivered"),
    [
        ({"state": "running", "lease_owner": "dead", "lease_until": -SECOND}, True),
        ({"state": "running", "lease_owner": "alive", "lease_until": SECOND * 20}, False),
        ({"state": "waiting", "due": -SECOND}, True),
        ({"state": "waiting", "due": SECOND * 20}, False),
        ({"state": "queued", "delivered": -SECOND * 121}, True),
        ({"state": "queued", "delivered": -SECOND * 60}, False),
        ({"state": "done", "delivered": -SECOND * 500}, False),
        ({"state": "failed", "due": -SECOND}, False),
        ({"state": "cancelled", "lease_until": -SECOND}, False),
    ],
)
def test_the_sweeper_finds_what_nobody_works_on(
    kind: Any, start: Any, queue: list[str], fields: dict[str, Any], delivered: bool
) -> None:
    kind()
    job = start()
    queue.clear()
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        **{name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    )
    assert sweep() == int(delivered)
    assert queue == [str(job.pk)] * int(delivered)
    assert sweep() == 0, "once"
    job.refresh_from_db()
    assert (job.state == "queued") is (delivered or fields["state"] == "queued")


def test_the_sweeper_cancels_what_was_to_be_cancelled_when_its_worker_died(
    kind: Any, start: Any, queue: list[str]
) -> None:
    kind()
    job = start()
    queue.clear()
    Job.objects.update(state="running", lease_until=timezone.now() - SECOND, cancel_requested=True)
    assert sweep() == 0
    job.refresh_from_db()
    assert (job.state, queue) == ("cancelled", [])


def test_periodic_work_starts_once_a_period(kind: Any, queue: list[str], every: Any) -> None:
    kind()
    every(5, "test.work", {"a": 1})
    every(5, "test.work", {"a": 1})
    every(5, "test.work", {"a": 2})
    first = schedules.start_due()
    assert [job.arguments for job in first] == [{"a": 1}, {"a": 2}]
    assert [(job.owner, job.owner_name) for job in first] == [(None, "gatehouse")] * 2
    assert schedules.start_due() == []
    for job in first:
        run_slice(str(job.pk))
    assert schedules.start_due() == [], "not before the five minutes are over"
    Job.objects.update(created=timezone.now() - timedelta(hours=1))
    assert len(schedules.start_due()) == 2, "one each, however long the silence was"


def test_periodic_work_does_not_pile_up_while_one_is_unfinished(
    kind: Any, queue: list[str], every: Any
) -> None:
    kind()
    every(5, "test.work", {}, resource=Resource("console:home"))
    (job,) = schedules.start_due()
    Job.objects.update(created=timezone.now() - timedelta(hours=1))
    assert schedules.start_due() == [job]
    assert Job.objects.count() == 1


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_a_period_out_of_range(every: Any, minutes: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 1440"):
        every(minutes, "test.work", {})


def test_the_schedule_is_there_after_migrate_and_only_once() -> None:
    Schedule.objects.all().delete()
    Schedule.objects.create(name=schedules.NAME, func="os.system", args="'true'")
    Schedule.objects.create(name=schedules.NAME, func="os.system", args="'true'")
    call_command("migrate", "django_q", verbosity=0)
    row = Schedule.objects.get(name=schedules.NAME)
    assert (row.func, row.minutes, row.repeats) == ("dashboard.jobs.slices.run_slice", 1, -1)
    assert ast.literal_eval(str(row.args)) == ("sweep",)
    next_run = row.next_run
    schedules.ensure_schedule()
    assert Schedule.objects.get(name=schedules.NAME).next_run == next_run


def test_the_schedules_delivery_looks_after_everything(
    kind: Any, queue: list[str], every: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kind(hidden=True)
    every(5, "test.work", {})
    with django_capture_on_commit_callbacks(execute=True):
        run_slice("sweep")
    old = Job.objects.get()
    assert queue == [str(old.pk)]
    Job.objects.update(state="done", finished=timezone.now() - timedelta(days=3))
    run_slice("sweep")
    assert not Job.objects.filter(pk=old.pk).exists(), "finished upkeep is forgotten after two days"


def test_a_persons_finished_job_is_kept_for_90_days(kind: Any, start: Any) -> None:
    kind()
    job = start()
    Job.objects.update(state="done", finished=timezone.now() - timedelta(days=89))
    prune()
    assert Job.objects.filter(pk=job.pk).exists()
    Job.objects.update(finished=timezone.now() - timedelta(days=91))
    prune()
    assert not Job.objects.exists()


def test_an_unfinished_job_is_never_forgotten(kind: Any, start: Any) -> None:
    kind(hidden=True)
    start()
    Job.objects.update(created=timezone.now() - timedelta(days=900), state="waiting")
    prune()
    assert Job.objects.exists()


def test_signs_of_life() -> None:
    assert heartbeat.last_seen() is None
    sentence = "No worker has been seen for 3 minutes: start one with manage.py qcluster."
    assert heartbeat.warning() == sentence
    run_slice("sweep")
    assert heartbeat.last_seen() is not None
    assert heartbeat.warning() == ""
    Worker.objects.update(seen=timezone.now() - timedelta(minutes=4))
    assert heartbeat.warning() == sentence
    heartbeat.beat()
    assert heartbeat.warning() == ""
    assert Worker.objects.count() == 1


def test_a_held_lease_is_renewed_beside_a_long_call(kind: Any, start: Any) -> None:
    """As the keeper's thread does it in each of its rounds."""

    def run(piece: Any) -> bool:
        Job.objects.update(lease_until=timezone.now() - SECOND)
        keeper._round()
        return Job.objects.filter(state="running", lease_until__gt=timezone.now() + SECOND).exists()

    kind(run)
    job = start()
    run_slice(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done"


@pytest.mark.parametrize(
    ("broker", "own"),
    [
        ("database", {"name": "gatehouse", "orm": "default"}),
        ("redis://h:6379/0", {"name": "gatehouse", "redis": "redis://h:6379/0"}),
        (
            "sqs://eu-central-1/gatehouse-jobs",
            {
                "name": "gatehouse-jobs",
                "sqs": {"aws_region": "eu-central-1", "receive_message_wait_time_seconds": 5},
            },
        ),
    ],
)
def test_the_queues_settings(broker: str, own: dict[str, Any]) -> None:
    settings = q_cluster(broker, 3)
    assert own.items() <= settings.items()
    assert len({"orm", "redis", "sqs"} & settings.keys()) == 1
    assert 60 < settings["timeout"] < settings["retry"]
    assert (settings["workers"], settings["ack_failures"], settings["catch_up"]) == (3, True, False)
    assert "cluster_name" not in settings, "django-q2 runs schedules only in a cluster named as the site"
