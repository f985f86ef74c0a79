"""Consumed capacity of what names more than one item: batches, transactions and PartiQL."""

from __future__ import annotations

from typing import Any

import orjson

from dashboard.localaws.dynamodb import capacity
from dashboard.localaws.dynamodb.capacity import Units
from dashboard.localaws.dynamodb.changes import Call
from dashboard.localaws.dynamodb.engine import Item, Reply, Table, engine, table_named
from dashboard.localaws.dynamodb.sizes import item_size

_TRANSACTIONS = ("TransactWriteItems", "ExecuteTransaction")
WRITES = ("BatchWriteItem", "BatchExecuteStatement", "ExecuteStatement", *_TRANSACTIONS)


def finished(call: Call, reply: Reply) -> Reply:
    """The reply with its true ConsumedCapacity; what was consumed is noted for the metrics too."""
    if reply[0] != 200:
        return reply
    consumed: list[dict[str, Any]] = []
    level = capacity.level_of(call.data)
    if call.operation == "BatchGetItem":
        consumed = _batch_read(call.data, level)
    elif call.operation == "TransactGetItems":
        consumed = _transaction_read(call.data, level)
    elif call.operation in WRITES and call.changes:
        consumed = _written(call, level)
    if level == "NONE" or not consumed:
        return reply
    value = orjson.loads(reply[2])
    value["ConsumedCapacity"] = consumed[0] if call.operation == "ExecuteStatement" else consumed
    return reply[0], reply[1], orjson.dumps(value)


def _item(table: Table, key: Any) -> Item | None:
    found: Item | None = engine()._get_item_by_key(table, key)
    return found


def _batch_read(data: dict[str, Any], level: str) -> list[dict[str, Any]]:
    """Every item is rounded on its own."""
    answer = []
    for name, given in data["RequestItems"].items():
        table = table_named(name)
        if table is not None:
            consistent = bool(given.get("ConsistentRead"))
            units = sum(
                capacity.read_units(item_size(_item(table, key)), consistent)
                for key in given.get("Keys") or ()
            )
            answer.append(_noted(table, {("", ""): units}, level, write=False))
    return answer


def _transaction_read(data: dict[str, Any], level: str) -> list[dict[str, Any]]:
    """Two units for every started 4 KB."""
    sums: dict[str, float] = {}
    found: dict[str, Table] = {}
    for action in data["TransactItems"]:
        table = table_named(action["Get"]["TableName"])
        if table is not None:
            name = table["TableName"]
            found[name] = table
            sums[name] = sums.get(name, 0) + 2 * capacity.read_units(
                item_size(_item(table, action["Get"]["Key"])), True
            )
    return [
        _noted(table, {("", ""): sums[name]}, level, write=False, split="Read")
        for name, table in found.items()
    ]


def _written(call: Call, level: str) -> list[dict[str, Any]]:
    in_transaction = call.operation in _TRANSACTIONS
    by_table: dict[str, list[Units]] = {}
    found: dict[str, Table] = {}
    for change in call.changes:
        arn = change.table["TableArn"]
        found[arn] = change.table
        by_table.setdefault(arn, []).append(capacity.change_units(change, 2.0 if in_transaction else 1.0))
    here = {table_named(table["TableName"]) is table for table in found.values()}
    split = "Write" if in_transaction else ""
    return [
        _noted(found[arn], capacity.total(units), level, write=True, split=split)
        for arn, units in by_table.items()
        if here == {True} or table_named(found[arn]["TableName"]) is found[arn]
    ]


def _noted(table: Table, units: Units, level: str, *, write: bool, split: str = "") -> dict[str, Any]:
    capacity.note(table["TableName"], units, write=write)
    return capacity.shown(table["TableName"], units, level, split)
