"""One item: reading it, and the three writes. Each write happens only to what the person was shown, is recorded and can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.core.diff import AttributeChange, diff_items
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import decode_key, encode_key
from dashboard.core.wire import Item, same_item
from dashboard.tables.core.itemkeys import canonical_key, check_same_key, has_key, key_of
from dashboard.tables.core.merge import Merge, three_way
from dashboard.tables.core.plans import (
    Plan,
    TooWideMove,
    check_draft,
    plan_create,
    plan_delete,
    plan_move,
    plan_parts,
    plan_update,
    plan_wide_delete,
)
from dashboard.tables.core.size import item_size
from dashboard.tables.core.values import FIELD
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.moving import NotMoved, carry_move, new_key_text
from dashboard.tables.operations.writing import Stopped, carry_out, check_expressions, fits


@dataclass(frozen=True)
class Shown:
    """An item as it stands, strongly consistent; ``item`` is None when there is none under the key. ``size`` is in bytes.

    ``ttl`` is the attribute that holds the expiry time as our rows know it: empty when items do not expire, None while nobody asked.
    """

    table: Table
    key: Item
    key_text: str
    item: Item | None
    size: int
    ttl: str | None = None


@dataclass(frozen=True)
class Preview:
    """What saving a draft would change, how large the item would be, and why it cannot be saved (empty when it can).

    ``moves`` says that the key changes, so that it is a move; ``two_writes`` that it is refused as one because the item is too wide, and
    can be a new item and a delete instead. ``parts`` counts the writes that an edit takes which is too wide for one.
    """

    changes: tuple[AttributeChange, ...]
    size: int
    problems: tuple[str, ...]
    moves: bool = False
    parts: int = 1
    two_writes: bool = False


@dataclass(frozen=True)
class Saved:
    """The write is done. ``key_text`` is the item's key for its URL."""

    change_id: str
    changes: tuple[AttributeChange, ...]
    key_text: str


@dataclass(frozen=True)
class Conflict:
    """Nothing was written: the item is not what was shown any more. ``theirs`` is None when it is gone."""

    theirs: Item | None
    merge: Merge
    change_id: str


@dataclass(frozen=True)
class Exists:
    """Nothing was created: there is an item under the key, ``item`` (None only where an endpoint does not send it).

    ``already``: it is just what was to be put there, so the same was done before, by this form or another.
    """

    item: Item | None
    key_text: str
    change_id: str
    already: bool = False


def get_item(actor: Actor, place: Place, table: str, key_text: str) -> Shown:
    """The item under the key of the URL, in one call. InputError (``key``) when the text is no key of this table."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    facts = catalogue.facts(place, table)
    known = facts.table
    key = decode_key(key_text, known.key_names)
    try:
        item = dynamodb.get_item(place.target, table, key).item
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            catalogue.forget(place, table)
        elif error.kind is Kind.VALIDATION:
            catalogue.forget_facts(place, table)
        raise
    return Shown(known, key, key_text, item, 0 if item is None else item_size(item), facts.ttl_attribute)


def ttl_attribute(actor: Actor, place: Place, table: str) -> str:
    """The attribute that holds the expiry time, empty when items do not expire: our row, else one DescribeTimeToLive. Raises AwsError."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    catalogue.facts(place, table)
    return catalogue.time_to_live(place, table)


def preview(table: Table, original: Item | None, draft: Item) -> Preview:
    """Pure: what ``draft`` would change; ``original`` is None for a new item. Problems say the first thing found."""
    problems: list[str] = []
    parts, two_writes, moves = 1, False, original is not None and not has_key(table, original, draft)
    try:
        if original is None:
            check_draft(table, draft)
        elif moves:
            check_expressions(plan_move(table, key_of(table, original), original, draft))
        else:
            parts = len(plan_parts(table, key_of(table, original), original, draft, fits))
    except InputError as error:
        problems.append(error.rule)
        two_writes = isinstance(error, TooWideMove)
    return Preview(diff_items(original, draft), item_size(draft), tuple(problems), moves, parts, two_writes)


def save_item(
    actor: Actor, place: Place, table: str, key_text: str, original: Item, draft: Item, reason: str
) -> Saved | Conflict:
    """Change the attributes that differ between ``original`` (what was shown) and ``draft``, if they are as shown still.

    One UpdateItem. Raises Refused, InputError (``draft``), AwsError; a lost answer costs one more call, see ``writing``.
    """
    require(actor.user, "write", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    key = _key(known, key_text, original)
    plan = plan_update(known, key, original, draft)
    result = carry_out(actor, place, known, plan, reason)
    if isinstance(result, Stopped):
        return Conflict(result.found, three_way(original, draft, result.found), result.change_id)
    return Saved(result.change_id, plan.changes, key_text)


def create_item(actor: Actor, place: Place, table: str, item: Item, reason: str) -> Saved | Exists:
    """Put a new item; one that is there already is left alone. One PutItem. Raises Refused, InputError (``draft``), AwsError."""
    require(actor.user, "write", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    plan = plan_create(known, item)
    key_text = encode_key(canonical_key(plan.key), known.key_names)
    result = carry_out(actor, place, known, plan, reason)
    if isinstance(result, Stopped):
        return Exists(result.found, key_text, result.change_id, same_item(result.found, item))
    return Saved(result.change_id, plan.changes, key_text)


def move_item(
    actor: Actor, place: Place, table: str, key_text: str, original: Item, draft: Item, reason: str
) -> Saved | Conflict | Exists:
    """Give the item the key that ``draft`` has: only if nothing is under the new key and the old item is as shown still.

    Needs both write and delete. One GetItem and one TransactWriteItems, see ``moving``; one GetItem more where the old item is gone, which
    tells a move that was made before. Raises Refused, InputError (``draft``), AwsError.
    """
    require(actor.user, "write", place.resource(f"table:{table}"))
    require(actor.user, "delete", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    plan = plan_move(known, _key(known, key_text, original), original, draft)
    new_text = new_key_text(known, plan)
    result = carry_move(actor, place, known, plan, reason)
    if isinstance(result, NotMoved):
        if result.taken:
            return Exists(result.there, new_text, result.change_id)
        if result.here is None:
            there = dynamodb.get_item(place.target, table, key_of(known, draft)).item
            if same_item(there, draft):
                return Exists(there, new_text, result.change_id, already=True)
        return Conflict(result.here, three_way(original, draft, result.here), result.change_id)
    return Saved(result.change_id, plan.changes, new_text)


def delete_item(
    actor: Actor,
    place: Place,
    table: str,
    key_text: str,
    original: Item,
    reason: str,
    *,
    wide: bool = False,
) -> Saved | Conflict:
    """Delete the item if every attribute of ``original`` (what was shown) is as shown still. One DeleteItem.

    An attribute that somebody added meanwhile does not stop it: it is in the record's ``before``, and undo brings it back. An item too
    wide for one condition is refused, unless ``wide`` allows that those which do not fit are compared in a read just before (one GetItem
    more). Raises Refused, InputError (``draft``), AwsError.
    """
    require(actor.user, "delete", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    plan = deletion(known, _key(known, key_text, original), original, wide=wide)
    if plan.unguarded:
        found = dynamodb.get_item(place.target, table, plan.key).item
        if diff_items(original, found):
            return Conflict(found, three_way(original, original, found), "")
    result = carry_out(actor, place, known, plan, reason)
    if isinstance(result, Stopped):
        return Conflict(result.found, three_way(original, original, result.found), result.change_id)
    return Saved(result.change_id, diff_items(result.before, None), key_text)


def deletion(table: Table, key: Item, original: Item, *, wide: bool) -> Plan:
    """Pure: the delete; InputError when it is too wide for one condition and ``wide`` does not allow to guard a part."""
    try:
        plan = plan_delete(table, key, original)
        check_expressions(plan)
    except InputError:
        if not wide:
            raise
        return plan_wide_delete(table, key, original, fits)
    return plan


def _key(table: Table, key_text: str, original: Item) -> Item:
    """The key of the URL, which must be that of the item that was shown."""
    key = decode_key(key_text, table.key_names)
    try:
        check_same_key(table, key, original)
    except InputError as error:
        raise InputError(
            FIELD, "The item that was shown has another key than this page. Open it again."
        ) from error
    return key
