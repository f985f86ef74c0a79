"""What takes time at AWS: an index that is filled or taken away, a replica, a table that is restored.

The engine does it at once; here the description says what AWS would say meanwhile, and an index cannot be read before it is ready.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from dashboard.localaws.dynamodb.engine import Table, engine, responses, table_named, tables
from dashboard.localaws.dynamodb.refusals import Refused, invalid
from dashboard.localaws.dynamodb.sizes import GLOBAL

SECONDS = 2.0
RATE = 50_000
"""An index is filled for SECONDS, and one more for so many items."""
READS = frozenset({"GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem"})


def _left(until: dict[str, float], now: float) -> set[str]:
    return {name for name, moment in until.items() if moment > now}


def busy(table: Table) -> bool:
    """Whether something of the table is still on its way."""
    now = time.time()
    going = any(until > now for _, until in table.get("_deleting", ()))
    return going or bool(_left(table.get("_building", {}), now) | _left(table.get("_replicating", {}), now))


def described(table: Table, description: dict[str, Any]) -> dict[str, Any]:
    """The engine's description of a table with the states of now."""
    now = time.time()
    building, replicating = _left(table.get("_building", {}), now), _left(table.get("_replicating", {}), now)
    deleting = [one for one, until in table.get("_deleting", ()) if until > now]
    if building or deleting:
        kept = [
            {**one, "IndexStatus": "CREATING", "Backfilling": True} if one["IndexName"] in building else one
            for one in table.get(GLOBAL) or ()
        ]
        description[GLOBAL] = [*kept, *({**one, "IndexStatus": "DELETING"} for one in deleting)]
        description["AttributeDefinitions"] = _definitions(description, table.get("_leaving") or ())
    for replica in description.get("Replicas") or ():
        replica["ReplicaStatus"] = "CREATING" if replica["RegionName"] in replicating else "ACTIVE"
    if building or deleting or replicating:
        description["TableStatus"] = "UPDATING"
    if summary := table.get("RestoreSummary"):
        restoring = table.get("_ready_at", 0) > now
        description["RestoreSummary"] = {**summary, "RestoreInProgress": restoring}
        if restoring:
            description["TableStatus"] = "CREATING"
    return description


def _definitions(description: dict[str, Any], leaving: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The types of all key attributes: those of an index that is being taken away stay as long as it does."""
    used = {
        part["AttributeName"]
        for index in description.get(GLOBAL) or ()
        for part in index.get("KeySchema") or ()
    }
    held = description["AttributeDefinitions"]
    known = {one["AttributeName"] for one in held}
    return [*held, *(one for one in leaving if one["AttributeName"] in used - known)]


def filling(table: Table) -> Iterator[tuple[str, float]]:
    """Name and progress in per cent of each index that is being filled."""
    now, whole = time.time(), SECONDS + table["ItemCount"] / RATE
    for name in _left(table.get("_building", {}), now):
        yield name, round(max(0.0, min(99.0, 100 * (1 - (table["_building"][name] - now) / whole))), 1)


def check_update(data: dict[str, Any]) -> None:
    """What AWS refuses of UpdateTable and DeleteTable while a table is on its way."""
    table = table_named(data.get("TableName") or "")
    if table is None:
        return
    if busy(table) or table.get("_ready_at", 0) > time.time():
        raise Refused(
            "ResourceInUseException",
            f"Attempt to change a resource which is still in use: Table is being updated: {table['TableName']}",
        )
    online = [
        one for one in data.get("GlobalSecondaryIndexUpdates") or () if "Create" in one or "Delete" in one
    ]
    if len(online) > 1:
        raise Refused(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        )


def before_update(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The indexes that UpdateTable will take away, as they are described; the types of their keys are kept on the table."""
    table = table_named(data.get("TableName") or "") or {}
    gone = {
        one["Delete"]["IndexName"] for one in data.get("GlobalSecondaryIndexUpdates") or () if "Delete" in one
    }
    found = [one for one in table.get(GLOBAL) or () if one["IndexName"] in gone]
    if found:
        table["_leaving"] = list(table["AttributeDefinitions"])
    return found


def updated(data: dict[str, Any], gone: list[dict[str, Any]]) -> None:
    """After UpdateTable: what it began takes its time."""
    table, now = table_named(data["TableName"]), time.time()
    assert table is not None
    until = now + SECONDS + table["ItemCount"] / RATE
    for update in data.get("GlobalSecondaryIndexUpdates") or ():
        if "Create" in update:
            table.setdefault("_building", {})[update["Create"]["IndexName"]] = until
        if "OnDemandThroughput" in update.get("Update", {}):
            _limited(table, update["Update"])
    for update in data.get("ReplicaUpdates") or ():
        if "Create" in update:
            _replicated(table, update["Create"]["RegionName"], until)
    table["_deleting"] = [[one, now + SECONDS] for one in gone]


def _limited(table: Table, update: dict[str, Any]) -> None:
    """The engine passes an index's on-demand limits over."""
    for index in table.get(GLOBAL) or ():
        if index["IndexName"] == update["IndexName"]:
            index["OnDemandThroughput"] = (index.get("OnDemandThroughput") or {}) | update[
                "OnDemandThroughput"
            ]


def _replicated(table: Table, region: str, until: float) -> None:
    """A replica has no history and no recovery of its source."""
    table.setdefault("_replicating", {})[region] = until
    replica = tables().get_scoped(responses().get_account_id(), region, table["TableName"])
    if replica is not None:
        for name in ("_pitr", "_building", "_deleting", "_replicating", "RestoreSummary", "_ready_at"):
            replica.pop(name, None)
        engine()._items_replaced(replica)


def check_read(operation: str, data: dict[str, Any]) -> None:
    """A table that is being restored is not there yet, an index that is being filled cannot be read."""
    name = data.get("TableName")
    table = table_named(name) if isinstance(name, str) and operation in READS else None
    if table is None:
        return
    now = time.time()
    if table.get("_ready_at", 0) > now:
        raise Refused("ResourceNotFoundException", "Requested resource not found")
    index = data.get("IndexName")
    if index and table.get("_building", {}).get(index, 0) > now:
        raise invalid(f"Cannot read from backfilling global secondary index: {index}")
