"""The app's registration with Django and with the console."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import AppConfig, apps

if TYPE_CHECKING:
    from django.http import HttpRequest

    from dashboard.console.registry import Entry


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

        _hang_into_frame()
        post_spawn.connect(start, dispatch_uid="gatehouse.keeper")
        # django-q2's tables, not ours, must be there.
        post_migrate.connect(
            ensure_schedule, sender=apps.get_app_config("django_q"), dispatch_uid="gatehouse.schedule"
        )


def _hang_into_frame() -> None:
    """The pages, the line of the menu, the home page's panel, the palette, and what the record says of our changes."""
    from django.urls import include, path, reverse

    from dashboard.console.addresses import address
    from dashboard.console.registry import HomePanel, MenuItem, registry
    from dashboard.history.handlers import Handler, register
    from dashboard.jobs.operations.control import BACK

    registry.urls.append(path("", include("dashboard.jobs.urls")))
    registry.menu.append(
        MenuItem("Jobs", "jobs", lambda _place: address("jobs:list"), section="console", order=30)
    )
    registry.panels.append(HomePanel("Running jobs", "jobs/panel.html", _panel, order=40))
    registry.palette.append(_entries)
    for action, title in (("job.cancel", "Job cancelled"), ("job.retry", "Job retried")):
        register(
            Handler(
                action,
                title,
                permission="administer",
                no_undo=BACK,
                link=lambda change: reverse("jobs:job", args=[change.subject]),
            )
        )


def _panel(request: HttpRequest) -> dict[str, object]:
    """The jobs under way that the viewer may see. No AWS call."""
    from dashboard.jobs import heartbeat
    from dashboard.jobs.operations.reading import unfinished
    from dashboard.jobs.screens.rows import row_of

    return {"rows": [row_of(job) for job in unfinished(request.user)], "silent": heartbeat.warning()}


def _entries(request: HttpRequest, text: str) -> Iterable[Entry]:
    """The jobs under way that the viewer may see, by kind and resource."""
    from django.urls import reverse

    from dashboard.console.registry import Entry
    from dashboard.jobs.operations.reading import unfinished
    from dashboard.jobs.screens.rows import row_of

    for row in map(row_of, unfinished(request.user, 20)):
        if text.lower() in f"{row.title} {row.job.place}".lower():
            yield Entry(
                row.title,
                "job",
                reverse("jobs:job", args=[row.job.pk]),
                row.job.place,
                f"{row.state}, {row.job.place}",
            )
