"""The table of the database cache, so that ``migrate`` is all a new installation needs."""

from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import migrations

TABLE = "gatehouse_cache"


def create(apps, schema_editor):
    """Does nothing where the table is there already."""
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    cache = BaseDatabaseCache(TABLE, {})
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(cache._table)}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, drop)]
