"""A private PostgreSQL server for the tests that need one: made in a temporary folder, gone when they end.

``python -m tests.postgres pytest tests/history`` runs a command with TEST_DATABASE_URL naming such a server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAME = "gatehouse"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl: the newest of Debian's, else where PATH finds it; None without a server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    in_path = shutil.which("pg_ctl")
    return Path(in_path).parent if in_path else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of an empty database ``gatehouse`` on 127.0.0.1 and a free port; the server stops at exit."""
    bin_folder = binaries()
    assert bin_folder is not None
    # Not pytest's own temporary folder: it lies in folders that the user postgres may not enter, and its path is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-pg-"))
    data = folder / "data"
    if os.geteuid() == 0:  # the server refuses to run as root
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    try:
        _run(bin_folder / "initdb", "-D", data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=60"
        _run(
            bin_folder / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "60", "-o", options, "start"
        )
        try:
            _run(bin_folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", NAME, NAME)
            yield f"postgres://{NAME}:unused@127.0.0.1:{port}/{NAME}"
        finally:
            _run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of this test process; ``TEST_DATABASE_URL`` does not matter here. Skips without one, fails in CI."""
    if binaries() is None:
        message = "no PostgreSQL server is installed (pg_ctl not found)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with running_postgres() as url:
        yield url


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=90, text=True, cwd="/", **user
    )  # type: ignore[call-overload]
    assert done.returncode == 0, f"{words[0]}: {done.stdout}"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def main() -> int:
    """Run the command given with TEST_DATABASE_URL set; its exit status."""
    with running_postgres() as url:
        return subprocess.run(
            sys.argv[1:], env=os.environ | {"TEST_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
