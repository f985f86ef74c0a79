"""The module's addresses."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "apis"
urlpatterns: list[URLPattern] = []
