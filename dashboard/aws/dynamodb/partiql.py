"""PartiQL statements: one (in pages), a batch in which each stands for itself, and a transaction.

The caller has read the statement and knows which table it names; nothing is parsed here. ``Parameters`` are wire values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.aws.dynamodb.sending import send
from dashboard.aws.target import Target
from dashboard.aws.values import to_sending, to_text
from dashboard.core.errors import AwsError, Kind
from dashboard.core.partiql import Batch, Executed, Outcome, Sent

MOST_BATCH = 25
"""Statements of one BatchExecuteStatement (API reference)."""
MOST_TRANSACTION = 100
"""Statements of one ExecuteTransaction (API reference)."""
_KIND = {
    "ConditionalCheckFailed": Kind.CONDITION,
    "DuplicateItem": Kind.CONDITION,
    "TransactionConflict": Kind.CONFLICT,
    "ProvisionedThroughputExceeded": Kind.THROTTLED,
    "ThrottlingError": Kind.THROTTLED,
    "RequestLimitExceeded": Kind.THROTTLED,
    "ItemCollectionSizeLimitExceeded": Kind.QUOTA,
    "InternalServerError": Kind.FAULT,
    "ResourceNotFound": Kind.NOT_FOUND,
    "AccessDenied": Kind.DENIED,
}
"""Codes of BatchStatementError (API reference); every other is a validation."""


def execute_statement(
    target: Target,
    sent: Sent,
    *,
    limit: int | None = None,
    next_token: str = "",
    writes: bool = False,
    change: str = "",
) -> Executed:
    """One call, one page. ``limit`` counts items that are evaluated, before any condition that is not on a key.

    A write whose WHERE does not hold is Kind.CONDITION with the item that stands there; an INSERT of a key that is taken too, without it.
    """
    arguments: dict[str, Any] = {**_statement(sent, writes), "ReturnConsumedCapacity": "TOTAL"}
    if limit is not None:
        arguments["Limit"] = limit
    if next_token:
        arguments["NextToken"] = next_token
    answer = send(target, "ExecuteStatement", f"table:{sent.table}", arguments, writes=writes, change=change)
    return Executed(
        items=tuple(answer.body.get("Items", ())),
        units=answer.units or 0.0,
        next_token=answer.body.get("NextToken") or "",
        request_id=answer.request_id,
        attempts=answer.attempts,
    )


def batch_execute(
    target: Target, statements: Sequence[Sent], *, writes: bool = False, change: str = ""
) -> Batch:
    """Up to 25 statements in one call, all reads or all writes. It is not atomic: each succeeds or fails by itself (``Outcome.error``)."""
    if not 1 <= len(statements) <= MOST_BATCH:
        raise ValueError(f"a batch has 1 to {MOST_BATCH} statements")
    arguments = {
        "Statements": [_statement(one, writes) for one in statements],
        "ReturnConsumedCapacity": "TOTAL",
    }
    answer = send(
        target, "BatchExecuteStatement", _resource(statements), arguments, writes=writes, change=change
    )
    outcomes = tuple(
        _outcome(one, sent, answer.request_id)
        for one, sent in zip(answer.body.get("Responses", ()), statements, strict=True)
    )
    return Batch(outcomes, _units(answer.body), answer.request_id, answer.attempts)


def execute_transaction(
    target: Target, statements: Sequence[Sent], *, token: str, writes: bool = False, change: str = ""
) -> Batch:
    """All of up to 100 statements or none; all reads or all writes and checks (EXISTS).

    ``token`` makes a repeated call harmless for ten minutes. A transaction that is cancelled is an AwsError whose ``reasons`` has one entry
    for each statement.
    """
    if not 1 <= len(statements) <= MOST_TRANSACTION:
        raise ValueError(f"a transaction has 1 to {MOST_TRANSACTION} statements")
    arguments: dict[str, Any] = {
        "TransactStatements": [_statement(one, writes, in_transaction=True) for one in statements],
        "ReturnConsumedCapacity": "TOTAL",
    }
    if token and writes:
        arguments["ClientRequestToken"] = token
    answer = send(
        target, "ExecuteTransaction", _resource(statements), arguments, writes=writes, change=change
    )
    items = [one.get("Item") or None for one in answer.body.get("Responses", ())]
    items += [None] * (len(statements) - len(items))
    outcomes = tuple(Outcome(item) for item in items)
    return Batch(outcomes, _units(answer.body), answer.request_id, answer.attempts)


def _statement(sent: Sent, writes: bool, *, in_transaction: bool = False) -> dict[str, Any]:
    arguments: dict[str, Any] = {"Statement": sent.text}
    if sent.parameters:
        arguments["Parameters"] = [to_sending(one) for one in sent.parameters]
    if writes:
        arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if sent.consistent and not in_transaction:
        arguments["ConsistentRead"] = True
    return arguments


def _outcome(response: dict[str, Any], sent: Sent, request_id: str) -> Outcome:
    """One statement's part of a batch's answer."""
    stated = response.get("Error")
    if not stated:
        return Outcome(response.get("Item") or None)
    code = str(stated.get("Code", "Unknown"))
    kind = _KIND.get(code, Kind.VALIDATION)
    error = AwsError(
        code=code,
        message=str(stated.get("Message") or "AWS gave no reason."),
        kind=kind,
        permanent=kind not in (Kind.THROTTLED, Kind.CONFLICT, Kind.FAULT),
        request_id=request_id,
        service="dynamodb",
        operation="BatchExecuteStatement",
        resource=f"table:{sent.table}",
        item=to_text(stated.get("Item")) or None,
    )
    return Outcome(None, error)


def _units(body: dict[str, Any]) -> float:
    """The units of all tables together."""
    return float(sum(one.get("CapacityUnits", 0.0) for one in body.get("ConsumedCapacity") or ()))


def _resource(statements: Sequence[Sent]) -> str:
    """What the log and an error name: ``table:orders`` or ``table:orders, stock``."""
    return "table:" + ", ".join(dict.fromkeys(one.table for one in statements))
