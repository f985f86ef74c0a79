"""The worker processes that were seen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Worker(models.Model):
    """A worker process; ``name`` is its host and process id."""

    name = models.CharField(max_length=200, primary_key=True)
    started = models.DateTimeField()
    seen = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-seen"]

    def __str__(self) -> str:
        """Host and process id."""
        return self.name
