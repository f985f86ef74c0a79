"""The record's pages."""

from django.urls import path

from dashboard.history.screens import change, listing

app_name = "history"
urlpatterns = [
    path("changes/", listing.changes, name="list"),
    path("changes/<uuid:change_id>/", change.show, name="change"),
    path("changes/<uuid:change_id>/undo/", change.take_back, name="undo"),
    path("changes/<uuid:change_id>/find-out/", change.find_out, name="find-out"),
]
