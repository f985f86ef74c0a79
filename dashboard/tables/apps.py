"""The app's registration with Django and with the console."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """Module 1, DynamoDB."""

    name = "dashboard.tables"
    label = "tables"
    verbose_name = "Tables"

    def ready(self) -> None:
        """Hang the module into the frame: pages, menu, palette, home page, and what each area registers."""
        from django.urls import include, path

        from dashboard.accounts.operations.connections import led_elsewhere
        from dashboard.accounts.place import Place
        from dashboard.console.addresses import address
        from dashboard.console.registry import HomePanel, MenuItem, registry
        from dashboard.tables.areas import areas
        from dashboard.tables.operations import catalogue, frame

        def first_page(place: Place | None) -> str:
            return address("tables:list", place.connection.slug, place.region) if place else "/"

        registry.urls.append(path("", include("dashboard.tables.urls")))
        registry.menu.append(MenuItem("Tables", "table", first_page, order=10))
        registry.palette.append(frame.palette)
        registry.panels.append(HomePanel("Tables", "tables/panel.html", frame.panel, order=10))
        led_elsewhere.append(catalogue.forget_connection)
        for area in areas():
            area.ready()
