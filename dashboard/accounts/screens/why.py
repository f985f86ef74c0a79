"""Why somebody may or may not do something: for oneself always, for others with ``administer`` on users."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.actor import as_user
from dashboard.accounts.models import User
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.policy import Decision, decide, grants_of, may
from dashboard.accounts.rules import pattern_words
from dashboard.console.screen import personal
from dashboard.core.resources import ACTIONS, Resource


class QuestionForm(forms.Form):
    """Who, what, where, on what."""

    user = forms.CharField(label="User", required=False, max_length=150)
    action = forms.ChoiceField(
        label="Action",
        choices=[(name, name) for name in ACTIONS],
        error_messages={
            "invalid_choice": f"Action: one of {', '.join(ACTIONS)}.",
            "required": "Action: choose one.",
        },
    )
    connection = forms.CharField(
        label="Connection",
        required=False,
        max_length=64,
        help_text="Its short name; empty for the console's own pages.",
    )
    region = forms.CharField(label="Region", required=False, max_length=32)
    resource = forms.CharField(
        label="Resource",
        max_length=300,
        help_text="For example table:orders, api:a1b2c3 or console:users.",
        error_messages={"required": "Resource: name one, such as table:orders or console:users."},
    )

    def clean(self) -> dict[str, Any]:
        """A connection goes with a region."""
        if bool(self.cleaned_data.get("connection")) != bool(self.cleaned_data.get("region")):
            self.add_error(
                "region",
                "Region: a connection and a region go together; leave both empty for the console's own pages.",
            )
        return self.cleaned_data


@personal
def why(request: HttpRequest) -> HttpResponse:
    """The viewer's own rights, and the answer to one question. No AWS call."""
    viewer = as_user(request.user)
    others = may(viewer, "administer", USERS)
    asked = "action" in request.GET
    form = QuestionForm(
        request.GET if asked else None, initial={"user": request.user.get_username()}, label_suffix=""
    )
    if not others:
        del form.fields["user"]
    context: dict[str, Any] = {
        "title": "Who may do what, and why",
        "crumbs": [("Why", None)],
        "form": form,
        "viewer": viewer,
        "groups": viewer.groups.order_by("name") if viewer else (),
        "own": [
            (grant, pattern_words(grant.connection, grant.region, grant.resource))
            for grant in grants_of(viewer)
        ]
        if viewer
        else (),
    }
    if asked and form.is_valid():
        context |= _answer(form, viewer, others)
    return render(request, "accounts/why.html", context, status=400 if asked and form.errors else 200)


def _answer(form: QuestionForm, viewer: User | None, others: bool) -> dict[str, Any]:
    asked = form.cleaned_data
    person = viewer
    if others and asked["user"] and viewer is not None and asked["user"] != viewer.get_username():
        person = User.objects.filter(username=asked["user"]).first()
        if person is None:
            form.add_error("user", f"User: there is nobody called {asked['user']}.")
            return {}
    resource = Resource(asked["resource"], asked["connection"], asked["region"])
    decision: Decision = decide(person, asked["action"], resource)
    return {"decision": decision, "person": person, "action": asked["action"], "resource": resource}
