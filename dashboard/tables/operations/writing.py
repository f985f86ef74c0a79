"""Carrying out one planned write of an item, with its record, whatever becomes of the answer.

The write is sent once the started row is committed. What can come of it:

* AWS confirms: done, with the item AWS says it replaced.
* The condition did not hold: refused, with what stands there. Unless the request was sent more than once and what stands there is what
  this write was to leave behind: then an earlier try had been carried out and only its answer was lost, so it is done.
* No answer came: the item is read. As intended: done. As before: failed, nothing was changed. Neither: nobody can tell, the change stays
  without an outcome (*unknown*) until it is reconciled.
* Anything else AWS says: failed, nothing was changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.aws import dynamodb
from dashboard.core.dynamodb import Table, Written
from dashboard.core.errors import AwsError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording
from dashboard.tables.core.conditions import MAX_EXPRESSION_BYTES
from dashboard.tables.core.itemkeys import readable_key
from dashboard.tables.core.plans import Plan, too_wide_delete, too_wide_move, too_wide_update
from dashboard.tables.operations import catalogue


@dataclass(frozen=True)
class Done:
    """The write happened."""

    change_id: str
    before: Item | None


@dataclass(frozen=True)
class Stopped:
    """The condition did not hold and nothing was changed; ``found`` is the item that stands there, None when there is none."""

    change_id: str
    found: Item | None


def carry_out(
    actor: Actor,
    place: Place,
    table: Table,
    plan: Plan,
    reason: str,
    undo_of: Change | None = None,
    send: Callable[[str], Written] | None = None,
) -> Done | Stopped:
    """Send the write and record it. AwsError for every failure but a condition that did not hold; the caller has asked ``require``.

    ``send`` carries the plan out in other words than an expression's (a PartiQL statement), given the change's id.
    """
    if send is None:
        check_expressions(plan)
    with recording(
        actor,
        place.resource(f"table:{table.name}"),
        plan.effect.action,
        label=readable_key(plan.key, table.key_names),
        subject=encode_key(plan.key, table.key_names),
        reason=reason,
        shown=plan.effect.shown,
        intended=plan.effect.intended,
        undo_of=undo_of,
    ) as change:
        try:
            written = send(change.id) if send else _send(place, table, plan, change.id)
        except AwsError as error:
            return _failed(place, table, plan, change, error)
        after = written.after or plan.effect.after_of(written.before)
        change.done(before=written.before, after=after, request_id=written.request_id)
        return Done(change.id, written.before)


def check_expressions(plan: Plan) -> None:
    """InputError when an expression is longer than DynamoDB takes; a write is never sent without its condition."""
    if fits(plan):
        return
    count = len(plan.changes)
    if plan.kind == "update":
        raise too_wide_update(count)
    raise too_wide_move(len(plan.effect.shown or ())) if plan.kind == "move" else too_wide_delete(count)


def fits(plan: Plan) -> bool:
    """Whether DynamoDB takes the plan's expressions as long as they are."""
    if dynamodb.expression_bytes(plan.condition) > MAX_EXPRESSION_BYTES:
        return False
    return plan.kind != "update" or dynamodb.update_bytes(plan.actions) <= MAX_EXPRESSION_BYTES


def _send(place: Place, table: Table, plan: Plan, change: str) -> Written:
    target, condition = place.target, plan.condition
    if plan.kind == "update":
        return dynamodb.update_item(
            target, table.name, plan.key, actions=plan.actions, condition=condition, change=change
        )
    if plan.item is not None:
        return dynamodb.put_item(target, table.name, plan.item, condition=condition, change=change)
    return dynamodb.delete_item(target, table.name, plan.key, condition=condition, change=change)


def _failed(place: Place, table: Table, plan: Plan, change: Recording, error: AwsError) -> Done | Stopped:
    if error.kind is Kind.CONDITION:
        return _condition_failed(plan, change, error)
    if error.kind is Kind.LOST:
        return _lost(place, table, plan, change, error)
    if error.kind is Kind.NOT_FOUND:
        catalogue.forget(place, table.name)
    if error.kind is Kind.VALIDATION:
        catalogue.forget_facts(place, table.name)  # perhaps the table was made anew with another key
    raise error


def _condition_failed(plan: Plan, change: Recording, error: AwsError) -> Done | Stopped:
    found = error.item
    if error.attempts > 1 and plan.effect.landed(found):
        return _landed(plan, change, found, error.request_id)
    change.refused(error.code, error.message, error.request_id, before=found)
    return Stopped(change.id, found)


def _lost(place: Place, table: Table, plan: Plan, change: Recording, error: AwsError) -> Done:
    """Read what stands there. When that fails too, or tells nothing, the error leaves and the change stays unknown."""
    try:
        found = dynamodb.get_item(place.target, table.name, plan.key).item
    except AwsError as unread:
        raise error from unread
    if plan.effect.landed(found):
        return _landed(plan, change, found, error.request_id)
    if not plan.effect.untouched(found):
        raise error
    known = error.known_unchanged(
        "No answer came, and reading the item showed that nothing was changed. You can send it again."
    )
    change.failed(known)
    raise known from error


def _landed(plan: Plan, change: Recording, found: Item | None, request_id: str) -> Done:
    before = plan.effect.before_of(found)
    change.done(before=before, after=found, request_id=request_id)
    return Done(change.id, before)
