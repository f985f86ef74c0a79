"""The way back from each write of an item, and finding out how one ended that nobody saw the end of."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import find_place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.core.diff import diff_items, reverse_changes
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome
from dashboard.tables.core.plans import (
    CREATE,
    DELETE,
    UPDATE,
    Effect,
    Plan,
    create_of,
    plan_delete,
    update_of,
)
from dashboard.tables.core.values import path_text
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.writing import Stopped, carry_out

_PERMISSION = {UPDATE: "write", CREATE: "delete", DELETE: "write"}
_TITLE = {UPDATE: "Item changed", CREATE: "Item created", DELETE: "Item deleted"}
_DONE = {
    UPDATE: "The attributes have their former values again.",
    CREATE: "The created item was deleted again.",
    DELETE: "The item stands there again as it was.",
}


def handlers() -> tuple[Handler, ...]:
    """One for each action of this module, for ``AppConfig.ready``."""
    return tuple(
        Handler(
            action, _TITLE[action], permission=_PERMISSION[action], undo=undo, reconcile=reconcile, link=link
        )
        for action in (UPDATE, CREATE, DELETE)
    )


def undo(actor: Actor, change: Change, reason: str) -> Undone:
    """Carry ``change`` (done, not undone yet) back, if what it left behind is untouched. Raises Refused, AwsError."""
    require(actor.user, _PERMISSION[change.action], change.place)
    place = find_place(change.connection, change.region)
    if place is None:
        return Undone(
            False, f"There is no connection {change.connection} with the region {change.region} any more."
        )
    table = catalogue.facts(place, _table_name(change)).table
    try:
        plan = way_back(table, change)
    except InputError as error:
        return Undone(False, f"This cannot be undone in one step. {error.rule}")
    result = carry_out(actor, place, table, plan, reason, undo_of=change)
    if isinstance(result, Stopped):
        return Undone(False, _why_stopped(plan, result.found), result.change_id)
    return Undone(True, _DONE[change.action], result.change_id)


def reconcile(change: Change) -> bool:
    """Read the item and write the missing outcome; False when it is neither as before nor as intended. Raises AwsError."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    table = catalogue.facts(place, _table_name(change)).table
    try:
        key = decode_key(change.subject, table.key_names)
    except InputError:
        return False  # the table was made anew with another key; its items say nothing about the old ones
    found = dynamodb.get_item(place.target, table.name, key).item
    effect = Effect(change.action, change.shown, change.intended)
    if effect.landed(found):
        return _settle(change, Outcome.Result.DONE, before=effect.before_of(found), after=found)
    if effect.untouched(found):
        message = "The item was read later and is as it was before: the write did not happen."
        return _settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)
    return False


def link(change: Change) -> str:
    """The item's page; the key's text is safe in a URL."""
    from django.urls import reverse

    return reverse(
        "tables:item", args=[change.connection, change.region, _table_name(change), change.subject]
    )


def way_back(table: Table, change: Change) -> Plan:
    """The write that takes a done ``change`` of one item back, if what it left behind is untouched. InputError when it is too wide."""
    before, after = change.outcome.before, change.outcome.after
    key = decode_key(change.subject, table.key_names)
    if change.action == UPDATE:
        return update_of(table, key, reverse_changes(diff_items(before, after)))
    return plan_delete(table, key, after) if change.action == CREATE else create_of(table, before)


def _why_stopped(plan: Plan, found: Item | None) -> str:
    """What stands in the way, in a sentence."""
    if plan.effect.action == CREATE:
        return "Not undone: there is an item under this key again, and undoing would replace it. Nothing was changed."
    if found is None:
        return "Not undone: the item has been deleted since. Nothing was changed."
    changed = [
        path_text((change.name,))
        for change in plan.changes
        if diff_items(_only(plan.effect.shown, change.name), _only(found, change.name))
    ]
    names = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    return f"Not undone: somebody has changed {names or 'the item'} since. Nothing was changed; open the item to decide by hand."


def _only(item: Item | None, name: str) -> Item:
    return {name: item[name]} if item and name in item else {}


def _table_name(change: Change) -> str:
    return change.resource.removeprefix("table:")


def _settle(change: Change, result: str, **fields: object) -> bool:
    """Write the outcome; somebody who settled it in the same moment has said the same."""
    try:
        with transaction.atomic():
            Outcome.objects.create(change=change, result=result, reconciled=True, **fields)
    except IntegrityError:
        return Outcome.objects.filter(change=change).exists()
    return True
