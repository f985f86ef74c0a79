"""``/account/``: the names are django-allauth's, because it redirects to them; each one is ours or closed."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.generic import RedirectView

from dashboard.accounts.screens import signin
from dashboard.console.screen import personal, public

_closed = public(signin.closed)

urlpatterns = [
    path("", personal(RedirectView.as_view(pattern_name="accounts:why")), name="account_home"),
    path("login/", public(signin.sign_in), name="account_login"),
    path("logout/", public(signin.sign_out), name="account_logout"),
    path("inactive/", public(signin.inactive), name="account_inactive"),
    path("password/change/", personal(signin.password_change), name="account_change_password"),
    path("password/reset/", public(signin.password_help), name="account_reset_password"),
    path("reauthenticate/", personal(signin.reauthenticate), name="account_reauthenticate"),
    path("signup/", _closed, name="account_signup"),
    path("email/", _closed, name="account_email"),
    path("confirm-email/", _closed, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", _closed, name="account_confirm_email"),
    path("password/set/", _closed, name="account_set_password"),
    path("password/reset/done/", _closed, name="account_reset_password_done"),
    path("password/reset/key/done/", _closed, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _closed,
        name="account_reset_password_from_key",
    ),
    path("login/code/confirm/", _closed, name="account_confirm_login_code"),
    path("login/code/", _closed, name="account_request_login_code"),
]
