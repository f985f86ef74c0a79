"""What travels through the form of a stage's limits: a row for the default and for each route with limits of its own, as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from apiconfig.core.limits import Limits, Parsed, parse_limits
from apiconfig.core.patch import text
from apiconfig.core.throttle import DEFAULT
from apiconfig.core.views import ThrottlePreview
from dashboard.core.errors import InputError

MOST_ROWS = 400
"""More than a stage has routes; a longer form was not made here."""


@dataclass(frozen=True)
class Row:
    """One limit as typed: ``rate`` and ``burst`` are texts, ``before`` what the stage has, ``errors`` sentences by field.

    ``new`` is the row that chooses its route.
    """

    route: str
    rate: str = ""
    burst: str = ""
    before: Limits = field(default_factory=Limits)
    errors: Mapping[str, str] = field(default_factory=dict)
    new: bool = False

    @property
    def is_default(self) -> bool:
        """Whether it is the stage's default."""
        return self.route == DEFAULT

    @property
    def touched(self) -> bool:
        """Whether what is typed is not what the stage has, letter by letter."""
        return (self.rate, self.burst) != texts(self.before)

    def parsed(self) -> Parsed:
        """What was typed, or a sentence for each field."""
        return parse_limits(self.rate, self.burst)


def texts(limits: Limits) -> tuple[str, str]:
    """Rate and burst as the inputs show them."""
    return (
        "" if limits.rate is None else text(limits.rate),
        "" if limits.burst is None else str(limits.burst),
    )


def standing(preview: ThrottlePreview) -> list[Row]:
    """The form as it opens: the default, the routes with limits of their own, and an empty row for another."""
    routes = [DEFAULT, *(route for route in preview.limits if route != DEFAULT)]
    rows = [
        Row(route, *texts(preview.limits.get(route, Limits())), preview.limits.get(route, Limits()))
        for route in routes
    ]
    return [*rows, Row("", new=True)]


def posted(data: QueryDict, preview: ThrottlePreview | None) -> list[Row]:
    """The rows that were sent. InputError (field ``form``) when they are not whole."""
    routes, rates, bursts = data.getlist("route"), data.getlist("rate"), data.getlist("burst")
    if not len(routes) == len(rates) == len(bursts) or len(routes) > MOST_ROWS:
        raise InputError(
            "form", "The form did not come back whole. Open the page again and repeat the entry."
        )
    limits = preview.limits if preview else {}
    return [
        Row(route, rate.strip(), burst.strip(), limits.get(route, Limits()), new=route not in _own(limits))
        for route, rate, burst in zip(routes, rates, bursts, strict=True)
    ]


def checked(rows: list[Row]) -> list[Row]:
    """The rows with their sentences."""
    found = []
    for row in rows:
        errors = dict(row.parsed().errors) if row.touched or (row.new and row.route) else {}
        if row.new and not row.route and (row.rate or row.burst):
            errors["route"] = "Route: choose the route that this limit is for."
        elif row.new and row.route and not (row.rate or row.burst):
            errors["rate"] = "Enter rate and burst of the route, or choose no route."
        found.append(Row(row.route, row.rate, row.burst, row.before, errors, row.new))
    return found


def changes(rows: list[Row]) -> dict[str, Limits]:
    """What is to change; of rows without sentences."""
    found = {}
    for row in rows:
        limits = row.parsed().limits
        if row.route and row.touched and limits is not None and limits != row.before:
            found[row.route] = limits
    return found


def carried(data: QueryDict) -> dict[str, Limits]:
    """The changes that a preview carries along. InputError (field ``form``) when they are not as it wrote them."""
    found = {}
    for row in posted(data, None):
        limits = row.parsed().limits
        if not row.route or limits is None:
            raise InputError(
                "form", "The form did not come back whole. Open the page again and repeat the entry."
            )
        found[row.route] = limits
    return found


def _own(limits: Mapping[str, Limits]) -> set[str]:
    return {DEFAULT, *limits}
