from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How much a group's members may read before a search asks."""

    dependencies = [
        ("accounts", "0004_connection_leads_since"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadBudget",
            fields=[
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="read_budget",
                        serialize=False,
                        to="auth.group",
                    ),
                ),
                ("units", models.PositiveIntegerField()),
            ],
        ),
    ]
