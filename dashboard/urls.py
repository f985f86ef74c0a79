"""Every URL: the frame's and, through its registry, the modules'."""

from django.urls import include, path

from dashboard.console.health import healthz, readyz
from dashboard.console.registry import registry

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("account/", include("dashboard.accounts.signin_urls")),
    path("", include(registry.urls)),  # type: ignore[arg-type]
]
