"""The embedded AWS as a child process, for tests, the benchmark and the demo."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.localaws import parent

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30.0
"""Seconds for the start, on a busy machine."""


class StartError(Exception):
    """The embedded AWS did not start; the text says why."""


def command(port: int, state_dir: Path | None, reset_token: str = "") -> list[str]:
    """The command line; without a folder nothing is kept."""
    keep = ["--no-persist"] if state_dir is None else ["--state-dir", str(state_dir)]
    token = [f"--reset-token={reset_token}"] if reset_token else []  # a token may begin with a dash
    return [sys.executable, "-m", "dashboard.localaws", "--port", str(port), *keep, *token]


def first_line(child: subprocess.Popen[bytes], patience: float = PATIENCE) -> str:
    """The first line that ``child`` writes to its standard output, '' when it ends or ``patience`` seconds pass before."""
    assert child.stdout is not None
    line = b""
    end = time.monotonic() + patience
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n") and selector.select(max(0.0, end - time.monotonic())):
            piece = os.read(child.stdout.fileno(), 4096)
            if not piece:
                break
            line += piece
    return line.decode(errors="replace").strip()


@contextmanager
def running(port: int = 0, state_dir: Path | None = None, reset_token: str = "") -> Iterator[str]:
    """The address of an embedded AWS that answers, stopped at the end; StartError when it does not start."""
    with tempfile.TemporaryFile() as errors:
        child = parent.start(
            command(port, state_dir, reset_token),
            env=os.environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        assert child.stdout is not None
        try:
            address = first_line(child)
            if not address.startswith("http://"):
                errors.seek(0)
                raise StartError(errors.read().decode(errors="replace").strip() or "It said nothing.")
            yield address
        finally:
            parent.stop(child)
            child.stdout.close()
