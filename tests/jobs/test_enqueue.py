"""Starting jobs: permission, the one unfinished job of a name, secrets, a queue that is away."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from dashboard.accounts.models import User
from dashboard.accounts.policy import Refused
from dashboard.jobs.models import Job
from dashboard.jobs.slices import run_slice

pytestmark = pytest.mark.django_db


def test_it_works(kind: Any, start: Any, queue: list[str], editor: User) -> None:
    kind(permission="write")
    job = start(editor, arguments={"table": "parcels"})
    assert (job.state, job.owner, job.owner_name, job.request_id) == ("queued", editor, "editor", "request-1")
    assert str(job.place) == "main/eu-central-1/table:parcels"
    assert queue == [str(job.pk)]


def test_who_may_not_do_the_work_may_not_start_it(
    kind: Any, start: Any, queue: list[str], reader: User
) -> None:
    kind(permission="write")
    with pytest.raises(Refused) as refused:
        start(reader)
    assert refused.value.seen
    assert not Job.objects.exists()
    assert queue == []


def test_an_unfinished_job_of_the_same_name_is_returned(kind: Any, start: Any, queue: list[str]) -> None:
    kind()
    first = start(unique="refresh:main")
    assert start(unique="refresh:main") == first
    assert start(unique="refresh:other") != first
    assert start() != start()
    assert queue.count(str(first.pk)) == 1
    run_slice(str(first.pk))
    assert start(unique="refresh:main") != first, "a finished one does not count"


def test_an_unknown_kind(start: Any) -> None:
    with pytest.raises(ValueError, match=r"no kind of job named nobody\.knows"):
        start(kind="nobody.knows")


@pytest.mark.parametrize(
    "arguments", [{"password": "x"}, {"a": [{"AWS_Secret_Key": "x"}]}, {"sessionToken": 1}]
)
def test_arguments_named_like_a_secret(kind: Any, start: Any, arguments: dict[str, Any]) -> None:
    kind()
    with pytest.raises(ValueError, match="named like a secret"):
        start(arguments=arguments)
    assert not Job.objects.exists()


def test_a_queue_that_is_away_keeps_the_job(
    kind: Any, start: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_args: Any, **_options: Any) -> str:
        raise ConnectionError("redis is away")

    monkeypatch.setattr(logging.getLogger("gatehouse"), "propagate", True)
    monkeypatch.setattr("dashboard.jobs.delivery.async_task", away)
    kind()
    job = start()
    assert Job.objects.get(pk=job.pk).state == "queued"
    assert f"job {job.pk} was not delivered" in caplog.text
