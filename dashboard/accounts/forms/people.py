"""The forms of users, groups and grants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group

from dashboard.accounts.forms.rows import RowForm
from dashboard.accounts.models import User
from dashboard.accounts.operations.guards import is_self
from dashboard.accounts.operations.people import RIGHTS
from dashboard.accounts.rules import READ_BUDGET_RULE, Values, grant_problems
from dashboard.core.resources import ACTIONS

WHAT = {
    "read": "read: see it",
    "write": "write: create and change",
    "delete": "delete: remove",
    "deploy": "deploy: put an API into force",
    "reveal": "reveal: see secrets such as API keys",
    "administer": "administer: settings of a resource; users, groups, grants and connections of this console",
}


class PersonForm(RowForm):
    """A user, without the password, which has a page of its own."""

    blank: Values = {
        "username": "",
        "first_name": "",
        "last_name": "",
        "email": "",
        "is_active": True,
        "is_staff": False,
        "is_superuser": False,
        "groups": [],
    }
    mandatory = frozenset({"username"})

    username = forms.CharField(
        label="Username",
        required=False,
        max_length=150,
        help_text="Letters, digits and @ . + - _",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first_name = forms.CharField(label="First name", required=False, max_length=150)
    last_name = forms.CharField(label="Last name", required=False, max_length=150)
    email = forms.CharField(
        label="E-mail address",
        required=False,
        max_length=254,
        help_text="For people to find each other; no mail is sent.",
    )
    groups = forms.MultipleChoiceField(
        label="Groups",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The groups' grants say what the user may do.",
    )
    is_active = forms.BooleanField(
        label="Active",
        required=False,
        help_text="Somebody who is not active cannot sign in; their sessions end.",
    )
    is_staff = forms.BooleanField(
        label="Staff",
        required=False,
        help_text="Sees the AWS calls of each page in its footer. It allows nothing else; groups do.",
    )
    is_superuser = forms.BooleanField(
        label="Superuser", required=False, help_text="May do everything but write to a read-only connection."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(Group.objects.order_by("name").values_list("name", flat=True))
        groups: Any = self.fields["groups"]
        groups.choices = [(name, name) for name in names]

    def not_shown(self) -> frozenset[str]:
        """One's own rights; the superuser's flag but for superusers."""
        if isinstance(self.row, User) and is_self(self.actor, self.row):
            return frozenset(RIGHTS)
        by = self.actor.user
        return frozenset() if by is None or by.is_superuser else frozenset({"is_superuser"})

    def to_values(self, cleaned: dict[str, Any]) -> Values:
        """Groups sorted, as the row's values have them."""
        return cleaned | ({"groups": sorted(cleaned["groups"])} if "groups" in cleaned else {})


class PasswordForm(forms.Form):
    """A new password for somebody else, with the reason."""

    password = forms.CharField(
        label="New password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "New password: it is missing."},
    )
    again = forms.CharField(
        label="New password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "New password again: it is missing."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        error_messages={"required": "Reason: say why, so that the record tells it later."},
    )

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        if not self.errors and self.cleaned_data["password"] != self.cleaned_data["again"]:
            self.add_error("again", "New password again: it differs from the first one.")
        return self.cleaned_data


class GroupForm(RowForm):
    """A group's name and its read budget."""

    blank: Values = {"name": ""}
    mandatory = frozenset({"name"})
    name = forms.CharField(label="Name", required=False, max_length=150, strip=False)
    read_budget = forms.RegexField(
        r"\A[0-9]{1,7}\Z",
        label="Read budget",
        required=False,
        error_messages={"invalid": READ_BUDGET_RULE},
        help_text="Read capacity units (half a unit reads 4 KB) that one search may spend before it asks. Empty: the console's default.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def to_values(self, cleaned: dict[str, Any]) -> Values:
        """The budget as a number."""
        return cleaned | {"read_budget": int(cleaned["read_budget"]) if cleaned.get("read_budget") else None}

    @property
    def values(self) -> Values:
        """The group as it is to be; one without a budget of its own has no such value, as its row says it."""
        found = super().values
        return {name: value for name, value in found.items() if (name, value) != ("read_budget", None)}


class GrantForm(RowForm):
    """Which actions a group may do where, and on what."""

    blank: Values = {"group": "", "connection": "*", "region": "*", "resource": "*", "actions": ["read"]}
    mandatory = frozenset({"actions", "resource", "connection", "region"})

    actions = forms.MultipleChoiceField(
        label="Actions",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, WHAT[name]) for name in ACTIONS],
    )
    resource = forms.CharField(
        label="Resource",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text="A kind and a name: table:orders, table:orders-*, api:*, console:changes. * stands for any characters.",
    )
    connection = forms.CharField(
        label="Connection",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"class": "mono"}),
        help_text="A short name, a pattern, or * for every one.",
    )
    region = forms.CharField(
        label="Region",
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"class": "mono"}),
        help_text="For example eu-central-1, a pattern, or *.",
    )

    def to_values(self, cleaned: dict[str, Any]) -> Values:
        """Actions in their usual order."""
        return cleaned | {"actions": [name for name in ACTIONS if name in cleaned.get("actions", ())]}

    def problems(self, values: Values) -> dict[str, str]:
        """The rules of a grant."""
        return grant_problems(values)
