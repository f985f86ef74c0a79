"""What one delivery does to a job."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from dashboard.accounts.models import Connection, User
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.resources import Resource
from dashboard.jobs.core.patience import MOST_STALLS, MOST_WAITS
from dashboard.jobs.models import Job
from dashboard.jobs.slices import Slice, run_slice

pytestmark = pytest.mark.django_db
THROTTLED = AwsError(
    "ThrottlingException",
    "Rate exceeded",
    kind=Kind.THROTTLED,
    permanent=False,
    request_id="R1",
    operation="Scan",
)
DENIED = AwsError("AccessDeniedException", "not yours", kind=Kind.DENIED, request_id="R2", operation="Scan")


def again(job: Job) -> Job:
    """Deliver once more; the row after it."""
    run_slice(str(job.pk))
    job.refresh_from_db()
    return job


def raising(error: BaseException) -> Callable[[Slice], bool]:
    def run(_piece: Slice) -> bool:
        raise error

    return run


def test_it_works(kind: Any, start: Any, queue: list[str], editor: User) -> None:
    def run(piece: Slice) -> bool:
        step = piece.state.get("step", 0) + 1
        piece.log(f"step {step} for {piece.actor_name} on {piece.resource}")
        piece.checkpoint({"step": step}, step * 10, 20)
        return bool(step == 2)

    kind(run, permission="write")
    job = start(editor, arguments={"a": [1, "ü\u0000"]})
    assert queue == [str(job.pk)]
    again(job)
    assert (job.state, job.done, job.total, job.checkpoint, job.slices) == ("queued", 10, 20, {"step": 1}, 1)
    assert queue == [str(job.pk)] * 2, "a slice that is not the last asks for the next"
    again(job)
    assert (job.state, job.done, job.slices, job.lease_owner) == ("done", 20, 2, "")
    assert job.finished is not None
    assert job.arguments == {"a": [1, "ü\u0000"]}
    assert [line.text for line in job.lines.all()] == [
        "step 1 for editor on main/eu-central-1/table:parcels",
        "step 2 for editor on main/eu-central-1/table:parcels",
    ]
    assert queue == [str(job.pk)] * 2


def test_a_second_delivery_of_a_finished_job_does_nothing(kind: Any, start: Any) -> None:
    runs = []

    def run(piece: Slice) -> bool:
        runs.append(piece.job_id)
        return True

    kind(run)
    job = again(start())
    before = Job.objects.values().get(pk=job.pk)
    again(job)
    assert len(runs) == 1
    assert Job.objects.values().get(pk=job.pk) == before


def test_a_delivery_while_another_worker_holds_the_job_does_nothing(kind: Any, start: Any) -> None:
    kind(raising(AssertionError("must not run")))
    job = start()
    until = timezone.now() + timedelta(seconds=5)
    Job.objects.filter(pk=job.pk).update(state="running", lease_owner="other", lease_until=until)
    again(job)
    assert (job.state, job.lease_owner) == ("running", "other")


def test_a_delivery_of_an_unknown_job_does_nothing(db: None) -> None:
    run_slice(str(uuid.uuid4()))


def test_a_lost_worker_is_followed_from_the_checkpoint(kind: Any, start: Any) -> None:
    seen = []

    def run(piece: Slice) -> bool:
        seen.append(piece.state)
        return True

    kind(run)
    job = start()
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(
        state="running", lease_owner="dead", lease_until=past, checkpoint={"step": 7}
    )
    assert again(job).state == "done"
    assert seen == [{"step": 7}]


def test_a_slice_that_lost_its_lease_writes_nothing_more(kind: Any, start: Any) -> None:
    def run(piece: Slice) -> bool:
        piece.checkpoint({"step": 1}, 1)
        Job.objects.filter(pk=piece.job_id).update(lease_owner="thief")
        piece.log("too late")
        piece.checkpoint({"step": 2}, 2)
        raise AssertionError("the checkpoint must not pass")

    kind(run)
    job = again(start())
    assert (job.checkpoint, job.done, job.state, job.lease_owner) == ({"step": 1}, 1, "running", "thief")
    assert not job.lines.exists()


def test_a_job_that_kills_its_workers_fails_in_the_end(kind: Any, start: Any) -> None:
    kind(raising(SystemExit("killed")))
    job = start()
    for _ in range(MOST_STALLS):
        with pytest.raises(SystemExit):
            run_slice(str(job.pk))
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    again(job)
    assert job.state == "failed"
    assert f"stopped {MOST_STALLS} times at the same place" in job.error_message


def test_a_throttled_slice_waits_as_long_as_aws_asks(kind: Any, start: Any, queue: list[str]) -> None:
    kind(raising(AwsError(**{**vars(THROTTLED), "retry_after": 40.0})))
    job = again(start())
    assert (job.state, job.waits, job.error_code, job.error_request_id) == (
        "waiting",
        1,
        "ThrottlingException",
        "R1",
    )
    assert job.due is not None
    assert 38 < (job.due - timezone.now()).total_seconds() <= 40
    assert len(queue) == 1, "it is not delivered before it is due"
    assert again(job).slices == 1, "a delivery before it is due does nothing"
    assert [line.text for line in job.lines.all()] == ["Scan answered ThrottlingException; goes on in 40 s."]


def test_a_job_that_waits_for_aws_holds_no_worker(kind: Any, start: Any, queue: list[str]) -> None:
    def run(piece: Slice) -> bool:
        looked = piece.state.get("looked", 0) + 1
        piece.checkpoint({"looked": looked}, looked)
        return looked == 2 or piece.later(30)

    kind(run)
    job = again(start())
    assert (job.state, job.error_code, job.lease_owner, job.checkpoint) == ("waiting", "", "", {"looked": 1})
    assert job.due is not None and job.due > timezone.now() + timedelta(seconds=20)
    assert again(job).slices == 1, "not before it is due"
    Job.objects.filter(pk=job.pk).update(due=timezone.now())
    assert again(job).state == "done"
    assert len(queue) == 1, "the sweeper delivers it when it is due"


def test_throttled_for_too_long_fails(kind: Any, start: Any) -> None:
    kind(raising(THROTTLED))
    job = start()
    Job.objects.filter(pk=job.pk).update(waits=MOST_WAITS)
    assert again(job).state == "failed"


def test_a_checkpoint_starts_the_count_of_waits_anew(kind: Any, start: Any) -> None:
    def run(piece: Slice) -> bool:
        piece.checkpoint({}, 1)
        raise THROTTLED

    kind(run)
    job = start()
    Job.objects.filter(pk=job.pk).update(waits=MOST_WAITS)
    assert (again(job).state, job.waits) == ("waiting", 1)


def test_a_permanent_error_fails_with_what_aws_said(kind: Any, start: Any) -> None:
    kind(raising(DENIED))
    job = again(start())
    assert (job.state, job.error_code, job.error_message, job.error_request_id) == (
        "failed",
        "AccessDeniedException",
        "not yours",
        "R2",
    )


def test_input_that_cannot_be_used_fails_with_the_sentence(kind: Any, start: Any) -> None:
    kind(raising(InputError("table", "The table is gone.")))
    assert again(start()).error_message == "The table is gone."


def test_any_other_error_keeps_its_details_in_the_log(
    kind: Any, start: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("gatehouse"), "propagate", True)
    kind(raising(ZeroDivisionError("hush: s3cret")))
    with caplog.at_level(logging.ERROR, logger="gatehouse.jobs"):
        job = again(start())
    assert job.state == "failed"
    assert job.error_message.startswith("The job stopped because of an error in Gatehouse itself.")
    assert "s3cret" not in job.error_message + job.error_code
    assert "ZeroDivisionError" in caplog.text
    assert str(job.pk) in caplog.text


def test_our_own_database_failing_leaves_the_job_to_the_next_worker(kind: Any, start: Any) -> None:
    kind(raising(OperationalError("database is locked")))
    job = start()
    with pytest.raises(OperationalError):
        run_slice(str(job.pk))
    job.refresh_from_db()
    assert job.state == "running"
    assert job.lease_until is not None


def test_an_owner_who_lost_the_permission_fails_the_job(kind: Any, start: Any, editor: User) -> None:
    kind(raising(AssertionError("must not run")), permission="write")
    job = start(editor)
    editor.groups.clear()
    assert again(job).state == "failed"
    assert job.error_message.startswith(
        "editor, who started this job, may not write main/eu-central-1/table:parcels any more: "
    )


def test_a_connection_that_became_read_only_fails_the_job(
    kind: Any, start: Any, editor: User, connection: Connection
) -> None:
    kind(raising(AssertionError("must not run")), permission="write")
    job = start(editor)
    Connection.objects.update(read_only=True)
    assert again(job).error_message.endswith("The connection main is read-only.")


def test_an_owner_who_may_not_sign_in_any_more_fails_the_job(kind: Any, start: Any, editor: User) -> None:
    kind()
    job = start(editor)
    User.objects.update(is_active=False)
    assert again(job).error_message == "editor, who started this job, may not sign in any more."


def test_an_owner_who_is_gone_fails_the_job(kind: Any, start: Any, editor: User) -> None:
    kind()
    job = start(editor)
    editor.delete()
    assert again(job).error_message == "editor, who started this job, has no account any more."


def test_a_kind_whose_module_is_gone_fails_the_job(kind: Any, start: Any, db: None) -> None:
    kind()
    job = start()
    Job.objects.filter(pk=job.pk).update(kind="gone.work")
    assert again(job).error_message == "This Gatehouse does not know jobs of the kind gone.work."


def test_cancel_stops_at_the_checkpoint_and_keeps_it(kind: Any, start: Any) -> None:
    def run(piece: Slice) -> bool:
        Job.objects.filter(pk=piece.job_id).update(cancel_requested=True)
        assert piece.cancelled
        piece.checkpoint({"step": 3}, 3)
        raise AssertionError("the checkpoint must not pass")

    kind(run)
    job = again(start())
    assert (job.state, job.checkpoint, job.done) == ("cancelled", {"step": 3}, 3)


def test_cancel_between_two_slices(kind: Any, start: Any, queue: list[str]) -> None:
    def run(piece: Slice) -> bool:
        Job.objects.filter(pk=piece.job_id).update(cancel_requested=True)
        return False

    kind(run)
    assert again(start()).state == "cancelled"
    assert len(queue) == 1


def test_a_slice_ends_when_its_time_is_up(kind: Any, start: Any, settings: Any) -> None:
    def run(piece: Slice) -> bool:
        assert piece.time_is_up()
        return False

    settings.JOBS_SLICE = 0
    kind(run)
    assert again(start()).state == "queued"


def test_the_log_is_bounded_and_of_one_line_each(kind: Any, start: Any) -> None:
    def run(piece: Slice) -> bool:
        for number in range(600):
            piece.log(f"line {number}")
        piece.checkpoint({}, 1)
        piece.log("a\nb\x00c\u2028" + "x" * 900)
        return True

    kind(run)
    lines = [line.text for line in again(start()).lines.all()]
    assert len(lines) == 500
    assert lines[-1].startswith("a b c x")
    assert len(lines[-1]) == 500
    assert lines[0] == "line 101"


def test_without_a_schedule_the_resource_may_be_anything(kind: Any, start: Any) -> None:
    kind(lambda piece: piece.actor.user is None and piece.actor_name == "gatehouse")
    assert again(start(resource=Resource("console:jobs"))).state == "done"
