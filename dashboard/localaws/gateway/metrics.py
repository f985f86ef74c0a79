"""The metrics of a request, by the names and dimensions that each kind of API has (they differ). Pure.

The table is that of AWS's developer guide; dimensions of a method or route come only when detailed metrics are on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

NAMESPACE = "AWS/ApiGateway"
Dimensions = dict[str, str]


@dataclass(frozen=True)
class Served:
    """What counts of a request; ``integration_ms`` is None when no target was called, ``bytes`` both bodies together."""

    status: int
    latency_ms: int
    integration_ms: int | None
    bytes: int = 0


@dataclass(frozen=True)
class Place:
    """Where a request was served; ``detailed`` when the stage measures each method or route. ``resource`` and ``method`` are
    those of the route, None when none was met.
    """

    stage: str
    api_id: str
    api_name: str = ""
    resource: str | None = None
    method: str | None = None
    detailed: bool = False


Value = tuple[str, Dimensions, float, str]
"""Metric, dimensions, value, unit."""


def api_name(name: str, api_id: str) -> str:
    """The dimension ApiName: a name's ASCII characters, the id when none is left."""
    kept = "".join(char for char in name if char.isascii()).strip()
    return kept or api_id


def rest(place: Place, served: Served) -> Iterator[Value]:
    """A request to a REST API. Errors are put as 0 too, so that their average is a rate."""
    values = [
        ("Count", 1.0, "Count"),
        ("4XXError", float(400 <= served.status < 500), "Count"),
        ("5XXError", float(served.status >= 500), "Count"),
        ("Latency", float(served.latency_ms), "Milliseconds"),
    ]
    if served.integration_ms is not None:
        values.append(("IntegrationLatency", float(served.integration_ms), "Milliseconds"))
    name = api_name(place.api_name, place.api_id)
    return _spread(values, _levels({"ApiName": name}, place))


def http(place: Place, served: Served) -> Iterator[Value]:
    """A request to an HTTP API."""
    values = [
        ("Count", 1.0, "Count"),
        ("4xx", float(400 <= served.status < 500), "Count"),
        ("5xx", float(served.status >= 500), "Count"),
        ("Latency", float(served.latency_ms), "Milliseconds"),
        ("DataProcessed", float(served.bytes), "Bytes"),
    ]
    if served.integration_ms is not None:
        values.append(("IntegrationLatency", float(served.integration_ms), "Milliseconds"))
    return _spread(values, _levels({"ApiId": place.api_id}, place))


@dataclass(frozen=True)
class Event:
    """What counts of a WebSocket event: ``kind`` is CONNECT, MESSAGE or DISCONNECT; ``backend_failed`` when its integration
    answered with an error.
    """

    kind: str
    status: int
    integration_ms: int | None
    backend_failed: bool


def websocket(api_id: str, stage: str, route: str | None, event: Event) -> Iterator[Value]:
    """An event of a WebSocket API; ``route`` only when the stage measures each route."""
    counted = {"CONNECT": "ConnectCount", "MESSAGE": "MessageCount"}.get(event.kind)
    values = [(counted, 1.0, "Count")] if counted else []
    values += [
        ("ClientError", float(400 <= event.status < 500), "Count"),
        ("ExecutionError", float(event.status >= 500 and not event.backend_failed), "Count"),
        ("IntegrationError", float(event.backend_failed), "Count"),
    ]
    if event.integration_ms is not None:
        values.append(("IntegrationLatency", float(event.integration_ms), "Milliseconds"))
    levels = [{"ApiId": api_id}, {"ApiId": api_id, "Stage": stage}]
    if route:
        levels.append({"ApiId": api_id, "Stage": stage, "Route": route})
    return _spread(values, levels)


def _levels(api: Dimensions, place: Place) -> list[Dimensions]:
    levels = [api, {**api, "Stage": place.stage}]
    if place.detailed and place.resource is not None and place.method is not None:
        levels.append({**api, "Stage": place.stage, "Resource": place.resource, "Method": place.method})
    return levels


def _spread(values: list[tuple[str, float, str]], levels: list[Dimensions]) -> Iterator[Value]:
    for metric, value, unit in values:
        for dimensions in levels:
            yield metric, dimensions, value, unit
