"""The app's registration with Django and with the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from django.http import HttpRequest

    from dashboard.jobs.slices import Slice


class HistoryConfig(AppConfig):
    """The append-only change record."""

    name = "dashboard.history"
    label = "history"
    verbose_name = "Changes"

    def ready(self) -> None:
        """Hang the record into the frame and have unknown changes looked after."""
        from django.urls import include, path

        from dashboard.console.addresses import address
        from dashboard.console.registry import HomePanel, MenuItem, registry
        from dashboard.jobs.kinds import Kind, register
        from dashboard.jobs.schedules import every

        registry.urls.append(path("", include("dashboard.history.urls")))
        registry.menu.append(
            MenuItem(
                "Changes",
                "history",
                lambda _place: address("history:list"),
                section="console",
                order=20,
            )
        )
        registry.panels.append(HomePanel("Recent changes", "history/panel.html", _panel, order=30))
        register(Kind("history.reconcile", "Find out how unknown changes ended", _reconcile, hidden=True))
        every(5, "history.reconcile", {})


def _panel(request: HttpRequest) -> dict[str, object]:
    """The newest changes the viewer may read. No AWS call."""
    from dashboard.history.operations.reading import recent
    from dashboard.history.screens.listing import row_of

    return {"rows": [row_of(change) for change in recent(request.user)]}


def _reconcile(_slice: Slice) -> bool:
    """One round; what is still unknown is asked again by the next."""
    from dashboard.history.operations.undo import reconcile_all

    reconcile_all()
    return True
