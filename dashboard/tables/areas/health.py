"""How a table is doing."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("health", "tables:health", "Health")


def urls() -> list[URLPattern]:
    """The charts, the parts that are loaded on their own, the sample."""
    from dashboard.tables.areas.paths import TABLE
    from dashboard.tables.screens import health

    return [
        path(TABLE + "health/", health.page, name="health"),
        path(TABLE + "health/sample/", health.sample, name="health-sample"),
        path(TABLE + "health/<slug:panel>/", health.panel, name="health-panel"),
    ]


def ready() -> None:
    """Nothing to register: figures are only read."""
