"""``python -m dashboard.localaws.watchdog``: stops what a killed parent leaves behind.

The parent writes ``+PID`` and ``-PID`` lines, one for each process group that it starts or has stopped. When its end of the pipe
closes, however it died, the groups that are left get SIGTERM, and PATIENCE seconds later SIGKILL. (A process that dies of a
signal while it is starting may have children already, which nobody else would stop.)
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE = 5.0


def groups_left(lines: Iterable[str]) -> set[int]:
    """The groups that were added and not taken away."""
    groups: set[int] = set()
    for line in lines:
        number = int(line[1:])
        if line.startswith("+"):
            groups.add(number)
        else:
            groups.discard(number)
    return groups


def stop(groups: set[int]) -> None:
    """Ask, wait, then kill."""
    end = time.monotonic() + PATIENCE
    groups = {group for group in groups if _signal(group, signal.SIGTERM)}
    while groups and time.monotonic() < end:
        time.sleep(0.1)
        groups = {group for group in groups if _signal(group, 0)}
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Send it to the whole group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    stop(groups_left(sys.stdin))
