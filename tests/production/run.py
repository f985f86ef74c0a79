"""Running Gatehouse as an operator does: a process of its own with production's settings and nothing of the tests' environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SECRET_KEY = "0123456789abcdef-" * 4


def environment(**changes: str) -> dict[str, str]:
    """The least a process needs, and a secret key; ``changes`` win."""
    base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return base | {"SECRET_KEY": SECRET_KEY} | changes


def manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A management command, run to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=120,
    )
