"""What we kept of a deployment: AWS itself cannot show an old one."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from dashboard.accounts.models import Connection
from dashboard.history.models.fields import WireField


class Snapshot(models.Model):
    """The definition that was deployed and the stage as it was just before, with the change that made it.

    ``definition`` is the canonical JSON of ``apiconfig.core.definition``; ``stage_before`` AWS's answer. ``deployment`` is empty while
    it is being made, and stays so if it never was. ``change`` is None for a deployment made elsewhere, whose export was kept
    before the stage left it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    api = models.CharField(max_length=64)
    stage = models.CharField(max_length=128)
    deployment = models.CharField(max_length=64, blank=True)
    definition = models.TextField()
    stage_before = WireField()
    made = models.DateTimeField(auto_now_add=True)
    change = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-made"]
        indexes: ClassVar = [
            models.Index(fields=["connection", "region", "api", "deployment"], name="apiconfig_snapshot_of")
        ]

    def __str__(self) -> str:
        """Which."""
        return f"{self.api}/{self.stage}: {self.deployment}"
