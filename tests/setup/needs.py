"""``python -m tests.setup.needs``: says loudly, before the tests start, what this machine lacks for them; in CI that is a failure."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tests.postgres import binaries

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The same engine without the windows around it comes first: the tests take a fifth less time with it."""


def chromium() -> str | None:
    """The browser's program: the one that ``CHROMIUM`` names, else the first that is installed."""
    return os.environ.get("CHROMIUM") or next(
        (found for name in CHROMIUM if (found := shutil.which(name))), None
    )


def samples() -> Path | None:
    """The folder of recorded samples."""
    folder = Path(os.environ.get("SAMPLES_DIR") or Path(__file__).resolve().parents[3] / "shared" / "samples")
    return folder if folder.is_dir() else None


NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "Chromium": (chromium, "no browser test runs"),
    "PostgreSQL": (binaries, "nothing is tested on PostgreSQL"),
    "redis-server": (lambda: shutil.which("redis-server"), "the Redis broker is not tested"),
    "the samples (SAMPLES_DIR)": (samples, "the sample models are not loaded"),
}


def lacking() -> list[str]:
    """A sentence for each thing that is missing."""
    return [f"{name} is missing: {lost}." for name, (found, lost) in NEEDS.items() if not found()]


def main() -> int:
    """0, or 1 when something is missing in CI."""
    sentences = lacking()
    if sentences:
        line = "=" * 100
        print(
            "\n".join([line, "NOT EVERYTHING IS TESTED HERE", *(f"  {each}" for each in sentences), line]),
            flush=True,
        )
    return 1 if sentences and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
