"""The operations that are ours; every other one is the engine's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.localaws.dynamodb import insights, recovery, states, ttl
from dashboard.localaws.dynamodb.engine import Reply, Table, engine, responses, table_named, tables
from dashboard.localaws.dynamodb.exports import Exports
from dashboard.localaws.dynamodb.records import State
from dashboard.localaws.dynamodb.refusals import table_or_refused

Operation = Callable[[dict[str, Any]], Any]
"""Takes the request's value, gives the answer's, or a whole ``Reply``."""


class Operations:
    """By name. ``copied`` is told of every backup that was made."""

    def __init__(self, state: State, copied: Callable[[str], None]) -> None:
        self._state, self._copied = state, copied
        self.exports = Exports(state.history)
        self.by_name: dict[str, Operation] = {
            "DescribeTimeToLive": self._describe_ttl,
            "UpdateTimeToLive": ttl.update,
            "DescribeContinuousBackups": self._describe_backups,
            "UpdateContinuousBackups": lambda data: recovery.update(data, state.history),
            "CreateBackup": self._create_backup,
            "DescribeBackup": lambda data: {
                "BackupDescription": state.backups.describe(data.get("BackupArn"))
            },
            "DeleteBackup": lambda data: {"BackupDescription": state.backups.delete(data.get("BackupArn"))},
            "ListBackups": state.backups.listed,
            "RestoreTableFromBackup": lambda data: _restored(state.backups.restore(data)),
            "RestoreTableToPointInTime": lambda data: _restored(recovery.restore(data, state.history)),
            "UpdateContributorInsights": insights.update,
            "DescribeContributorInsights": insights.describe,
            "ListContributorInsights": self._list_insights,
            "ExportTableToPointInTime": self.exports.start,
            "DescribeExport": self.exports.describe,
            "ListExports": self.exports.listed,
            "UpdateTable": self._update_table,
            "DeleteTable": self._delete_table,
        }

    def _describe_ttl(self, data: dict[str, Any]) -> Any:
        return {"TimeToLiveDescription": ttl.describe(table_or_refused(data.get("TableName")))}

    def _describe_backups(self, data: dict[str, Any]) -> Any:
        table = table_or_refused(data.get("TableName"), "TableNotFoundException")
        return {"ContinuousBackupsDescription": recovery.described(table, self._state.history)}

    def _create_backup(self, data: dict[str, Any]) -> Any:
        arn = self._state.backups.create(data)
        self._copied(arn)
        return {"BackupDetails": self._state.backups.details(arn)}

    def _list_insights(self, data: dict[str, Any]) -> Any:
        if data.get("TableName"):
            found = [table_or_refused(data["TableName"])]
        else:
            scope = responses().get_account_id(), responses().get_region()
            found = [table for (*place, _), table in tables().all_items() if tuple(place) == scope]
        return insights.listed(data, found)

    def _update_table(self, data: dict[str, Any]) -> Reply:
        states.check_update(data)
        gone = states.before_update(data)
        reply: Reply = engine()._update_table(data)
        if reply[0] != 200:
            return reply
        states.updated(data, gone)
        table = _named(data)
        if data.get("GlobalSecondaryIndexUpdates"):
            self._state.counts.anew(table)
        return engine().json_response(  # type: ignore[no-any-return]
            {"TableDescription": engine()._table_description(table["TableName"])}
        )

    def _delete_table(self, data: dict[str, Any]) -> Reply:
        states.check_update(data)
        table = table_named(data.get("TableName") or "")
        backups = self._state.backups
        taken = None
        if table is not None and table.get("_pitr"):
            taken = backups.taken(table, f"{table['TableName']}$DeletedTableBackup", "SYSTEM")
        reply: Reply = engine()._delete_table(data)
        if reply[0] == 200 and table is not None:
            if taken is not None:
                self._copied(backups.keep(taken))
            engine()._resource_policies.pop(table["TableArn"], None)
            engine()._kinesis_destinations.pop(table["TableName"], None)
            self._state.counts.forget(table["TableId"])
            self._state.history.forget(table["TableId"])
        return reply


def _named(data: dict[str, Any]) -> Table:
    found = table_named(data["TableName"])
    assert found is not None
    return found


def _restored(table: Table) -> dict[str, Any]:
    return {"TableDescription": engine()._table_description(table["TableName"])}
