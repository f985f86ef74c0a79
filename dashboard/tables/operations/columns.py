"""The columns somebody chose for a table: remembered by person and place. Nothing of AWS is touched, so nothing goes into the record."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.accounts.prepared import Prepared
from dashboard.tables.core.columns import check
from dashboard.tables.models import ColumnChoice

_remembered = Prepared(
    lambda user, connection, region, table: ColumnChoice.objects.filter(
        user=user, connection=connection, region=region, table=table
    )
)


def remembered(actor: Actor, place: Place, table: str) -> tuple[str, ...] | None:
    """The person's columns, None when they chose none. One query. Raises Refused."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    if actor.user is None:
        return None
    rows = _remembered(actor.user.pk, place.connection.pk, place.region, table)
    return tuple(rows[0].names) if rows else None


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
