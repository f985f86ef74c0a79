"""The app's registration with Django."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """DynamoDB tables."""

    name = "dashboard.tables"
    label = "tables"
    verbose_name = "Tables"
