"""Finding, reading and writing items one by one, and the list of tables."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("items", "tables:browse", "Items")


def urls() -> list[URLPattern]:
    """The list, a table's items, an item and its forms."""
    from dashboard.tables.areas.paths import ITEM, PLACE, TABLE
    from dashboard.tables.screens import (
        browse,
        code,
        columns,
        delete,
        edit,
        find,
        item,
        list,
        new,
        text,
        value,
    )

    return [
        path(PLACE + "tables/", list.tables, name="list"),
        path(PLACE + "table-details/", list.details, name="details"),
        path(TABLE, browse.browse, name="browse"),
        path(TABLE + "find/", find.find, name="find"),
        path(TABLE + "approve/", browse.approve, name="approve"),
        path(TABLE + "columns/", columns.columns, name="columns"),
        path(TABLE + "new/", new.new, name="new"),
        path(ITEM, item.item, name="item"),
        path(ITEM + "text/", text.text, name="text"),
        path(ITEM + "value/", value.value, name="value"),
        path(ITEM + "code/", code.code, name="code"),
        path(ITEM + "expires/", item.expires, name="expires"),
        path(ITEM + "duplicate/", new.duplicate, name="duplicate"),
        path(ITEM + "edit/", edit.edit, name="edit"),
        path(ITEM + "delete/", delete.delete, name="delete"),
    ]


def ready() -> None:
    """Undo of item writes, and the job that keeps the names fresh."""
    from dashboard.history import handlers
    from dashboard.jobs import kinds, schedules
    from dashboard.tables.operations import refreshing, undo

    for handler in undo.handlers():
        handlers.register(handler)
    kinds.register(kinds.Kind(refreshing.KIND, "Read the names of all tables again", refreshing.run))
    schedules.every(refreshing.MINUTES, refreshing.KIND, {})
