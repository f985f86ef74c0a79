"""The app's registration with Django and with the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from dashboard.accounts.place import Place


class ApiConfigConfig(AppConfig):
    """Module 2, API Gateway."""

    name = "apiconfig"
    label = "apiconfig"
    verbose_name = "APIs"

    def ready(self) -> None:
        """Hang the module into the frame: pages, menu, palette, home page, undo, and the job that keeps the lists fresh."""
        from django.urls import include, path

        from apiconfig.operations import frame, memory, refreshing, undo, undo_throttle
        from dashboard.accounts.operations.connections import led_elsewhere
        from dashboard.console.registry import HomePanel, MenuItem, registry
        from dashboard.history import handlers
        from dashboard.jobs import kinds, schedules

        registry.urls.append(path("", include("apiconfig.urls")))
        registry.menu += [
            MenuItem("APIs", "gate", _page("apis:list"), order=20),
            MenuItem("API health", "activity", _page("apis:health"), order=21),
            MenuItem("API usage", "bars", _page("apis:usage"), order=22),
            MenuItem("Usage plans", "gauge", _page("apis:plans"), order=23),
            MenuItem("API keys", "key", _page("apis:keys"), order=24),
        ]
        led_elsewhere.append(memory.forget_connection)
        registry.palette.append(frame.palette)
        registry.panels.append(HomePanel("APIs", "apiconfig/panel.html", frame.panel, order=20))
        for handler in (*undo.handlers(), undo_throttle.handler()):
            handlers.register(handler)
        kinds.register(kinds.Kind(refreshing.KIND, "Read the lists of all APIs again", refreshing.run))
        schedules.every(refreshing.MINUTES, refreshing.KIND, {})


def _page(name: str) -> Callable[[Place | None], str]:
    """The address of a page of the chosen place."""
    from dashboard.console.addresses import address

    def url(place: Place | None) -> str:
        return address(name, place.connection.slug, place.region) if place else "/"

    return url
