"""People and grants."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.db import models


class User(AbstractUser):
    """Somebody who signs in. Ours, so that later columns need no change of the table's identity."""

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"


class ReadBudget(models.Model):
    """How many read capacity units a search by members of a group may spend before it asks; no row is the setting's number."""

    group = models.OneToOneField(
        Group, on_delete=models.CASCADE, primary_key=True, related_name="read_budget"
    )
    units = models.PositiveIntegerField()

    def __str__(self) -> str:
        """As a sentence."""
        return f"{self.group.name}: {self.units} units"


class Grant(models.Model):
    """Members of a group may do these actions on the resources that fit the patterns.

    ``connection`` and ``region`` are a name or ``*``; ``resource`` is a pattern such as ``table:orders-*``.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="grants")
    connection = models.CharField(max_length=64, default="*")
    region = models.CharField(max_length=32, default="*")
    resource = models.CharField(max_length=300, default="*")
    actions = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "connection", "region", "resource"], name="grant_once")
        ]
        ordering: ClassVar = ["group__name", "connection", "region", "resource"]

    def __str__(self) -> str:
        """As a sentence."""
        return (
            f"{self.group.name}: {', '.join(self.actions)} on {self.connection}/{self.region}/{self.resource}"
        )
