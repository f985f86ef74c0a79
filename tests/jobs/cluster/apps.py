"""A kind of job that leaves a trace outside of the database, so that a test sees what was really done."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from dashboard.jobs.slices import Slice


class LabConfig(AppConfig):
    """Registers ``lab.lines``."""

    name = "tests.jobs.cluster"
    label = "lab"

    def ready(self) -> None:
        from dashboard.jobs.kinds import Kind, register

        register(Kind("lab.lines", "Write numbered lines", write_lines))


def write_lines(piece: Slice) -> bool:
    """Write the lines 0 to ``total``, one each ``pause`` seconds, with a checkpoint after each."""
    total, path = piece.arguments["total"], Path(piece.arguments["path"])
    for number in range(piece.state.get("next", 0), total):
        if piece.time_is_up():
            return False
        with path.open("a") as file:
            file.write(f"{number} {os.getpid()}\n")
        time.sleep(piece.arguments["pause"])
        piece.checkpoint({"next": number + 1}, number + 1, total)
    return True
