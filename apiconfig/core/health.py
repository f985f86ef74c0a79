"""Requests, errors and latency of APIs and stages out of CloudWatch: one view of three kinds whose metrics have different names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from apiconfig.core.apis import Api
from dashboard.core.metrics import MetricQuery, Series
from dashboard.core.windows import Window, axis

NAMESPACE = "AWS/ApiGateway"
Figure = Literal["requests", "4xx", "5xx", "p50", "p95"]
FIGURES: tuple[Figure, ...] = ("requests", "4xx", "5xx", "p50", "p95")


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
    """An API's stage to ask about, or the whole API where ``stage`` is empty."""

    api: Api
    stage: str = ""


_LATENCY: dict[Figure, tuple[tuple[str, str], ...]] = {
    "p50": (("Latency", "p50"),),
    "p95": (("Latency", "p95"),),
}
_METRICS: dict[str, dict[Figure, tuple[tuple[str, str], ...]]] = {
    "REST": {
        "requests": (("Count", "SampleCount"),),
        "4xx": (("4XXError", "Sum"),),
        "5xx": (("5XXError", "Sum"),),
        **_LATENCY,
    },
    "HTTP": {
        "requests": (("Count", "SampleCount"),),
        "4xx": (("4xx", "Sum"),),
        "5xx": (("5xx", "Sum"),),
        **_LATENCY,
    },
    "WEBSOCKET": {
        "requests": (("ConnectCount", "Sum"), ("MessageCount", "Sum")),
        "4xx": (("ClientError", "Sum"),),
        "5xx": (("ExecutionError", "Sum"), ("IntegrationError", "Sum")),
        "p50": (("IntegrationLatency", "p50"),),
        "p95": (("IntegrationLatency", "p95"),),
    },
}
"""Kind → figure → the metrics (with statistic) that add up to it."""
_WEBSOCKET = (
    "WebSocket: requests are connections and messages; 4xx are client errors, 5xx execution and integration errors; latency is the "
    "integration's."
)


def metric_name(name: str, api_id: str) -> str:
    """The ``ApiName`` that CloudWatch files a REST API under: non-ASCII characters are lost, the id stands where nothing is left."""
    return "".join(char for char in name if char.isascii()) or api_id


def dimensions(subject: Subject) -> dict[str, str]:
    """REST APIs are filed by name, HTTP and WebSocket ones by id."""
    api = subject.api
    found = {"ApiName": metric_name(api.name, api.id)} if api.kind == "REST" else {"ApiId": api.id}
    return {**found, "Stage": subject.stage} if subject.stage else found


def queries(subjects: Sequence[Subject], window: Window) -> tuple[MetricQuery, ...]:
    """The figures of every subject; ``id`` is ``m<subject>_<figure>_<part>``, each a number."""
    return tuple(
        MetricQuery(
            id=_id(number, figure, part),
            namespace=NAMESPACE,
            metric=metric,
            statistic=statistic,
            period=window.period,
            dimensions=dimensions(subject),
        )
        for number, subject in enumerate(subjects)
        for figure in FIGURES
        for part, (metric, statistic) in enumerate(_METRICS[subject.api.kind][figure])
    )


def merge(
    subjects: Sequence[Subject],
    window: Window,
    answer: Mapping[str, Series],
    end: datetime,
    *,
    known: Sequence[Api] = (),
    marks: tuple[Mark, ...] = (),
    calls: int = 1,
) -> Health:
    """GetMetricData's series on one time axis; ``known`` are the region's APIs, one of which may have the same name."""
    times = axis(window, end)
    named = _same_name([*known, *(subject.api for subject in subjects)])
    rows = [
        _row(subject, number, times, answer, named.get(subject.api.id, ()))
        for number, subject in enumerate(subjects)
    ]
    return Health(
        window=window,
        times=times,
        rows=tuple(
            sorted(rows, key=lambda row: (-row.total, row.api.title.casefold(), row.api.id, row.stage))
        ),
        as_of=end,
        marks=marks,
        notes=("CloudWatch trails the requests by a few minutes; the last point is still filling.",),
        complete=all(series.complete for series in answer.values()),
        calls=calls,
    )


def _row(
    subject: Subject,
    number: int,
    times: tuple[datetime, ...],
    answer: Mapping[str, Series],
    shared: tuple[str, ...],
) -> StageHealth:
    figures = {figure: _figure(subject, number, figure, times, answer) for figure in FIGURES}
    counted = figures["requests"]
    return StageHealth(
        api=subject.api,
        stage=subject.stage,
        requests=counted,
        client_errors=_zeros(figures["4xx"], counted),
        server_errors=_zeros(figures["5xx"], counted),
        p50=figures["p50"],
        p95=figures["p95"],
        notes=_notes(subject.api, shared),
    )


def _figure(
    subject: Subject, number: int, figure: Figure, times: tuple[datetime, ...], answer: Mapping[str, Series]
) -> tuple[float | None, ...]:
    """The sum of the figure's metrics at each time; None where none of them has a point."""
    parts = [
        answer.get(_id(number, figure, part), Series()).points
        for part in range(len(_METRICS[subject.api.kind][figure]))
    ]
    return tuple(
        sum(points[time] for points in parts if time in points)
        if any(time in points for points in parts)
        else None
        for time in times
    )


def _zeros(errors: tuple[float | None, ...], requests: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """Where there were requests and no errors were filed, there were none."""
    return tuple(
        0.0 if error is None and count is not None else error
        for error, count in zip(errors, requests, strict=True)
    )


def _notes(api: Api, shared: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    if shared:
        found.append(
            f"CloudWatch files REST APIs by name, and {len(shared) + 1} APIs here have this one: their figures are mixed."
        )
    if api.kind == "REST" and not api.name.isascii():
        filed = metric_name(api.name, api.id)
        found.append(f"CloudWatch drops characters that are not ASCII: this API is filed as “{filed}”.")
    if api.kind == "WEBSOCKET":
        found.append(_WEBSOCKET)
    return tuple(found)


def _same_name(apis: Sequence[Api]) -> dict[str, tuple[str, ...]]:
    """REST API id → the ids of the others that CloudWatch files under the same name."""
    by_name: dict[str, set[str]] = {}
    for api in apis:
        if api.kind == "REST":
            by_name.setdefault(metric_name(api.name, api.id), set()).add(api.id)
    return {one: tuple(sorted(ids - {one})) for ids in by_name.values() if len(ids) > 1 for one in ids}


def _id(number: int, figure: Figure, part: int) -> str:
    return f"m{number}_{FIGURES.index(figure)}_{part}"
