"""The list of jobs, the home page's panel and the palette."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from dashboard.accounts.models import Grant, User
from dashboard.core.resources import Resource
from dashboard.jobs.models import Job, Worker

pytestmark = pytest.mark.django_db
HOSTILE = Resource("table:<img src=x onerror=alert(1)>", "main", "eu-central-1")


def test_it_works(kind: Any, start: Any, client_for: Any, reader: User, editor: User) -> None:
    kind()
    kind(name="test.upkeep", title="Sweep the floor", hidden=True)
    job = start(editor)
    start(kind="test.upkeep")
    Job.objects.filter(pk=job.pk).update(done=30, total=40, worked=60.0, state="running")
    page = client_for(reader).get("/jobs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert f'href="/jobs/{job.pk}/"' in text
    assert "Test work" in text
    assert "75 %" in text
    assert "20 s" in text, "the time left"
    assert "main/eu-central-1/table:parcels" in text
    assert "Sweep the floor" not in text
    assert 'hx-get="/jobs/"' in text, "it is asked for again while a job runs"
    assert "Sweep the floor" in client_for(reader).get("/jobs/?upkeep=on").content.decode()


def test_a_part_for_htmx(kind: Any, start: Any, client_for: Any, reader: User) -> None:
    kind()
    start()
    page = client_for(reader).get("/jobs/?state=queued", headers={"HX-Request": "true"})
    text = page.content.decode()
    assert text.lstrip().startswith('<div id="jobs-part" hx-get="/jobs/?state=queued"')
    assert "<html" not in text
    assert "HX-Request" in page["Vary"]


def test_finished_jobs_are_not_asked_for_again(kind: Any, start: Any, client_for: Any, reader: User) -> None:
    kind()
    start()
    Job.objects.update(state="done")
    assert "hx-get" not in client_for(reader).get("/jobs/", headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(("state", "shown"), [("", 3), ("unfinished", 1), ("failed", 1), ("waiting", 0)])
def test_by_state(kind: Any, start: Any, client_for: Any, reader: User, state: str, shown: int) -> None:
    kind()
    for value in ("running", "failed", "done"):
        Job.objects.filter(pk=start().pk).update(state=value)
    text = client_for(reader).get(f"/jobs/?state={state}").content.decode()
    assert text.count('<a href="/jobs/') - text.count('<a href="/jobs/"') == shown


def test_older_jobs_are_on_the_next_page(kind: Any, start: Any, client_for: Any, reader: User) -> None:
    kind()
    jobs = [start() for _ in range(53)]
    first = client_for(reader).get("/jobs/").context
    second = client_for(reader).get(f"/jobs/?{first['next_query']}").context
    assert [row.job for row in (*first["rows"], *second["rows"])] == jobs[::-1]
    assert "next_query" not in second


def test_only_what_the_viewer_may_read(kind: Any, start: Any, client_for: Any, stranger: User) -> None:
    kind()
    seen, hidden = start(), start(resource=Resource("table:secrets", "main", "eu-central-1"))
    group = Group.objects.create(name="parcels")
    Grant.objects.create(group=group, resource="table:parcels", actions=["read"])
    stranger.groups.add(group)
    page = client_for(stranger).get("/jobs/")
    assert [row.job for row in page.context["rows"]] == [seen]
    assert client_for(stranger).get(f"/jobs/{hidden.pk}/").status_code == 404


def test_a_stranger_gets_404(client_for: Any, stranger: User) -> None:
    assert client_for(stranger).get("/jobs/").status_code == 404


def test_nobody_signed_in_goes_to_the_sign_in_page(client: Any) -> None:
    assert client.get("/jobs/").status_code == 302


@pytest.mark.parametrize("query", ["state=nonsense", "after=nonsense"])
def test_a_query_that_cannot_be_used(client_for: Any, reader: User, query: str) -> None:
    page = client_for(reader).get(f"/jobs/?{query}")
    assert page.status_code == 400
    assert "Traceback" not in page.content.decode()


def test_no_worker_is_said(client_for: Any, reader: User) -> None:
    sentence = "No worker has been seen for 3 minutes: start one with manage.py qcluster."
    assert sentence in client_for(reader).get("/jobs/").content.decode()
    now = timezone.now()
    Worker.objects.create(name="w", started=now, seen=now)
    assert sentence not in client_for(reader).get("/jobs/").content.decode()


def test_hostile_names_are_text(kind: Any, start: Any, client_for: Any, reader: User) -> None:
    kind(title="<script>alert(2)</script>")
    start(resource=HOSTILE)
    for url in ("/jobs/", "/"):
        text = client_for(reader).get(url).content.decode()
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "<img src=x" not in text
        assert "<script>alert" not in text


def test_the_home_page_and_the_palette_show_what_runs(
    kind: Any, start: Any, client_for: Any, reader: User, stranger: User
) -> None:
    kind(title="Count the parcels")
    job = start()
    home = client_for(reader).get("/").content.decode()
    assert f'href="/jobs/{job.pk}/"' in home
    found = json.loads(client_for(reader).get("/palette/?q=count").content)
    assert f"/jobs/{job.pk}/" in json.dumps(found)
    Job.objects.update(state="done")
    assert f"/jobs/{job.pk}/" not in client_for(reader).get("/").content.decode()
