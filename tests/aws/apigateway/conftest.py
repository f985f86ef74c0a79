"""A clock that only waiting moves, so that no test of patience takes the time it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from dashboard.aws import budget


@dataclass
class Clock:
    """Seconds since the test began, and each wait that was asked for."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let that time pass at once."""
        self.waits.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock(_full_budget: None) -> Clock:
    """The clock of this process's budget, without jitter."""
    moved = Clock()
    current = budget.current()
    current.clock, current.sleep, current.jitter = (lambda: moved.now), moved.sleep, (lambda: 1.0)
    return moved
