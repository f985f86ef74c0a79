"""The frame's own pages; their names have no namespace because every module may link to them."""

from django.urls import path

from dashboard.console.screens import components, home, palette

urlpatterns = [
    path("", home.home, name="home"),
    path("palette/", palette.palette, name="palette"),
    path("components/", components.components, name="components"),
]
