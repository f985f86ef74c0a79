"""Queries that somebody keeps, and the ones that somebody ran."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models

from dashboard.accounts.models import Connection, User
from dashboard.history.models.fields import WireField


class Page(models.TextChoices):
    """The page that a query opens."""

    BROWSE = "browse", "Items"
    PARTIQL = "partiql", "PartiQL"


class SavedQuery(models.Model):
    """A named query on one table; it belongs to its owner, and ``group``'s members may run it when it is shared.

    ``query`` is the page's address as a list of [name, value], in which parameters (``:customer``) stand; ``parameters`` describes
    them: a list of {name, tag, default}. Running it needs the right to read the table, whoever shared it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, null=True, on_delete=models.SET_NULL, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    table = models.CharField(max_length=255)
    name = models.CharField(max_length=100)
    note = models.CharField(max_length=300, blank=True)
    page = models.CharField(max_length=8, choices=Page.choices, default=Page.BROWSE)
    query = WireField()
    parameters = WireField()
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["table", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "connection", "region", "table", "name"], name="tables_one_query_a_name"
            )
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class QueryRun(models.Model):
    """A query that its user ran, once however often; ``digest`` tells two queries apart."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    table = models.CharField(max_length=255)
    page = models.CharField(max_length=8, choices=Page.choices, default=Page.BROWSE)
    query = WireField()
    digest = models.CharField(max_length=64)
    runs = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "connection", "region", "table", "digest"], name="tables_one_run_a_query"
            )
        ]

    def __str__(self) -> str:
        """The table and when."""
        return f"{self.table} {self.at:%Y-%m-%d %H:%M}"
