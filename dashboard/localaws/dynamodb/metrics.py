"""AWS/DynamoDB metrics of the traffic, by the names and dimensions of "DynamoDB metrics and dimensions"."""

from __future__ import annotations

from typing import Any

import orjson

from dashboard.localaws.cloudwatch.store import Metrics
from dashboard.localaws.dynamodb.changes import Call
from dashboard.localaws.dynamodb.engine import Reply

NAMESPACE = "AWS/DynamoDB"
_RETURNING = ("Query", "Scan", "ExecuteStatement")
_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
)


def traffic(
    metrics: Metrics, call: Call, reply: Reply, names: tuple[str, ...], seconds: float, now: float
) -> None:
    """Put what CloudWatch would have of one request to ``names``, its tables."""
    for kind, consumed in (("Read", call.reads), ("Write", call.writes)):
        for (table, index), units in consumed.items():
            about = {"TableName": table} | ({"GlobalSecondaryIndexName": index} if index else {})
            metrics.put(NAMESPACE, f"Consumed{kind}CapacityUnits", about, now, units, unit="Count")
    status, headers, body = reply
    if status != 200:
        _failed(metrics, call.operation, names, headers.get("x-amzn-errortype", ""), status, now)
        return
    for name in names:
        about = {"TableName": name, "Operation": call.operation}
        metrics.put(NAMESPACE, "SuccessfulRequestLatency", about, now, seconds * 1000, unit="Milliseconds")
        if call.operation in _RETURNING:
            metrics.put(NAMESPACE, "ReturnedItemCount", about, now, _count(body), unit="Count")


def refused(
    metrics: Metrics, operation: str, names: tuple[str, ...], code: str, status: int, now: float
) -> None:
    """Put what CloudWatch would have of a request that failed before it was served."""
    _failed(metrics, operation, names, code, status, now)


def expired(metrics: Metrics, table: str, now: float) -> None:
    """An item that time to live deleted."""
    metrics.put(NAMESPACE, "TimeToLiveDeletedItemCount", {"TableName": table}, now, 1.0, unit="Count")


def filled(metrics: Metrics, table: str, index: str, percent: float, now: float) -> None:
    """How far a new index is filled. AWS says it once a minute, here it is said whenever the table is described."""
    about = {"TableName": table, "GlobalSecondaryIndexName": index}
    metrics.put(NAMESPACE, "OnlineIndexPercentageProgress", about, now, percent, unit="Percent")


def _failed(
    metrics: Metrics, operation: str, names: tuple[str, ...], code: str, status: int, now: float
) -> None:
    if code in THROTTLED:
        kind = "Read" if operation in _READS else "Write"
        for name in names:
            metrics.put(
                NAMESPACE,
                "ThrottledRequests",
                {"TableName": name, "Operation": operation},
                now,
                1.0,
                unit="Count",
            )
            metrics.put(NAMESPACE, f"{kind}ThrottleEvents", {"TableName": name}, now, 1.0, unit="Count")
    elif status >= 500:
        for name in names:
            metrics.put(
                NAMESPACE, "SystemErrors", {"TableName": name, "Operation": operation}, now, 1.0, unit="Count"
            )
    elif code == "ConditionalCheckFailedException":
        for name in names:
            metrics.put(
                NAMESPACE, "ConditionalCheckFailedRequests", {"TableName": name}, now, 1.0, unit="Count"
            )
    elif code == "TransactionConflictException":
        for name in names:
            metrics.put(NAMESPACE, "TransactionConflict", {"TableName": name}, now, 1.0, unit="Count")
    else:
        metrics.put(NAMESPACE, "UserErrors", {}, now, 1.0, unit="Count")


def _count(body: bytes) -> float:
    """How many items an answer has; its own count when it says one."""
    at = body.rfind(b'"Count":')
    if at >= 0:
        digits = body[at + 8 : at + 20].split(b",")[0].split(b"}")[0]
        if digits.strip().isdigit():
            return float(digits)
    value: dict[str, Any] = orjson.loads(body)
    return float(value.get("Count", len(value.get("Items", ()))))
