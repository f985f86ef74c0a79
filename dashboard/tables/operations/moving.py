"""Giving an item another key: one transaction that puts it under the new key and deletes it under the old one, recorded as one change.

Both or neither happen: the put only if nothing is under the new key, the delete only if every attribute that was shown is as it was
shown. A transaction does not answer with what it replaced, so the item is read once more just before: an attribute that somebody added
since it was shown stops the move. What can come of the answer is as in ``writing``; a lost one is settled by reading both places at one
moment, and a repeated request carries the same client token, with which AWS changes nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.aws import dynamodb
from dashboard.aws.dynamodb.transactions import transact_get, transact_write
from dashboard.core.dynamodb import Table, TransactStep
from dashboard.core.errors import AwsError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item, same_item
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording
from dashboard.tables.core.conditions import item_absent
from dashboard.tables.core.itemkeys import canonical_key, readable_key
from dashboard.tables.core.plans import Plan
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.writing import Done, check_expressions


@dataclass(frozen=True)
class NotMoved:
    """Nothing was changed: the item is not as it was shown (``here`` is what stands there), or the new key is ``taken`` by ``there``.

    ``change_id`` is empty when that was seen before anything was sent.
    """

    change_id: str
    here: Item | None = None
    there: Item | None = None
    taken: bool = False


def carry_move(
    actor: Actor, place: Place, table: Table, plan: Plan, reason: str, undo_of: Change | None = None
) -> Done | NotMoved:
    """One GetItem, then one TransactWriteItems with its record. The caller has asked ``require`` for write and delete. Raises AwsError."""
    check_expressions(plan)
    found = dynamodb.get_item(place.target, table.name, plan.key).item
    if not same_item(found, plan.effect.shown):
        return NotMoved("", here=found)
    with recording(
        actor,
        place.resource(f"table:{table.name}"),
        plan.effect.action,
        label=f"{readable_key(plan.key, table.key_names)} → {readable_key(new_key(plan), table.key_names)}",
        subject=f"{encode_key(canonical_key(plan.key), table.key_names)} {new_key_text(table, plan)}",
        reason=reason,
        shown=plan.effect.shown,
        intended=plan.effect.intended,
        undo_of=undo_of,
    ) as change:
        try:
            # The record's id is a token of 36 characters that no other write has.
            sent = transact_write(place.target, _steps(table, plan), token=change.id, change=change.id)
        except AwsError as error:
            return _failed(place, table, plan, change, error)
        change.done(before=plan.effect.shown, after=plan.effect.intended, request_id=sent.request_id)
        return Done(change.id, plan.effect.shown)


def new_key(plan: Plan) -> Item:
    """The key that the item gets."""
    if plan.to is None:
        raise ValueError("not a move")
    return plan.to


def new_key_text(table: Table, plan: Plan) -> str:
    """The same for URLs."""
    return encode_key(canonical_key(new_key(plan)), table.key_names)


def both_places(place: Place, table: Table, here: Item, there: Item) -> tuple[Item | None, Item | None]:
    """What stands under the old and the new key at one moment."""
    reads = transact_get(place.target, [(table.name, here), (table.name, there)])
    return reads.items[0], reads.items[1]


def _steps(table: Table, plan: Plan) -> tuple[TransactStep, TransactStep]:
    put = TransactStep("put", table.name, new_key(plan), item=plan.item, condition=item_absent(table))
    return put, TransactStep("delete", table.name, plan.key, condition=plan.condition)


def _failed(place: Place, table: Table, plan: Plan, change: Recording, error: AwsError) -> Done | NotMoved:
    if error.kind is Kind.CONDITION:
        return _condition_failed(place, table, plan, change, error)
    if error.kind is Kind.LOST:
        return _lost(place, table, plan, change, error)
    if error.kind is Kind.NOT_FOUND:
        catalogue.forget(place, table.name)
    if error.kind is Kind.VALIDATION:
        catalogue.forget_facts(place, table.name)  # perhaps the table was made anew with another key
    raise error


def _condition_failed(
    place: Place, table: Table, plan: Plan, change: Recording, error: AwsError
) -> Done | NotMoved:
    """Another's change; unless the request was sent more than once and an earlier try, whose token AWS forgot, was carried out."""
    if error.attempts > 1 and _moved_before(place, table, plan):
        return _moved(plan, change, error.request_id)
    put, delete = (*error.reasons, {}, {})[:2]
    taken = put.get("Code") == "ConditionalCheckFailed"
    found = put.get("Item") if taken else delete.get("Item")
    change.refused(error.code, error.message, error.request_id, before=found)
    return NotMoved(change.id, None if taken else found, found if taken else None, taken)


def _moved_before(place: Place, table: Table, plan: Plan) -> bool:
    """What cannot be read counts as not moved: AWS has said that nothing happened, and reading is for the case that it erred."""
    try:
        here, there = both_places(place, table, plan.key, new_key(plan))
    except AwsError:
        return False
    return plan.effect.moved(here, there)


def _lost(place: Place, table: Table, plan: Plan, change: Recording, error: AwsError) -> Done:
    """Read both places. When that fails too, or tells nothing, the error leaves and the change stays unknown."""
    try:
        here, there = both_places(place, table, plan.key, new_key(plan))
    except AwsError as unread:
        raise error from unread
    if plan.effect.moved(here, there):
        return _moved(plan, change, error.request_id)
    if not plan.effect.stayed(here, there):
        raise error
    known = error.known_unchanged(
        "No answer came, and reading both keys showed that nothing was changed. You can send it again."
    )
    change.failed(known)
    raise known from error


def _moved(plan: Plan, change: Recording, request_id: str) -> Done:
    change.done(before=plan.effect.shown, after=plan.effect.intended, request_id=request_id)
    return Done(change.id, plan.effect.shown)
