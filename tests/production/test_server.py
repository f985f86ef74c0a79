"""gunicorn as production starts it: a process of its own on a free port."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.config.collected import complaint
from dashboard.core.keys import encode_key
from tests.production.run import ROOT, environment, manage

HTTPS = {"X-Forwarded-Proto": "https"}


@dataclass
class Server:
    """A running server; ``log`` is readable after its end."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response, response.read().decode(errors="replace")
        finally:
            connection.close()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def start(log: Path, **changes: str) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "dashboard/gunicorn_conf.py", "dashboard.wsgi"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(BIND=f"127.0.0.1:{port}", **changes), stdout=out, stderr=out
        )
    return process, port


@contextmanager
def running(log: Path, **changes: str) -> Iterator[Server]:
    process, port = start(log, **changes)
    try:
        for _ in range(200):
            assert process.poll() is None, log.read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(process, port, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('server')}/gatehouse.sqlite3"
    done = manage("migrate", "-v0", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    return url


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, database: str) -> str:
    folder = tmp_path_factory.mktemp("static")
    done = manage("collectstatic", "--noinput", "-v0", DATABASE_URL=database, STATIC_ROOT=str(folder))
    assert done.returncode == 0, done.stderr
    return str(folder)


def test_it_works(tmp_path: Path, database: str, collected: str) -> None:
    settings = {"DATABASE_URL": database, "STATIC_ROOT": collected, "TRUSTED_PROXIES": "127.0.0.1"}
    with running(tmp_path / "log", **settings) as server:
        ready, body = server.get("/readyz")
        assert (ready.status, json.loads(body)["status"]) == (200, "ready")
        page, html = server.get("/account/login/?next=/secret", **HTTPS, Host="localhost")
        assert page.status == 200, html
        assert page.headers["Strict-Transport-Security"]
        assert "Secure" in page.headers["Set-Cookie"] and "HttpOnly" in page.headers["Set-Cookie"]
        stylesheet = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', html)
        assert stylesheet, html
        style, _ = server.get(stylesheet[1], **HTTPS)
        assert (style.status, "immutable" in style.headers["Cache-Control"]) == (200, True)
        plain, _ = server.get("/account/login/", Host="localhost", **{"X-Forwarded-Proto": "http"})
        assert (plain.status, plain.headers["Location"]) == (301, "https://localhost/account/login/")
    lines = server.lines()
    access = [line for line in lines if line["logger"] == "gatehouse.access"]
    assert page.headers["X-Request-ID"] in [line["request_id"] for line in access]
    assert "secret" not in str(lines)


def test_the_demo_form_runs_on_plain_http_without_collecting(tmp_path: Path, database: str) -> None:
    settings = {"DATABASE_URL": database, "INSECURE_HTTP": "true", "STATIC_ROOT": str(tmp_path / "none")}
    with running(tmp_path / "log", **settings) as server:
        page, html = server.get("/account/login/", Host="127.0.0.1")
        assert page.status == 200, html
        assert "Strict-Transport-Security" not in page.headers
        stylesheet = re.search(r'href="(/static/[^"]+\.css)"', html)
        assert stylesheet, html
        assert server.get(stylesheet[1])[0].status == 200


def test_an_item_address_of_the_longest_key_is_read(tmp_path: Path, database: str) -> None:
    # Partition key 2,048 bytes and sort key 1,024 bytes (DynamoDB's limits).
    with running(tmp_path / "log", DATABASE_URL=database, INSECURE_HTTP="true", LOG_LEVEL="ERROR") as server:
        key = encode_key({"pk": {"S": "p" * 2048}, "sk": {"S": "s" * 1024}}, ("pk", "sk"))
        page, _ = server.get(f"/c/main/eu-central-1/tables/{'t' * 255}/item/{key}/", Host="localhost")
        assert page.status == 302
        too_long, _ = server.get("/" + "k" * 9000)
        assert too_long.status in {400, 414}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"BIND": "8000"}, "BIND must be HOST:PORT"),
        (
            {"STATIC_ROOT": "/nonexistent"},
            "STATIC_ROOT holds no collected static files; run manage.py collectstatic.",
        ),
        ({"WEB_THREADS": "0"}, "WEB_THREADS must be a whole number from 1 to 128."),
    ],
)
def test_a_wrong_setting_stops_gunicorn_with_one_line(
    database: str, changes: dict[str, str], sentence: str
) -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "dashboard/gunicorn_conf.py", "dashboard.wsgi"]
    settings = environment(DATABASE_URL=database) | changes
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sentence in done.stderr


def test_static_files_of_another_version_are_noticed(tmp_path: Path) -> None:
    source, root = tmp_path / "source", tmp_path / "root"
    (source / "console").mkdir(parents=True)
    (source / "console" / "page.css").write_text("new")
    assert "no collected" in complaint(root, [source])
    (root / "console").mkdir(parents=True)
    (root / "staticfiles.json").write_text("{}")
    assert "console/page.css differs" in complaint(root, [source])
    (root / "console" / "page.css").write_text("old")
    assert "another version" in complaint(root, [source])
    (root / "console" / "page.css").write_text("new")
    assert complaint(root, [source]) == ""
