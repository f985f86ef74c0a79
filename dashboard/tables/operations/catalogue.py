"""Which tables there are and how each is made, from our rows where they are fresh enough.

These rows are shared by everybody: who shows them filters by ``may``, as ``visible`` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from dashboard.accounts.models import Connection, User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.accounts.prepared import Prepared
from dashboard.aws import dynamodb
from dashboard.aws.target import Target
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, Kind
from dashboard.tables.core import described
from dashboard.tables.models import TableFacts, TableListing

FACTS_LAST = timedelta(hours=1)
"""How long a description is used without asking again; its figures are up to six hours old on AWS's side anyway."""
UNSETTLED_LAST = timedelta(seconds=30)
"""The same while the table or an index of it is being made, changed or deleted."""
_facts = Prepared(
    lambda connection, region, name: TableFacts.objects.filter(
        connection=connection, region=region, name=name
    )
)
_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)


@dataclass(frozen=True)
class Listing:
    """The tables of a place. ``refreshed`` is None while they were never read; ``error`` says why the last try failed.

    ``failure`` is that error whole when it was met just now.
    """

    names: tuple[str, ...]
    refreshed: datetime | None
    error: str = ""
    failure: AwsError | None = None


@dataclass(frozen=True)
class Facts:
    """A table and when that was read. ``ttl_attribute`` is None while nobody asked, empty when items do not expire."""

    table: Table
    fetched: datetime
    ttl_attribute: str | None = None


def listing(place: Place) -> Listing:
    """The names we know: no AWS call, but for the first visit ever, which reads them. Raises nothing of AWS's."""
    row = TableListing.objects.filter(connection=place.connection, region=place.region).first()
    if row is not None and row.refreshed is not None:
        return _listing(row)
    try:
        return refresh_names(place)
    except AwsError as error:
        return Listing((), None, _sentence(error), error)


def refresh_names(place: Place, *, target: Target | None = None) -> Listing:
    """Read the names anew, one ListTables for each 100; a failure is kept on the row, beside the names it leaves, and raised."""
    rows = TableListing.objects
    try:
        names = _all_names(target or place.target)
    except AwsError as error:
        rows.update_or_create(
            connection=place.connection, region=place.region, defaults={"error": _sentence(error)}
        )
        raise
    row, _ = rows.update_or_create(
        connection=place.connection,
        region=place.region,
        defaults={"names": list(names), "refreshed": timezone.now(), "error": ""},
    )
    known = TableFacts.objects.filter(connection=place.connection, region=place.region).values_list(
        "pk", "name"
    )
    TableFacts.objects.filter(pk__in=[pk for pk, name in known if name not in names]).delete()
    return _listing(row)


def facts(place: Place, name: str, *, fresh: bool = False) -> Facts:
    """How the table is made: our row while it is fresh enough, else one DescribeTable. Kind.NOT_FOUND when there is none."""
    row = next(iter(_facts(place.connection.pk, place.region, name)), None)
    if row is not None and not fresh:
        table = described.from_json(row.description)
        if timezone.now() - row.fetched < (FACTS_LAST if _settled(table) else UNSETTLED_LAST):
            return Facts(table, row.fetched, row.ttl_attribute)
    if not _NAME.fullmatch(name):
        raise AwsError(
            "ResourceNotFoundException",
            "No table can have this name: a name is 3 to 255 of the characters A-Z a-z 0-9 _ . -",
            Kind.NOT_FOUND,
            service="dynamodb",
            operation="DescribeTable",
            resource=f"table:{name}",
            attempts=0,
        )
    try:
        table = dynamodb.describe_table(place.target, name)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            forget(place, name)
        raise
    now = timezone.now()
    saved, _ = TableFacts.objects.update_or_create(
        connection=place.connection,
        region=place.region,
        name=name,
        defaults={"description": described.to_json(table), "fetched": now},
    )
    return Facts(table, now, saved.ttl_attribute)


def time_to_live(place: Place, name: str, *, fresh: bool = False) -> str:
    """The attribute that holds the expiry time, empty when there is none: our row, else one DescribeTimeToLive."""
    rows = TableFacts.objects.filter(connection=place.connection, region=place.region, name=name)
    known = rows.values_list("ttl_attribute", flat=True).first()
    if known is not None and not fresh:
        return known
    attribute = dynamodb.describe_time_to_live(place.target, name)
    rows.update(ttl_attribute=attribute)
    return attribute


def forget_facts(place: Place, name: str) -> None:
    """The description is in doubt: the next use asks AWS again."""
    TableFacts.objects.filter(connection=place.connection, region=place.region, name=name).delete()


def forget(place: Place, name: str) -> None:
    """The table is gone: neither its description nor its name is used any more."""
    forget_facts(place, name)
    row = TableListing.objects.filter(connection=place.connection, region=place.region).first()
    if row is not None and name in row.names:
        row.names = [other for other in row.names if other != name]
        row.save(update_fields=["names"])


def learn(place: Place, name: str) -> None:
    """A table was made: its name joins those we know, without asking AWS for all of them again."""
    forget_facts(place, name)
    row = TableListing.objects.filter(connection=place.connection, region=place.region).first()
    if row is not None and row.refreshed is not None and name not in row.names:
        row.names = sorted([*row.names, name])
        row.save(update_fields=["names"])


def forget_connection(connection: Connection) -> None:
    """The connection leads into another account: nothing that was read in the one before is true there."""
    TableFacts.objects.filter(connection=connection).delete()
    TableListing.objects.filter(connection=connection).delete()


def visible(user: User | AnonymousUser | None, place: Place, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``names`` that ``user`` may read."""
    return tuple(name for name in names if may(user, "read", place.resource(f"table:{name}")))


def _all_names(target: Target) -> tuple[str, ...]:
    names: list[str] = []
    start: str | None = None
    while True:
        page = dynamodb.list_tables(target, start)
        names += page.rows
        if page.next is None:
            return tuple(names)
        start = page.next


def _listing(row: TableListing) -> Listing:
    return Listing(tuple(row.names), row.refreshed, row.error)


def _settled(table: Table) -> bool:
    return table.status == "ACTIVE" and all(index.status == "ACTIVE" for index in table.indexes)


def _sentence(error: AwsError) -> str:
    """For the list's page: AWS's words with its request id."""
    request = f" (request {error.request_id})" if error.request_id else ""
    return f"{error.code}: {error.message}{request}"
