"""The app's registration with Django and with the console."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Connections, users, groups, grants."""

    name = "dashboard.accounts"
    label = "accounts"
    verbose_name = "Access"

    def ready(self) -> None:
        """Hang pages, menu, palette and undo into the frame and the record."""
        import_module("dashboard.accounts.own").hang_in()
