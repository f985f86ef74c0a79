"""What is asked of CloudWatch and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class MetricQuery:
    """One figure over time.

    ``id`` is ours: a lower-case letter, then letters, digits and ``_`` (CloudWatch's rule). ``statistic`` is ``Sum``, ``SampleCount``,
    ``Average``, ``Minimum``, ``Maximum`` or a percentile such as ``p95``. ``period`` is in seconds, a multiple of 60.
    """

    id: str
    namespace: str
    metric: str
    statistic: str
    period: int
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Series:
    """The values of one query, oldest first, ``times`` (UTC, the begin of each period) beside them.

    A period without data has no point: that is not a zero. ``complete`` is False when CloudWatch said it has more than it sent.
    """

    times: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()
    complete: bool = True

    @property
    def points(self) -> dict[datetime, float]:
        """Value by time."""
        return dict(zip(self.times, self.values, strict=True))


@dataclass(frozen=True)
class Contributor:
    """One of those that a Contributor Insights rule counts: its keys as text, and its approximate count."""

    keys: tuple[str, ...]
    value: float
