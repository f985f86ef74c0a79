"""The pages of sign-in: django-allauth's views with the console's status codes and record; what it offers beyond them is closed."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.operations.passwords import recorded_change
from dashboard.console.screen import actor_of


class _Answering400:
    """A form that was not accepted is answered with 400, too many attempts with 429."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with its sentences and what was entered (never the password)."""
        limited = any(error.code == "too_many_login_attempts" for error in form.non_field_errors().as_data())
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return self.render_to_response(context, status=429 if limited else 400)  # type: ignore[attr-defined, no-any-return]


class SignIn(_Answering400, views.LoginView):
    """Username and password, within the rate limits of ``ACCOUNT_RATE_LIMITS``."""


class PasswordChange(_Answering400, views.PasswordChangeView):
    """One's own password; the record says that it changed, never from what to what."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, and write that it was changed."""
        with recorded_change(actor_of(self.request), self.request.user):
            return super().form_valid(form)


class Reauthenticate(_Answering400, views.ReauthenticateView):
    """The password once more, before something that asks for it."""


def password_help(request: HttpRequest) -> HttpResponse:
    """No mail is sent from here: the page says who sets a new password and how."""
    return render(request, "account/password_help.html", {"title": "Forgotten password"})


def closed(request: HttpRequest, **params: str) -> HttpResponse:
    """What allauth offers and this console does not: signing up, mail addresses, sign-in by code."""
    raise Http404("This console does not offer that.")


sign_in = SignIn.as_view(extra_context={"title": "Sign in"})
sign_out = views.LogoutView.as_view(extra_context={"title": "Sign out"})
inactive = views.AccountInactiveView.as_view(extra_context={"title": "This user is deactivated"})
password_change = PasswordChange.as_view(extra_context={"title": "Change your password"})
reauthenticate = Reauthenticate.as_view(extra_context={"title": "Your password once more"})
