"""Every URL: the frame's and, through its registry, the modules'."""

from django.urls import include, path

from dashboard.console.health import healthz, readyz
from dashboard.console.registry import registry
from dashboard.console.site import console

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("account/", include("dashboard.accounts.signin_urls")),
    path("manage/", console.urls),
    path("", include(registry.urls)),
]
handler400 = "dashboard.console.failures.bad_request"
handler403 = "dashboard.console.failures.permission_denied"
handler404 = "dashboard.console.failures.not_found"
handler500 = "dashboard.console.failures.server_error"
