"""What every kind of API's plane is given, and how a served request is written down."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.localaws.apigateway.store import Store
from dashboard.localaws.cloudwatch.store import MetricStore
from dashboard.localaws.functions.service import Functions
from dashboard.localaws.gateway import accesslog
from dashboard.localaws.gateway.admission import Keys
from dashboard.localaws.gateway.backends import Backends, reach
from dashboard.localaws.gateway.buckets import Buckets
from dashboard.localaws.gateway.exchange import Exchange
from dashboard.localaws.gateway.jwt import Tokens
from dashboard.localaws.gateway.lambda_authorizers import Verdicts
from dashboard.localaws.gateway.metrics import NAMESPACE, Value
from dashboard.localaws.logs.store import LogStore


@dataclass
class Tools:
    """The state, where a request is written down, and chance and time, which tests give."""

    store: Store
    metrics: MetricStore
    logs: LogStore
    clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    buckets: Buckets = field(default_factory=lambda: Buckets(time.monotonic))
    keys: Keys = field(default_factory=Keys)
    tokens: Tokens = field(default_factory=Tokens)
    functions: Functions | None = None
    """Lambda, None when no function may run."""
    endpoint: str = ""
    """Where this embedded AWS answers; '' when integrations may not call it."""
    verdicts: Verdicts = field(default_factory=Verdicts)

    def __post_init__(self) -> None:
        """A flush of a stage's authorizer cache in the control plane empties it here."""
        self.store.on_flush(self.verdicts.forget)

    def backends(self, region: str, info: Mapping[str, Any]) -> Backends:
        """What a request to an API (``info`` is what it says of itself) may reach."""
        return reach(self.functions, self.endpoint)(region, info)

    def write_down(
        self,
        region: str,
        exchange: Exchange,
        values: Iterable[Value],
        log: Mapping[str, Any] | None,
        suffix: str = "",
    ) -> None:
        """Put a request's metrics, and its line into the stage's access log (``log`` is its ``accessLogSettings``)."""
        self.count(region, exchange.incoming.when, values)
        group = accesslog.group_of(log)
        if group and log:
            text = accesslog.line(log.get("format") or "", exchange.context)
            stream = accesslog.stream_of(exchange.request_id)
            self.logs.region(region).append(group + suffix, stream, text, exchange.incoming.when)

    def count(self, region: str, when: float, values: Iterable[Value]) -> None:
        """Put metrics at ``when`` (epoch seconds)."""
        metrics = self.metrics.region(region)
        for metric, dimensions, value, unit in values:
            metrics.put(NAMESPACE, metric, dimensions, when, value, unit=unit)
