"""One job's page, cancel and retry."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import Connection, User
from dashboard.core.resources import Resource
from dashboard.history.models import Change
from dashboard.jobs.models import Job
from dashboard.jobs.slices import Slice, run_slice

pytestmark = pytest.mark.django_db


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    """What a request's commit would do is done at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_it_works(
    kind: Any, start: Any, commits: Any, client_for: Any, editor: User, queue: list[str]
) -> None:
    """Run a slice, look, cancel, retry, finish."""

    def run(piece: Slice) -> bool:
        step = piece.state.get("step", 0) + 1
        piece.log(f"step {step} is over")
        piece.checkpoint({"step": step}, step, 2)
        return bool(step == 2)

    kind(run, permission="write")
    job = start(editor)
    url = f"/jobs/{job.pk}/"
    browser = client_for(editor)
    run_slice(str(job.pk))
    text = browser.get(url).content.decode()
    assert f'hx-get="{url}"' in text
    assert 'hx-trigger="every 2s"' in text
    assert "step 1 is over" in text
    assert 'value="1" max="2"' in text
    assert f'action="{url}cancel/"' in text

    page = browser.post(f"{url}cancel/", follow=True)
    assert state_of(job) == "cancelled"
    text = page.content.decode()
    assert "The job is cancelled." in text
    assert "hx-get" not in text.split('id="job-part"')[1].split(">")[0]
    assert f'action="{url}retry/"' in text

    queue.clear()
    with commits():
        page = browser.post(f"{url}retry/", follow=True)
    assert state_of(job) == "queued"
    assert queue == [str(job.pk)]
    assert "goes on from its checkpoint" in page.content.decode()
    run_slice(str(job.pk))
    assert (state_of(job), job.checkpoint) == ("done", {"step": 2})
    text = browser.get(url).content.decode()
    assert "/cancel/" not in text
    assert "/retry/" not in text

    changes = Change.objects.filter(subject=str(job.pk)).order_by("time")
    assert [(change.action, change.outcome.result, change.user_name) for change in changes] == [
        ("job.cancel", "done", "editor"),
        ("job.retry", "done", "editor"),
    ]


def test_a_running_job_is_asked_to_stop(kind: Any, start: Any, client_for: Any, editor: User) -> None:
    kind()
    job = start(editor)
    until = timezone.now() + timedelta(seconds=20)
    Job.objects.update(state="running", lease_owner="worker", lease_until=until)
    text = client_for(editor).post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert state_of(job) == "running"
    assert job.cancel_requested
    assert "The job stops at its next checkpoint." in text
    assert "Stopping" in text


def test_a_part_for_htmx_and_the_whole_page_at_the_end(
    kind: Any, start: Any, client_for: Any, reader: User
) -> None:
    kind()
    job = start()
    browser, headers = client_for(reader), {"HX-Request": "true"}
    page = browser.get(f"/jobs/{job.pk}/", headers=headers)
    assert page.content.decode().lstrip().startswith('<div id="job-part"')
    assert "HX-Refresh" not in page
    Job.objects.update(state="done")
    page = browser.get(f"/jobs/{job.pk}/", headers=headers)
    assert page["HX-Refresh"] == "true"
    assert "hx-get" not in page.content.decode()


def test_a_failed_job_says_what_aws_said_and_what_to_do(
    kind: Any, start: Any, client_for: Any, editor: User, reader: User
) -> None:
    kind()
    job = start(editor)
    Job.objects.update(
        state="failed", error_code="AccessDenied", error_message="no <b>way</b>", error_request_id="REQ-9"
    )
    text = client_for(editor).get(f"/jobs/{job.pk}/").content.decode()
    for words in (
        "This job failed",
        "AccessDenied",
        "no &lt;b&gt;way&lt;/b&gt;",
        "REQ-9",
        "retry: the job goes on",
    ):
        assert words in text
    assert "retry: the job goes on" not in client_for(reader).get(f"/jobs/{job.pk}/").content.decode()


def test_what_we_say_is_not_said_to_be_from_aws(kind: Any, start: Any, client_for: Any, editor: User) -> None:
    kind(lambda _piece: 1 / 0 == 1)
    job = start(editor)
    run_slice(str(job.pk))
    text = client_for(editor).get(f"/jobs/{job.pk}/").content.decode()
    assert "The job stopped because of an error in Gatehouse itself." in text
    assert "AWS says" not in text
    assert "ZeroDivisionError" not in text
    assert "<progress" not in text, "nothing moves in a job that is over"


def test_a_waiting_job_says_when_it_goes_on(kind: Any, start: Any, client_for: Any, reader: User) -> None:
    kind()
    job = start()
    due = timezone.now() + timedelta(seconds=90)
    Job.objects.update(state="waiting", due=due, error_code="Throttling")
    text = client_for(reader).get(f"/jobs/{job.pk}/").content.decode()
    assert "Waiting for AWS" in text
    assert f"{due:%H:%M:%S} UTC" in text


def test_hostile_log_lines_are_text(kind: Any, start: Any, client_for: Any, reader: User) -> None:
    kind()
    job = start()
    job.lines.create(time=timezone.now(), text="<img src=x onerror=alert(1)> {{ 7|add:7 }}")
    text = client_for(reader).get(f"/jobs/{job.pk}/").content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7|add:7 }}" in text
    assert "<img src=x" not in text


@pytest.mark.parametrize("action", ["", "cancel/", "retry/"])
def test_an_unknown_job_is_404(client_for: Any, admin: User, action: str) -> None:
    browser: Client = client_for(admin)
    url = f"/jobs/{uuid.uuid4()}/{action}"
    assert browser.get(url).status_code == 404
    assert browser.post(url).status_code == (404 if action else 405)
    assert browser.get(f"/jobs/not-an-id/{action}").status_code == 404


@pytest.mark.parametrize("action", ["", "cancel/", "retry/"])
def test_a_stranger_gets_404(kind: Any, start: Any, client_for: Any, stranger: User, action: str) -> None:
    kind()
    url = f"/jobs/{start().pk}/{action}"
    assert client_for(stranger).get(url).status_code == 404
    assert not action or client_for(stranger).post(url).status_code == 404


@pytest.mark.parametrize(("action", "state"), [("cancel", "queued"), ("retry", "failed")])
def test_a_reader_who_is_not_the_owner_gets_403(
    kind: Any, start: Any, client_for: Any, reader: User, editor: User, action: str, state: str
) -> None:
    kind()
    job = start(editor)
    Job.objects.update(state=state)
    browser = client_for(reader)
    text = browser.get(f"/jobs/{job.pk}/").content.decode()
    assert f"/{action}/" not in text, "no button that would be refused"
    assert "Only editor, who started this job, and administrators may cancel or retry it." in text
    page = browser.post(f"/jobs/{job.pk}/{action}/")
    assert page.status_code == 403
    assert "Only editor, who started this job" in page.content.decode()
    assert state_of(job) == state
    assert not Change.objects.exists()


def test_an_owner_without_the_permission_gets_403(
    kind: Any, start: Any, client_for: Any, editor: User
) -> None:
    from django.contrib.auth.models import Group

    kind(permission="write")
    job = start(editor)
    editor.groups.set([Group.objects.get(name="reader")])
    assert client_for(editor).post(f"/jobs/{job.pk}/cancel/").status_code == 403
    assert state_of(job) == "queued"


def test_an_administrator_may_also_on_a_read_only_connection(
    kind: Any, start: Any, client_for: Any, editor: User, admin: User, connection: Connection
) -> None:
    kind(permission="write")
    job = start(editor)
    Connection.objects.update(read_only=True)
    client_for(admin).post(f"/jobs/{job.pk}/cancel/")
    assert state_of(job) == "cancelled"


@pytest.mark.parametrize(
    ("action", "state", "sentence"),
    [
        ("cancel", "done", "This job is done already; there is nothing to cancel."),
        ("cancel", "failed", "This job is failed already; there is nothing to cancel."),
        ("cancel", "cancelled", "This job is cancelled already; there is nothing to cancel."),
        ("retry", "done", "This job is done; only a failed or cancelled one can be retried."),
        ("retry", "running", "This job is running; only a failed or cancelled one can be retried."),
        ("retry", "queued", "This job is queued; only a failed or cancelled one can be retried."),
    ],
)
def test_too_late_says_so(
    kind: Any, start: Any, client_for: Any, editor: User, action: str, state: str, sentence: str
) -> None:
    kind()
    job = start(editor)
    Job.objects.update(state=state)
    before = Job.objects.values().get()
    page = client_for(editor).post(f"/jobs/{job.pk}/{action}/")
    assert page.status_code == 409
    assert sentence in page.content.decode()
    assert Job.objects.values().get() == before
    assert Change.objects.get().outcome.result == "refused"


def test_retry_while_another_job_does_the_same_work(
    kind: Any, start: Any, client_for: Any, editor: User
) -> None:
    kind()
    job = start(editor, unique="same")
    Job.objects.update(state="failed")
    start(editor, unique="same")
    page = client_for(editor).post(f"/jobs/{job.pk}/retry/")
    assert page.status_code == 409
    assert "Another job does the same work at this moment." in page.content.decode()
    assert state_of(job) == "failed"


def test_retry_of_a_kind_that_is_gone(kind: Any, start: Any, client_for: Any, admin: User) -> None:
    kind()
    job = start(admin)
    Job.objects.update(state="failed", kind="gone.work")
    page = client_for(admin).post(f"/jobs/{job.pk}/retry/")
    assert page.status_code == 409
    assert "does not know jobs of the kind gone.work" in page.content.decode()


def test_a_get_changes_nothing(kind: Any, start: Any, client_for: Any, editor: User) -> None:
    kind()
    job = start(editor, resource=Resource("console:jobs"))
    for action in ("cancel", "retry"):
        page = client_for(editor).get(f"/jobs/{job.pk}/{action}/")
        assert (page.status_code, page["Location"]) == (302, f"/jobs/{job.pk}/")
    assert state_of(job) == "queued"


def test_a_post_without_the_token_is_refused(kind: Any, start: Any, editor: User) -> None:
    kind()
    job = start(editor)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    assert browser.post(f"/jobs/{job.pk}/cancel/").status_code == 403
    assert state_of(job) == "queued"
