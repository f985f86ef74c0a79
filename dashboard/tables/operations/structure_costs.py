"""What a table costs a month as it is, in the other capacity mode, and after a change: from its description and CloudWatch's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.tables.core import monthly
from dashboard.tables.core.structure import ON_DEMAND, Definition, definition_of, with_section
from dashboard.tables.core.structure_rows import Line
from dashboard.tables.operations import catalogue, health
from dashboard.tables.operations.structure import Shown

COSTED = ("capacity", "class")
"""The sections of a table whose change is told in money."""


@dataclass(frozen=True)
class Costs:
    """A month as the table is now, and in the other mode: ``other`` is None where too little is known of what is consumed.

    ``fitting`` are the units that the other mode would need, of an on-demand table. ``known`` is whether the consumption is.
    """

    now: monthly.Bill
    on_demand: bool
    other: float | None
    fitting: Mapping[str, tuple[int, int]]
    known: bool
    prices: str = monthly.PRICES_ASSUMED


def costs(actor: Actor, place: Place, name: str) -> Costs:
    """One GetMetricData, remembered for an hour; one DescribeTable where the table is not known. Raises Refused, AwsError."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    table = catalogue.facts(place, name).table
    used = monthly.uses(table, health.month(actor, place, table), timezone.now())
    definition = definition_of(table)
    prices = monthly.PRICES.get(definition.table_class, monthly.PRICES["STANDARD"])
    on_demand = definition.billing == ON_DEMAND
    other = None
    if used is not None:
        other = monthly.fitted(used, prices) if on_demand else monthly.on_demand(used, prices)
    return Costs(
        now=monthly.bill(definition, table, used),
        on_demand=on_demand,
        other=other,
        fitting=monthly.fitting(used) if used is not None and on_demand else {},
        known=used is not None,
    )


def change_in_money(place: Place, shown: Shown, part: str, value: dict[str, Any]) -> tuple[Line, ...]:
    """A month before and after the change of a part, with the consumption as far as it is remembered: no call. () for other parts."""
    if part not in COSTED:
        return ()
    used = monthly.uses(shown.table, health.known_month(place, shown.table), timezone.now())

    def of(definition: Definition) -> monthly.Bill:
        return monthly.bill(definition, shown.table, used)

    before, after = of(shown.definition), of(with_section(shown.definition, part, value))
    pairs = (
        ("Capacity", before.capacity, after.capacity),
        ("Storage", before.storage, after.storage),
        ("Together", before.total, after.total),
    )
    return tuple(Line(label, monthly.money(was), monthly.money(will)) for label, was, will in pairs)
