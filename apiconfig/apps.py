"""The app's registration with Django and with the console."""

from django.apps import AppConfig


class ApiConfigConfig(AppConfig):
    """Module 2, API Gateway."""

    name = "apiconfig"
    label = "apiconfig"
    verbose_name = "APIs"

    def ready(self) -> None:
        """Hang the module into the frame."""
        from django.urls import include, path

        from dashboard.console.registry import registry

        registry.urls.append(path("", include("apiconfig.urls")))
