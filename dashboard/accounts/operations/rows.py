"""Changing a row of our own: permission, guard, condition on what was shown, the change and its outcome in one commit.

The connections, users, groups and grants say in a ``Rows`` what is particular to them; ``undo.py`` takes a change back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.policy import Refused, require
from dashboard.accounts.rules import Values
from dashboard.core.errors import InputError
from dashboard.core.resources import Resource
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording

M = TypeVar("M", bound=models.Model)


class Stale(Exception):
    """The row is not what was shown any more. ``theirs`` is what stands there, None when it is gone."""

    def __init__(self, theirs: Values | None) -> None:
        super().__init__("Somebody changed it meanwhile." if theirs else "It does not exist any more.")
        self.theirs = theirs


@dataclass(frozen=True)
class Rows(Generic[M]):
    """One kind of row.

    ``subject(values)`` is the text that names a row in the record, ``find(subject)`` locks and returns that row or None. ``values(row)`` is
    the row as plain JSON without any secret; ``write(row or None, values)`` stores them. ``guard(actor, row, before, after)`` raises
    Refused for what this person may not do and InputError for what nobody may; ``before`` is None for a new row, ``after`` for a deletion.
    """

    noun: str
    area: Resource
    subject: Callable[[Values], str]
    find: Callable[[str], M | None]
    values: Callable[[M], Values]
    write: Callable[[M | None, Values], M]
    guard: Callable[[Actor, M | None, Values | None, Values | None], None]
    label: Callable[[Values], str]
    deletable: bool = True


@dataclass(frozen=True)
class Saved(Generic[M]):
    """A change that was made: its id in the record, and the row as it is now (after a deletion, as it was)."""

    change_id: str
    row: M


def create(
    rows: Rows[M], actor: Actor, values: Values, reason: str = "", undo_of: Change | None = None
) -> Saved[M]:
    """Make a row. Raises Refused, InputError."""
    with _changing(rows, actor, "create", None, values, reason, undo_of) as change:
        rows.guard(actor, None, None, values)
        row = rows.write(None, values)
        change.done(before=None, after=rows.values(row))
    return Saved(change.id, row)


def update(
    rows: Rows[M],
    actor: Actor,
    shown: Values,
    values: Values,
    reason: str = "",
    undo_of: Change | None = None,
) -> Saved[M]:
    """Change a row that still is what was shown. Raises Stale, Refused, InputError."""
    with _changing(rows, actor, "update", shown, values, reason, undo_of) as change:
        row = _as_shown(rows, shown)
        rows.guard(actor, row, shown, values)
        row = rows.write(row, values)
        change.done(before=shown, after=rows.values(row))
    return Saved(change.id, row)


def delete(
    rows: Rows[M], actor: Actor, shown: Values, reason: str = "", undo_of: Change | None = None
) -> Saved[M]:
    """Delete a row that still is what was shown. Raises Stale, Refused, InputError."""
    with _changing(rows, actor, "delete", shown, None, reason, undo_of) as change:
        row = _as_shown(rows, shown)
        rows.guard(actor, row, shown, None)
        row.delete()
        change.done(before=shown, after=None)
    return Saved(change.id, row)


@contextmanager
def _changing(
    rows: Rows[M],
    actor: Actor,
    verb: str,
    shown: Values | None,
    values: Values | None,
    reason: str,
    undo_of: Change | None,
) -> Iterator[Recording]:
    """The started row first; then the change and its outcome in one transaction, so that neither stands without the other."""
    if actor.user is not None:  # the console itself (a command on the server) needs no grant
        require(actor.user, "administer", rows.area)
    named = shown or values or {}
    with recording(
        actor,
        rows.area,
        f"{rows.noun}.{verb}",
        label=rows.label(named),
        subject=rows.subject(named),
        reason=reason,
        shown=shown,
        intended=values,
        undo_of=undo_of,
    ) as change:
        try:
            with transaction.atomic():
                yield change
        except (Stale, Refused, InputError) as error:
            theirs = error.theirs if isinstance(error, Stale) else None
            change.refused(type(error).__name__, str(error), before=theirs)
            raise


def _as_shown(rows: Rows[M], shown: Values) -> M:
    row = rows.find(rows.subject(shown))
    if row is None:
        raise Stale(None)
    before = rows.values(row)
    if before != shown:
        raise Stale(before)
    return row
