"""What we remember of a place's tables, so that a list and a page cost no extra call."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from dashboard.accounts.models import Connection
from dashboard.history.models.fields import WireField


class TableListing(models.Model):
    """The names of all tables in one connection and region, as ListTables gave them.

    ``refreshed`` is when that last succeeded, None while it never did; ``error`` is why the last try failed, empty when it did not.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    names = models.JSONField(default=list)
    refreshed = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["connection__name", "region"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "region"], name="tables_one_listing_a_place")
        ]

    def __str__(self) -> str:
        """The place."""
        return f"{self.connection.slug}/{self.region}"


class TableFacts(models.Model):
    """A table's description as DescribeTable gave it at ``fetched``.

    ``ttl_attribute`` is the attribute that holds the expiry time, empty when there is none, None while nobody asked.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    description = WireField()
    fetched = models.DateTimeField()
    ttl_attribute = models.CharField(max_length=255, null=True)  # noqa: DJ001 -- None is "not asked", "" is "none"

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "region", "name"], name="tables_one_facts_a_table")
        ]

    def __str__(self) -> str:
        """The table."""
        return self.name
