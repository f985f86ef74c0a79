"""Every URL: the frame's and, through its registry, the modules'."""

from django.urls import include, path

from dashboard.console.registry import registry

urlpatterns = [
    path("account/", include("dashboard.accounts.signin_urls")),
    path("", include(registry.urls)),  # type: ignore[arg-type]
]
