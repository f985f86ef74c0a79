"""The first page after sign-in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.console.registry import HomePanel, registry
from dashboard.console.screen import screen
from dashboard.core.errors import AwsError


@screen("read", "console:home")
def home(request: HttpRequest) -> HttpResponse:
    """Panels of all modules. 0 AWS calls when warm."""
    panels = [_panel(request, panel) for panel in sorted(registry.panels, key=lambda panel: panel.order)]
    return render(request, "console/home.html", {"title": "Home", "panels": panels})


def _panel(request: HttpRequest, panel: HomePanel) -> dict[str, Any]:
    """A panel with its data; when AWS fails it, only this panel says so."""
    drawn: dict[str, Any] = {"title": panel.title, "template": panel.template}
    try:
        drawn["context"] = panel.context(request)
    except AwsError as error:
        drawn["error"] = error
    return drawn
