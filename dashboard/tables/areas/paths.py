"""The beginnings of the module's addresses, and the converters that refuse what AWS could not have given before anything is asked."""

from __future__ import annotations

from django.urls import register_converter

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

PLACE = "c/<slug:connection>/<str:region>/"
TABLE = PLACE + "tables/<table:table>/"
ITEM = TABLE + "item/<key:key>/"
