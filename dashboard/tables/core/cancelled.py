"""Why a transaction was cancelled, step by step, in sentences. Codes: API reference, TransactWriteItems, "Errors"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.core.wire import Item, same
from dashboard.tables.core.search import where_text
from dashboard.tables.core.transactions import Planned
from dashboard.tables.core.values import path_text

NOT_AT_FAULT = "None"


@dataclass(frozen=True)
class Reason:
    """One step's part in it. ``found`` is what stands there now, when its condition failed; ``at_fault`` tells it from the others."""

    code: str
    sentence: str
    at_fault: bool
    found: Item | None = None


def reasons_of(planned: Sequence[Planned], told: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """One reason a step, in their order; a step that AWS tells nothing about was not at fault."""
    padded = (*told, *({} for _ in planned))
    return tuple(_reason(one, told) for one, told in zip(planned, padded, strict=False))


def done_already(planned: Sequence[Planned], reasons: Sequence[Reason]) -> bool:
    """Whether every item stands as its step would leave it, so that all was done before, by this page or another. Checks do not count."""
    writes = [(one.plan, why) for one, why in zip(planned, reasons, strict=True) if one.plan is not None]
    return bool(writes) and all(
        why.code == "ConditionalCheckFailed" and plan.effect.landed(why.found) for plan, why in writes
    )


def _reason(one: Planned, told: Mapping[str, Any]) -> Reason:
    code = str(told.get("Code") or NOT_AT_FAULT)
    if code == NOT_AT_FAULT:
        return Reason(
            code,
            "Not at fault. Nothing was changed here, because another step stopped the transaction.",
            False,
        )
    found = told.get("Item") or None
    return Reason(code, _sentence(one, code, str(told.get("Message") or ""), found), True, found)


def _sentence(one: Planned, code: str, message: str, found: Item | None) -> str:
    match code:
        case "ConditionalCheckFailed":
            return condition_failed(one, found)
        case "TransactionConflict":
            return "Another write or transaction was under way on this item at that moment. Send it again."
        case "ThrottlingError" | "ProvisionedThroughputExceeded":
            return "The capacity of the table, an index or this key is used up for the moment. Wait a little and send it again."
        case "ItemCollectionSizeLimitExceeded":
            return "All items with this partition key, with those in local indexes, would be more than 10 GB."
        case "ValidationError":
            return f"AWS does not take this step: {message or 'it gives no reason'}"
    return f"{code}: {message}" if message else code


def condition_failed(one: Planned, found: Item | None) -> str:
    """Why the condition of one write or check did not hold, given what stands there."""
    if one.step.kind == "put" and found is not None:
        return "There is an item under this key now; putting would replace it."
    if one.plan is not None and one.step.kind != "put":
        if found is None:
            return "The item is not there any more."
        changed = [change.name for change in one.changes if not same(change.before, found.get(change.name))]
        if changed:
            names = ", ".join(path_text((name,)) for name in changed[:5])
            more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
            return f"Somebody has changed {names}{more} since it was shown."
    if one.step.where is None:
        return "What stands there is not what was shown."
    there = "what stands there" if found is not None else "there is no item under this key"
    condition = where_text(one.step.where)
    return (
        f"The condition {condition[:300]} does not hold: {there}."
        if found is None
        else f"The condition {condition[:300]} does not hold for {there}."
    )
