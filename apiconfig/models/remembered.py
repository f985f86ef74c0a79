"""Answers of AWS that we keep for a while, so that a list and a page cost no call."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from dashboard.accounts.models import Connection
from dashboard.history.models.fields import WireField


class Remembered(models.Model):
    """One part of what is known of a place: the list of REST APIs, or one API's stages.

    ``subject`` is ``api:<id>``, ``plan:<id>`` or empty for the place itself; ``part`` names what of it (``rest``, ``stages``, ``keys``).
    ``payload`` is the answer as the door gave it (no value of a key is ever in one). ``fetched`` is when that last succeeded, None while it
    never did; ``tried`` when it was last asked for; ``failure`` is why that failed (``memory`` writes it), None when it did not.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    subject = models.CharField(max_length=160, blank=True)
    part = models.CharField(max_length=64)
    payload = WireField(null=True)
    fetched = models.DateTimeField(null=True)
    tried = models.DateTimeField(null=True)
    failure = WireField(null=True)

    class Meta:
        ordering: ClassVar = ["connection", "region", "subject", "part"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "region", "subject", "part"], name="apiconfig_one_row_a_part"
            )
        ]

    def __str__(self) -> str:
        """What it is."""
        return f"{self.region}/{self.subject}/{self.part}"
