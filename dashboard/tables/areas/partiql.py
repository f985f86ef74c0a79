"""Statements in PartiQL."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("partiql", "tables:partiql", "PartiQL")


def urls() -> list[URLPattern]:
    """The page beside a table, and the one for all tables of a place."""
    from dashboard.tables.areas.paths import PLACE, TABLE
    from dashboard.tables.screens import partiql

    return [
        path(TABLE + "partiql/", partiql.statement, name="partiql"),
        path(PLACE + "tables/~partiql/", partiql.everywhere, name="partiql-place"),
    ]


def ready() -> None:
    """Nothing: what PartiQL writes is recorded, and undone, as changes of items."""
