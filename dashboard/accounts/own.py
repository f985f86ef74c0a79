"""What this room hangs into the frame and the record."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import NoReverseMatch, include, path, reverse

from dashboard.accounts.models import Connection, User
from dashboard.accounts.operations.areas import CONNECTIONS, USERS
from dashboard.accounts.operations.connections import CONNECTION
from dashboard.accounts.operations.groups import GRANT, GROUP
from dashboard.accounts.operations.people import PERSON
from dashboard.accounts.operations.undo import never_committed, register_handlers
from dashboard.accounts.policy import may
from dashboard.console.addresses import address
from dashboard.console.registry import Entry, MenuItem, registry
from dashboard.history.handlers import Handler, register
from dashboard.history.models import Change


def hang_in() -> None:
    """Called once, from ``AccountsConfig.ready``."""
    registry.urls.append(path("", include("dashboard.accounts.urls")))
    registry.menu += [
        MenuItem(
            "Connections",
            "plug",
            lambda _place: address("accounts:connections"),
            resource=CONNECTIONS.name,
            section="console",
            order=40,
        ),
        MenuItem(
            "Access",
            "people",
            lambda _place: address("accounts:users"),
            resource=USERS.name,
            section="console",
            order=50,
        ),
    ]
    registry.palette += [connections, people]
    register_handlers(CONNECTION, _connection_link)
    for rows in (PERSON, GROUP, GRANT):
        register_handlers(rows, lambda _change: reverse("accounts:users"))
    register(
        Handler(
            "user.password",
            "Password set",
            permission="administer",
            no_undo="A password is not kept, so the former one cannot be brought back. Set another one.",
            reconcile=never_committed,
        )
    )


def connections(request: HttpRequest, text: str) -> Iterable[Entry]:
    """The connections' own pages."""
    if not may(request.user, "read", CONNECTIONS):
        return
    for row in Connection.objects.only("slug", "name", "environment"):
        url = reverse("accounts:connection", args=[row.slug])
        yield Entry(f"Connection {row.name}", "connection", url, CONNECTIONS, row.get_environment_display())


def people(request: HttpRequest, text: str) -> Iterable[Entry]:
    """Users, for whoever may read them; only those whose name holds what was typed, ten at most."""
    if not text or "\0" in text or not may(request.user, "read", USERS):
        return
    for row in User.objects.filter(username__icontains=text).only("username")[:10]:
        yield Entry(row.username, "user", reverse("accounts:user", args=[row.pk]), USERS)


def _connection_link(change: Change) -> str:
    """The connection's page; the list when it is gone."""
    try:
        if change.subject and Connection.objects.filter(slug=change.subject).exists():
            return reverse("accounts:connection", args=[change.subject])
    except NoReverseMatch:  # an old short name that no address can hold
        return reverse("accounts:connections")
    return reverse("accounts:connections")
