"""Users: who there is, what they may do, and changing them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dashboard.accounts.forms.people import PasswordForm, PersonForm
from dashboard.accounts.models import User
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.operations.people import PERSON, set_password
from dashboard.accounts.policy import Refused, grants_of, may
from dashboard.accounts.screens.flow import Flow, change
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import InputError

AREA = USERS.name


@screen("read", AREA)
def listing(request: HttpRequest) -> HttpResponse:
    """Every user with groups and last sign-in. No AWS call."""
    context = {
        "title": "Access",
        "crumbs": [("Access", None)],
        "people": User.objects.prefetch_related("groups").order_by("-is_active", "username"),
        "may_administer": may(request.user, "administer", USERS),
    }
    return render(request, "accounts/users.html", context)


@screen("read", AREA)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One user and the grants that their groups give. No AWS call."""
    person = _get(pk)
    context = {
        "title": person.get_username(),
        "crumbs": _crumbs(person, None),
        "person": person,
        "groups": person.groups.order_by("name"),
        "grants": grants_of(person),
        "may_administer": may(request.user, "administer", USERS),
        "is_self": person.pk == request.user.pk,
    }
    return render(request, "accounts/user.html", context)


@screen("administer", AREA, post="administer")
def new(request: HttpRequest) -> HttpResponse:
    """A new user, who can sign in once they have a password."""
    crumbs = [("Access", reverse("accounts:users")), ("New user", None)]
    flow = Flow(PERSON, PersonForm, _password_url, reverse("accounts:users"), crumbs, "New user")
    return change(request, flow, None)


@screen("administer", AREA, post="administer")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a user, or deactivate them."""
    person = _get(pk)
    title = f"Change {person.get_username()}"
    return change(
        request, Flow(PERSON, PersonForm, _url, _url(person), _crumbs(person, "Change"), title), person
    )


@screen("administer", AREA, post="administer")
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody else a new password. What it is is neither stored in the clear nor recorded."""
    person = _get(pk)
    form = PasswordForm(request.POST if request.method == "POST" else None, label_suffix="")
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            set_password(
                actor_of(request), person, form.cleaned_data["password"], form.cleaned_data["reason"]
            )
        except InputError as error:
            form.add_error("password", error.rule)
        except Refused as error:
            form.add_error(None, error.reason)
            status = 403
        else:
            messages.success(
                request, f"The password of {person.get_username()} was set. Their sessions have ended."
            )
            return redirect(_url(person))
    context = {
        "title": f"Set the password of {person.get_username()}",
        "crumbs": _crumbs(person, "Password"),
        "form": form,
        "back": _url(person),
    }
    return render(request, "accounts/password.html", context, status=status)


def _get(pk: int) -> User:
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404("There is no such user.")
    return person


def _url(person: User) -> str:
    return reverse("accounts:user", args=[person.pk])


def _password_url(person: User) -> str:
    return reverse("accounts:user-password", args=[person.pk])


def _crumbs(person: User, last: str | None) -> list[tuple[str, str | None]]:
    above: list[tuple[str, str | None]] = [("Access", reverse("accounts:users"))]
    name = person.get_username()
    return [*above, (name, _url(person)), (last, None)] if last else [*above, (name, None)]
