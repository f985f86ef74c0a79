"""A table's backups, its window of recovery, and turning it on and off; each thing AWS refuses harms its own panel only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.history.models import Change
from tests.accounts.pages import inputs_of, last_change, text_of
from tests.stub.server import StubAws
from tests.tables.screens.conftest import TABLE
from tests.tables.screens.recovering import ARN, BACKUP_ID, BASE, backup, listed, operations, recovery, says


@pytest.fixture
def chief(aws: StubAws, client_for: Callable[[User], Client], admin: User) -> Client:
    """A browser in which an administrator is signed in; recovery is on and there is a backup."""
    aws.reply("DescribeContinuousBackups", recovery())
    aws.reply("ListBackups", listed(backup()))
    return client_for(admin)


def test_it_works(chief: Client, aws: StubAws) -> None:
    response = chief.get(BASE)
    assert response.status_code == 200
    assert says(
        response,
        "Earliest moment 2023-11-14 22:13:20 UTC",
        "Latest moment 2023-11-16 02:00:00 UTC",
        "35 days",
        "nightly",
        "Available",
        "3.0 GB",
        "about $0.45 to $0.90",
        "Restore to a moment…",
    )
    assert operations(aws) == ["DescribeContinuousBackups", "ListBackups"]
    assert 'aria-current="page">Backups' in response.content.decode()


def test_a_denied_panel_harms_itself_only(chief: Client, aws: StubAws) -> None:
    aws.fail("DescribeContinuousBackups", "AccessDeniedException", "no describing")
    response = chief.get(BASE)
    assert response.status_code == 200 and says(response, "no describing", "nightly")
    aws.reply("DescribeContinuousBackups", recovery())
    aws.fail("ListBackups", "AccessDeniedException", "no listing")
    response = chief.get(BASE)
    assert response.status_code == 200 and says(response, "no listing", "Earliest moment")


def test_a_table_that_is_gone_shows_its_backups(chief: Client, aws: StubAws) -> None:
    aws.fail("DescribeTable", "ResourceNotFoundException", "none")
    response = chief.get(BASE.replace(TABLE, "deleted-one"))
    assert response.status_code == 200
    assert says(response, "There is no table of this name now", "nightly", "Restore…")
    assert "DescribeContinuousBackups" not in operations(aws)


def test_a_backup_that_is_being_made_is_followed(chief: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed(backup(BackupStatus="CREATING")))
    response = chief.get(BASE)
    assert says(response, "Being made", "looks again every five seconds")
    assert 'hx-trigger="every 5s"' in response.content.decode()
    assert "Delete…" not in text_of(response), "AWS would refuse it: BackupInUseException"
    aws.reply("ListBackups", listed(backup()))
    response = chief.get(BASE)
    assert says(response, "Available", "Delete…") and "every 5s" not in response.content.decode()


def test_hostile_names_are_text(chief: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed(backup(BackupName="<img src=x onerror=alert(1)>")))
    assert "<img" not in chief.get(BASE).content.decode()


def test_who_may_only_read_gets_no_buttons(
    aws: StubAws, chief: Client, client_for: Callable[[User], Client], reader: User
) -> None:
    text = text_of(client_for(reader).get(BASE))
    assert "nightly" in text
    for word in ("Make a backup", "Restore…", "Turn it off", "Delete…", "Restore to a moment…"):
        assert word not in text


def test_all_backups_of_the_place(chief: Client, aws: StubAws) -> None:
    aws.reply(
        "ListBackups", listed(backup(TableName="deleted-one")) | {"LastEvaluatedBackupArn": f"{ARN}/backup/x"}
    )
    response = chief.get("/c/main/eu-central-1/tables/~backups/")
    assert says(response, "deleted-one", "nightly", "More")
    assert f'href="{BASE.replace(TABLE, "deleted-one")}"' in response.content.decode()
    chief.get("/c/main/eu-central-1/tables/~backups/", {"after": f"{ARN}/backup/x"})
    assert aws.requests[-1].body["ExclusiveStartBackupArn"] == f"{ARN}/backup/x"
    aws.fail("ListBackups", "AccessDeniedException", "no listing")
    assert says(chief.get("/c/main/eu-central-1/tables/~backups/"), "no listing")


def turn(client: Client, to: str, **fields: str) -> Any:
    """Open the form as a person does and send it."""
    url = f"{BASE}recovery/?to={to}"
    hidden = {name: values[0] for name, values in inputs_of(client.get(url)).items()}
    return client.post(f"{BASE}recovery/", {**hidden, "reason": "because", **fields})


def test_recovery_is_turned_on(chief: Client, aws: StubAws) -> None:
    aws.reply("DescribeContinuousBackups", recovery(False))
    aws.reply("UpdateContinuousBackups", recovery())
    assert says(
        chief.get(f"{BASE}recovery/?to=on"),
        "Turn on point-in-time recovery",
        "off",
        "Recovery period, in days",
        "$0.20 per GB",
        "For this table that is less than $0.01 a month",
        "Setting Before After Point-in-time recovery − off + on",
    )
    response = turn(chief, "on", days="20")
    assert response.status_code == 302
    sent = aws.requests[-1].body["PointInTimeRecoverySpecification"]
    assert sent == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 20}
    change = last_change()
    assert (change.action, change.reason, change.state) == ("recovery.on", "because", "done")
    assert change.outcome.before == {"enabled": False, "days": None}


def test_turning_it_off_says_what_is_lost_and_asks_for_the_name(chief: Client, aws: StubAws) -> None:
    aws.reply("UpdateContinuousBackups", recovery(False))
    page = chief.get(f"{BASE}recovery/?to=off")
    assert says(page, "not to 2023-11-14 22:13 UTC", f"Type {TABLE} to confirm")
    response = turn(chief, "off", name="another")
    assert response.status_code == 400 and says(response, f"Type {TABLE} into this field")
    assert "because" in response.content.decode(), "what was entered is kept"
    assert "UpdateContinuousBackups" not in operations(aws)
    assert turn(chief, "off", name=TABLE).status_code == 302
    assert aws.requests[-1].body["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


@pytest.mark.parametrize("days", ["0", "36", "x", "", "1.5", "-3"])
def test_a_period_that_cannot_be(chief: Client, aws: StubAws, days: str) -> None:
    response = turn(chief, "on", days=days)
    assert response.status_code == 400 and says(response, "from 1 to 35")
    assert not Change.objects.exists()


def test_a_shorter_period_says_what_is_given_up(chief: Client) -> None:
    assert says(chief.get(f"{BASE}recovery/?to=on&days=7"), "Moments more than 7 days ago are given up")


def test_a_shorter_period_is_asked_about_before_it_is_set(chief: Client, aws: StubAws) -> None:
    """The page that opens proposes the present period, so what a shorter one gives up is said after it was entered."""
    aws.reply("UpdateContinuousBackups", recovery(days=7))
    asked = turn(chief, "on", days="7")
    assert asked.status_code == 200
    assert says(
        asked, "Moments more than 7 days ago are given up", "35 days", "Shorten the period", "because"
    )
    assert "UpdateContinuousBackups" not in operations(aws)
    assert turn(chief, "on", days="5", shorter="7").status_code == 200, (
        "asked again for what was not said yet"
    )
    hidden = {name: values[0] for name, values in inputs_of(asked).items()}
    assert chief.post(f"{BASE}recovery/", {**hidden, "days": "7", "reason": "because"}).status_code == 302
    assert aws.requests[-1].body["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == 7


def test_turning_off_what_is_off_says_so(chief: Client, aws: StubAws) -> None:
    aws.reply("DescribeContinuousBackups", recovery(False))
    page = chief.get(f"{BASE}recovery/?to=off", follow=True)
    assert says(page, "is off already") and page.redirect_chain == [(BASE, 302)]
    assert says(chief.post(f"{BASE}recovery/", {"to": "off", "name": TABLE}, follow=True), "is off already")
    assert "UpdateContinuousBackups" not in operations(aws)


def test_nothing_to_change(chief: Client) -> None:
    response = turn(chief, "on", days="35")
    assert response.status_code == 400 and says(response, "Nothing would change")


def test_recovery_that_somebody_changed_meanwhile(chief: Client, aws: StubAws) -> None:
    hidden = {name: values[0] for name, values in inputs_of(chief.get(f"{BASE}recovery/?to=on")).items()}
    aws.reply("DescribeContinuousBackups", recovery(days=7))
    response = chief.post(f"{BASE}recovery/", {**hidden, "days": "20", "reason": "because"})
    assert response.status_code == 409 and says(response, "somebody else changed it")
    assert "UpdateContinuousBackups" not in operations(aws)


def test_without_a_reason(chief: Client, aws: StubAws) -> None:
    response = turn(chief, "on", days="20", shorter="20", reason=" ")
    assert response.status_code == 400 and says(response, "Say in the field Reason")


def test_aws_refusing_stands_on_the_form(chief: Client, aws: StubAws) -> None:
    aws.fail("UpdateContinuousBackups", "AccessDeniedException", "not yours")
    response = turn(chief, "on", days="20", shorter="20")
    assert response.status_code == 502 and says(response, "not yours", "What changes")
    assert last_change().state == "failed"


def test_a_backup_is_made(aws: StubAws, web: Client) -> None:
    aws.reply("ListBackups", listed())
    aws.reply("CreateBackup", {"BackupDetails": backup(BackupStatus="CREATING")})
    name = "before-the-change"
    response = web.post(f"{BASE}new/", {"backup": name, "reason": "because"})
    assert response.status_code == 302
    assert aws.requests[-1].body == {"TableName": TABLE, "BackupName": name}
    told = web.get(BASE)
    assert (
        says(told, "is being made") and "/undo/" not in told.text
    )  # its undo deletes the backup: not an editor's


def test_who_may_delete_a_backup_is_offered_its_undo(aws: StubAws, chief: Client) -> None:
    aws.reply("ListBackups", listed())
    aws.reply("CreateBackup", {"BackupDetails": backup(BackupStatus="CREATING")})
    chief.post(f"{BASE}new/", {"backup": "before-the-change", "reason": "because"})
    assert says(chief.get(BASE), "is being made", "Undo…")


@pytest.mark.parametrize("name", ["", "ab", "two words", "<b>", "a" * 256])
def test_a_backup_whose_name_cannot_be(web: Client, aws: StubAws, name: str) -> None:
    response = web.post(f"{BASE}new/", {"backup": name, "reason": "because"})
    assert response.status_code == 400 and says(response, "3 to 255 of the characters")
    assert operations(aws) == []


def test_a_backup_of_a_name_in_use(web: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed(backup()))
    response = web.post(f"{BASE}new/", {"backup": "nightly", "reason": "because"})
    assert response.status_code == 400 and says(response, "There is a backup of that name already, made 2023")
    assert "CreateBackup" not in operations(aws)


def test_a_backup_is_made_also_by_a_connection_that_may_not_list_them(aws: StubAws, web: Client) -> None:
    aws.fail("ListBackups", "AccessDeniedException", "not yours")
    aws.reply("CreateBackup", {"BackupDetails": backup(BackupStatus="CREATING")})
    assert web.post(f"{BASE}new/", {"backup": "nightly", "reason": "because"}).status_code == 302


def test_a_backup_that_aws_refuses(web: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed())
    aws.fail("CreateBackup", "LimitExceededException", "too many")
    response = web.post(f"{BASE}new/", {"backup": "nightly", "reason": "because"})
    assert response.status_code >= 400 and says(response, "too many")
    assert 'value="nightly"' in response.content.decode()


def test_a_backup_is_deleted(chief: Client, aws: StubAws) -> None:
    aws.reply("DeleteBackup", {"BackupDescription": {"BackupDetails": backup(BackupStatus="DELETED")}})
    url = f"{BASE}{BACKUP_ID}/delete/"
    assert says(chief.get(url), "does not come back", "Type nightly to confirm")
    wrong = chief.post(url, {"name": "another", "reason": "because"})
    assert wrong.status_code == 400 and says(wrong, "Type nightly into this field")
    assert chief.post(url, {"name": "nightly", "reason": "because"}).status_code == 302
    assert aws.requests[-1].body == {"BackupArn": f"{ARN}/backup/{BACKUP_ID}"}
    assert last_change().outcome.before["name"] == "nightly"


def test_a_backup_that_is_gone(chief: Client, aws: StubAws) -> None:
    aws.reply("ListBackups", listed())
    assert chief.get(f"{BASE}{BACKUP_ID}/delete/").status_code == 404


@pytest.mark.parametrize("path", ["recovery/", f"{BACKUP_ID}/delete/", "restore/"])
def test_an_editor_may_not(web: Client, aws: StubAws, path: str) -> None:
    assert web.get(f"{BASE}{path}").status_code == 403
    assert web.post(f"{BASE}{path}").status_code == 403
    assert operations(aws) == []
