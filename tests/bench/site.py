"""Gatehouse as in production: gunicorn with one worker, HTTPS settings behind a proxy, SQLite in a folder of its own."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.localaws import parent
from dashboard.localaws.server import first_line
from tests.bench.figures import ROOT
from tests.bench.http import Kept

PATIENCE = 60.0


class Site:
    """The server's processes, and how to reach them."""

    def __init__(self, folder: Path, connections: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._bind = f"127.0.0.1:{free.getsockname()[1]}"
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DJANGO_"))},
            "SECRET_KEY": secrets.token_urlsafe(60),
            "DATABASE_URL": f"sqlite:///{folder / 'gatehouse.sqlite3'}",
            "STATIC_ROOT": str(folder / "static"),
            "BIND": self._bind,
            "TRUSTED_PROXIES": "127.0.0.1",
            "WEB_WORKERS": "1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        slugs = [f"{slug}={endpoint}" for slug, endpoint in connections.items()]
        made = subprocess.run(
            [sys.executable, "-m", "tests.bench.prepare", *slugs],
            env=self._environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._session = made.stdout.split()[-1]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """The server from its start on, which is before it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "dashboard/gunicorn_conf.py", "dashboard.wsgi"]
        with (self.folder / "log").open("ab") as log:
            child = parent.start(command, env=self._environment, cwd=ROOT, stdout=log, stderr=log)
            try:
                yield child
            finally:
                parent.stop(child)

    def browser(self) -> Kept:
        """A signed-in browser, as the proxy in front of the server hands it on."""
        origin = f"https://{self._bind}"
        kept = Kept(f"http://{self._bind}", {"X-Forwarded-Proto": "https", "Origin": origin})
        kept.cookies["gatehouse_session"] = self._session
        return kept

    def wait(self, child: subprocess.Popen[bytes]) -> None:
        """Return when /healthz answers 200; RuntimeError with the log when it does not."""
        kept, end = self.browser(), time.monotonic() + PATIENCE
        while child.poll() is None and time.monotonic() < end:
            try:
                if kept.send("GET", "/healthz")[0].status == 200:
                    kept.close()
                    return
            except OSError:
                kept.close()
            time.sleep(0.01)
        raise RuntimeError((self.folder / "log").read_text(errors="replace")[-3000:])


def memory(master: int) -> tuple[float, float, int]:
    """MB of resident memory of the process and its children added up, the same with shared pages shared, and how many."""
    pids = [master, *(int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split())]
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    rss, pss = (sum(_kilobytes(text, name) for text in rollups) / 1024 for name in ("Rss", "Pss"))
    return round(rss, 1), round(pss, 1), len(pids)


def _kilobytes(rollup: str, name: str) -> int:
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(f"{name}:"))


@contextmanager
def helper(module: str, *arguments: str) -> Iterator[str]:
    """A process of ours that prints its address; the address, until the end."""
    command = [sys.executable, "-m", module, *arguments]
    child = parent.start(command, env=os.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=None)
    assert child.stdout is not None
    try:
        address = first_line(child)
        if not address.startswith("http://"):
            raise RuntimeError(f"{module} did not start")
        yield address
    finally:
        parent.stop(child)
        child.stdout.close()
