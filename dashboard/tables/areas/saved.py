"""Saved and shared queries, and the history of one's own."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("saved", "tables:saved", "Saved queries")


def urls() -> list[URLPattern]:
    """The list (of a table, of a place), running, keeping, changing and deleting one."""
    from dashboard.tables.areas.paths import PLACE, TABLE
    from dashboard.tables.screens import saved

    queries = TABLE + "queries/"
    return [
        path(PLACE + "tables/~queries/", saved.everywhere, name="saved-everywhere"),
        path(queries, saved.listing, name="saved"),
        path(queries + "new/", saved.new, name="saved-new"),
        path(queries + "forget/", saved.forget, name="saved-forget"),
        path(queries + "<uuid:query_id>/", saved.run, name="saved-query"),
        path(queries + "<uuid:query_id>/edit/", saved.edit, name="saved-edit"),
        path(queries + "<uuid:query_id>/delete/", saved.delete, name="saved-delete"),
    ]


def ready() -> None:
    """Undo of changes of saved queries, and their place in the palette."""
    from dashboard.console.registry import registry
    from dashboard.history import handlers
    from dashboard.tables.operations import saved_frame, saved_undo

    for handler in saved_undo.handlers():
        handlers.register(handler)
    registry.palette.append(saved_frame.palette)
