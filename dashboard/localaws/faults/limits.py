"""The rates of API Gateway's control plane: fixed by AWS, per account and region, and not to be raised.

From the quotas page of API Gateway's developer guide. An operation without a rate of its own counts only against the whole.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson

from dashboard.localaws.faults import answers
from dashboard.localaws.faults.asked import Asked
from dashboard.localaws.refusals import Answer

VARIABLE = "LOCALAWS_CONTROL_PLANE_LIMITS"
WHOLE = (40, 4.0)
"""A burst of 40 that refills at 10 a second."""
EDGE = (1, 30.0)
RATES: dict[str, tuple[int, float]] = {
    "CreateApiKey": (5, 1.0),
    "DeleteApiKey": (5, 1.0),
    "CreateResource": (5, 1.0),
    "DeleteResource": (5, 1.0),
    "GetResources": (5, 2.0),
    "CreateDeployment": (1, 5.0),
    "CreateRestApi": (1, 3.0),
    "ImportRestApi": (1, 3.0),
    "DeleteRestApi": (1, 30.0),
    "PutRestApi": (1, 1.0),
    "UpdateUsagePlan": (1, 20.0),
    "UpdateAccount": (1, 20.0),
    "CreateDomainName": (1, 30.0),
    "UpdateDomainName": (1, 30.0),
    "DeleteDomainName": (1, 30.0),
    "CreateDocumentationVersion": (1, 20.0),
    "ImportDocumentationParts": (1, 30.0),
    "CreateVpcLink": (1, 15.0),
    "DeleteVpcLink": (1, 30.0),
}
"""Requests and the seconds in which they may come."""


@dataclass
class _Bucket:
    size: float
    rate: float
    left: float
    at: float

    def waits(self, now: float) -> float:
        """Seconds until a request may come, 0 for now."""
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.left >= 1 - 1e-9 else (1 - self.left) / self.rate


@dataclass
class Limits:
    """Counts every request to the control plane. ``clock`` gives seconds."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def refusal(self, request: Asked) -> Answer | None:
        """TooManyRequestsException with Retry-After in whole seconds, None when the request may pass. A refused one costs nothing."""
        if request.service != "apigateway":
            return None
        now = self.clock()
        met = [self._bucket(request.region, "", WHOLE, now)]
        if rate := rate_of(request):
            met.append(self._bucket(request.region, request.operation, rate, now))
        wait = max(bucket.waits(now) for bucket in met)
        if wait:
            return answers.gateway(429, "TooManyRequestsException", "Too Many Requests", math.ceil(wait))
        for bucket in met:
            bucket.left -= 1
        return None

    def reset(self) -> None:
        """Forget what was counted."""
        self._buckets.clear()

    def _bucket(self, region: str, name: str, rate: tuple[int, float], now: float) -> _Bucket:
        count, seconds = rate
        return self._buckets.setdefault((region, name), _Bucket(count, count / seconds, count, now))


def rate_of(request: Asked) -> tuple[int, float] | None:
    """The rate of the operation itself. An edge-optimised API is made far more seldom than a regional one, and only the VPC links of
    HTTP APIs have a rate of their own.
    """
    rate = RATES.get(request.operation)
    if request.operation in ("CreateRestApi", "ImportRestApi") and _edge(request):
        return EDGE
    if request.operation.endswith("VpcLink") and not request.resources[0].startswith("/v2/"):
        return None
    return rate


def _edge(request: Asked) -> bool:
    """Whether the API that is made is edge-optimised, which is what AWS makes of one that does not say."""
    if request.operation == "ImportRestApi":
        types = parse_qs(request.query).get("endpointConfigurationTypes", ["EDGE"])
    else:
        try:
            types = orjson.loads(request.body)["endpointConfiguration"]["types"]
        except (ValueError, KeyError, TypeError):
            types = ["EDGE"]
    return "EDGE" in types
