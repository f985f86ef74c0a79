"""A change is a *started* row, committed before AWS is called, and an *outcome* row after. Neither is ever altered."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from dashboard.core.resources import Resource
from dashboard.history.models.fields import WireField


class Change(models.Model):
    """That somebody set out to change something. Without an Outcome it is *unknown* until it is reconciled.

    ``resource`` is the name policy knows (``table:parcels``); ``subject`` narrows it (the encoded key of an item; the
    old and the new one with a space between where a key was changed) and ``label`` says it to a person. ``shown`` is what the
    person saw before, ``intended`` what they asked for (wire values or plain JSON).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    time = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    user_name = models.CharField(max_length=150)
    request_id = models.CharField(max_length=64, db_index=True)
    connection = models.CharField(max_length=64, blank=True)
    region = models.CharField(max_length=32, blank=True)
    resource = models.CharField(max_length=300)
    subject = models.TextField(blank=True)
    label = models.TextField(blank=True)
    action = models.CharField(max_length=64, db_index=True)
    reason = models.TextField(blank=True)
    shown = WireField(null=True)
    intended = WireField(null=True)
    undo_of = models.ForeignKey(
        "self", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="undone_by"
    )

    class Meta:
        ordering: ClassVar = ["-time"]
        indexes: ClassVar = [
            models.Index(fields=["connection", "region", "resource", "-time"], name="change_resource")
        ]

    def __str__(self) -> str:
        """What and who."""
        return f"{self.action} {self.label or self.resource} by {self.user_name}"

    @property
    def state(self) -> str:
        """The outcome's result, or ``unknown`` while there is none."""
        outcome: Outcome | None = getattr(self, "outcome", None)
        return "unknown" if outcome is None else outcome.result

    @property
    def place(self) -> Resource:
        """What policy decides on."""
        return Resource(self.resource, self.connection, self.region)


class Outcome(models.Model):
    """How it ended. ``before`` is what AWS says it replaced, ``after`` what stands there now."""

    class Result(models.TextChoices):
        """How a change ended; a change without a row has the state *unknown*."""

        DONE = "done", "Done"
        REFUSED = "refused", "Refused, nothing changed"
        FAILED = "failed", "Failed, nothing changed"
        PARTIAL = "partial", "Partly done"

    change = models.OneToOneField(
        Change, on_delete=models.DO_NOTHING, db_constraint=False, related_name="outcome", primary_key=True
    )
    time = models.DateTimeField(auto_now_add=True)
    result = models.CharField(max_length=8, choices=Result.choices)
    before = WireField(null=True)
    after = WireField(null=True)
    code = models.CharField(max_length=128, blank=True)
    message = models.TextField(blank=True)
    aws_request_id = models.CharField(max_length=128, blank=True)
    reconciled = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-time"]

    def __str__(self) -> str:
        """The result."""
        return f"{self.change_id}: {self.result}"
