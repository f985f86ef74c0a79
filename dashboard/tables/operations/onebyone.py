"""Many items one after another, each by a conditional write of its own: for more than one transaction takes, or by choice.

Each write is recorded by itself, as if it had been made on the item's page; a parent change (``items.several``) over those that were done
undoes them together. When something fails that would fail for the next one too (denied, throttled, no connection, an answer lost), the rest
is not tried; what was done, refused and not tried is said item by item.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.core.dynamodb import Written
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.history.record import Recording
from dashboard.tables.core.cancelled import condition_failed
from dashboard.tables.core.transactions import Planned
from dashboard.tables.operations.several import parent_record, require_each
from dashboard.tables.operations.writing import Stopped
from dashboard.tables.operations.writing import carry_out as write

SEVERAL = "items.several"
MOST_ITEMS = 250
"""Of one selection: each is a call of its own, while a person waits."""
_ALREADY = "Done already: the item stands as this leaves it. Nothing was changed now."
_GOES_ON = frozenset({Kind.VALIDATION, Kind.QUOTA, Kind.CONDITION, Kind.CONFLICT})


@dataclass(frozen=True)
class Result:
    """What became of one item: ``state`` is done, already (it stood so before), changed (somebody was faster), failed, unknown or untried.

    ``sentence`` says it.
    """

    state: str
    sentence: str
    change_id: str = ""
    found: Item | None = None


@dataclass(frozen=True)
class Finished:
    """One result an item, in their order. ``change_id`` is the parent's."""

    change_id: str
    results: tuple[Result, ...]
    error: AwsError | None = None

    @property
    def done(self) -> int:
        """How many were written."""
        return sum(result.state == "done" for result in self.results)

    @property
    def already(self) -> bool:
        """Whether every item stood as its write leaves it, so that all was done before, by this page or another."""
        return all(result.state == "already" for result in self.results)


Sender = Callable[[Planned, str], Written]
"""Sends one of them in other words (a PartiQL statement), given its change's id."""


def one_by_one(
    actor: Actor, place: Place, planned: Sequence[Planned], reason: str, send: Sender | None = None
) -> Finished:
    """Write them in their order: one UpdateItem or DeleteItem each. Raises Refused and InputError before anything is sent; no AwsError."""
    if not planned:
        raise InputError("key", "There is no item to write.")
    if len(planned) > MOST_ITEMS:
        raise InputError(
            "key",
            f"There are {len(planned)} items; at most {MOST_ITEMS} can be written at once. Select fewer.",
        )
    require_each(actor, place, [one.step for one in planned])
    results: list[Result] = []
    stopped: AwsError | None = None
    last: AwsError | None = None
    with parent_record(actor, place, planned, reason, SEVERAL, []) as parent:
        for one in planned:
            if stopped is not None:
                results.append(Result("untried", "Not tried, because the one before could not be written."))
                continue
            result, error = _write(actor, place, one, reason, send)
            results.append(result)
            last = error or last
            if error is not None and error.kind not in _GOES_ON:
                stopped = error
        _end(parent, results, last)
    return Finished(parent.id, tuple(results), last)


def _write(
    actor: Actor, place: Place, one: Planned, reason: str, send: Sender | None
) -> tuple[Result, AwsError | None]:
    if one.plan is None:
        raise ValueError("a check writes nothing")
    try:
        done = write(
            actor, place, one.step.table, one.plan, reason, send=partial(send, one) if send else None
        )
    except AwsError as error:
        request = f" (request {error.request_id})" if error.request_id else ""
        if error.kind is Kind.LOST:
            return Result("unknown", f"Nobody knows whether it was written. {error.message}{request}"), error
        return Result("failed", f"Not written. {error.code}: {error.message}{request}"), error
    if isinstance(done, Stopped):
        return stopped(one, done, "Not written."), None
    return Result("done", "Done.", done.change_id), None


def stopped(one: Planned, by: Stopped, word: str) -> Result:
    """A write whose condition did not hold: somebody was faster, or the item stands so already. ``word`` begins the sentence."""
    if one.plan is not None and one.changes and one.plan.effect.landed(by.found):
        return Result("already", _ALREADY, by.change_id, by.found)
    return Result("changed", f"{word} {condition_failed(one, by.found)}", by.change_id, by.found)


def _end(parent: Recording, results: Sequence[Result], error: AwsError | None) -> None:
    """The parent's outcome: done, done in part, or nothing of it. It names the changes of the items that were written."""
    written = [result.change_id for result in results if result.state == "done"]
    after = {"items": len(written), "changes": written}
    left = len(results) - len(written)
    if not left:
        parent.done(after=after)
        return
    told = "Somebody has changed them since they were shown."
    if all(result.state in ("done", "already") for result in results):
        told = "The others stood like this already." if written else "They stood like this already."
    why = error or AwsError("ConditionalCheckFailedException", told, Kind.CONDITION)
    if written or why.kind is Kind.LOST:
        message = f"{len(written)} of {len(results)} items were written. {why.message}"
        parent.partial(AwsError(why.code, message, why.kind, request_id=why.request_id), after=after)
    else:
        parent.failed(
            AwsError(
                why.code,
                f"None of {len(results)} items was written. {why.message}",
                why.kind,
                request_id=why.request_id,
            )
        )
