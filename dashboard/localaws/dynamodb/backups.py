"""On-demand backups: the items of a table at the moment of CreateBackup, and tables made from them."""

from __future__ import annotations

import copy
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from dashboard.localaws.dynamodb.engine import Item, Table, engine, responses, table_named, tables
from dashboard.localaws.dynamodb.history import Items
from dashboard.localaws.dynamodb.refusals import Refused, invalid, table_or_refused
from dashboard.localaws.dynamodb.sizes import GLOBAL, LOCAL

BUILD_SECONDS, BUILD_RATE = 2.0, 50_000
"""A restored table is being created for a second, and one more for so many items."""
KEPT_SECONDS = 35 * 86_400
"""A deleted table that had point-in-time recovery leaves a backup behind for so long."""
_STATE_OF_AN_INDEX = (
    "IndexStatus",
    "IndexSizeBytes",
    "ItemCount",
    "IndexArn",
    "Backfilling",
    "WarmThroughput",
)


class Backups:
    """By ARN: what DescribeBackup answers with what a restore needs besides, and the items."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.items: dict[str, Items] = {}

    def dump(self) -> dict[str, Any]:
        """JSON-ready, without the items."""
        return self.known

    def load(self, known: dict[str, Any]) -> None:
        """Take what ``dump`` gave; items of backups that are gone go too."""
        self.known = known
        self.items = {arn: self.items.get(arn, {}) for arn in known}

    def add_items(self, arn: str, rows: Iterable[tuple[str, str, Item]]) -> None:
        """Items of a backup that is known."""
        if arn in self.known:
            for partition, sort, item in rows:
                self.items[arn].setdefault(partition, {})[sort] = item

    def create(self, data: dict[str, Any]) -> str:
        """CreateBackup; the ARN. Items are never changed in place, so that the copy is one of references."""
        table = table_or_refused(data.get("TableName"), "TableNotFoundException")
        name = data.get("BackupName")
        if not name:
            raise invalid(
                "1 validation error detected: Value null at 'backupName' failed to satisfy constraint: Member must not be null"
            )
        return self.keep(self.taken(table, name))

    def taken(self, table: Table, name: str, kind: str = "USER") -> tuple[str, dict[str, Any], Items]:
        """A backup of the table as it is, not kept yet: its ARN, what is known of it, its items."""
        now = time.time()
        arn = f"{table['TableArn']}/backup/{int(now * 1000):014d}-{uuid.uuid4().hex[:8]}"
        known = {
            "account": responses().get_account_id(),
            "region": responses().get_region(),
            "details": {
                "BackupArn": arn,
                "BackupName": name,
                "BackupSizeBytes": table["TableSizeBytes"],
                "BackupStatus": "CREATING",
                "BackupType": kind,
                "BackupCreationDateTime": now,
                **({"BackupExpiryDateTime": now + KEPT_SECONDS} if kind == "SYSTEM" else {}),
            },
            "source": _source(table),
            "features": _features(table),
            "definitions": copy.deepcopy(table["AttributeDefinitions"]),
        }
        return arn, known, {partition: dict(sorts) for partition, sorts in table["items"].items()}

    def keep(self, taken: tuple[str, dict[str, Any], Items]) -> str:
        """Keep what was ``taken``; the ARN."""
        arn, self.known[taken[0]], self.items[taken[0]] = taken
        return arn

    def details(self, arn: str) -> dict[str, Any]:
        """BackupDetails; a backup is being created for a second."""
        details: dict[str, Any] = dict(self.known[arn]["details"])
        if time.time() - details["BackupCreationDateTime"] >= BUILD_SECONDS:
            details["BackupStatus"] = "AVAILABLE"
        return details

    def describe(self, arn: Any) -> dict[str, Any]:
        """BackupDescription; Refused when there is none."""
        known = self.find(arn)
        return {
            "BackupDetails": self.details(arn),
            "SourceTableDetails": known["source"],
            "SourceTableFeatureDetails": known["features"],
        }

    def find(self, arn: Any) -> dict[str, Any]:
        """A backup of the scope; Refused when there is none."""
        if not arn:
            raise invalid(
                "1 validation error detected: Value null at 'backupArn' failed to satisfy constraint: Member must not be null"
            )
        known = self.known.get(arn)
        if known is None or (known["account"], known["region"]) != _here():
            raise Refused("BackupNotFoundException", f"Backup not found: {arn}")
        return known

    def delete(self, arn: Any) -> dict[str, Any]:
        """DeleteBackup's answer."""
        description = self.describe(arn)
        description["BackupDetails"]["BackupStatus"] = "DELETED"
        del self.known[arn], self.items[arn]
        return description

    def listed(self, data: dict[str, Any]) -> dict[str, Any]:
        """ListBackups: the scope's, the oldest first, by table, time and type when they are asked for, in pages."""
        name = engine()._normalize_table_name(data.get("TableName") or "")
        low, high = data.get("TimeRangeLowerBound", 0), data.get("TimeRangeUpperBound", float("inf"))
        kind, limit = data.get("BackupType", "ALL"), int(data.get("Limit") or 100)
        found = [
            arn
            for arn, known in sorted(
                self.known.items(), key=lambda pair: pair[1]["details"]["BackupCreationDateTime"]
            )
            if (known["account"], known["region"]) == _here()
            and name in ("", known["source"]["TableName"])
            and low <= known["details"]["BackupCreationDateTime"] < high
            and kind in ("ALL", known["details"]["BackupType"])
        ]
        start = data.get("ExclusiveStartBackupArn")
        rest = found[found.index(start) + 1 :] if start in found else found
        answer: dict[str, Any] = {"BackupSummaries": [self._summary(arn) for arn in rest[:limit]]}
        if len(rest) > limit:
            answer["LastEvaluatedBackupArn"] = rest[limit - 1]
        return answer

    def _summary(self, arn: str) -> dict[str, Any]:
        source = self.known[arn]["source"]
        return {name: source[name] for name in ("TableName", "TableId", "TableArn")} | self.details(arn)

    def restore(self, data: dict[str, Any]) -> Table:
        """RestoreTableFromBackup: the new table."""
        arn = data.get("BackupArn")
        known = self.find(arn)
        if self.details(str(arn))["BackupStatus"] != "AVAILABLE":
            raise Refused("BackupInUseException", f"Backup is being created: {arn}")
        source = {**known["source"], **known["features"], "AttributeDefinitions": known["definitions"]}
        return make(data, source, self.items[str(arn)], {"SourceBackupArn": arn})

    def reset(self) -> None:
        """Forget everything."""
        self.known, self.items = {}, {}


def make(data: dict[str, Any], source: dict[str, Any], items: Items, summary: dict[str, Any]) -> Table:
    """A table like ``source`` with ``items``, under the name that a restore asks for; it is being created for a while."""
    target = data.get("TargetTableName")
    if not target:
        raise invalid(
            "1 validation error detected: Value null at 'targetTableName' failed to satisfy constraint: Member must not be null"
        )
    if table_named(target) is not None:
        raise Refused("TableAlreadyExistsException", f"Table already exists: {target}")
    billing = data.get("BillingModeOverride") or source["BillingMode"]
    throughput = data.get("ProvisionedThroughputOverride") or source.get("ProvisionedThroughput")
    if billing == "PROVISIONED" and not (throughput or {}).get("ReadCapacityUnits"):
        throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    wanted = engine()._restore_create_request(
        target,
        source["KeySchema"],
        source["AttributeDefinitions"],
        billing,
        throughput,
        data,
        _plain(source.get(GLOBAL)),
        _plain(source.get(LOCAL)),
        None,
    )
    status, _, body = engine()._create_table(wanted)
    if status != 200:
        error = responses().json.loads(body)
        raise Refused(error["__type"], error["message"], status)
    table: Table = tables()[target]
    table["items"] = defaultdict(dict, {partition: dict(sorts) for partition, sorts in items.items()})
    now = time.time()
    table["_ready_at"] = now + BUILD_SECONDS + sum(map(len, items.values())) / BUILD_RATE
    table["RestoreSummary"] = summary | {"SourceTableArn": source["TableArn"], "RestoreDateTime": now}
    engine()._items_replaced(table)
    return table


def source_of(table: Table) -> dict[str, Any]:
    """What ``make`` needs to know of a table that is there."""
    return {**_source(table), **_features(table), "AttributeDefinitions": table["AttributeDefinitions"]}


def _plain(given: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in one.items() if name not in _STATE_OF_AN_INDEX} for one in given or ()
    ]


def _source(table: Table) -> dict[str, Any]:
    return {
        "TableName": table["TableName"],
        "TableId": table["TableId"],
        "TableArn": table["TableArn"],
        "TableSizeBytes": table["TableSizeBytes"],
        "KeySchema": table["KeySchema"],
        "TableCreationDateTime": table["CreationDateTime"],
        "ProvisionedThroughput": table["ProvisionedThroughput"],
        "ItemCount": table["ItemCount"],
        "BillingMode": (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
    }


def _features(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {kind: _plain(table.get(kind)) for kind in (GLOBAL, LOCAL) if table.get(kind)}
    if table.get("StreamSpecification"):
        found["StreamDescription"] = table["StreamSpecification"]
    if table.get("_ttl"):
        found["TimeToLiveDescription"] = {
            "TimeToLiveStatus": "ENABLED",
            "AttributeName": table["_ttl"]["attribute"],
        }
    if table.get("SSEDescription"):
        found["SSEDescription"] = table["SSEDescription"]
    return copy.deepcopy(found)


def _here() -> tuple[str, str]:
    return responses().get_account_id(), responses().get_region()
