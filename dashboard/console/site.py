"""Django's admin for the console's own rows: an instance of our own, in which nothing registers itself."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase


class Console(AdminSite):
    """Mounted at ``/manage/``. Models are registered by hand, so that a library's own (django-q2's schedules run any dotted path) stay out.

    There is no catch-all view: an address outside the registered ones is the project's 404.
    """

    site_header = "Gatehouse"
    site_title = "Gatehouse"
    index_title = "Manage"
    site_url = "/"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one way to sign in: the one with the rate limits."""
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Signing out is the console's as well."""
        from allauth.account.views import logout

        return logout(request)  # type: ignore[no-any-return]


console = Console(name="console")
