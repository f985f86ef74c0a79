"""The whole schema on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.production.run import manage


@pytest.mark.postgres
def test_migrate_makes_everything_and_can_be_repeated(postgres_url: str) -> None:
    for _ in range(2):
        done = manage("migrate", DATABASE_URL=postgres_url)
        assert done.returncode == 0, done.stderr
    pending = manage("migrate", "--check", DATABASE_URL=postgres_url)
    assert pending.returncode == 0, pending.stdout
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        tables = {
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
        triggers = {
            row[0] for row in connection.execute("SELECT event_object_table FROM information_schema.triggers")
        }
    assert {"gatehouse_cache", "accounts_user", "history_change", "django_session"} <= tables
    assert {"history_change", "history_outcome"} <= triggers
