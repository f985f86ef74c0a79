"""Gatehouse's database for the demo: tables, people, and the connection to the embedded AWS. Run as a process of its own.

Prints the name of everybody whose password is not the demo's any more, one a line.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django
from django.contrib.auth.hashers import check_password
from django.core.management import call_command

from dashboard.localaws.environment import ACCOUNT

SLUG = "demo"
REGIONS = ["eu-central-1", "us-east-1"]


def main(endpoint: str, sign_ins: Path) -> None:
    """Migrate and seed; safe to repeat: what somebody changed in the demo stays, but for the endpoint."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    _connection(endpoint)
    for name, password in json.loads(sign_ins.read_text(encoding="utf-8")).items():
        if not _person(name, password):
            print(name)


def _connection(endpoint: str) -> None:
    from dashboard.accounts.models import Connection

    row, created = Connection.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name": "Parcel carrier (demo)",
            "account_id": ACCOUNT,
            "regions": REGIONS,
            "environment": Connection.Environment.DEMO,
            "endpoint": endpoint,
        },
    )
    if not created and row.endpoint != endpoint:
        row.endpoint = endpoint
        row.save(update_fields=["endpoint"])


def _person(name: str, password: str) -> bool:
    """Make the user of that name, in the group of that name; False when the password is another one by now."""
    from django.contrib.auth.models import Group

    from dashboard.accounts.models import User

    user = User.objects.filter(username=name).first()
    if user is not None:
        return check_password(password, user.password)
    chief = name == "admin"
    user = User(username=name, email=f"{name}@example.com", is_staff=chief, is_superuser=chief)
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name=name))
    return True


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
