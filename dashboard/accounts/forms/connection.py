"""The form of a connection."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from dashboard.accounts.forms.rows import RowForm
from dashboard.accounts.models import Connection
from dashboard.accounts.rules import Values, connection_problems


class ConnectionForm(RowForm):
    """An AWS account, its regions and how to get credentials."""

    blank: Values = {
        "slug": "",
        "name": "",
        "account_id": "",
        "regions": [],
        "credentials": "default",
        "profile": "",
        "role_arn": "",
        "external_id": "",
        "endpoint": "",
        "environment": "development",
        "read_only": False,
    }
    mandatory = frozenset({"name", "slug", "regions"})

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=100,
        help_text="As people call it, for example Parcels production.",
    )
    slug = forms.CharField(
        label="Short name",
        required=False,
        max_length=64,
        help_text="In every address, in grants and in the record, for example parcels-prod. It cannot be changed later.",
    )
    environment = forms.ChoiceField(
        label="Environment",
        choices=Connection.Environment.choices,
        help_text="Its colour and name are on every page of this connection.",
    )
    regions = forms.CharField(
        label="Regions",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "mono"}),
        help_text="The regions offered, the first one first; separated by spaces, commas or lines.",
    )
    account_id = forms.CharField(
        label="Account",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "mono"}),
        help_text="The 12 digits of the AWS account; the page of the connection warns when the credentials lead to another one.",
    )
    credentials = forms.ChoiceField(
        label="Credentials",
        choices=Connection.CredentialKind.choices,
        help_text="Nothing secret is stored here: keys stay in the environment, the profile file or the role.",
    )
    profile = forms.CharField(
        label="Profile",
        required=False,
        help_text="Of the server's AWS configuration file; for a role, the profile to assume it from.",
    )
    role_arn = forms.CharField(
        label="Role",
        required=False,
        widget=forms.TextInput(attrs={"class": "mono"}),
        help_text="The ARN of the role to assume.",
    )
    external_id = forms.CharField(
        label="External id",
        required=False,
        widget=forms.TextInput(attrs={"class": "mono"}),
        help_text="What the role's trust policy asks for. AWS does not treat it as a secret.",
    )
    endpoint = forms.CharField(
        label="Endpoint",
        required=False,
        widget=forms.TextInput(attrs={"class": "mono"}),
        help_text="Instead of AWS's own address, for an emulator. Only a superuser may set it.",
    )
    read_only = forms.BooleanField(
        label="Read-only",
        required=False,
        help_text="Gatehouse refuses every write through this connection, and a role is assumed with a read-only session policy.",
    )

    def not_shown(self) -> frozenset[str]:
        """The short name once it is given; the endpoint but for superusers."""
        hidden = {"slug"} if self.before else set()
        if self.actor.user is None or not self.actor.user.is_superuser:
            hidden.add("endpoint")
        return frozenset(hidden)

    def to_initial(self, values: Values) -> dict[str, Any]:
        """Regions as text."""
        return values | {"regions": " ".join(values["regions"])}

    def to_values(self, cleaned: dict[str, Any]) -> Values:
        """Regions as a list, in the order entered."""
        return cleaned | {
            "regions": [name for name in re.split(r"[\s,;]+", cleaned.get("regions", "")) if name]
        }

    def problems(self, values: Values) -> dict[str, str]:
        """The rules of a connection."""
        return connection_problems(values)
