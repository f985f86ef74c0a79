"""The columns somebody chose for a table: remembered by person and place. Nothing of AWS is touched, so nothing goes into the record."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.tables.core.columns import check
from dashboard.tables.models import ColumnChoice

_REMEMBERED = (
    "SELECT names FROM tables_columnchoice "
    'WHERE user_id = %s AND connection_id = %s AND region = %s AND "table" = %s'
)
"""Written out, because it stands on every turn of a page and the ORM takes ten times as long to build it as the database to answer."""


def remembered(actor: Actor, place: Place, table: str) -> tuple[str, ...] | None:
    """The person's columns, None when they chose none. One query. Raises Refused."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    whose = actor.user.pk if actor.user is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBERED, [whose, place.connection.pk, place.region, table])
        row = cursor.fetchone()
    return None if row is None else tuple(json.loads(row[0]))


def remember(actor: Actor, place: Place, table: str, names: Sequence[str]) -> tuple[str, ...]:
    """Keep ``names`` in this order, each once; what was kept. InputError ``col`` for none or too many. Raises Refused."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    kept = check(names)
    ColumnChoice.objects.update_or_create(
        user=actor.user,
        connection=place.connection,
        region=place.region,
        table=table,
        defaults={"names": list(kept)},
    )
    return kept


def forget(actor: Actor, place: Place, table: str) -> None:
    """Back to the columns that the data suggests. Raises Refused."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    _rows(actor, place, table).delete()


def _rows(actor: Actor, place: Place, table: str) -> QuerySet[ColumnChoice]:
    return ColumnChoice.objects.filter(
        user=actor.user, connection=place.connection, region=place.region, table=table
    )
