"""Continuous backups: point-in-time recovery switched on and off, and a table brought back as it was."""

from __future__ import annotations

import time
from typing import Any

from dashboard.localaws.dynamodb.backups import make, source_of
from dashboard.localaws.dynamodb.engine import Table, table_named, tables
from dashboard.localaws.dynamodb.history import History
from dashboard.localaws.dynamodb.refusals import Refused, invalid, table_or_refused

DAYS = 35


def described(table: Table, history: History) -> dict[str, Any]:
    """ContinuousBackupsDescription. Here the latest restorable moment is now, at AWS it is about five minutes ago."""
    point: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if pitr := table.get("_pitr"):
        point = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": pitr["days"],
            "EarliestRestorableDateTime": history.earliest(table),
            "LatestRestorableDateTime": time.time(),
        }
    return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": point}


def update(data: dict[str, Any], history: History) -> dict[str, Any]:
    """UpdateContinuousBackups."""
    table = table_or_refused(data.get("TableName"), "TableNotFoundException")
    given = data.get("PointInTimeRecoverySpecification") or {}
    if not isinstance(given.get("PointInTimeRecoveryEnabled"), bool):
        raise invalid(
            "1 validation error detected: Value null at 'pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled' "
            "failed to satisfy constraint: Member must not be null"
        )
    days = given.get("RecoveryPeriodInDays", DAYS)
    if not 1 <= days <= DAYS:
        raise invalid(
            f"1 validation error detected: Value '{days}' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' "
            f"failed to satisfy constraint: Member must have value between 1 and {DAYS}"
        )
    if not given["PointInTimeRecoveryEnabled"]:
        table.pop("_pitr", None)
        history.forget(table["TableId"])
    else:
        since = (table.get("_pitr") or {}).get("since", time.time())
        table["_pitr"] = {"since": since, "days": days}
    return {"ContinuousBackupsDescription": described(table, history)}


def restore(data: dict[str, Any], history: History) -> Table:
    """RestoreTableToPointInTime: the new table."""
    source = _source(data)
    wanted = data.get("RestoreDateTime")
    if (wanted is None) != bool(data.get("UseLatestRestorableTime")):
        raise invalid("Either RestoreDateTime or UseLatestRestorableTime must be specified, and not both")
    moment = time.time() if wanted is None else float(wanted)
    check_moment(source, history, moment, "InvalidRestoreTimeException")
    return make(data, source_of(source), history.at(source, moment), {})


def check_moment(table: Table, history: History, moment: float, code: str) -> None:
    """Refused with ``code`` when the table's history does not reach to the moment."""
    if not table.get("_pitr"):
        raise Refused(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table['TableName']}'",
        )
    if not int(history.earliest(table)) <= moment <= time.time() + 1:
        raise Refused(
            code, "The time is not between EarliestRestorableDateTime and LatestRestorableDateTime."
        )


def _source(data: dict[str, Any]) -> Table:
    name = data.get("SourceTableName") or data.get("SourceTableArn")
    found = table_named(name or "")
    if found is None:
        raise Refused("TableNotFoundException", f"Table not found: {name}")
    return found


def remembered() -> list[Table]:
    """Every table that keeps its history."""
    return [table for table in tables().all_values() if table.get("_pitr")]
