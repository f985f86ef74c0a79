"""The app's registration with Django and with the console."""

from __future__ import annotations

from django.apps import AppConfig, apps


class JobsConfig(AppConfig):
    """Background work."""

    name = "dashboard.jobs"
    label = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        """Keep house in every worker process, and have the queue's one schedule in the database."""
        from django.db.models.signals import post_migrate
        from django_q.signals import post_spawn

        from dashboard.jobs.keeper import start
        from dashboard.jobs.schedules import ensure_schedule

        post_spawn.connect(start, dispatch_uid="gatehouse.keeper")
        # django-q2's tables, not ours, must be there.
        post_migrate.connect(
            ensure_schedule, sender=apps.get_app_config("django_q"), dispatch_uid="gatehouse.schedule"
        )
