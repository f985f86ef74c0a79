"""The demo's processes: started with an environment of their own, watched, and stopped together."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.localaws import parent
from dashboard.localaws.demo.choices import Asked, Choices, StopAsked, TroubleError
from dashboard.localaws.demo.folder import Folder
from dashboard.localaws.serve import HOST
from dashboard.localaws.server import ROOT

PATIENCE = 60.0
"""Seconds for a start on a busy machine."""
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "VIRTUAL_ENV",
    "SYSTEMROOT",
    "PYTHONWARNINGS",
)
_STOP_FIRST, _STOP_LAST = 5.0, 3.0
"""Seconds for those that only answer and work, then for the embedded AWS, which saves; under 10 together."""


def environment(
    choices: Choices, folder: Folder, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """What the children see. Nothing else of the caller's environment is in it: no AWS credentials, no production setting."""
    return {name: inherited[name] for name in _KEPT if name in inherited} | {
        "SECRET_KEY_FILE": str(folder.secret_key),
        "DATABASE_URL": f"sqlite:///{folder.database}",
        "INSECURE_HTTP": "true",
        "BIND": f"{HOST}:{choices.port}",
        "LOG_FORMAT": "text",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
        "LOCALAWS_FUNCTIONS": "0",
    }


@dataclass
class Crew:
    """The children by name. Methods raise TroubleError for what a person must know, those that wait StopAsked when it was asked."""

    env: Mapping[str, str]
    log: Path
    asked: Asked
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _watchdog: subprocess.Popen[bytes] | None = None

    def guard(self) -> None:
        """Start the watchdog, which stops every later child when this process is killed."""
        self._watchdog = subprocess.Popen(
            [sys.executable, "-m", "dashboard.localaws.watchdog"],
            env=dict(self.env),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start(self, name: str, *arguments: str) -> None:
        """Start ``python ARGUMENTS`` as the child ``name``; what it prints goes into its log."""
        try:
            with self._log(name).open("wb") as log:
                command = [sys.executable, *arguments]
                self.children[name] = parent.start(
                    command, env=self.env, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
                )
        except OSError as error:
            raise TroubleError(f"The {name} cannot be started: {error.strerror}.") from error
        self._tell("+", self.children[name])

    def finish(self, name: str) -> str:
        """Wait until the child ``name`` has done its work; its output."""
        self._wait(name, lambda: self.children[name].poll() is not None)
        self._tell("-", self.children.pop(name))
        return self.output(name)

    def answering(self, name: str, port: int, path: str) -> None:
        """Wait until the child ``name`` answers 200."""
        self._wait(name, lambda: _answers(port, path))

    def check(self) -> None:
        """Every child still runs, or ended well, and nobody asked to stop."""
        if self.asked.to_stop:
            raise StopAsked
        for name, child in self.children.items():
            if child.poll():
                raise TroubleError(self._ended(name, child.returncode))

    def watch(self) -> None:
        """Until a child ends or somebody asks to stop."""
        while True:
            self.check()
            for name, child in self.children.items():
                if child.poll() is not None:
                    raise TroubleError(self._ended(name, child.returncode))
            time.sleep(0.2)

    def stop(self, last: Sequence[str]) -> None:
        """Stop every child, those named in ``last`` after the others; nothing of their process groups is left."""
        first = [child for name, child in self.children.items() if name not in last]
        for group, patience in (
            (first, _STOP_FIRST),
            ([self.children[name] for name in last if name in self.children], _STOP_LAST),
        ):
            for child in group:
                if child.poll() is None:
                    child.terminate()
            end = time.monotonic() + patience
            for child in group:
                parent.stop(child, max(0.1, end - time.monotonic()))
                self._tell("-", child)
        if self._watchdog and self._watchdog.stdin:
            self._watchdog.stdin.close()
            self._watchdog.wait()

    def output(self, name: str) -> str:
        """What the child printed."""
        return self._log(name).read_text(encoding="utf-8", errors="replace").strip()

    def _tell(self, sign: str, child: subprocess.Popen[bytes]) -> None:
        """Tell the watchdog; without one the demo goes on, only less well guarded."""
        if self._watchdog and self._watchdog.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.stdin.write(f"{sign}{child.pid}\n".encode())
                self._watchdog.stdin.flush()

    def _log(self, name: str) -> Path:
        return self.log / f"{name.replace(' ', '-')}.log"

    def _wait(self, name: str, done: object) -> None:
        assert callable(done)
        end = time.monotonic() + PATIENCE
        while not done():
            self.check()
            if time.monotonic() > end:
                raise TroubleError(
                    f"The {name} did not start within {PATIENCE:.0f} seconds; see {self._log(name)}."
                )
            time.sleep(0.05)
        self.check()

    def _ended(self, name: str, code: int) -> str:
        said = self.output(name).splitlines()
        how = f"was killed by signal {-code}" if code < 0 else f"stopped with exit code {code}"
        return (
            f"The {name} {how}; see {self._log(name)}{f' ({said[-1].strip()})' if said and code > 0 else ''}."
        )


def _answers(port: int, path: str) -> bool:
    link = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        link.request("GET", path)
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()
