"""Users as rows: who is active, staff, superuser and in which groups. Passwords are never part of them."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, User
from dashboard.accounts.operations import guards
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.operations.rows import Rows
from dashboard.accounts.policy import require
from dashboard.accounts.rules import Values
from dashboard.core.errors import InputError
from dashboard.history.record import recording

TEXTS = ("username", "first_name", "last_name", "email")
FLAGS = ("is_active", "is_staff", "is_superuser")
RIGHTS = (*FLAGS, "groups")


def values(row: User) -> Values:
    """The user as plain JSON, without the password's hash."""
    return {
        **{name: getattr(row, name) for name in TEXTS + FLAGS},
        "groups": sorted(row.groups.values_list("name", flat=True)),
    }


def find(username: str, *, lock: bool = True) -> User | None:
    """The user of that name."""
    rows = User.objects.select_for_update() if lock else User.objects
    return rows.filter(username=username).first()


def _write(row: User | None, new: Values) -> User:
    if row is None:
        row = User()
        row.set_unusable_password()
    for name in TEXTS + FLAGS:
        setattr(row, name, new[name])
    row.save()
    row.groups.set(Group.objects.filter(name__in=new["groups"]))
    return row


def _guard(actor: Actor, row: User | None, before: Values | None, after: Values | None) -> None:
    if after is None:
        raise InputError(
            "", "A user is never deleted, because the record names them. Deactivate the user instead."
        )
    _allowed(actor, row, before, after)
    _valid(row, after)


def _allowed(actor: Actor, row: User | None, before: Values | None, after: Values) -> None:
    """Rights: not one's own, not a superuser's unless one is one, not more than one holds, and one superuser stays."""
    had = before or {"is_active": False, "is_staff": False, "is_superuser": False, "groups": []}
    if guards.is_self(actor, row) and any(had[name] != after[name] for name in RIGHTS):
        raise guards.refuse("You may not change your own groups or rights. Ask another administrator.")
    if row is not None:
        guards.person(actor, row)
    by = actor.user
    if by is not None and not by.is_superuser:
        if after["is_superuser"]:
            raise guards.refuse("Only a superuser may make a superuser.")
        if after["is_staff"] and not had["is_staff"] and not by.is_staff:
            raise guards.refuse("Only staff may make somebody staff.")
    joined = set(after["groups"]) - set(had["groups"])
    if after["is_active"] and not had["is_active"]:
        joined = set(after["groups"])  # who is activated again gets all of it again
    guards.no_more_than_held(actor, Grant.objects.filter(group__name__in=joined).select_related("group"))
    if (
        row is not None
        and had["is_superuser"]
        and had["is_active"]
        and not (after["is_superuser"] and after["is_active"])
    ):
        guards.last_superuser(row)


def _valid(row: User | None, after: Values) -> None:
    missing = set(after["groups"]) - set(
        Group.objects.filter(name__in=after["groups"]).values_list("name", flat=True)
    )
    if missing:
        raise InputError("groups", f"Groups: there is no group {sorted(missing)[0]}.")
    sample = User(**{name: after[name] for name in TEXTS + FLAGS})
    try:
        sample.clean_fields(exclude={"password"})
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise InputError(name, f"{name.replace('_', ' ').capitalize()}: {sentences[0]}") from error
    others = User.objects.filter(username__iexact=after["username"])
    if (others.exclude(pk=row.pk) if row else others).exists():
        raise InputError("username", f"Username: there is a user {after['username']} already.")


PERSON: Rows[User] = Rows(
    noun="user",
    area=USERS,
    subject=lambda values: str(values["username"]),
    find=find,
    values=values,
    write=_write,
    guard=_guard,
    label=lambda values: f"User {values['username']}",
    deletable=False,
)


def set_password(actor: Actor, target: User, password: str, reason: str = "") -> str:
    """Give somebody else a new password; their sessions end. The change id. Raises Refused, InputError.

    Whoever knows a user's password has their rights, so this too is refused for rights one does not hold.
    """
    if actor.user is not None:
        require(actor.user, "administer", USERS)
    check_password(actor, target, password)
    name = target.get_username()
    with (
        recording(actor, USERS, "user.password", label=f"User {name}", subject=name, reason=reason) as change,
        transaction.atomic(),
    ):
        target.set_password(password)
        target.save(update_fields=["password"])
        change.done()
    return change.id


def check_password(actor: Actor, target: User, password: str) -> None:
    """Whether this person may set this password for that user. Raises Refused, InputError."""
    if guards.is_self(actor, target):
        raise guards.refuse("Change your own password on its own page, which asks for the current one.")
    guards.person(actor, target)
    guards.no_more_than_held(actor, Grant.objects.filter(group__user=target).select_related("group"))
    if target.is_staff and actor.user is not None and not (actor.user.is_staff or actor.user.is_superuser):
        raise guards.refuse("Only staff may set the password of staff.")
    try:
        validate_password(password, target)
    except ValidationError as error:
        raise InputError("password", " ".join(error.messages)) from error
