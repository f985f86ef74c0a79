"""The one function that decides: menu, button, screen and operation all ask it.

It reads at most two things from the database for a user object, that is for a request: the grants of the user's
groups, and the connections.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import F

from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.prepared import Prepared
from dashboard.core.resources import WRITING, Resource, matches

HOME = "console:home"
_connections = Prepared(Connection.objects.all)
_grants = Prepared(lambda user: Grant.objects.filter(group__user=user).annotate(group_name=F("group__name")))
"""Each once, because somebody is in a group once at most."""


class Refused(Exception):
    """The actor may not do this. ``seen`` is whether they may at least read it (then 403, else 404)."""

    def __init__(self, action: str, resource: Resource, seen: bool, reason: str) -> None:
        super().__init__(reason)
        self.action, self.resource, self.seen, self.reason = action, resource, seen, reason


@dataclass(frozen=True)
class Decision:
    """Whether, why in a sentence, and the grants that allow it."""

    allowed: bool
    reason: str
    grants: tuple[Grant, ...] = ()


def decide(user: User | AnonymousUser | None, action: str, resource: Resource) -> Decision:
    """Allowed when one grant of the user's groups allows it; a read-only connection refuses every write first."""
    if not isinstance(user, User):
        return Decision(False, "You are not signed in.")
    if not user.is_active:
        return Decision(False, "This user is deactivated.")
    if resource.connection and action in WRITING and resource.connection in _read_only(user):
        return Decision(False, f"The connection {resource.connection} is read-only.")
    if user.is_superuser:
        return Decision(True, "You are a superuser.")
    if action == "read" and resource.name == HOME and _is_home_to(user, resource):
        return Decision(
            True, "Everybody with a grant there may open the page, which lists only what they may read."
        )
    fitting = tuple(grant for grant in grants_of(user) if allows(grant, action, resource))
    if fitting:
        return Decision(True, f"Allowed by: {fitting[0]}.", fitting)
    return Decision(False, f"No grant of your groups allows {action} on {resource}.")


def may(user: User | AnonymousUser | None, action: str, resource: Resource) -> bool:
    """Whether ``user`` may do ``action`` on ``resource``."""
    return decide(user, action, resource).allowed


def reaches(user: User | AnonymousUser | None, connection: str, region: str) -> bool:
    """Whether ``user`` may read anything at all in that connection and region: then it is in their menu."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or any(
        "read" in grant.actions
        and matches(grant.connection, connection)
        and matches(grant.region, region)
        and not grant.resource.startswith("console:")  # the console's own areas are in no place
        for grant in grants_of(user)
    )


def require(user: User | AnonymousUser | None, action: str, resource: Resource) -> None:
    """Raise Refused unless ``user`` may; the first line of every operation."""
    decision = decide(user, action, resource)
    if not decision.allowed:
        raise Refused(action, resource, may(user, "read", resource), decision.reason)


def allows(grant: Grant, action: str, resource: Resource) -> bool:
    """Whether this one grant allows ``action`` on ``resource``."""
    return (
        action in grant.actions
        and matches(grant.connection, resource.connection)
        and matches(grant.region, resource.region)
        and matches(grant.resource, resource.name)
    )


def covers(held: Iterable[Grant], wanted: Grant) -> bool:
    """Whether ``held`` allow everything that ``wanted`` allows: for each action one of them is at least as wide.

    A pattern is at least as wide as another when it matches it letter for letter, with the other's ``*`` taken as a
    character that only a ``*`` matches. Two narrow grants that only together cover a wide one do not count.
    """
    grants = tuple(held)
    return all(
        any(
            allows(grant, action, Resource(wanted.resource, wanted.connection, wanted.region))
            for grant in grants
        )
        for action in wanted.actions
    )


def _is_home_to(user: User, resource: Resource) -> bool:
    """The console's home page is for everybody with a grant, a place's for everybody who may read anything there."""
    if resource.connection:
        return reaches(user, resource.connection, resource.region)
    return bool(grants_of(user))


def grants_of(user: User) -> tuple[Grant, ...]:
    """The grants of the user's groups, read once for each user object, that is once a request."""
    found: tuple[Grant, ...] | None = user.__dict__.get("_gatehouse_grants")
    if found is None:
        found = tuple(_grants(user.pk))
        for grant in found:
            grant.group = Group(pk=grant.group_id, name=vars(grant)["group_name"])
        user.__dict__["_gatehouse_grants"] = found
    return found


def connections_of(user: User) -> tuple[Connection, ...]:
    """Every connection, read once for each user object: the page's place, the switcher and this policy need them in one request."""
    found: tuple[Connection, ...] | None = user.__dict__.get("_gatehouse_connections")
    if found is None:
        found = tuple(_connections())
        user.__dict__["_gatehouse_connections"] = found
    return found


def _read_only(user: User) -> frozenset[str]:
    """The read-only connections' slugs, found once for each user object."""
    found: frozenset[str] | None = user.__dict__.get("_gatehouse_read_only")
    if found is None:
        found = frozenset(row.slug for row in connections_of(user) if row.read_only)
        user.__dict__["_gatehouse_read_only"] = found
    return found
