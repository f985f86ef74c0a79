"""The rule of each kind of setting: text in, value out, ValueError with the rule in words. Pure; tested as tables.

A sentence completes "NAME ...": ``must be a whole number from 1 to 64``. It never repeats the value, which may be a secret.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

T = TypeVar("T")
Network = IPv4Network | IPv6Network
TRUE, FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
POSTGRES = {"postgres", "postgresql"}
POSTGRES_OPTIONS = {
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "application_name",
    "target_session_attrs",
}


def text(value: str) -> str:
    """Any text."""
    return value


def boolean(value: str) -> bool:
    """``true`` or ``false`` and their usual synonyms; anything else is refused, never taken for false."""
    lowered = value.lower()
    if lowered not in TRUE | FALSE:
        raise ValueError("must be true or false")
    return lowered in TRUE


def whole(low: int, high: int, unit: str = "") -> Callable[[str], int]:
    """A whole number in a range, both ends included."""

    def rule(value: str) -> int:
        if not value.isascii() or not value.isdigit() or len(value) > 12 or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number{f' of {unit}' if unit else ''} from {low} to {high}")
        return int(value)

    return rule


def one_of(*choices: str) -> Callable[[str], str]:
    """One of a few words."""

    def rule(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return rule


def list_of(rule: Callable[[str], T]) -> Callable[[str], list[T]]:
    """Values separated by commas, each by its own rule; empty text is an empty list."""

    def each(value: str) -> list[T]:
        return [rule(part.strip()) for part in value.split(",") if part.strip()]

    return each


def secret_key(value: str) -> str:
    """Long and varied enough to sign sessions and cursors with (Django's check security.W009)."""
    if len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure-"):
        raise ValueError(
            "must be at least 50 characters of random text; make one with: python -c 'import secrets; print(secrets.token_urlsafe(60))'"
        )
    return value


def host(value: str) -> str:
    """A host name or address as a browser sends it, without scheme or port; ``.example.org`` covers the names below it."""
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value.removeprefix(".")
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789-._" + (":" if value.startswith("[") else "")
    if not bare or set(bare.lower()) - set(allowed):
        raise ValueError("must list host names, without scheme, port or *")
    return value


def origin(value: str) -> str:
    """``https://host`` or ``http://host:port``, nothing after it."""
    parts = _split(value, "must list origins such as https://gatehouse.example.org")
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path
        or parts.query
        or parts.username
    ):
        raise ValueError("must list origins such as https://gatehouse.example.org")
    return value


def proxy(value: str) -> Network | str:
    """A network such as 10.0.0.0/8, an address, or ``unix`` for what comes over a UNIX socket."""
    if value == "unix":
        return value
    try:
        return ip_network(value)
    except ValueError:
        raise ValueError("must list networks such as 10.0.0.0/8, addresses, or the word unix") from None


def bind(value: str) -> str:
    """``HOST:PORT`` or ``unix:/path``, where the web server listens."""
    wrong = "must be HOST:PORT with a port from 1 to 65535, or unix:/path/of/socket"
    if value.startswith("unix:/"):
        return value
    parts = _split(f"//{value}", wrong)
    if not parts.hostname or not parts.port or parts.netloc != value or parts.username is not None:
        raise ValueError(wrong)
    return value


def folder(value: str) -> Path:
    """An absolute path."""
    path = Path(value)
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def database_url(value: str) -> str:
    """``sqlite:////absolute/path`` or ``postgres://user:password@host:port/name``; other engines are not supported."""
    wrong = "must be sqlite:////absolute/path/of/file or postgres://user:password@host:5432/name"
    parts = _split(value, wrong)
    if parts.scheme == "sqlite":
        _sqlite(parts, wrong)
        return value
    if parts.scheme not in POSTGRES:
        raise ValueError(wrong)
    name = unquote(parts.path[1:])
    if not name or (not parts.hostname and not name.startswith("/")):
        raise ValueError(wrong)
    unknown = set(parse_qs(parts.query, keep_blank_values=True)) - POSTGRES_OPTIONS
    if unknown:
        raise ValueError(f"may have the options {', '.join(sorted(POSTGRES_OPTIONS))} and no other")
    return value


def redis_url(value: str) -> str:
    """``redis://host:port/number`` or ``rediss://`` for TLS."""
    wrong = "must be redis://host:6379/0, or rediss:// for TLS"
    parts = _split(value, wrong)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError(wrong)
    if not (parts.path in {"", "/"} or parts.path[1:].isdigit()):
        raise ValueError(wrong)
    return value


def cache_url(value: str) -> str:
    """``database`` or a Redis URL."""
    return (
        value
        if value == "database"
        else _or(redis_url, value, "must be database, or redis://host:6379/0 (rediss:// for TLS)")
    )


def broker_url(value: str) -> str:
    """``database``, a Redis URL, or ``sqs://region/queue-name``."""
    wrong = "must be database, redis://host:6379/0 (rediss:// for TLS) or sqs://region/queue-name"
    if value == "database":
        return value
    if not value.startswith("sqs:"):
        return _or(redis_url, value, wrong)
    parts = _split(value, wrong)
    name = parts.path[1:].replace("-", "").replace("_", "")
    if (
        not parts.hostname
        or parts.port
        or parts.query
        or not (name.isascii() and name.isalnum())
        or len(parts.path) > 81
    ):
        raise ValueError(wrong)
    return value


def _or(rule: Callable[[str], str], value: str, wrong: str) -> str:
    try:
        return rule(value)
    except ValueError:
        raise ValueError(wrong) from None


def _sqlite(parts: SplitResult, wrong: str) -> None:
    if parts.path == "/:memory:" and not parts.netloc:
        return
    path = Path(unquote(parts.path[1:]))
    if parts.netloc or parts.query or not parts.path.startswith("//") or path.is_dir():
        raise ValueError(wrong)
    if not path.parent.is_dir():
        raise ValueError("must name a file in a folder that exists")


def _split(value: str, wrong: str) -> SplitResult:
    """The URL's parts; ValueError with ``wrong`` when it is none, has blanks in it, or a port that is no port."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(wrong) from None
    if any(character.isspace() for character in value):
        raise ValueError(wrong)
    return parts
