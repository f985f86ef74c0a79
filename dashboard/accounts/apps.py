"""The app's registration with Django and with the console."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Connections, users, groups, grants."""

    name = "dashboard.accounts"
    label = "accounts"
    verbose_name = "Access"
