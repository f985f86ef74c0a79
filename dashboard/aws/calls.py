"""Counting: every call to AWS lands in the collector that the request, job or command opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One call as it went: milliseconds of wall time, capacity units where AWS reports them, retries beyond the first try."""

    service: str
    operation: str
    resource: str
    ms: float
    units: float | None = None
    retries: int = 0
    request_id: str = ""
    error: str = ""


@dataclass
class Calls:
    """The calls of one request, job slice or command, in order of their end. ``list.append`` is safe between threads.

    ``waited`` is the seconds they have stood waiting for the rate of API Gateway's control plane.
    """

    request_id: str = ""
    made: list[Call] = field(default_factory=list)
    waited: float = 0.0


_current: ContextVar[Calls | None] = ContextVar("gatehouse_calls", default=None)


@contextmanager
def collect(request_id: str = "") -> Iterator[Calls]:
    """Open a collector; calls made inside, also in threads that run under ``copy_context()``, are in the value yielded."""
    calls = Calls(request_id)
    token = _current.set(calls)
    try:
        yield calls
    finally:
        _current.reset(token)


def current() -> Calls | None:
    """The open collector, if any."""
    return _current.get()


def record(call: Call) -> None:
    """Add a call to the open collector; without one it is only logged by the caller."""
    calls = _current.get()
    if calls is not None:
        calls.made.append(call)
