"""The three groups that the console starts with, and what they may do."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

DEFAULTS = {
    "reader": ["read"],
    "editor": ["read", "write", "delete"],
    "admin": ["read", "write", "delete", "deploy", "reveal", "administer"],
}


def create(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Create what is missing; a group of that name that somebody made is left as it is."""
    group_model = apps.get_model("auth", "Group")
    grant_model = apps.get_model("accounts", "Grant")
    for name, actions in DEFAULTS.items():
        group, created = group_model.objects.get_or_create(name=name)
        if created:
            grant_model.objects.create(group=group, connection="*", region="*", resource="*", actions=actions)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
