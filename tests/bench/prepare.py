"""``python -m tests.bench.prepare SLUG=ENDPOINT…``: rows of an empty database; prints the session of an editor.

It runs as a process of its own, with the settings that the server is started with.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command

REGION = "eu-central-1"


def prepare(connections: dict[str, str]) -> str:
    """Make the schema, the static files, a connection for each endpoint and a signed-in editor; the session's key."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.contrib.auth.models import Group
    from django.test import Client

    from dashboard.accounts.models import Connection, ReadBudget, User

    for slug, endpoint in connections.items():
        Connection.objects.create(
            slug=slug, name=slug.title(), regions=[REGION], endpoint=endpoint, environment="demo"
        )
    editor = User.objects.create_user("editor")
    group = Group.objects.get(name="editor")
    editor.groups.add(group)
    ReadBudget.objects.create(
        group=group, units=1_000_000
    )  # a search of everything is measured, not asked about
    browser = Client()
    browser.force_login(editor)
    from django.conf import settings

    return browser.cookies[settings.SESSION_COOKIE_NAME].value


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    django.setup()
    print(prepare(dict(pair.split("=", 1) for pair in sys.argv[1:])))
