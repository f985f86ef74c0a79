"""The way back of several writes at once: all of them in one transaction, or none; and finding out how one ended."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
from dashboard.accounts.policy import require
from dashboard.core.errors import InputError
from dashboard.core.wire import Item
from dashboard.history.handlers import Handler, Undone, handler_of
from dashboard.history.models import Change, Outcome
from dashboard.tables.core.transactions import MOST_STEPS, Planned, Step
from dashboard.tables.operations import catalogue, lost
from dashboard.tables.operations.onebyone import SEVERAL
from dashboard.tables.operations.several import TRANSACTION, Cancelled, carry_out
from dashboard.tables.operations.undo import way_back

_KINDS = {"put": "put", "update": "update", "delete": "delete"}


def handlers() -> tuple[Handler, ...]:
    """For ``ready``. Undoing needs on each table what the way back does there; ``write`` is only what everybody needs."""
    return (
        Handler(TRANSACTION, "Transaction", permission="write", undo=undo, reconcile=reconcile, parts=parts),
        Handler(SEVERAL, "Several items", permission="write", undo=undo, partly=True, parts=parts),
    )


def undo(actor: Actor, change: Change, reason: str) -> Undone:
    """Take every write under the parent ``change`` back in one transaction. Raises Refused, AwsError."""
    place = find_place(change.connection, change.region)
    if place is None:
        return Undone(
            False, f"There is no connection {change.connection} with the region {change.region} any more."
        )
    items = parts(change)
    for one in items:
        require(actor.user, handler_of(one.action).permission, one.place)
    refusal = _refusal(items)
    if refusal:
        return Undone(False, refusal)
    try:
        planned = [_planned(place, one) for one in items]
        result = carry_out(actor, place, planned, reason, undo_of=change, undone=items)
    except InputError as error:
        return Undone(
            False,
            f"This cannot be undone in one transaction. {error} Nothing was changed; each item's change can be undone by itself.",
        )
    if isinstance(result, Cancelled):
        return Undone(False, _why(planned, result), result.change_id)
    count = result.count
    return Undone(True, f"{'1 item is' if count == 1 else f'{count} items are'} as before.", result.change_id)


def reconcile(change: Change) -> bool:
    """Read all items at one moment and write the outcomes that are missing. Raises AwsError, Kind.CONFLICT while it is under way."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    items = parts(change)
    ended = {one.state for one in items}
    if not items:
        return False
    if ended <= {"done"} or ended <= {"failed", "refused"}:
        return _settle(change, items, "done" in ended, change.intended)  # each was found out by itself
    try:
        targets = [lost.target_of(catalogue.facts(place, _table(one)).table, one) for one in items]
    except InputError:
        return False  # a table was made anew with another key
    found = lost.look(place, targets)
    if lost.landed(targets, found):
        for one, (_, _, effect), item in zip(items, targets, found, strict=True):
            _end(one, Outcome.Result.DONE, before=effect.before_of(item), after=item)
        return _settle(change, items, True, change.intended)
    if lost.untouched(targets, found):
        for one in items:
            _end(one, Outcome.Result.FAILED, code="NotCarriedOut", message=_NOT)
        return _settle(change, items, False, None)
    return False


_NOT = "The items were read later and are as they were before: the transaction did not happen."


def parts(change: Change) -> list[Change]:
    """The changes of the items under a parent, in their order: those that were written where the outcome says so."""
    outcome = getattr(change, "outcome", None)
    told = (outcome.after if outcome is not None and outcome.after else change.intended) or {}
    found = Change.objects.select_related("outcome").in_bulk(told.get("changes", []))
    return sorted(found.values(), key=lambda one: [str(pk) for pk in told["changes"]].index(str(one.pk)))


def _refusal(items: Sequence[Change]) -> str:
    if not items:
        return "The record names no item that was written, so there is nothing to undo."
    if len(items) > MOST_STEPS:
        return (
            f"{len(items)} items were written one by one, and one transaction takes {MOST_STEPS}. "
            "Nothing was changed; each item's change can be undone by itself."
        )
    back = Change.objects.filter(undo_of__in=items, outcome__result="done").count()
    if back:
        return f"{back} of the {len(items)} items {'was' if back == 1 else 'were'} taken back already. Undo the others one by one."
    return ""


def _planned(place: Place, change: Change) -> Planned:
    table = catalogue.facts(place, _table(change)).table
    plan = way_back(table, change)
    step = Step(_KINDS[plan.kind], table, plan.key, plan.item)
    return Planned(step, plan.effect.shown, plan.condition, plan)


def _why(planned: Sequence[Planned], result: Cancelled) -> str:
    """The first items in the way, in a sentence each."""
    guilty = [(one, why) for one, why in zip(planned, result.reasons, strict=True) if why.at_fault]
    told = " ".join(f"{one.step.label[:80]}: {why.sentence}" for one, why in guilty[:3])
    more = f" And {len(guilty) - 3} more." if len(guilty) > 3 else ""
    return f"Not undone, and nothing was changed. {told}{more}"


def _table(change: Change) -> str:
    return change.resource.removeprefix("table:")


def _settle(change: Change, items: Sequence[Change], done: bool, after: Item | None) -> bool:
    if done:
        return _end(change, Outcome.Result.DONE, after=after)
    return _end(change, Outcome.Result.FAILED, code="NotCarriedOut", message=_NOT)


def _end(change: Change, result: str, **fields: object) -> bool:
    """Write the outcome unless there is one; somebody who settled it in the same moment has said the same."""
    if getattr(change, "outcome", None) is not None:
        return True
    try:
        with transaction.atomic():
            Outcome.objects.create(change=change, result=result, reconciled=True, **fields)
    except IntegrityError:
        return Outcome.objects.filter(change=change).exists()
    return True
