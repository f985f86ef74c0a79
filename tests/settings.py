"""The settings of the tests: production's, with what a test needs.

``TEST_DATABASE_URL=postgres://user:password@host:port/name`` runs the same tests on PostgreSQL.
"""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 25 + "0123456789abcdef")
os.environ["DATABASE_URL"] = (
    os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{tempfile.gettempdir()}/gatehouse-tests.sqlite3"
)
os.environ["INSECURE_HTTP"] = "true"
for name in (
    "ENV_FILE",
    "DATABASE_URL_FILE",
    "CACHE_URL",
    "JOBS_BROKER",
    "TRUSTED_PROXIES",
    "ALLOWED_HOSTS",
    "DEBUG",
):
    os.environ.pop(name, None)

from dashboard.settings import *  # noqa: E402, F403
from dashboard.settings import DATABASES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads, jobs and a live server must see the same database. Each process of xdist has its own.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.mkdtemp(prefix='gatehouse-tests-')}/test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
