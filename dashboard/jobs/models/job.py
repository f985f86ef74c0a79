"""A job: what is to be done, for whom, how far it is, and who holds it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from dashboard.core.resources import Resource
from dashboard.history.models.fields import WireField
from dashboard.jobs.core.progress import Progress, progress
from dashboard.jobs.core.states import UNFINISHED, State

OWN = "Gatehouse."
"""How the error codes begin that are ours, not AWS's."""


class Job(models.Model):
    """One piece of background work. ``arguments`` and ``checkpoint`` are plain JSON without secrets.

    ``owner`` is None for work the console starts itself. ``unique`` names the work: while a job of that name is unfinished there
    is no second. ``lease_owner`` is the token of the slice that may write to this row, until ``lease_until``. ``worked`` is in
    seconds, ``waits`` and ``stalls`` count what happened since the last checkpoint.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64, db_index=True)
    arguments = WireField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    owner_name = models.CharField(max_length=150)
    request_id = models.CharField(max_length=64, blank=True)
    connection = models.CharField(max_length=64, blank=True)
    region = models.CharField(max_length=32, blank=True)
    resource = models.CharField(max_length=300)
    unique = models.CharField(max_length=200, blank=True)

    state = models.CharField(
        max_length=9, choices=[(state.value, state.title()) for state in State], default=State.QUEUED.value
    )
    checkpoint = WireField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    worked = models.FloatField(default=0.0)
    slices = models.PositiveIntegerField(default=0)
    waits = models.PositiveIntegerField(default=0)
    stalls = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)

    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    updated = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)
    delivered = models.DateTimeField(auto_now_add=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)

    error_code = models.CharField(max_length=128, blank=True)
    error_message = models.TextField(blank=True)
    error_request_id = models.CharField(max_length=128, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        indexes: ClassVar = [
            models.Index(fields=["state", "-created"], name="job_state"),
            models.Index(fields=["unique", "-created"], name="job_unique"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unique"],
                condition=models.Q(state__in=sorted(state.value for state in UNFINISHED))
                & ~models.Q(unique=""),
                name="job_one_unfinished",
            )
        ]

    def __str__(self) -> str:
        """What and for whom."""
        return f"{self.kind} for {self.owner_name}"

    @property
    def place(self) -> Resource:
        """What the job works on, as policy names it."""
        return Resource(self.resource, self.connection, self.region)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens unless somebody retries it."""
        return self.state not in UNFINISHED

    @property
    def progress(self) -> Progress:
        """How far and how fast."""
        return progress(self.done, self.total, self.worked)


class Line(models.Model):
    """A line of a job's log: a sentence for people, never a value of an item."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    time = models.DateTimeField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        """The line."""
        return self.text
