"""How a table is made, and changing it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("structure", "tables:structure", "Structure")


@dataclass(frozen=True)
class Panel:
    """A section of the table's Structure page that another area brings.

    ``url_name`` (arguments: connection, region, table) answers with the section's inside, without its heading, and is loaded by itself
    when it comes into view, so that what AWS denies there harms nothing else.
    """

    title: str
    url_name: str


panels: list[Panel] = []
"""In the order of the page; other areas append theirs in their ``ready``."""


def urls() -> list[URLPattern]:
    """The overview with its panels, a page for each change, and making and deleting tables."""
    from dashboard.tables.areas.paths import PLACE, TABLE
    from dashboard.tables.screens import (
        panels,
        structure,
        structure_change,
        structure_create,
        structure_delete,
        structure_index,
    )

    here = TABLE + "structure/"
    return [
        path(PLACE + "tables/~new/", structure_create.create, name="table-new"),
        path(here, structure.structure, name="structure"),
        path(here + "progress/", structure.progress, name="structure-progress"),
        path(here + "filled/<table:index>/", structure.filled, name="structure-filled"),
        path(here + "ttl/", panels.ttl, name="structure-ttl"),
        path(here + "tags/", panels.tags, name="structure-tags"),
        path(here + "scaling/", panels.scaling, name="structure-scaling"),
        path(here + "costs/", panels.costs, name="structure-costs"),
        path(here + "limits/", panels.limits, name="structure-limits"),
        path(here + "definition/", structure.definition, name="structure-definition"),
        path(here + "change/<slug:section>/", structure_change.change, name="structure-change"),
        path(here + "new-index/", structure_index.add, name="index-new"),
        path(here + "drop-index/<table:index>/", structure_index.drop, name="index-drop"),
        path(here + "export/", structure_delete.export, name="items-export"),
        path(here + "delete/", structure_delete.delete, name="table-delete"),
    ]


def ready() -> None:
    """Undo of what is done to tables, and the name of what is taken from them."""
    from dashboard.history import handlers
    from dashboard.tables.operations import exporting, structure_undo

    for handler in (*structure_undo.handlers(), *exporting.handlers()):
        handlers.register(handler)
