"""The app's registration with Django."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """The append-only change record."""

    name = "dashboard.history"
    label = "history"
    verbose_name = "Changes"
