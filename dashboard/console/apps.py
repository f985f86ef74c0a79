"""The app's registration with Django."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The frame."""

    name = "dashboard.console"
    label = "console"
    verbose_name = "Console"
