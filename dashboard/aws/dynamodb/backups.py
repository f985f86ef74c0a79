"""Backups, point-in-time recovery, and tables made from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashboard.aws.calling import Answer
from dashboard.aws.dynamodb.sending import send
from dashboard.aws.target import Target
from dashboard.core.backups import LONGEST_PERIOD, Backup, Recovery, Restored
from dashboard.core.errors import AwsError, Kind
from dashboard.core.pages import Page


def moment(seconds: float | None) -> datetime | None:
    """AWS's seconds since 1970 as a moment."""
    return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC)


def describe_recovery(target: Target, table: str) -> Recovery:
    """One DescribeContinuousBackups. Kind.NOT_FOUND when there is no such table."""
    answer = send(target, "DescribeContinuousBackups", f"table:{table}", {"TableName": table})
    return _recovery(answer.body["ContinuousBackupsDescription"])


def update_recovery(target: Target, table: str, *, enabled: bool, days: int, change: str) -> Answer:
    """Turn recovery on or off, or change its period (1 to 35 days): one UpdateContinuousBackups."""
    wanted: dict[str, Any] = {"PointInTimeRecoveryEnabled": enabled}
    if enabled:
        wanted["RecoveryPeriodInDays"] = days
    arguments = {"TableName": table, "PointInTimeRecoverySpecification": wanted}
    return send(target, "UpdateContinuousBackups", f"table:{table}", arguments, writes=True, change=change)


def create_backup(target: Target, table: str, name: str, *, change: str) -> tuple[Backup, str]:
    """One CreateBackup: the backup, still CREATING for some time, and the request id."""
    arguments = {"TableName": table, "BackupName": name}
    answer = send(target, "CreateBackup", f"table:{table}", arguments, writes=True, change=change)
    return _backup(answer.body["BackupDetails"], table), answer.request_id


def list_backups(target: Target, table: str = "", start: str | None = None) -> Page[Backup]:
    """Up to 100 backups of the table, or of all tables, whoever made them; also those of tables that are gone. ``start`` is an ARN."""
    arguments: dict[str, Any] = {"BackupType": "ALL", "Limit": 100}
    if table:
        arguments["TableName"] = table
    if start:
        arguments["ExclusiveStartBackupArn"] = start
    body = send(target, "ListBackups", f"table:{table}" if table else "", arguments).body
    rows = tuple(_backup(one, str(one["TableName"])) for one in body.get("BackupSummaries", ()))
    return Page(rows, body.get("LastEvaluatedBackupArn"))


def describe_backup(target: Target, table: str, arn: str) -> Backup:
    """One DescribeBackup; Kind.NOT_FOUND when it is gone. The source is the table that AWS names."""
    body = send(target, "DescribeBackup", f"table:{table}", {"BackupArn": arn}).body["BackupDescription"]
    source = body.get("SourceTableDetails", {}).get("TableName", table)
    return _backup(body["BackupDetails"], str(source))


def delete_backup(target: Target, table: str, arn: str, *, change: str) -> Answer:
    """One DeleteBackup."""
    return send(target, "DeleteBackup", f"table:{table}", {"BackupArn": arn}, writes=True, change=change)


def restore_backup(
    target: Target, arn: str, name: str, *, indexes: bool, on_demand: bool, change: str
) -> Answer:
    """One RestoreTableFromBackup into the new table ``name``, with or without its secondary indexes, on demand or as the source was."""
    arguments = {"BackupArn": arn, "TargetTableName": name, **_overrides(indexes, on_demand)}
    return send(target, "RestoreTableFromBackup", f"table:{name}", arguments, writes=True, change=change)


def restore_to_moment(
    target: Target,
    source: str,
    name: str,
    when: datetime | None,
    *,
    indexes: bool,
    on_demand: bool,
    change: str,
) -> Answer:
    """One RestoreTableToPointInTime into the new table ``name``; None is the latest moment there is. AWS takes whole seconds."""
    arguments: dict[str, Any] = {"SourceTableName": source, "TargetTableName": name}
    arguments |= {"UseLatestRestorableTime": True} if when is None else {"RestoreDateTime": when}
    arguments |= _overrides(indexes, on_demand)
    return send(target, "RestoreTableToPointInTime", f"table:{name}", arguments, writes=True, change=change)


def restore_temporary(target: Target, source: str, name: str, when: datetime, *, change: str) -> Answer:
    """The same for a table that is read once: without indexes, on demand, so that nothing is provisioned for it."""
    arguments = {
        "SourceTableName": source,
        "TargetTableName": name,
        "RestoreDateTime": when,
        **_overrides(indexes=False, on_demand=True),
    }
    return send(target, "RestoreTableToPointInTime", f"table:{name}", arguments, writes=True, change=change)


def describe_restored(target: Target, name: str) -> Restored | None:
    """What became of a restore: one DescribeTable. None when there is no table of that name."""
    try:
        body = send(target, "DescribeTable", f"table:{name}", {"TableName": name}).body["Table"]
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise
    summary = body.get("RestoreSummary", {})
    return Restored(
        name=name,
        status=str(body.get("TableStatus", "")),
        table_id=str(body.get("TableId", "")),
        arn=str(body.get("TableArn", "")),
        source_arn=str(summary.get("SourceTableArn", "")),
        in_progress=bool(summary.get("RestoreInProgress", False)),
        item_count=body.get("ItemCount"),
    )


def tag_table(target: Target, name: str, arn: str, tags: dict[str, str]) -> Answer:
    """One TagResource."""
    arguments = {
        "ResourceArn": arn,
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    return send(target, "TagResource", f"table:{name}", arguments, writes=True)


def drop_table(target: Target, name: str, *, change: str) -> Answer:
    """One DeleteTable. The caller has made sure whose table it is."""
    return send(target, "DeleteTable", f"table:{name}", {"TableName": name}, writes=True, change=change)


def _overrides(indexes: bool, on_demand: bool) -> dict[str, Any]:
    """Where the new table is not as its source was."""
    billing = {"BillingModeOverride": "PAY_PER_REQUEST"} if on_demand else {}
    none: dict[str, Any] = {"GlobalSecondaryIndexOverride": [], "LocalSecondaryIndexOverride": []}
    return billing if indexes else billing | none


def _recovery(stated: dict[str, Any]) -> Recovery:
    point = stated.get("PointInTimeRecoveryDescription", {})
    if point.get("PointInTimeRecoveryStatus") != "ENABLED":
        return Recovery(False)
    return Recovery(
        True,
        int(point.get("RecoveryPeriodInDays", LONGEST_PERIOD)),
        moment(point.get("EarliestRestorableDateTime")),
        moment(point.get("LatestRestorableDateTime")),
    )


def _backup(stated: dict[str, Any], table: str) -> Backup:
    created = moment(stated["BackupCreationDateTime"])
    assert created is not None
    return Backup(
        arn=stated["BackupArn"],
        name=str(stated.get("BackupName", "")),
        table=table,
        status=str(stated.get("BackupStatus", "")),
        kind=str(stated.get("BackupType", "")),
        created=created,
        size=stated.get("BackupSizeBytes"),
        expires=moment(stated.get("BackupExpiryDateTime")),
    )
