"""Requests, errors and latency of APIs and stages out of CloudWatch: one view of three kinds whose metrics have different names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from apiconfig.core.apis import Api
from dashboard.core.metrics import MetricQuery, Series

NAMESPACE = "AWS/ApiGateway"
Figure = Literal["requests", "4xx", "5xx", "p50", "p95"]
FIGURES: tuple[Figure, ...] = ("requests", "4xx", "5xx", "p50", "p95")


@dataclass(frozen=True)
class Window:
    """A span that ends now. ``period`` is the length of one point in seconds."""

    name: str
    title: str
    span: timedelta
    period: int


WINDOWS: dict[str, Window] = {
    "3h": Window("3h", "3 hours", timedelta(hours=3), 300),
    "24h": Window("24h", "24 hours", timedelta(hours=24), 900),
    "7d": Window("7d", "7 days", timedelta(days=7), 3600),
    "30d": Window("30d", "30 days", timedelta(days=30), 21600),
}


@dataclass(frozen=True)
class Mark:
    """A deployment on the time axis."""

    time: datetime
    api: str
    stage: str
    text: str


@dataclass(frozen=True)
class StageHealth:
    """One stage (or the whole API where ``stage`` is empty). Every tuple has a value a point of ``Health.times``; None is no data.

    ``requests``, ``client_errors`` (4xx) and ``server_errors`` (5xx) are counts a point; ``p50`` and ``p95`` are milliseconds.
    """

    api: Api
    stage: str
    requests: tuple[float | None, ...] = ()
    client_errors: tuple[float | None, ...] = ()
    server_errors: tuple[float | None, ...] = ()
    p50: tuple[float | None, ...] = ()
    p95: tuple[float | None, ...] = ()
    notes: tuple[str, ...] = ()
    """For example that two APIs of one name are mixed, or what 4xx means for a WebSocket."""

    @property
    def has_data(self) -> bool:
        """Whether CloudWatch had anything."""
        return any(value is not None for value in (*self.requests, *self.p95, *self.client_errors))

    @property
    def total(self) -> float:
        """Requests in the window."""
        return sum(value or 0 for value in self.requests)

    @property
    def client_error_total(self) -> float:
        """4xx in the window."""
        return sum(value or 0 for value in self.client_errors)

    @property
    def server_error_total(self) -> float:
        """5xx in the window."""
        return sum(value or 0 for value in self.server_errors)

    @property
    def worst_p95(self) -> float | None:
        """The slowest point's p95 in milliseconds; percentiles of points cannot be added up to one of the window."""
        return max((value for value in self.p95 if value is not None), default=None)


@dataclass(frozen=True)
class Health:
    """``times`` are the begins of the points (UTC); ``rows`` one a stage, busiest first; ``as_of`` when CloudWatch was asked.

    ``complete`` is False when CloudWatch said that it has more. ``calls`` is how many GetMetricData calls the reading took.
    """

    window: Window
    times: tuple[datetime, ...]
    rows: tuple[StageHealth, ...]
    as_of: datetime
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    complete: bool = True
    calls: int = 0


@dataclass(frozen=True)
class Subject:
    """An API's stage to ask about; ``shared_with`` are other APIs that CloudWatch mixes with it."""

    api: Api
    stage: str
    shared_with: tuple[str, ...] = field(default=())


def queries(subjects: tuple[Subject, ...], window: Window) -> tuple[MetricQuery, ...]:
    """The figures of every subject, at most five each; ``id`` is ``m<subject's number>_<figure's number>``."""
    raise NotImplementedError


def metric_name(name: str, api_id: str) -> str:
    """The ``ApiName`` that CloudWatch files a REST API under: non-ASCII characters are lost, the id stands where nothing is left."""
    raise NotImplementedError


def merge(
    subjects: tuple[Subject, ...], window: Window, answer: dict[str, Series], end: datetime, calls: int = 1
) -> Health:
    """GetMetricData's series on one time axis."""
    raise NotImplementedError
