"""A stage's past as the metrics that API Gateway files for it; each kind of API has names of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dashboard.localaws.gateway.metrics import NAMESPACE
from dashboard.localaws.world.apis.past import Slot, Values

Row = tuple[float, list[tuple[float, int]]]
_BYTES = 900.0
_INSIDE = 0.93
"""The integration's part of a latency."""


def rest(dimensions: Mapping[str, str], slots: Sequence[Slot]) -> Iterator[dict[str, Any]]:
    """Of a REST API or its stage."""
    yield _series("Count", dimensions, slots, "Count", lambda slot: {1.0: slot.requests})
    yield _series("4XXError", dimensions, slots, "Count", lambda slot: _flags(slot.client_errors, slot))
    yield _series("5XXError", dimensions, slots, "Count", lambda slot: _flags(slot.server_errors, slot))
    yield from _latencies(("Latency", "IntegrationLatency"), dimensions, slots)


def http(dimensions: Mapping[str, str], slots: Sequence[Slot]) -> Iterator[dict[str, Any]]:
    """Of an HTTP API or its stage."""
    yield _series("Count", dimensions, slots, "Count", lambda slot: {1.0: slot.requests})
    yield _series("4xx", dimensions, slots, "Count", lambda slot: _flags(slot.client_errors, slot))
    yield _series("5xx", dimensions, slots, "Count", lambda slot: _flags(slot.server_errors, slot))
    yield _series("DataProcessed", dimensions, slots, "Bytes", lambda slot: {_BYTES: slot.requests})
    yield from _latencies(("Latency", "IntegrationLatency"), dimensions, slots)


def websocket(dimensions: Mapping[str, str], slots: Sequence[Slot]) -> Iterator[dict[str, Any]]:
    """Of a WebSocket API or its stage: one request in twelve is a connection, the rest are messages."""
    yield _series("ConnectCount", dimensions, slots, "Count", lambda slot: {1.0: slot.requests // 12})
    yield _series(
        "MessageCount", dimensions, slots, "Count", lambda slot: {1.0: slot.requests - slot.requests // 12}
    )
    yield _series("ClientError", dimensions, slots, "Count", lambda slot: {1.0: slot.client_errors})
    yield _series("IntegrationError", dimensions, slots, "Count", lambda slot: {1.0: slot.server_errors})
    yield from _latencies(("IntegrationLatency",), dimensions, slots)


def _flags(ones: int, slot: Slot) -> Values:
    return {0.0: slot.requests - ones, 1.0: ones}


def _latencies(
    names: Sequence[str], dimensions: Mapping[str, str], slots: Sequence[Slot]
) -> Iterator[dict[str, Any]]:
    for name in names:
        values = _inside if name == "IntegrationLatency" else _whole
        yield _series(name, dimensions, slots, "Milliseconds", values)


def _whole(slot: Slot) -> Values:
    return slot.latencies


def _inside(slot: Slot) -> Values:
    return {round(value * _INSIDE, 1): count for value, count in slot.latencies.items()}


def _series(
    name: str,
    dimensions: Mapping[str, str],
    slots: Sequence[Slot],
    unit: str,
    values: Callable[[Slot], Values],
) -> dict[str, Any]:
    """As ``dashboard.localaws.history`` takes it; a slot without a value has no row."""
    rows: list[Row] = []
    for slot in slots:
        found = [(value, count) for value, count in values(slot).items() if count]
        if found:
            rows.append((slot.when.timestamp(), found))
    return {"namespace": NAMESPACE, "name": name, "dimensions": dict(dimensions), "unit": unit, "rows": rows}
