"""How far a job is, how fast, and how long it will take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """``percent`` is 0 to 100, ``rate`` units a second, ``eta`` seconds of work left; None where it cannot be known."""

    done: int
    total: int | None
    percent: int | None
    rate: float | None
    eta: int | None


def progress(done: int, total: int | None, worked: float) -> Progress:
    """From units done, units in all (None when unknown) and the seconds spent working, waits left out.

    A total that turned out too small is taken for what is done; a rate is told after a second of work.
    """
    rate = done / worked if done > 0 and worked >= 1 else None
    if total is None:
        return Progress(done, None, None, rate, None)
    total = max(total, done)
    percent = 100 if total == 0 else done * 100 // total
    return Progress(done, total, percent, rate, round((total - done) / rate) if rate else None)


def duration(seconds: int) -> str:
    """Seconds in words of two units at most: ``45 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(seconds // 60, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"
