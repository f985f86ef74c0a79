"""The app's registration with Django."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from dashboard.aws.options import Options, configure


class ConsoleConfig(AppConfig):
    """The frame."""

    name = "dashboard.console"
    label = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        """Register the frame's own pages, menu and panels, and hand the door to AWS its options."""
        configure(
            Options(
                connect_timeout=settings.AWS_CONNECT_TIMEOUT,
                read_timeout=settings.AWS_READ_TIMEOUT,
                attempts=settings.AWS_ATTEMPTS,
                pool=settings.AWS_MAX_CONNECTIONS,
            )
        )
        import_module("dashboard.console.own").register()
