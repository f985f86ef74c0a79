"""Real workers (``manage.py qcluster``) on a database and a broker of their own, and a process to command them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 40.0


class Lab:
    """``folder`` is empty; ``database`` and ``broker`` are URLs as in DATABASE_URL and JOBS_BROKER."""

    def __init__(self, folder: Path, database: str, broker: str) -> None:
        self.folder = folder
        self.clusters: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "LAB_DATABASE_URL": database,
            "LAB_BROKER": broker,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.cluster.settings",
            "TMPDIR": str(folder),
        }
        self.log = (folder / "log").open("wb")
        self.control = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.cluster.control"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.ask("migrate")

    def ask(self, do: str, **arguments: Any) -> Any:
        """Have the control process do something; its answer."""
        assert self.control.stdin is not None
        assert self.control.stdout is not None
        self.control.stdin.write(json.dumps({"do": do} | arguments) + "\n")
        self.control.stdin.flush()
        answer = self.control.stdout.readline()
        assert answer, f"the control process ended:\n{self.said()}"
        return json.loads(answer)

    def start_cluster(self) -> subprocess.Popen[bytes]:
        """A cluster of two worker processes, in a process group of its own so that one signal kills all of it."""
        cluster = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.clusters.append(cluster)
        return cluster

    def ensure_clusters(self, count: int) -> None:
        """At least so many clusters run."""
        while len(self.clusters) < count:
            self.start_cluster()

    def kill(self, cluster: subprocess.Popen[bytes]) -> None:
        """``kill -9`` of every process of the cluster at once."""
        os.killpg(cluster.pid, signal.SIGKILL)
        cluster.wait(timeout=10)
        self.clusters.remove(cluster)

    def kill_process(self, pid: int) -> None:
        """``kill -9`` of one worker process, which must belong to one of our clusters."""
        assert os.getpgid(pid) in [cluster.pid for cluster in self.clusters]
        os.kill(pid, signal.SIGKILL)

    def until(self, what: Callable[[], Any], why: str) -> Any:
        """What ``what`` answers once it is true; the test fails with ``why`` and the log when it takes too long."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = what()
            if answer:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{why}\n{self.said()}")

    def said(self) -> str:
        """The end of what all processes logged."""
        self.log.flush()
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def done(self, job: str) -> dict[str, Any]:
        """Wait until the job is finished; its row."""

        def finished() -> Any:
            row = self.ask("show", job=job)
            return row if row["state"] in ("done", "failed", "cancelled") else None

        row: dict[str, Any] = self.until(finished, f"the job did not finish: {self.ask('show', job=job)}")
        assert row["state"] == "done", row
        return row

    def stop(self) -> None:
        """End every process that was started here."""
        for cluster in list(self.clusters):
            self.kill(cluster)
        self.control.kill()
        self.control.wait(timeout=10)
        for pipe in (self.control.stdin, self.control.stdout, self.log):
            if pipe is not None:
                pipe.close()


def lines_of(path: Path) -> list[int]:
    """The numbers that were written, in order."""
    return [int(line.split()[0]) for line in path.read_text().splitlines()] if path.exists() else []


def twice(numbers: list[int]) -> int:
    """How many writes were repeats."""
    return sum(count - 1 for count in Counter(numbers).values())


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The URL of a redis-server of our own on 127.0.0.1; skips loudly without one, fails in CI."""
    binary = shutil.which("redis-server")
    if binary is None:
        message = "no redis-server is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen(
            [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=10)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
