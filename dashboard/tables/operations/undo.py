"""The way back from each write of an item, and finding out how one ended that nobody saw the end of."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
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
    MOVE,
    UPDATE,
    Effect,
    Plan,
    create_of,
    plan_delete,
    plan_move,
    update_of,
)
from dashboard.tables.core.values import path_text
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.moving import NotMoved, both_places, carry_move
from dashboard.tables.operations.writing import Stopped, carry_out

_PERMISSION = {UPDATE: "write", CREATE: "delete", DELETE: "write", MOVE: "delete"}
_TITLE = {UPDATE: "Item changed", CREATE: "Item created", DELETE: "Item deleted", MOVE: "Item's key changed"}
_DONE = {
    UPDATE: "The attributes have their former values again.",
    CREATE: "The created item was deleted again.",
    DELETE: "The item stands there again as it was.",
    MOVE: "The item has its former key again, as it was.",
}


def handlers() -> tuple[Handler, ...]:
    """One for each action of this module, for ``AppConfig.ready``."""
    return tuple(
        Handler(
            action, _TITLE[action], permission=_PERMISSION[action], undo=undo, reconcile=reconcile, link=link
        )
        for action in (UPDATE, CREATE, DELETE, MOVE)
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
    if plan.kind == "move":
        require(actor.user, "write", change.place)  # as well as delete: it does both
        moved = carry_move(actor, place, table, plan, reason, undo_of=change)
        if isinstance(moved, NotMoved):
            return Undone(False, _why_not_moved(plan, moved), moved.change_id)
        return Undone(True, _DONE[MOVE], moved.change_id)
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
        key, *new = [decode_key(text, table.key_names) for text in change.subject.split(" ")]
    except InputError:
        return False  # the table was made anew with another key; its items say nothing about the old ones
    if new:
        return _reconcile_move(place, table, change, key, new[0])
    found = dynamodb.get_item(place.target, table.name, key).item
    effect = Effect(change.action, change.shown, change.intended)
    if effect.landed(found):
        return _settle(change, Outcome.Result.DONE, before=effect.before_of(found), after=found)
    if effect.untouched(found):
        message = "The item was read later and is as it was before: the write did not happen."
        return _settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)
    return False


def _reconcile_move(place: Place, table: Table, change: Change, here: Item, there: Item) -> bool:
    """The same for a move: both places, at one moment."""
    old, new = both_places(place, table, here, there)
    effect = Effect(change.action, change.shown, change.intended)
    if effect.moved(old, new):
        return _settle(change, Outcome.Result.DONE, before=change.shown, after=change.intended)
    if effect.stayed(old, new):
        message = "Both keys were read later and the item is where it was: the move did not happen."
        return _settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)
    return False


def link(change: Change) -> str:
    """The item's page, under its new key once it was moved; the key's text is safe in a URL."""
    from django.urls import reverse

    key = change.subject.split(" ")[-1 if change.state == Outcome.Result.DONE else 0]
    return reverse("tables:item", args=[change.connection, change.region, _table_name(change), key])


def way_back(table: Table, change: Change) -> Plan:
    """The write that takes a done ``change`` of one item back, if what it left behind is untouched. InputError when it is too wide."""
    before, after = change.outcome.before, change.outcome.after
    key = decode_key(change.subject.split(" ")[-1], table.key_names)
    if change.action == MOVE:
        return plan_move(table, key, after, before)
    if change.action == UPDATE:
        return update_of(table, key, reverse_changes(diff_items(before, after)))
    return plan_delete(table, key, after) if change.action == CREATE else create_of(table, before)


def _why_stopped(plan: Plan, found: Item | None) -> str:
    """What stands in the way, in a sentence."""
    if plan.effect.action == CREATE:
        return "Not undone: there is an item under this key again, and undoing would replace it. Nothing was changed."
    if found is None:
        return "Not undone: the item has been deleted since. Nothing was changed."
    return _changed_since([change.name for change in plan.changes], plan, found)


def _why_not_moved(plan: Plan, stopped: NotMoved) -> str:
    if stopped.taken:
        return "Not undone: there is an item under the former key again, and undoing would replace it. Nothing was changed."
    if stopped.here is None:
        return "Not undone: the item has been deleted since. Nothing was changed."
    names = dict.fromkeys((*(plan.effect.shown or ()), *stopped.here))
    return _changed_since(list(names), plan, stopped.here)


def _changed_since(among: list[str], plan: Plan, found: Item) -> str:
    changed = [
        path_text((name,)) for name in among if diff_items(_only(plan.effect.shown, name), _only(found, name))
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
