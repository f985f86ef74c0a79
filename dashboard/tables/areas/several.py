"""Several items at once, in one transaction where they have to be."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = None


def urls() -> list[URLPattern]:
    """The selected items of a table, and the page on which a transaction is built."""
    from dashboard.tables.areas.paths import PLACE, TABLE
    from dashboard.tables.screens import several, transaction

    return [
        path(TABLE + "several/", several.several, name="several"),
        # No table can have a "~" in its name, so this is no table's address.
        path(PLACE + "tables/~transaction/", transaction.transaction, name="transaction"),
    ]


def ready() -> None:
    """The way back of both."""
    from dashboard.history import handlers
    from dashboard.tables.operations import several_undo

    for handler in several_undo.handlers():
        handlers.register(handler)
