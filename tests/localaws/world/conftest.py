"""One embedded AWS with the carrier's APIs for the tests that only read, and the server behind them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dashboard.localaws import parent
from dashboard.localaws.server import ROOT, first_line, running
from dashboard.localaws.world.apis import FilledApis, fill_apis


@dataclass(frozen=True)
class World:
    """Where it is, and what was made."""

    endpoint: str
    upstream: str
    apis: FilledApis


@pytest.fixture(scope="package")
def upstream() -> Iterator[str]:
    """Host and port of the carrier's own server."""
    command = [sys.executable, "-m", "dashboard.localaws.traffic.upstream"]
    child = parent.start(command, env=os.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=None)
    assert child.stdout is not None
    try:
        yield first_line(child).removeprefix("http://")
    finally:
        parent.stop(child)
        child.stdout.close()


@pytest.fixture(scope="package")
def world(upstream: str) -> Iterator[World]:
    """Filled once."""
    with running() as endpoint:
        yield World(endpoint, upstream, fill_apis(endpoint, upstream))
