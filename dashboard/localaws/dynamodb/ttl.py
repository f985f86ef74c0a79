"""Time to live: the setting of a table, with AWS's refusals of repeats, and the deletion of what has expired."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from dashboard.localaws.dynamodb.engine import Item, Table, engine, responses, scope, tables
from dashboard.localaws.dynamodb.refusals import invalid, table_or_refused
from dashboard.localaws.faults.limits import VARIABLE

INTERVAL = 3600
"""Seconds in which AWS takes one change; held to only when its rates are (``LOCALAWS_CONTROL_PLANE_LIMITS``)."""
OLDEST = 5 * 365 * 86_400
"""An item whose time is longer ago is never deleted."""


def describe(table: Table) -> dict[str, Any]:
    """TimeToLiveDescription."""
    setting = table.get("_ttl")
    if not setting:
        return {"TimeToLiveStatus": "DISABLED"}
    return {"TimeToLiveStatus": "ENABLED", "AttributeName": setting["attribute"]}


def update(data: dict[str, Any]) -> dict[str, Any]:
    """UpdateTimeToLive, on every replica of the table."""
    table = table_or_refused(data.get("TableName"))
    given = data.get("TimeToLiveSpecification") or {}
    attribute, enabled = given.get("AttributeName"), given.get("Enabled")
    for name, value, kind in (("attributeName", attribute, str), ("enabled", enabled, bool)):
        if not isinstance(value, kind):
            raise invalid(
                f"1 validation error detected: Value null at 'timeToLiveSpecification.{name}' failed to satisfy constraint: "
                "Member must not be null"
            )
    if not attribute:
        raise invalid(
            "1 validation error detected: Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    _check(table, str(attribute), bool(enabled))
    for each in _replicas(table):
        each["_ttl_changed"] = time.time()
        if enabled:
            each["_ttl"] = {"attribute": attribute}
        else:
            each.pop("_ttl", None)
    return {"TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}


def _check(table: Table, attribute: str, enabled: bool) -> None:
    """AWS's refusals of a change that is none, or that comes too soon."""
    setting = table.get("_ttl")
    recent = time.time() - table.get("_ttl_changed", 0) < INTERVAL
    if os.environ.get(VARIABLE) == "1" and recent:
        raise invalid("Time to live has been modified multiple times within a fixed interval")
    if setting and setting["attribute"] != attribute:
        raise invalid(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {setting['attribute']}"
        )
    if bool(setting) == enabled:
        raise invalid(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")


def _replicas(table: Table) -> list[Table]:
    account = responses().get_account_id()
    found = [
        tables().get_scoped(account, region, table["TableName"])
        for region in table.get("_global_regions") or ()
    ]
    return [one for one in found if one is not None] or [table]


def expired(item: Item, attribute: str, now: float) -> bool:
    """Whether the item's time has come: only a number counts, and only one of the last five years."""
    value = item.get(attribute)
    if not isinstance(value, dict) or "N" not in value:
        return False
    try:
        return now - OLDEST < float(value["N"]) <= now
    except ValueError:
        return False


def reaping(deleted: Callable[[str, Table], None], now: float) -> Iterator[None]:
    """Delete what has expired, a piece at a time; ``deleted`` is told region and table of each item."""
    for (account, region, name), table in list(tables().all_items()):
        if not table.get("_ttl"):
            continue
        attribute = table["_ttl"]["attribute"]
        for number, partition in enumerate(list(table["items"])):
            for sort, item in list(table["items"].get(partition, {}).items()):
                if expired(item, attribute, now):
                    with scope(account, region):
                        _delete(name, table, partition, sort, item)
                    deleted(region, table)
            if number % 500 == 499:
                yield


def _delete(name: str, table: Table, partition: str, sort: str, item: Item) -> None:
    """Delete one item; its stream record says that the service did it."""
    engine()._remove_item(table, partition, sort)
    before = len(engine()._stream_records.get(name, ()))
    engine()._emit_stream_event(name, "REMOVE", item, None)
    for record in engine()._stream_records.get(name, [])[before:]:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
