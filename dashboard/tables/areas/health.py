"""How a table is doing."""

from __future__ import annotations

from django.urls import URLPattern

from dashboard.tables.areas import Tab

TAB: Tab | None = None


def urls() -> list[URLPattern]:
    """None yet."""
    return []


def ready() -> None:
    """Nothing to register yet."""
