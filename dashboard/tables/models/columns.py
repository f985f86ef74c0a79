"""Which columns somebody wants to see of a table."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dashboard.accounts.models import Connection
from dashboard.history.models.fields import WireField


class ColumnChoice(models.Model):
    """One person's columns of one table in one place: ``names``, a list of attribute names in their order."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    table = models.CharField(max_length=255)
    names = WireField()

    class Meta:
        ordering: ClassVar = ["table"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "connection", "region", "table"], name="tables_one_choice_of_columns"
            )
        ]

    def __str__(self) -> str:
        """The table."""
        return self.table
