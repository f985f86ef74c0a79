"""The module's addresses, area by area."""

from __future__ import annotations

from dashboard.tables.areas import areas

app_name = "tables"
urlpatterns = [pattern for area in areas() for pattern in area.urls()]
