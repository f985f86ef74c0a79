"""The pages of access."""

from django.urls import path

from dashboard.accounts.screens import connections, groups, people, why

app_name = "accounts"
urlpatterns = [
    path("connections/", connections.listing, name="connections"),
    path("connections/new/", connections.new, name="connection-new"),
    path("connections/<slug:slug>/", connections.show, name="connection"),
    path("connections/<slug:slug>/identity/", connections.who, name="connection-identity"),
    path("connections/<slug:slug>/edit/", connections.edit, name="connection-edit"),
    path("connections/<slug:slug>/delete/", connections.delete, name="connection-delete"),
    path("access/", people.listing, name="users"),
    path("access/users/new/", people.new, name="user-new"),
    path("access/users/<int:pk>/", people.show, name="user"),
    path("access/users/<int:pk>/edit/", people.edit, name="user-edit"),
    path("access/users/<int:pk>/password/", people.password, name="user-password"),
    path("access/groups/", groups.listing, name="groups"),
    path("access/groups/new/", groups.new, name="group-new"),
    path("access/groups/<int:pk>/", groups.show, name="group"),
    path("access/groups/<int:pk>/edit/", groups.edit, name="group-edit"),
    path("access/groups/<int:pk>/delete/", groups.delete, name="group-delete"),
    path("access/groups/<int:pk>/grants/new/", groups.new_grant, name="grant-new"),
    path("access/grants/<int:pk>/edit/", groups.edit_grant, name="grant-edit"),
    path("access/grants/<int:pk>/delete/", groups.delete_grant, name="grant-delete"),
    path("why/", why.why, name="why"),
]
