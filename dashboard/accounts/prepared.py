"""Queries that every page makes, with their SQL written by the ORM once and for all.

Writing it takes the ORM three to twenty times as long as the database takes to answer; only the values are new in each request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Value = int | str


class Prepared(Generic[M]):
    """``build(*values)`` is the query, whose shape may not depend on the values; called with values, this is the list of its rows.

        of_user = Prepared(lambda user: Grant.objects.filter(group__user=user))
        of_user(request.user.pk)

    The rows are instances without related rows; a name that the query annotates is an attribute, as always.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._written: dict[str, tuple[type[M], str, tuple[Any, ...]]] = {}

    def __call__(self, *values: Value) -> list[M]:
        """One query: the rows, in the query's order."""
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = self._write(values)
        model, sql, parameters = written
        given = [values[each.place] if isinstance(each, _Place) else each for each in parameters]
        return list(model._default_manager.raw(sql, given))

    def _write(self, values: tuple[Value, ...]) -> tuple[type[M], str, tuple[Any, ...]]:
        """The SQL and its parameters, those that are values of the caller's as places; RuntimeError when one of them is nowhere."""
        marks = {_mark(place, value): _Place(place) for place, value in enumerate(values)}
        rows = self._build(*marks)
        sql, parameters = rows.query.sql_with_params()
        if not marks.keys() <= set(parameters):
            raise RuntimeError(f"A value of the query {sql} does not reach the database as it is.")
        return rows.model, sql, tuple(marks.get(each, each) for each in parameters)


class _Place:
    """Where in the caller's values a parameter of the SQL stands."""

    def __init__(self, place: int) -> None:
        self.place = place


def _mark(place: int, value: Value) -> Value:
    """A value of the same type that no query holds by itself."""
    return -2_000_000_000 - place if isinstance(value, int) else f"\0value {place}"
