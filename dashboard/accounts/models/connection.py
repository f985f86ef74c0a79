"""An AWS account as this console reaches it."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone


class Connection(models.Model):
    """One AWS account, its regions and how to get credentials for it. No secret is stored here."""

    class CredentialKind(models.TextChoices):
        """Where credentials come from."""

        DEFAULT = "default", "Default chain (environment, instance or container role)"
        PROFILE = "profile", "Named profile"
        ROLE = "role", "Assume a role"

    class Environment(models.TextChoices):
        """What is at stake; it colours the frame, always with its name beside."""

        PRODUCTION = "production", "Production"
        STAGING = "staging", "Staging"
        DEVELOPMENT = "development", "Development"
        DEMO = "demo", "Demo"

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    account_id = models.CharField(
        max_length=12, blank=True, validators=[RegexValidator(r"^\d{12}$", "An account id has 12 digits.")]
    )
    regions = models.JSONField(default=list)
    credentials = models.CharField(
        max_length=10, choices=CredentialKind.choices, default=CredentialKind.DEFAULT
    )
    profile = models.CharField(max_length=128, blank=True)
    role_arn = models.CharField(max_length=2048, blank=True)
    external_id = models.CharField(max_length=1224, blank=True)
    endpoint = models.URLField(max_length=300, blank=True)
    environment = models.CharField(
        max_length=12, choices=Environment.choices, default=Environment.DEVELOPMENT
    )
    read_only = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    leads_since = models.DateTimeField(default=timezone.now, editable=False)
    """When it was last pointed at an account: a change recorded before may have been made in another one."""

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Its name."""
        return self.name
