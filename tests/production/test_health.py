"""/healthz asks nothing but the process; /readyz asks database and migrations, and warns of a silent worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from dashboard.jobs import heartbeat
from dashboard.jobs.models import Worker


class Down:
    """An execute wrapper that answers as a database does which is not there."""

    def __call__(self, *_: Any) -> None:
        raise OperationalError("could not connect to server")


@pytest.mark.django_db
def test_it_works(client: Client) -> None:
    heartbeat.beat()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
        "warnings": [],
    }
    assert response["Cache-Control"] == "no-store"


def test_the_process_lives_without_a_database(client: Client) -> None:
    # Without the mark django_db any query would fail this test.
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_silent_worker_is_a_warning_and_no_failure(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (200, "silent")
    assert "qcluster" in response.json()["warnings"][0]
    Worker.objects.create(name="one", started=timezone.now(), seen=timezone.now() - timedelta(minutes=10))
    assert client.get("/readyz").json()["worker"] == "silent"


@pytest.mark.django_db
def test_a_database_that_is_down_is_said(client: Client) -> None:
    with connection.execute_wrapper(Down()):
        response = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "database": "does not answer (OperationalError)",
        "migrations": "unknown",
        "warnings": [],
    }


@pytest.mark.django_db
def test_a_missing_migration_is_said(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="history").latest("id").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] == "1 not applied; run manage.py migrate"


@pytest.mark.django_db
def test_probes_are_answered_for_any_host_and_without_tls_and_nothing_else_is(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = [".example.org"]
    assert client.get("/healthz", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/readyz", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/account/login/", headers={"Host": "10.1.2.3:8000"}).status_code == 400
