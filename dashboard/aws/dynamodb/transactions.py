"""Several items in one call: a transaction that changes all of them or none, and reading them together.

A transaction that AWS cancels is an AwsError whose ``reasons`` has one entry a step, in the order sent: ``Code`` ("None" for
a step that was not at fault), ``Message`` and, for a condition that did not hold, ``Item`` as it stands there (wire form). Its kind
is that of the gravest reason. API reference, TransactWriteItems, "Cancellation reasons".
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dashboard.aws.dynamodb.expressions import Expressions
from dashboard.aws.dynamodb.sending import send
from dashboard.aws.target import Target
from dashboard.aws.values import item_to_sending
from dashboard.core import numbers
from dashboard.core.dynamodb import Reads, Transacted, TransactStep
from dashboard.core.errors import AwsError, Kind
from dashboard.core.wire import Item, tag_of

MOST_STEPS = 100
"""Of one transaction, and keys of one BatchGetItem or TransactGetItems; Developer Guide, "Quotas"."""
MOST_TOKEN = 36
"""Characters of a client request token; API reference, TransactWriteItems."""
ROUNDS = 6
"""How often keys that AWS left over are asked for again before it counts as throttled."""
_PAUSE = 0.05
"""Seconds before the second round, doubled for each further one."""

_NAMES = {"put": "Put", "update": "Update", "delete": "Delete", "check": "ConditionCheck"}


def transact_write(target: Target, steps: Sequence[TransactStep], *, token: str, change: str) -> Transacted:
    """Carry out all ``steps`` or none, in one TransactWriteItems.

    ``token`` makes a repeated call with the same steps harmless for ten minutes: AWS answers it with success and changes nothing again.
    Raises AwsError: ``reasons`` when AWS cancelled it, Kind.LOST without an answer. ValueError for steps or a token that cannot be sent.
    """
    if not 1 <= len(steps) <= MOST_STEPS:
        raise ValueError(f"a transaction has 1 to {MOST_STEPS} steps")
    if not 1 <= len(token) <= MOST_TOKEN:
        raise ValueError(f"a token has 1 to {MOST_TOKEN} characters")
    arguments = {
        "TransactItems": [{_NAMES[step.kind]: _action(step)} for step in steps],
        "ClientRequestToken": token,
        "ReturnConsumedCapacity": "TOTAL",
    }
    resource = _resource([step.table for step in steps])
    answer = send(target, "TransactWriteItems", resource, arguments, writes=True, change=change)
    return Transacted(_units(answer.body), answer.request_id, answer.attempts)


def transact_get(target: Target, keys: Sequence[tuple[str, Item]]) -> Reads:
    """The items under up to 100 (table, key) pairs as they stood at one moment, in one TransactGetItems; twice the units of a BatchGetItem.

    Raises AwsError; Kind.CONFLICT in ``reasons`` when a write to one of them was under way.
    """
    if not 1 <= len(keys) <= MOST_STEPS:
        raise ValueError(f"a transaction reads 1 to {MOST_STEPS} items")
    wanted = [{"Get": {"TableName": table, "Key": item_to_sending(key)}} for table, key in keys]
    arguments = {"TransactItems": wanted, "ReturnConsumedCapacity": "TOTAL"}
    answer = send(target, "TransactGetItems", _resource([table for table, _ in keys]), arguments)
    found = tuple(one.get("Item") or None for one in answer.body.get("Responses", ()))
    if len(found) != len(keys):
        raise AwsError(
            "DamagedAnswer",
            f"{len(keys)} items were asked for and {len(found)} answered.",
            Kind.FAULT,
            permanent=False,
            request_id=answer.request_id,
            service="dynamodb",
            operation="TransactGetItems",
        )
    return Reads(found, _units(answer.body), 1, answer.request_id)


def batch_get(target: Target, keys: Sequence[tuple[str, Item]], *, consistent: bool = True) -> Reads:
    """The items under any number of (table, key) pairs: a BatchGetItem for each 100, more while AWS leaves some over (16 MB each).

    Not one moment: items may be of different times. AwsError with Kind.THROTTLED when AWS keeps leaving keys over.
    """
    names = {table: tuple(key) for table, key in keys}
    found: dict[tuple[str, ...], Item] = {}
    waiting = list({_place(table, key, names[table]): (table, key) for table, key in keys}.values())
    units, calls, idle, request_id = 0.0, 0, 0, ""
    while waiting:
        asked, waiting = waiting[:MOST_STEPS], waiting[MOST_STEPS:]
        answer = send(target, "BatchGetItem", _resource([one for one, _ in asked]), _batch(asked, consistent))
        units, calls, request_id = units + _units(answer.body), calls + 1, answer.request_id
        for table, items in answer.body.get("Responses", {}).items():
            found.update({_place(table, item, names[table]): item for item in items})
        left = [
            (table, key)
            for table, some in (answer.body.get("UnprocessedKeys") or {}).items()
            for key in some["Keys"]
        ]
        idle = idle + 1 if len(left) == len(asked) else 0
        if idle >= ROUNDS:
            raise _left_over(asked, calls, request_id)
        if idle:
            time.sleep(_PAUSE * 2 ** (idle - 1))
        waiting = left + waiting
    return Reads(
        tuple(found.get(_place(table, key, names[table])) for table, key in keys), units, calls, request_id
    )


def _action(step: TransactStep) -> dict[str, Any]:
    expressions = Expressions()
    what: dict[str, Any] = {"TableName": step.table}
    if step.kind == "put":
        if step.item is None:
            raise ValueError("a put has an item")
        what["Item"] = item_to_sending(step.item)
    else:
        what["Key"] = item_to_sending(step.key)
    if step.kind == "update":
        expressions.update(step.actions)
    if step.kind == "check" and step.condition is None:
        raise ValueError("a check has a condition")
    expressions.condition("ConditionExpression", step.condition)
    return {**what, **expressions.arguments(), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _batch(asked: Sequence[tuple[str, Item]], consistent: bool) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = {}
    for table, key in asked:
        request = tables.setdefault(table, {"Keys": [], "ConsistentRead": consistent})
        request["Keys"].append(item_to_sending(key))
    return {"RequestItems": tables, "ReturnConsumedCapacity": "TOTAL"}


def _place(table: str, item: Item, names: Sequence[str]) -> tuple[str, ...]:
    """What tells one item of all tables from another: 1.0 is the same number key as 1."""
    parts = [table]
    for name in names:
        tag = tag_of(item[name])
        text = str(item[name][tag])
        parts.append(tag + (numbers.canonical(text) if tag == "N" else text))
    return tuple(parts)


def _units(body: dict[str, Any]) -> float:
    """The units of all tables together."""
    consumed = body.get("ConsumedCapacity") or ()
    return float(sum(one.get("CapacityUnits", 0.0) for one in consumed))


def _resource(tables: Sequence[str]) -> str:
    """What the log and an error name: ``table:orders`` or ``table:orders, stock``."""
    return "table:" + ", ".join(dict.fromkeys(tables))


def _left_over(asked: Sequence[tuple[str, Item]], calls: int, request_id: str) -> AwsError:
    return AwsError(
        "UnprocessedKeys",
        f"AWS left {len(asked)} items over each time: the table's read capacity is used up.",
        Kind.THROTTLED,
        permanent=False,
        retry_after=1.0,
        request_id=request_id,
        service="dynamodb",
        operation="BatchGetItem",
        resource=_resource([table for table, _ in asked]),
        attempts=calls,
    )
