"""How django-allauth signs people in here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator creates users. The sentences are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This user is deactivated. An administrator can activate it again.",
        "enter_current_password": "That is not your current password.",
        "incorrect_password": "That is not your password.",
        "too_many_login_attempts": (
            "Too many attempts to sign in failed. Wait five minutes, then try again; "
            "an administrator can set a new password for you meanwhile."
        ),
        "username_password_mismatch": "The username and the password do not belong together.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the rate limits count by: REMOTE_ADDR, in which RequestMiddleware has put what a trusted proxy says."""
        return request.META.get("REMOTE_ADDR") or "local socket"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The page that everybody signed in may open."""
        return reverse("accounts:why")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only what a person needs to hear: that the password changed. Signing in and out is seen anyway."""
        template = kwargs.get("message_template") or (args[0] if args else "")
        if template and "password" in template:
            super().add_message(request, level, *args, **kwargs)
