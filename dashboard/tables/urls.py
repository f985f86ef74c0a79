"""The tables module's pages. A name or key that AWS could not have given is 404 before anything is asked."""

from __future__ import annotations

from django.urls import path, register_converter

from dashboard.tables.screens import browse, delete, edit, item, list, new
from dashboard.tables.screens.shared import KEY_TEXT, TABLE_NAME


class TableName:
    """A table's name."""

    regex = TABLE_NAME

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class KeyText(TableName):
    """A key as ``dashboard.core.keys`` writes it."""

    regex = KEY_TEXT


register_converter(TableName, "table")
register_converter(KeyText, "key")

_PLACE = "c/<slug:connection>/<str:region>/"
_TABLE = _PLACE + "tables/<table:table>/"
_ITEM = _TABLE + "item/<key:key>/"

app_name = "tables"
urlpatterns = [
    path(_PLACE + "tables/", list.tables, name="list"),
    path(_PLACE + "table-details/", list.details, name="details"),
    path(_TABLE, browse.browse, name="browse"),
    path(_TABLE + "new/", new.new, name="new"),
    path(_ITEM, item.item, name="item"),
    path(_ITEM + "edit/", edit.edit, name="edit"),
    path(_ITEM + "delete/", delete.delete, name="delete"),
]
