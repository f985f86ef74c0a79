"""Connections as rows: what they hold and who may change which part."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Connection, Grant
from dashboard.accounts.operations.areas import CONNECTIONS
from dashboard.accounts.operations.rows import Rows
from dashboard.accounts.policy import Refused
from dashboard.accounts.rules import Values, connection_problems
from dashboard.core.errors import InputError
from dashboard.core.resources import matches

FIELDS = (
    "slug",
    "name",
    "account_id",
    "regions",
    "credentials",
    "profile",
    "role_arn",
    "external_id",
    "endpoint",
    "environment",
    "read_only",
)
LEADS = ("credentials", "profile", "role_arn", "endpoint")
"""The fields that decide into which account a connection leads."""

led_elsewhere: list[Callable[[Connection], None]] = []
"""Called in the transaction that changes one of LEADS: a module forgets here what it knows of the account before."""


def values(row: Connection) -> Values:
    """The connection as plain JSON; there is no secret in it."""
    return {name: getattr(row, name) for name in FIELDS} | {"regions": list(row.regions)}


def find(slug: str, *, lock: bool = True) -> Connection | None:
    """The connection of that short name, locked until the end of the transaction unless ``lock`` is False."""
    rows = Connection.objects.select_for_update() if lock else Connection.objects
    return rows.filter(slug=slug).first()


def grants_naming(slug: str) -> list[Grant]:
    """The grants that name exactly this connection; they stay when it is deleted and hold again when it comes back."""
    narrow = Grant.objects.exclude(connection="*").select_related("group")
    return [grant for grant in narrow if matches(grant.connection, slug)]


def _write(row: Connection | None, new: Values) -> Connection:
    elsewhere = row is not None and any(getattr(row, name) != new[name] for name in LEADS)
    row = row or Connection()
    for name in FIELDS:
        setattr(row, name, new[name])
    if elsewhere:
        row.leads_since = timezone.now()
    row.save()
    for forget in led_elsewhere if elsewhere else ():
        forget(row)
    return row


def _guard(actor: Actor, row: Connection | None, before: Values | None, after: Values | None) -> None:
    """The short name is for ever, the endpoint is the superuser's, and the values follow the rules."""
    if after is None:
        return
    endpoint = before["endpoint"] if before else ""
    if after["endpoint"] != endpoint and actor.user is not None and not actor.user.is_superuser:
        raise Refused("administer", CONNECTIONS, True, "Only a superuser may set or remove an endpoint.")
    for name, sentence in connection_problems(after).items():
        raise InputError(name, sentence)
    if after["environment"] not in Connection.Environment.values:
        raise InputError("environment", "Environment: choose one of the list.")
    if before and after["slug"] != before["slug"]:
        raise InputError(
            "slug",
            "Short name: it stays as it is, because addresses, grants and the record name the connection by it.",
        )
    if before is None and Connection.objects.filter(slug=after["slug"]).exists():
        raise InputError("slug", f"Short name: there is a connection {after['slug']} already.")


CONNECTION: Rows[Connection] = Rows(
    noun="connection",
    area=CONNECTIONS,
    subject=lambda values: str(values["slug"]),
    find=find,
    values=values,
    write=_write,
    guard=_guard,
    label=lambda values: f"Connection {values['name']}",
)
