"""Parts of the settings made out of checked values: database, cache, broker, logging, policy header."""

from __future__ import annotations

from typing import Any

import environ

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}


def database(url: str, max_age: int) -> dict[str, Any]:
    """Django's entry for a checked DATABASE_URL; connections are kept ``max_age`` seconds.

    SQLite: a write-ahead log lets readers read while one writes; IMMEDIATE takes the write lock at the start, so that two
    writers wait for each other (20 s at most) and never deadlock.
    """
    entry: dict[str, Any] = environ.Env.db_url_config(url)
    entry |= {"CONN_MAX_AGE": max_age, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        entry["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        entry["OPTIONS"] = {"connect_timeout": 5} | entry.get("OPTIONS", {})
    return entry


def cache(where: str) -> dict[str, Any]:
    """The cache of limits and locks, shared by every process: a table of ours or Redis, never one process's memory."""
    if where == "database":
        # By default a third is thrown away above 300 entries, whichever: limits and locks that are in force among them.
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "gatehouse_cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": where,
        "KEY_PREFIX": "gatehouse",
    }


def logging(level: str, form: str) -> dict[str, Any]:
    """Everything on standard error, a line each, with the request id; ``form`` is ``json`` or ``text`` (for a terminal)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "dashboard.console.logs.RequestFilter"}},
        "formatters": {
            "json": {"()": "dashboard.console.logs.JsonLines"},
            "text": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        },
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request"]},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"level": level, "handlers": ["lines"]},
        # These come with handlers or levels of their own; everything of theirs goes through ours.
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": ["nowhere"], "propagate": False},
            "django-q": {"level": level, "handlers": ["lines"], "propagate": False},
            "gatehouse": {"level": level, "propagate": True},
            "gunicorn.error": {"level": level, "handlers": ["lines"], "propagate": False},
            "botocore": {"level": "WARNING", "propagate": True},
            "pynamodb": {"level": "WARNING", "propagate": True},
            "urllib3": {"level": "WARNING", "propagate": True},
        },
    }


def storages(collected: bool) -> dict[str, Any]:
    """Static files by hashed name out of STATIC_ROOT when ``collected``, else by their own name from where they lie."""
    static = (
        "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": static},
    }
