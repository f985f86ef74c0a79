"""Spans of time that end now, in points of one length, as CloudWatch keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Window:
    """A span that ends now. ``period`` is the length of one point in seconds."""

    name: str
    title: str
    span: timedelta
    period: int

    @property
    def step(self) -> str:
        """The length of a point in words: ``1 minute``, ``5 minutes``, ``1 hour``, ``6 hours``."""
        if self.period < 3600:
            minutes = self.period // 60
            return "1 minute" if minutes == 1 else f"{minutes} minutes"
        hours = self.period // 3600
        return "1 hour" if hours == 1 else f"{hours} hours"

    def label(self, time: datetime) -> str:
        """A point's begin on an axis; with the day where the window is longer than one."""
        return time.strftime("%H:%M" if self.span.days <= 1 else "%d %b %H:%M")


WINDOWS: dict[str, Window] = {
    "1h": Window("1h", "1 hour", timedelta(hours=1), 60),
    "3h": Window("3h", "3 hours", timedelta(hours=3), 300),
    "24h": Window("24h", "24 hours", timedelta(hours=24), 900),
    "7d": Window("7d", "7 days", timedelta(days=7), 3600),
    "30d": Window("30d", "30 days", timedelta(days=30), 21600),
}


def axis(window: Window, end: datetime) -> tuple[datetime, ...]:
    """The begins of the window's points: multiples of the period, the last one still running at ``end``."""
    last = int(end.timestamp()) // window.period * window.period
    count = int(window.span.total_seconds()) // window.period
    return tuple(
        datetime.fromtimestamp(last - back * window.period, UTC) for back in range(count - 1, -1, -1)
    )
