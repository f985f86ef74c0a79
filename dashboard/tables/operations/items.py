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
from dashboard.core.wire import Item
from dashboard.tables.core.itemkeys import canonical_key, check_same_key, key_of
from dashboard.tables.core.merge import Merge, three_way
from dashboard.tables.core.plans import check_draft, plan_create, plan_delete, plan_update
from dashboard.tables.core.size import item_size
from dashboard.tables.core.values import FIELD
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.writing import Stopped, carry_out, check_expressions


@dataclass(frozen=True)
class Shown:
    """An item as it stands, strongly consistent; ``item`` is None when there is none under the key. ``size`` is in bytes."""

    table: Table
    key: Item
    key_text: str
    item: Item | None
    size: int


@dataclass(frozen=True)
class Preview:
    """What saving a draft would change, how large the item would be, and why it cannot be saved (empty when it can)."""

    changes: tuple[AttributeChange, ...]
    size: int
    problems: tuple[str, ...]


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
    """Nothing was created: there is an item under the key, ``item`` (None only where an endpoint does not send it)."""

    item: Item | None
    key_text: str
    change_id: str


def get_item(actor: Actor, place: Place, table: str, key_text: str) -> Shown:
    """The item under the key of the URL, in one call. InputError (``key``) when the text is no key of this table."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    key = decode_key(key_text, known.key_names)
    try:
        item = dynamodb.get_item(place.target, table, key).item
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            catalogue.forget(place, table)
        elif error.kind is Kind.VALIDATION:
            catalogue.forget_facts(place, table)
        raise
    return Shown(known, key, key_text, item, 0 if item is None else item_size(item))


def preview(table: Table, original: Item | None, draft: Item) -> Preview:
    """Pure: what ``draft`` would change; ``original`` is None for a new item. Problems are sentences, the first found."""
    problems: list[str] = []
    try:
        if original is None:
            check_draft(table, draft)
        else:
            check_expressions(plan_update(table, key_of(table, original), original, draft))
    except InputError as error:
        problems.append(error.rule)
    return Preview(diff_items(original, draft), item_size(draft), tuple(problems))


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
        return Exists(result.found, key_text, result.change_id)
    return Saved(result.change_id, plan.changes, key_text)


def delete_item(
    actor: Actor, place: Place, table: str, key_text: str, original: Item, reason: str
) -> Saved | Conflict:
    """Delete the item if every attribute of ``original`` (what was shown) is as shown still. One DeleteItem.

    An attribute that somebody added meanwhile does not stop it: it is in the record's ``before``, and undo brings it back.
    Raises Refused, InputError (``draft``), AwsError.
    """
    require(actor.user, "delete", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    key = _key(known, key_text, original)
    plan = plan_delete(known, key, original)
    result = carry_out(actor, place, known, plan, reason)
    if isinstance(result, Stopped):
        return Conflict(result.found, three_way(original, original, result.found), result.change_id)
    return Saved(result.change_id, diff_items(result.before, None), key_text)


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
