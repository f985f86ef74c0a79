"""The way back for changes of our own rows, through the same operations, guards and conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.operations.rows import Rows, Saved, Stale, create, delete, update
from dashboard.accounts.policy import Refused
from dashboard.core.errors import InputError
from dashboard.history.handlers import Handler, Undone, register
from dashboard.history.models import Change, Outcome

Back = Callable[[Actor, Change, str], Saved[Any]]


def register_handlers(rows: Rows[Any], link: Callable[[Change], str] | None = None) -> None:
    """Tell the record how changes of this kind of row are taken back and how an unknown end is found out."""
    title = rows.noun.capitalize()
    ways: list[tuple[str, str, Back | None]] = [
        ("create", f"{title} created", _uncreate(rows) if rows.deletable else None),
        ("update", f"{title} changed", _unupdate(rows)),
        ("delete", f"{title} deleted", _undelete(rows)),
    ]
    for verb, said, back in ways:
        register(
            Handler(
                f"{rows.noun}.{verb}",
                said,
                permission="administer",
                undo=_in_sentences(rows.noun, back) if back else None,
                reconcile=never_committed,
                no_undo="" if back else f"A {rows.noun} is never deleted. Deactivate it instead.",
                link=link,
            )
        )


def never_committed(change: Change) -> bool:
    """A row of ours and its outcome are committed together: no outcome means that nothing was changed."""
    Outcome.objects.create(
        change=change,
        result=Outcome.Result.FAILED,
        code="NotCommitted",
        message="The change and its outcome are stored together; as there is no outcome, nothing was changed.",
        reconciled=True,
    )
    return True


def _in_sentences(noun: str, back: Back) -> Callable[[Actor, Change, str], Undone]:
    """``back`` with its refusals said in sentences."""

    def undo(actor: Actor, change: Change, reason: str) -> Undone:
        try:
            saved = back(actor, change, reason)
        except Stale as error:
            return Undone(False, f"Not undone: this {noun} is not what that change left. {error}")
        except (Refused, InputError) as error:
            return Undone(False, f"Not undone. {error}")
        return Undone(True, "The change was undone.", saved.change_id)

    return undo


def _uncreate(rows: Rows[Any]) -> Back:
    return lambda actor, change, reason: delete(rows, actor, change.outcome.after, reason, undo_of=change)


def _unupdate(rows: Rows[Any]) -> Back:
    return lambda actor, change, reason: update(
        rows, actor, change.outcome.after, change.outcome.before, reason, undo_of=change
    )


def _undelete(rows: Rows[Any]) -> Back:
    return lambda actor, change, reason: create(rows, actor, change.outcome.before, reason, undo_of=change)
