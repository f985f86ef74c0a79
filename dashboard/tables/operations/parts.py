"""An edit too wide for one conditional write, saved as several: each its own write with its own guard and its own record."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.core.diff import AttributeChange, apply_changes
from dashboard.core.errors import AwsError
from dashboard.core.keys import decode_key
from dashboard.core.wire import Item
from dashboard.tables.core.itemkeys import check_same_key
from dashboard.tables.core.merge import Merge, three_way
from dashboard.tables.core.plans import plan_parts, update_of
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.writing import Stopped, carry_out, fits


@dataclass(frozen=True)
class Parts:
    """How far it came. ``done`` are the parts that were saved, ``change_ids`` their records, ``left`` the changes that were not.

    ``base`` is the item as shown with what was saved on it: what the rest of the draft is compared with next. With nothing ``left`` it is
    whole. Otherwise ``merge`` (somebody else had changed the item; ``theirs`` is what stands there, None when it is gone) or ``error``
    (AWS would not) says what stopped it.
    """

    done: tuple[tuple[AttributeChange, ...], ...]
    change_ids: tuple[str, ...]
    left: tuple[AttributeChange, ...]
    base: Item
    total: int
    theirs: Item | None = None
    merge: Merge | None = None
    error: AwsError | None = None

    @property
    def saved(self) -> int:
        """Attributes that were saved."""
        return sum(map(len, self.done))


def save_parts(
    actor: Actor, place: Place, table: str, key_text: str, original: Item, draft: Item, reason: str
) -> Parts:
    """One UpdateItem a part, in order; the first that is refused ends it, and what was saved before it stays.

    Between two parts a reader sees the item half changed. Raises Refused and InputError (``draft``); AwsError only while nothing
    is saved.
    """
    require(actor.user, "write", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    key = decode_key(key_text, known.key_names)
    check_same_key(known, key, original)
    parts = plan_parts(known, key, original, draft, fits)
    ids: list[str] = []
    base, theirs, merge, failure = dict(original), None, None, None
    for number, changes in enumerate(parts, 1):
        said = f"{reason} (part {number} of {len(parts)})" if len(parts) > 1 else reason
        try:
            result = carry_out(actor, place, known, update_of(known, key, changes), said)
        except AwsError as error:
            if not ids:
                raise
            failure = error
            break
        if isinstance(result, Stopped):
            theirs, merge = result.found, three_way(base, draft, result.found)
            break
        ids.append(result.change_id)
        base = apply_changes(base, changes)
    left = tuple(change for changes in parts[len(ids) :] for change in changes)
    return Parts(parts[: len(ids)], tuple(ids), left, base, len(parts), theirs, merge, failure)
