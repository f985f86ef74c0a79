"""What the environment chooses, and the one way to say that the demo cannot go on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.localaws.serve import HOST
from dashboard.localaws.server import ROOT


class TroubleError(Exception):
    """The demo cannot go on; the text is one sentence for the person who started it."""


class StopAsked(Exception):
    """A person or the system asked the demo to stop."""


@dataclass
class Asked:
    """Whether somebody asked to stop. A signal handler may only note it: Python drops what a handler raises inside a callback."""

    to_stop: bool = False


@dataclass(frozen=True)
class Choices:
    """Ports on 127.0.0.1 and the folder of everything that is kept."""

    port: int
    aws_port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://{HOST}:{self.port}/"

    @property
    def aws(self) -> str:
        """The embedded AWS's endpoint."""
        return f"http://{HOST}:{self.aws_port}"


def read(environ: Mapping[str, str] = os.environ) -> Choices:
    """PORT, AWS_PORT and DEMO_DIR, each with its default; TroubleError that names the wrong one."""
    port, aws_port = _port(environ, "PORT", 8000), _port(environ, "AWS_PORT", 4566)
    if port == aws_port:
        raise TroubleError(f"PORT and AWS_PORT are both {port}; they must differ.")
    return Choices(port, aws_port, (ROOT / (environ.get("DEMO_DIR") or "var/demo")).resolve())


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1024 <= int(text) <= 65535):
        raise TroubleError(f"{name} must be a port from 1024 to 65535.")
    return int(text)
