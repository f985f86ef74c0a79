"""The app's registration with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work."""

    name = "dashboard.jobs"
    label = "jobs"
    verbose_name = "Jobs"
