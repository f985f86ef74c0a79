"""Django's admin for the console's own rows: an instance of our own, in which nothing registers itself, and which only shows.

Everything that changes a row has a page of its own that writes the change record; the admin would not, so it may not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin, display
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.policy import may
from dashboard.core.resources import Resource

View = Callable[..., HttpResponseBase]


class Console(AdminSite):
    """Mounted at ``/manage/``. Models are registered by hand, so that a library's own (django-q2's schedules run any dotted path) stay out.

    There is no catch-all view: an address outside the registered ones is the project's 404, as is every page to somebody
    who may not administer anything here.
    """

    site_header = "Gatehouse"
    site_title = "Manage"
    index_title = "Manage"
    site_url = "/"
    enable_nav_sidebar = False
    final_catch_all_view = False
    index_template = "console/manage.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever may administer one of the registered areas; policy decides, not Django's staff flag."""
        return any(may(request.user, "administer", Resource(area)) for area in AREAS)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """The admin's own wrapper, behind a 404 for whoever is signed in and has no business here."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404("There is nothing here that you may see.")
            if any("\0" in text for pair in request.GET.items() for text in pair):
                raise SuspiciousOperation("A query with U+0000, which PostgreSQL does not take.")
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one way to sign in: the one with the rate limits."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or "/manage/")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """And one way out."""
        return redirect("account_logout")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One's password is changed where the record is written."""
        return redirect("account_change_password")


class ShownOnly(ModelAdmin):  # type: ignore[type-arg]
    """Rows to look at, by whoever may administer ``area``."""

    area = "console:users"
    list_per_page = 100
    show_full_result_count = False
    actions = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what a filter offers: the admin takes any column, and who counts rows by ``password__startswith`` reads the hash."""
        offered = lookup.partition("__")[0] in self.list_filter
        return offered and super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By policy, not by Django's permissions."""
        return may(request.user, "administer", Resource(self.area))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: it would not be in the record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No: it would not be in the record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No: it would not be in the record."""
        return False


class UserRows(ShownOnly):
    """People; the hash of a password is not shown."""

    list_display = ("username", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("username", "email")
    fields = (
        "username",
        "email",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    )


class GroupRows(ShownOnly):
    """Groups by name."""

    fields = ("name",)


class GrantRows(ShownOnly):
    """Who may do what."""

    list_display = ("group", "connection", "region", "resource", "actions_text")
    list_filter = ("group", "connection")
    fields = ("group", "connection", "region", "resource", "actions_text")
    search_fields = ("resource",)

    @display(description="actions")
    def actions_text(self, row: Grant) -> str:
        """The actions in one line."""
        return ", ".join(row.actions)


class ConnectionRows(ShownOnly):
    """AWS accounts."""

    area = "console:connections"
    list_display = ("name", "slug", "environment", "account_id", "credentials", "read_only", "created")
    list_filter = ("environment", "read_only")
    fields = (
        "name",
        "slug",
        "environment",
        "account_id",
        "regions",
        "credentials",
        "profile",
        "role_arn",
        "endpoint",
        "read_only",
        "created",
    )
    search_fields = ("name", "slug", "account_id")


AREAS = ("console:users", "console:connections")
console = Console(name="console")
console.register(User, UserRows)
console.register(Group, GroupRows)
console.register(Grant, GrantRows)
console.register(Connection, ConnectionRows)
