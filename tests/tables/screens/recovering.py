"""Canned answers about backups and recovery that several screens' tests share."""

from __future__ import annotations

import re
from typing import Any

from tests.accounts.pages import text_of
from tests.tables.screens.conftest import TABLE

EARLIEST, LATEST = 1_700_000_000, 1_700_100_000
"""2023-11-14 22:13:20 and 2023-11-16 02:00:00 UTC."""
INSIDE, OUTSIDE = "2023-11-15 10:00:00", "2023-11-17 10:00:00"
ARN = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{TABLE}"
BACKUP_ID = "01700000000000-abcdef01"
PAGE = f"/c/main/eu-central-1/tables/{TABLE}/"
BASE = f"{PAGE}backups/"


def recovery(on: bool = True, days: int = 35) -> dict[str, Any]:
    """DescribeContinuousBackups' answer."""
    point: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if on:
        point = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": days,
            "EarliestRestorableDateTime": EARLIEST,
            "LatestRestorableDateTime": LATEST,
        }
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": point,
        }
    }


def backup(**more: Any) -> dict[str, Any]:
    """One of ListBackups' summaries."""
    return {
        "TableName": TABLE,
        "BackupArn": f"{ARN}/backup/{BACKUP_ID}",
        "BackupName": "nightly",
        "BackupStatus": "AVAILABLE",
        "BackupType": "USER",
        "BackupCreationDateTime": EARLIEST,
        "BackupSizeBytes": 3 * 1024**3,
    } | more


def listed(*rows: dict[str, Any]) -> dict[str, Any]:
    """ListBackups' answer."""
    return {"BackupSummaries": list(rows)}


def operations(stub: Any) -> list[str]:
    """What was asked of AWS."""
    return [request.operation for request in stub.requests]


def says(response: Any, *sentences: str) -> bool:
    """Whether the page holds every sentence; the assertion names the one that is missing."""
    text = text_of(response)
    missing = [sentence for sentence in sentences if sentence not in text]
    assert not missing, f"{missing} not in: {text[:3000]}"
    return True


def field(response: Any, name: str) -> str:
    """The value of the input of that name."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', response.content.decode())
    assert found is not None, name
    return found[1]
