"""Nobody raises their own rights: not by a flag, not by a group, not by a grant, not through somebody else's user."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.policy import Refused, covers, grants_of


def refuse(sentence: str) -> Refused:
    """A refusal by these rules; the person may see users, so it is a 403 with the sentence."""
    return Refused("administer", USERS, True, sentence)


def own_group(actor: Actor, group: Group) -> None:
    """Nobody but a superuser, who holds everything anyway, changes a group they are in, or its grants."""
    user = actor.user
    if user is None or user.is_superuser:
        return
    if user.groups.filter(pk=group.pk).exists():
        raise refuse(
            f"You are in the group {group.name}, so you may not change it or its grants. Ask another administrator."
        )


def no_more_than_held(actor: Actor, grants: Iterable[Grant]) -> None:
    """Nobody gives away what they do not hold themselves."""
    user = actor.user
    if user is None or user.is_superuser:
        return
    held = grants_of(user)
    for grant in grants:
        if not covers(held, grant):
            raise refuse(f"“{grant}” is more than you may do yourself, so you may not give it to anybody.")


def person(actor: Actor, target: User) -> None:
    """A superuser's user is changed by superusers only."""
    if actor.user is not None and target.is_superuser and not actor.user.is_superuser:
        raise refuse("Only a superuser may change a superuser.")


def is_self(actor: Actor, target: User | None) -> bool:
    """Whether the person acts on themselves."""
    return actor.user is not None and target is not None and actor.user.pk == target.pk


def last_superuser(target: User) -> None:
    """Somebody must stay who may do everything. Locks the superusers' rows, so that two cannot remove each other."""
    active = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if not any(user.pk != target.pk for user in active):
        raise refuse(
            f"{target.get_username()} is the last active superuser and stays one. Make another one first."
        )
