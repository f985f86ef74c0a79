"""Restoring into a new table: checked and previewed, then begun, with a job that watches it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.history.models import Change
from dashboard.jobs.models import Job
from tests.accounts.pages import inputs_of, last_change
from tests.stub.server import Failure, StubAws
from tests.tables.screens.conftest import TABLE, description
from tests.tables.screens.recovering import (
    ARN,
    BACKUP_ID,
    BASE,
    INSIDE,
    OUTSIDE,
    backup,
    field,
    listed,
    operations,
    recovery,
    says,
)

URL = f"{BASE}restore/"
ENTRY = {"step": "review", "when": "at", "at": INSIDE, "name": "parcels-then", "indexes": "1"}


@pytest.fixture
def chief(aws: StubAws, client_for: Callable[[User], Client], admin: User) -> Client:
    """An administrator; only the one table is there."""

    def describe(body: dict[str, Any]) -> dict[str, Any]:
        if body["TableName"] != TABLE:
            raise Failure("ResourceNotFoundException", "none")
        return description()

    aws.reply("DescribeTable", describe)
    aws.reply("DescribeContinuousBackups", recovery())
    aws.reply("ListBackups", listed(backup()))
    aws.reply("RestoreTableToPointInTime", description("parcels-then", TableStatus="CREATING"))
    aws.reply("RestoreTableFromBackup", description("parcels-then", TableStatus="CREATING"))
    return client_for(admin)


def carried(response: Any) -> dict[str, str]:
    return {name: values[0] for name, values in inputs_of(response).items()}


def test_it_works(chief: Client, aws: StubAws) -> None:
    assert says(chief.get(URL), "From 2023-11-14 22:13:20 to 2023-11-16 02:00:00 UTC", "less than $0.01")
    page = chief.post(URL, ENTRY)
    assert page.status_code == 200
    assert says(
        page,
        "What will be made",
        "as of 2023-11-15 10:00:00 UTC",
        "What it does not bring along",
        "time to live",
        "auto scaling",
    )
    assert not Change.objects.exists(), "a preview writes nothing"
    response = chief.post(URL, carried(page) | {"step": "restore", "reason": "because"})
    job = Job.objects.get()
    assert response.status_code == 302 and response["Location"] == f"/jobs/{job.pk}/"
    sent = aws.requests[-1]
    assert sent.operation == "RestoreTableToPointInTime"
    assert sent.body == {
        "SourceTableName": TABLE,
        "TargetTableName": "parcels-then",
        "RestoreDateTime": 1_700_042_400,
    }
    change = last_change()
    assert (change.action, change.resource, change.state) == ("table.restore", "table:parcels-then", "done")
    assert says(chief.get(BASE), "Restores", "table:parcels-then")


def test_from_a_backup_without_indexes(chief: Client, aws: StubAws) -> None:
    entry = {"step": "review", "backup": BACKUP_ID, "name": "parcels-then"}
    assert says(chief.get(f"{URL}?backup={BACKUP_ID}"), "nightly", "about $0.45 to $0.90")
    page = chief.post(URL, entry)
    assert says(page, "the backup nightly of parcels")
    chief.post(URL, carried(page) | {"step": "restore", "reason": "because"})
    assert aws.requests[-1].body == {
        "BackupArn": f"{ARN}/backup/{BACKUP_ID}",
        "TargetTableName": "parcels-then",
        "GlobalSecondaryIndexOverride": [],
        "LocalSecondaryIndexOverride": [],
    }


@pytest.mark.parametrize("source", [{"when": "at", "at": INSIDE}, {"backup": BACKUP_ID}])
def test_on_demand_whatever_the_source_was(chief: Client, aws: StubAws, source: dict[str, str]) -> None:
    entry = {"step": "review", "name": "parcels-then", "indexes": "1", **source}
    assert says(chief.post(URL, entry), "Capacity as in the source")
    page = chief.post(URL, entry | {"on_demand": "1"})
    assert says(page, "Capacity on demand")
    again = chief.post(URL, carried(page) | {"step": "edit"})
    assert 'name="on_demand" value="1" checked' in again.content.decode(), "what was chosen is kept"
    chief.post(URL, carried(page) | {"step": "restore", "reason": "because"})
    sent = aws.requests[-1].body
    assert sent["BillingModeOverride"] == "PAY_PER_REQUEST" and "GlobalSecondaryIndexOverride" not in sent
    assert last_change().intended["billing"] == "on demand"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"name": TABLE}, "There is a table named parcels already"),
        ({"name": "a b"}, "3 to 255 of the characters"),
        ({"name": ""}, "3 to 255 of the characters"),
        ({"at": OUTSIDE}, "can be brought back to a moment from 2023-11-14 22:13:20"),
        ({"at": "yesterday"}, "Enter the moment in UTC"),
        ({"at": "2999-01-01 00:00"}, "still to come"),
    ],
)
@pytest.mark.parametrize("step", ["review", "restore"])
def test_what_is_refused(chief: Client, aws: StubAws, entry: dict[str, str], words: str, step: str) -> None:
    response = chief.post(URL, ENTRY | entry | {"step": step, "reason": "because"})
    assert response.status_code == 400 and says(response, words)
    for value in entry.values():
        assert f'value="{value}"' in response.content.decode(), "what was entered is kept"
    assert not {"RestoreTableToPointInTime", "RestoreTableFromBackup"} & set(operations(aws))
    assert not Job.objects.exists()


def test_without_a_reason(chief: Client, aws: StubAws) -> None:
    response = chief.post(URL, ENTRY | {"step": "restore"})
    assert response.status_code == 400 and says(response, "Say in the field Reason", "What will be made")
    assert "RestoreTableToPointInTime" not in operations(aws)


def test_recovery_that_is_off(chief: Client, aws: StubAws) -> None:
    aws.reply("DescribeContinuousBackups", recovery(False))
    assert says(chief.get(URL), "Point-in-time recovery is off for this table")
    assert chief.post(URL, ENTRY).status_code == 400


def test_a_backup_that_is_not_ready(chief: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed(backup(BackupStatus="CREATING")))
    response = chief.post(URL, {"step": "review", "backup": BACKUP_ID, "name": "parcels-then"})
    assert response.status_code == 400 and says(response, "not ready yet")


def test_a_backup_that_is_gone(chief: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed())
    assert chief.get(f"{URL}?backup={BACKUP_ID}").status_code == 404


def test_aws_refusing_stands_on_the_form(chief: Client, aws: StubAws) -> None:
    aws.fail("RestoreTableToPointInTime", "LimitExceededException", "too many restores")
    response = chief.post(URL, ENTRY | {"step": "restore", "reason": "because"})
    assert response.status_code >= 400 and says(response, "too many restores", "What will be made")
    assert last_change().state == "failed" and not Job.objects.exists()


def test_a_name_that_was_taken_since_the_preview(chief: Client, aws: StubAws) -> None:
    """Waiting would not help: the form asks for another name, with what was entered, and the record says that nothing was made."""
    page = chief.post(URL, ENTRY)
    aws.fail("RestoreTableToPointInTime", "TableAlreadyExistsException", "Table already exists")
    refused = chief.post(URL, carried(page) | {"step": "restore", "reason": "because"})
    assert refused.status_code == 400
    assert says(refused, "was made in the meantime, and nothing was restored. Choose another name.")
    assert f'value="{ENTRY["name"]}"' in refused.text and 'value="2023-11-15 10:00:00"' in refused.text
    assert Change.objects.get().state == "failed" and not Job.objects.exists()


def test_changing_the_entries_keeps_them_and_puts_nothing_into_the_address(chief: Client) -> None:
    """Indexes were not wanted: they are not wanted when the form is shown again."""
    page = chief.post(URL, {name: text for name, text in ENTRY.items() if name != "indexes"})
    assert b"formmethod" not in page.content, (
        "a form sent with GET puts its token and the reason into the URL"
    )
    again = chief.post(URL, carried(page) | {"step": "edit", "reason": "because"})
    assert again.status_code == 200
    assert (field(again, "name"), field(again, "at")) == ("parcels-then", INSIDE)
    assert b'name="indexes" value="1">' in again.content
    assert b'name="indexes" value="1" checked' not in again.content


def test_a_moment_that_is_entered_is_not_passed_over_for_the_latest(chief: Client) -> None:
    page = chief.post(URL, ENTRY | {"when": "latest"})
    assert page.status_code == 400
    assert says(page, "The latest moment is chosen and another one is entered")


def test_a_time_of_day_is_carried_on_as_the_moment_it_was_when_it_was_shown(
    chief: Client, aws: StubAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 23:00 it means yesterday's; sent after 23:00, it must not mean today's."""
    from dashboard.tables.screens import restore

    class Clock:
        def now(self) -> datetime:
            return datetime(2023, 11, 15, 14, 10, tzinfo=UTC)

    monkeypatch.setattr(restore, "timezone", Clock())
    page = chief.post(URL, ENTRY | {"at": "23:00"})
    assert says(page, "as of 2023-11-14 23:00:00 UTC")
    assert carried(page)["at"] == "2023-11-14 23:00:00"
