"""Items: reading a page, one item, and the three writes. Binary is base64 text on our side throughout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.aws import clients
from dashboard.aws.calling import Answer, Sending, measured
from dashboard.aws.dynamodb.expressions import Expressions
from dashboard.aws.dynamodb.sending import refuse_read_only
from dashboard.aws.target import Target
from dashboard.aws.values import item_to_sending
from dashboard.core.dynamodb import Read, ReadPage, ReadRequest, Written
from dashboard.core.expressions import Action, Condition, Path
from dashboard.core.wire import Item


def read(target: Target, request: ReadRequest) -> ReadPage:
    """One Query (with a key condition) or Scan call: at most ``limit`` items read (None: no limit), or 1 MB."""
    expressions = Expressions()
    expressions.condition("KeyConditionExpression", request.key_condition)
    expressions.condition("FilterExpression", request.filter)
    expressions.projection(request.fields)
    arguments = {"TableName": request.table, **expressions.arguments()}
    if request.limit is not None:
        arguments["Limit"] = request.limit
    if request.index:
        arguments["IndexName"] = request.index
    if request.start:
        arguments["ExclusiveStartKey"] = item_to_sending(request.start)
    if request.consistent:
        arguments["ConsistentRead"] = True
    if request.segment:
        arguments["Segment"], arguments["TotalSegments"] = request.segment
    operation = "Scan" if request.key_condition is None else "Query"
    if operation == "Query":
        arguments["ScanIndexForward"] = not request.backward
    answer = _dispatch(target, operation, request.table, arguments)
    return ReadPage(
        items=tuple(answer.body.get("Items", ())),
        scanned=int(answer.body.get("ScannedCount", 0)),
        units=answer.units or 0.0,
        next=answer.body.get("LastEvaluatedKey") or None,
        request_id=answer.request_id,
    )


def get_item(
    target: Target, table: str, key: Item, *, consistent: bool = True, fields: Sequence[Path] = ()
) -> Read:
    """The item under ``key``, or only ``fields`` of it; strongly consistent unless told otherwise."""
    expressions = Expressions()
    expressions.projection(fields)
    arguments = {"TableName": table, "Key": item_to_sending(key), "ConsistentRead": consistent}
    answer = _dispatch(target, "GetItem", table, arguments | expressions.arguments())
    return Read(answer.body.get("Item"), answer.units or 0.0, answer.request_id)


def update_item(
    target: Target,
    table: str,
    key: Item,
    *,
    actions: Sequence[Action],
    condition: Condition | None,
    change: str,
) -> Written:
    """Change the attributes that ``actions`` name, if ``condition`` holds (else Kind.CONDITION with the item)."""
    expressions = Expressions()
    expressions.update(actions)
    return _write(target, "UpdateItem", table, {"Key": item_to_sending(key)}, expressions, condition, change)


def put_item(target: Target, table: str, item: Item, *, condition: Condition | None, change: str) -> Written:
    """Write the whole item, if ``condition`` holds for the one that is there."""
    return _write(target, "PutItem", table, {"Item": item_to_sending(item)}, Expressions(), condition, change)


def delete_item(
    target: Target, table: str, key: Item, *, condition: Condition | None, change: str
) -> Written:
    """Delete the item, if ``condition`` holds for it."""
    return _write(
        target, "DeleteItem", table, {"Key": item_to_sending(key)}, Expressions(), condition, change
    )


def _write(
    target: Target,
    operation: str,
    table: str,
    what: dict[str, Any],
    expressions: Expressions,
    condition: Condition | None,
    change: str,
) -> Written:
    """One write. AWS answers with the item as it was before, or with the one that failed the condition."""
    refuse_read_only(target, operation, f"table:{table}")
    expressions.condition("ConditionExpression", condition)
    arguments = {
        "TableName": table,
        **what,
        **expressions.arguments(),
        "ReturnValues": "ALL_OLD",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    answer = _dispatch(target, operation, table, arguments, writes=True, change=change)
    before = answer.body.get("Attributes") or None
    return Written(before, answer.units or 0.0, answer.request_id, answer.attempts)


def _dispatch(
    target: Target,
    operation: str,
    table: str,
    arguments: dict[str, Any],
    writes: bool = False,
    change: str = "",
) -> Answer:
    """PynamoDB's dispatch asks for the capacity that was consumed (TOTAL)."""
    sending = Sending("dynamodb", operation, f"table:{table}", writes, change)
    return measured(sending, lambda: dict(clients.dynamodb(target).dispatch(operation, arguments)))
