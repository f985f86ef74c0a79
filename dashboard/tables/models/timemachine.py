"""A look at an item as it was, by way of a temporary table: what was asked, how far it is, and whether the table is gone again."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from dashboard.core.resources import Resource
from dashboard.history.models.fields import WireField


class Procedure(models.Model):
    """One guided restore of a whole table to read one item of it.

    ``temporary`` is the name of the temporary table, written down before AWS is asked to make it; ``temporary_id`` is the id that AWS
    gave it, empty while no answer told. It is only ever deleted when it is a restore of ``source_arn`` and has that id. ``cleaned`` is
    when it was seen to be gone; while that is None there may be a table that costs money. ``item`` is what was found, None with
    ``read`` set when there was no such item. ``key`` is the item's key as in URLs.
    """

    class State(models.TextChoices):
        """Where it stands; the last two are the end."""

        RESTORING = "restoring", "AWS is making the temporary table"
        READING = "reading", "Reading the item"
        CLEANING = "cleaning", "Deleting the temporary table"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.CharField(max_length=64)
    region = models.CharField(max_length=32)
    table = models.CharField(max_length=255)
    key = models.TextField()
    label = models.TextField(blank=True)
    moment = models.DateTimeField()
    reason = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    owner_name = models.CharField(max_length=150)
    request_id = models.CharField(max_length=64, blank=True)
    job = models.UUIDField(null=True)

    state = models.CharField(max_length=9, choices=State.choices, default=State.RESTORING)
    temporary = models.CharField(max_length=255)
    temporary_id = models.CharField(max_length=64, blank=True)
    source_arn = models.CharField(max_length=400)
    read = models.DateTimeField(null=True)
    item = WireField(null=True)
    error = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    cleaned = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        indexes: ClassVar = [
            models.Index(fields=["connection", "region", "-created"], name="tables_procedure_place")
        ]

    def __str__(self) -> str:
        """The table, the moment and the temporary table."""
        return f"{self.table} as of {self.moment:%Y-%m-%d %H:%M:%S} in {self.temporary}"

    @property
    def place(self) -> Resource:
        """What policy decides on: the table that the item is of."""
        return Resource(f"table:{self.table}", self.connection, self.region)

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to do, but perhaps cleaning up by hand."""
        return self.state in (self.State.DONE, self.State.FAILED)
