"""What the environment may say: the rules, ``NAME_FILE``, ``ENV_FILE``, and that a wrong value stops the start with its name."""

from __future__ import annotations

import runpy
import warnings
from pathlib import Path
from typing import Any

import pytest

from dashboard.config import rules
from dashboard.config.reader import Reader, SettingError, load_file
from tests.production.run import ROOT, SECRET_KEY, manage


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings module, run anew under exactly this environment."""
    with monkeypatch.context() as patch:
        patch.setattr(
            "os.environ",
            {"SECRET_KEY": SECRET_KEY, "DATABASE_URL": "sqlite:////tmp/any.sqlite3"} | environment,
        )
        return runpy.run_path(str(ROOT / "dashboard" / "settings.py"))


def test_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings(
        monkeypatch,
        ALLOWED_HOSTS="gatehouse.example.org, .internal.example.org",
        DATABASE_URL="postgres://me:p%40ss@db.example.org:5433/gatehouse?sslmode=verify-full",
        CACHE_URL="redis://cache:6379/1",
        TRUSTED_PROXIES="10.0.0.0/8,unix",
        WEB_THREADS="16",
    )
    assert made["ALLOWED_HOSTS"] == ["gatehouse.example.org", ".internal.example.org"]
    database = made["DATABASES"]["default"]
    assert (database["PASSWORD"], database["PORT"], database["OPTIONS"]["sslmode"]) == (
        "p@ss",
        5433,
        "verify-full",
    )
    assert database["ATOMIC_REQUESTS"] is False
    assert made["CACHES"]["default"]["LOCATION"] == "redis://cache:6379/1"
    assert made["WEB_THREADS"] == 16
    assert [str(proxy) for proxy in made["TRUSTED_PROXIES"]] == ["10.0.0.0/8", "unix"]
    assert made["SESSION_COOKIE_SECURE"] and made["CSRF_COOKIE_SECURE"] and made["SECURE_SSL_REDIRECT"]
    assert made["DEBUG"] is False


WRONG = [
    ("SECRET_KEY", "", "is not set"),
    ("SECRET_KEY", "short", "at least 50"),
    ("SECRET_KEY", "a" * 60, "at least 50"),
    ("SECRET_KEY", "django-insecure-" + SECRET_KEY, "at least 50"),
    ("SECRET_KEY_FALLBACKS", f"{SECRET_KEY},short", "at least 50"),
    ("DEBUG", "maybe", "true or false"),
    ("INSECURE_HTTP", "2", "true or false"),
    ("ALLOWED_HOSTS", "*", "host names"),
    ("ALLOWED_HOSTS", "https://gatehouse.example.org", "host names"),
    ("ALLOWED_HOSTS", "gatehouse.example.org:443", "host names"),
    ("ALLOWED_HOSTS", ",", "at least one"),
    ("CSRF_TRUSTED_ORIGINS", "gatehouse.example.org", "origins"),
    ("CSRF_TRUSTED_ORIGINS", "https://gatehouse.example.org/path", "origins"),
    ("TRUSTED_PROXIES", "proxy.example.org", "networks"),
    ("TRUSTED_PROXIES", "10.0.0.1/8", "networks"),
    ("TRUSTED_PROXIES", "*", "networks"),
    ("BIND", "8000", "HOST:PORT"),
    ("BIND", "127.0.0.1:0", "HOST:PORT"),
    ("BIND", "127.0.0.1:65536", "HOST:PORT"),
    ("BIND", "127.0.0.1:http", "HOST:PORT"),
    ("BIND", "unix:relative", "HOST:PORT"),
    ("WEB_WORKERS", "0", "whole number"),
    ("WEB_THREADS", "many", "whole number"),
    ("WEB_THREADS", "1.5", "whole number"),
    ("WEB_THREADS", "٤", "whole number"),
    ("DATABASE_URL", "mysql://me@db/gatehouse", "sqlite:////"),
    ("DATABASE_URL", "postgres://db.example.org", "sqlite:////"),
    ("DATABASE_URL", "postgres://db:port/gatehouse", "sqlite:////"),
    ("DATABASE_URL", "postgres://db/gatehouse?ssl=on", "sslmode"),
    ("DATABASE_URL", "sqlite:///relative.sqlite3", "sqlite:////"),
    ("DATABASE_URL", "sqlite:////nonexistent/folder/x.sqlite3", "folder that exists"),
    ("DATABASE_URL", "gatehouse.sqlite3", "sqlite:////"),
    ("DATABASE_MAX_AGE", "-1", "whole number"),
    ("CACHE_URL", "memcached://cache", "database, or redis"),
    ("CACHE_URL", "redis://cache/name", "database, or redis"),
    ("JOBS_BROKER", "amqp://mq", "sqs://"),
    ("JOBS_BROKER", "sqs://eu-central-1", "sqs://"),
    ("JOBS_BROKER", "sqs://eu-central-1/a.b", "sqs://"),
    ("JOBS_WORKERS", "0", "whole number"),
    ("JOBS_SLICE", "61", "whole number of seconds"),
    ("JOBS_LEASE", "0", "whole number of seconds"),
    ("AWS_CONNECT_TIMEOUT", "0", "whole number of seconds"),
    ("AWS_READ_TIMEOUT", "61", "whole number of seconds"),
    ("AWS_ATTEMPTS", "6", "whole number"),
    ("READ_BUDGET_UNITS", "0", "whole number of units"),
    ("AWS_MAX_CONNECTIONS", "0", "whole number"),
    ("SESSION_AGE", "60", "whole number of seconds"),
    ("HSTS_SECONDS", "0", "whole number of seconds"),
    ("STATIC_ROOT", "static", "absolute path"),
    ("STATIC_COLLECTED", "perhaps", "true or false"),
    ("LOG_LEVEL", "info", "one of DEBUG, INFO"),
    ("LOG_FORMAT", "xml", "one of json, text"),
]


@pytest.mark.parametrize(("name", "value", "rule"), WRONG)
def test_a_wrong_value_is_refused_by_name_and_rule(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, rule: str
) -> None:
    with pytest.raises(SettingError) as refused:
        settings(monkeypatch, **{name: value})
    line = str(refused.value)
    assert line.startswith(f"Gatehouse cannot start: {name} ")
    assert rule in line
    assert "\n" not in line
    assert refused.value.code != 0


def test_every_setting_with_a_rule_has_a_wrong_value_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name for name, _, _ in WRONG} == set(settings(monkeypatch)["settings_read"].names)


@pytest.mark.parametrize("hosts", ["gatehouse.example.org", "localhost,gatehouse.example.org", "0.0.0.0"])
def test_plain_http_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    with pytest.raises(SettingError, match="INSECURE_HTTP may be true only"):
        settings(monkeypatch, INSECURE_HTTP="true", ALLOWED_HOSTS=hosts)
    assert settings(monkeypatch, INSECURE_HTTP="true")["SESSION_COOKIE_SECURE"] is False


def test_a_default_database_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, **_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SettingError, match=r"DATABASE_URL is not set, and .* cannot be made"):
        settings(monkeypatch, DATABASE_URL="")


@pytest.mark.parametrize("secret", ["DATABASE_URL", "SECRET_KEY", "JOBS_BROKER", "CACHE_URL"])
def test_a_refusal_does_not_repeat_the_value(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    with pytest.raises(SettingError) as refused:
        settings(monkeypatch, **{secret: "wrong://user:hunter2@host"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("broker", "name", "expected"),
    [
        ("database", "orm", "default"),
        ("redis://mq:6379/2", "redis", "redis://mq:6379/2"),
        ("sqs://eu-central-1/gatehouse-jobs", "name", "gatehouse-jobs"),
    ],
)
def test_the_broker_is_one_setting(
    monkeypatch: pytest.MonkeyPatch, broker: str, name: str, expected: str
) -> None:
    cluster = settings(monkeypatch, JOBS_BROKER=broker)["Q_CLUSTER"]
    assert cluster[name] == expected
    assert len({"orm", "redis", "sqs"} & cluster.keys()) == 1
    assert cluster["retry"] > cluster["timeout"] > 60
    assert cluster["catch_up"] is False


def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET_KEY[::-1] + "\n")
    made = settings(monkeypatch, SECRET_KEY="", SECRET_KEY_FILE=str(file))
    assert made["SECRET_KEY"] == SECRET_KEY[::-1]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\xff")
    for path in (tmp_path / "missing", tmp_path, binary):
        with pytest.raises(SettingError, match="SECRET_KEY_FILE must name"):
            Reader({"SECRET_KEY_FILE": str(path)}).read("SECRET_KEY", rules.text)


def test_a_value_and_its_file_together_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("x")
    with pytest.raises(SettingError, match="are both set"):
        Reader({"NAME": "y", "NAME_FILE": str(file)}).read("NAME", rules.text)


def test_a_value_that_begins_with_a_dollar_is_taken_as_it_is() -> None:
    assert Reader({"NAME": "$HOME", "HOME": "/root"}).read("NAME", rules.text) == "$HOME"


def test_an_environment_file_fills_what_is_not_set(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text('# a comment\n\nONE=1\nTWO="with # inside"\nexport THREE=3\n')
    source = {"ENV_FILE": str(file), "ONE": "mine"}
    load_file(source)
    assert source == {"ENV_FILE": str(file), "ONE": "mine", "TWO": "with # inside", "THREE": "3"}


@pytest.mark.parametrize(("content", "rule"), [("ONE = 1\n", "line 1"), ("ONE=1\njunk\n", "line 2")])
def test_an_environment_file_with_a_wrong_line_is_refused(tmp_path: Path, content: str, rule: str) -> None:
    file = tmp_path / "env"
    file.write_text(content)
    with pytest.raises(SettingError, match=rule):
        load_file({"ENV_FILE": str(file)})
    with pytest.raises(SettingError, match="UTF-8"):
        load_file({"ENV_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize("changes", [{"SECRET_KEY": ""}, {"DATABASE_URL": "oracle://x"}])
def test_the_start_stops_with_one_line_and_no_traceback(changes: dict[str, str]) -> None:
    done = manage("check", **changes)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert next(iter(changes)) in done.stderr


def test_check_deploy_finds_nothing(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "INFO", DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite3")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_the_libraries_read_the_urls_without_a_warning() -> None:
    from dashboard.config.parts import database

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert database("sqlite:////tmp/a%20b.sqlite3", 0)["NAME"] == "/tmp/a b.sqlite3"
        assert database("postgresql:////var/run/postgresql/gatehouse", 0)["HOST"] == "/var/run/postgresql"
