"""Tables: their names and what DescribeTable says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashboard.aws import clients
from dashboard.aws.calling import Sending, measured
from dashboard.aws.target import Target
from dashboard.core.dynamodb import Index, KeyPart, Table
from dashboard.core.pages import Page


def list_tables(target: Target, start: str | None = None, limit: int = 100) -> Page[str]:
    """Up to 100 names in AWS's order, after the name ``start``."""
    arguments: dict[str, Any] = {"Limit": limit}
    if start is not None:
        arguments["ExclusiveStartTableName"] = start
    sending = Sending("dynamodb", "ListTables")
    body = measured(sending, lambda: dict(clients.dynamodb(target).dispatch("ListTables", arguments))).body
    return Page(tuple(body.get("TableNames", ())), body.get("LastEvaluatedTableName"))


def describe_table(target: Target, name: str) -> Table:
    """The table's keys, indexes and state; Kind.NOT_FOUND when there is none of that name."""
    sending = Sending("dynamodb", "DescribeTable", f"table:{name}")
    arguments = {"TableName": name}
    body = measured(sending, lambda: dict(clients.dynamodb(target).dispatch("DescribeTable", arguments))).body
    return table_from(body["Table"])


def describe_time_to_live(target: Target, name: str) -> str:
    """The attribute that holds the expiry time, empty when items do not expire."""
    sending = Sending("dynamodb", "DescribeTimeToLive", f"table:{name}")
    # dispatch would add ReturnConsumedCapacity, which this operation does not know.
    call = measured(
        sending, lambda: dict(clients.dynamodb(target).client.describe_time_to_live(TableName=name))
    )
    stated = call.body.get("TimeToLiveDescription", {})
    in_use = stated.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return str(stated.get("AttributeName", "")) if in_use else ""


def table_from(raw: dict[str, Any]) -> Table:
    """The value of a TableDescription in AWS's JSON form (times are seconds since 1970)."""
    tags = {
        str(one["AttributeName"]): str(one["AttributeType"]) for one in raw.get("AttributeDefinitions", ())
    }
    keys = raw.get("KeySchema", ())
    partition, sort = _keys(keys, "HASH", tags), _keys(keys, "RANGE", tags)
    throughput = raw.get("ProvisionedThroughput", {})
    billing = raw.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    stream = raw.get("StreamSpecification", {})
    return Table(
        name=raw["TableName"],
        status=raw.get("TableStatus", ""),
        partition=partition[0],
        sort=sort[0] if sort else None,
        indexes=_indexes(raw, tags),
        billing=billing,
        read_units=throughput.get("ReadCapacityUnits") if billing == "PROVISIONED" else None,
        write_units=throughput.get("WriteCapacityUnits") if billing == "PROVISIONED" else None,
        item_count=raw.get("ItemCount"),
        size_bytes=raw.get("TableSizeBytes"),
        table_class=raw.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        deletion_protection=bool(raw.get("DeletionProtectionEnabled", False)),
        stream_view=stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "",
        arn=raw.get("TableArn", ""),
        created=_time(raw.get("CreationDateTime")),
        replicas=tuple(str(one.get("RegionName", "")) for one in raw.get("Replicas", ())),
        raw=raw,
        **_settings(raw),
    )


def _settings(raw: dict[str, Any]) -> dict[str, Any]:
    """What only the pages of a table's structure show."""
    limits, warm = raw.get("OnDemandThroughput") or {}, raw.get("WarmThroughput") or {}
    encryption, restore = raw.get("SSEDescription") or {}, raw.get("RestoreSummary") or {}
    return {
        "table_id": raw.get("TableId", ""),
        "max_read": limit_of(limits.get("MaxReadRequestUnits")),
        "max_write": limit_of(limits.get("MaxWriteRequestUnits")),
        "warm_read": warm.get("ReadUnitsPerSecond"),
        "warm_write": warm.get("WriteUnitsPerSecond"),
        "encryption": "" if encryption.get("Status") == "DISABLED" else encryption.get("Status", ""),
        "kms_key": encryption.get("KMSMasterKeyArn", ""),
        "stream_arn": raw.get("LatestStreamArn", ""),
        "decreases_today": (raw.get("ProvisionedThroughput") or {}).get("NumberOfDecreasesToday"),
        "on_demand_since": _time(
            (raw.get("BillingModeSummary") or {}).get("LastUpdateToPayPerRequestDateTime")
        ),
        "class_since": _time((raw.get("TableClassSummary") or {}).get("LastUpdateDateTime")),
        "restored_from": restore.get("SourceTableArn") or restore.get("SourceBackupArn", ""),
        "restored_to": _time(restore.get("RestoreDateTime")),
        "restoring": bool(restore.get("RestoreInProgress", False)),
    }


def limit_of(units: int | None) -> int | None:
    """An on-demand limit; AWS writes "no limit" as -1 (API Reference, OnDemandThroughput)."""
    return None if units is None or units < 0 else units


def _indexes(raw: dict[str, Any], tags: dict[str, str]) -> tuple[Index, ...]:
    provisioned = (raw.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED") == "PROVISIONED"
    both = [(one, True) for one in raw.get("GlobalSecondaryIndexes", ())]
    both += [(one, False) for one in raw.get("LocalSecondaryIndexes", ())]
    return tuple(
        Index(
            name=one["IndexName"],
            partition=_keys(one["KeySchema"], "HASH", tags),
            sort=_keys(one["KeySchema"], "RANGE", tags),
            is_global=is_global,
            projection=one.get("Projection", {}).get("ProjectionType", "ALL"),
            included=tuple(one.get("Projection", {}).get("NonKeyAttributes", ())),
            status=one.get("IndexStatus", "ACTIVE"),
            item_count=one.get("ItemCount"),
            size_bytes=one.get("IndexSizeBytes"),
            backfilling=bool(one.get("Backfilling", False)),
            **_index_throughput(one, provisioned and is_global),
        )
        for one, is_global in both
    )


def _index_throughput(raw: dict[str, Any], provisioned: bool) -> dict[str, int | None]:
    """A global index has its own; a local one uses its table's."""
    units = (raw.get("ProvisionedThroughput") or {}) if provisioned else {}
    limits = raw.get("OnDemandThroughput") or {}
    return {
        "read_units": units.get("ReadCapacityUnits"),
        "write_units": units.get("WriteCapacityUnits"),
        "max_read": limit_of(limits.get("MaxReadRequestUnits")),
        "max_write": limit_of(limits.get("MaxWriteRequestUnits")),
    }


def _keys(schema: Any, role: str, tags: dict[str, str]) -> tuple[KeyPart, ...]:
    """The key's parts in order; an index may have up to four of each role."""
    names = [str(part["AttributeName"]) for part in schema if part["KeyType"] == role]
    return tuple(KeyPart(name, tags[name]) for name in names)


def _time(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
