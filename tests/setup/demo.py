"""Starting a demo of one's own: a folder, free ports, and what is left of it afterwards."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.localaws import parent
from dashboard.localaws.server import ROOT
from tests.localaws.support import free_ports

READY = re.compile(r"Gatehouse is ready: (http://127\.0\.0\.1:\d+/)")


@dataclass
class Demo:
    """A demo's process. ``lines`` is what it printed until it was ready or ended."""

    folder: Path
    port: int
    aws_port: int
    process: subprocess.Popen[bytes]
    errors: Path
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def aws(self) -> str:
        return f"http://127.0.0.1:{self.aws_port}"

    @property
    def sign_ins(self) -> dict[str, str]:
        """User name to password, as printed."""
        return dict(line.split() for line in self.lines[1:4])

    def until_ready(self, patience: float = 60) -> None:
        """Read its standard output up to the sentence about the folder; an end before that is a failure."""
        assert self.process.stdout is not None
        end = time.monotonic() + patience
        for raw in self.process.stdout:
            self.lines.append(raw.decode().rstrip())
            if self.lines[-1].startswith("Everything is kept") or time.monotonic() > end:
                break
        assert self.lines and READY.fullmatch(self.lines[0]), (self.lines, self.errors.read_text())

    def ended(self, patience: float = 30) -> tuple[int, str]:
        """Exit code and what it said on standard error, once it has ended."""
        return self.process.wait(patience), self.errors.read_text()

    def stop(self, number: int) -> int:
        """Exit code after a signal. The patience is for a busy machine; the demo itself waits 8 seconds for its children."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextlib.contextmanager
def demo(
    folder: Path,
    errors: Path,
    *arguments: str,
    ports: tuple[int, int] | None = None,
    prepare: Callable[[], None] | None = None,
) -> Iterator[Demo]:
    """A demo on ``folder``; whatever is left of it at the end is killed."""
    port, aws_port = ports or tuple(free_ports(2))
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    env |= {"PORT": str(port), "AWS_PORT": str(aws_port), "DEMO_DIR": str(folder)}
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.localaws.demo", *arguments],
            env=env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=prepare or parent.die_with_parent(os.getpid()),
        )
    try:
        yield Demo(folder, port, aws_port, process, errors)
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
        for pid in left(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def left(folder: Path) -> dict[int, str]:
    """The processes that belong to the demo of ``folder``: its path is in their environment. Process id to command."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if str(folder).encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                )
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def nothing_left(folder: Path, patience: float = 12) -> bool:
    """Whether every process of the demo is gone before ``patience`` seconds have passed."""
    end = time.monotonic() + patience
    while left(folder):
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


class Browser:
    """Cookies, forms and the token in them; enough to sign in."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def open(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Status, address at the end of redirects, and text; a POST when there are fields."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), data, {"Referer": self.base})
        try:
            with self._opener.open(request, timeout=20) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.url, error.read().decode()

    def sign_in(self, name: str, password: str) -> tuple[int, str, str]:
        """What follows the sign-in form."""
        _status, url, text = self.open("/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert token, text[:500]
        return self.open(url, csrfmiddlewaretoken=token[1], login=name, password=password)
