"""What the modules tell the record: how an action of theirs is undone and how an unknown end is found out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.accounts.actor import Actor
from dashboard.history.models import Change


@dataclass(frozen=True)
class Undone:
    """What an undo came to: ``done`` or not, said in a sentence, with the change it wrote."""

    done: bool
    message: str
    change_id: str = ""


@dataclass(frozen=True)
class Handler:
    """One kind of change. ``title`` says it to a person ("Item changed").

    ``permission`` is the action an undo needs. ``undo`` carries the change back, itself conditional, or is None when there is no way
    back, which ``no_undo`` then explains; ``partly`` says that it also takes back what was done in part. ``reconcile`` reads AWS and
    writes the missing outcome, or returns False when it cannot tell yet. ``parts`` gives the changes that one over several holds: its pages
    show what each of them changed instead of its own values, as far as the viewer may read them.
    """

    action: str
    title: str
    permission: str = "write"
    undo: Callable[[Actor, Change, str], Undone] | None = None
    reconcile: Callable[[Change], bool] | None = None
    no_undo: str = ""
    link: Callable[[Change], str] | None = None
    partly: bool = False
    parts: Callable[[Change], Sequence[Change]] | None = None


_handlers: dict[str, Handler] = {}


def register(handler: Handler) -> None:
    """Called once for each action from a module's ``AppConfig.ready``."""
    _handlers[handler.action] = handler


def handler_of(action: str) -> Handler:
    """The handler of an action; one without undo for an action nobody registered."""
    return _handlers.get(action) or Handler(
        action, action, no_undo="This kind of change cannot be undone here."
    )


def all_handlers() -> dict[str, str]:
    """Every registered action and its title."""
    return {action: handler.title for action, handler in _handlers.items()}
