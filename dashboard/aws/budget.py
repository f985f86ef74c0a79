"""The rate of API Gateway's control plane, kept on our side, and the retries of what it throttles.

AWS takes 10 calls a second (40 at once) for a whole account and region, whoever makes them, and less of some operations
(developer guide, "Amazon API Gateway quotas and important notes", control plane). Gatehouse stays inside by itself; its
background work takes at most half. Buckets are of this process: what other processes and people use up comes back as
TooManyRequestsException, which is waited out here. LimitExceededException has the same status, 429, and is a quota that no
wait mends; it is never repeated, nor is a write whose answer was lost.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from dashboard.aws import calls, options
from dashboard.aws.errors import translate
from dashboard.aws.target import Credentials, Target
from dashboard.core.errors import AwsError, Kind


class Rate(NamedTuple):
    """``requests`` at once, and as many again every ``seconds``."""

    requests: float
    seconds: float

    @property
    def per_second(self) -> float:
        """How fast the bucket fills."""
        return self.requests / self.seconds


TOTAL = Rate(40, 4)
BACKGROUND = Rate(20, 4)
SLOWER: dict[str, Rate] = {
    operation: Rate(float(requests), float(seconds))
    for operation, requests, seconds in (
        line.split()
        for line in (
            "CreateApiKey 5 1",
            "CreateDeployment 1 5",
            "CreateDocumentationVersion 1 20",
            "CreateDomainName 1 30",
            "CreateResource 5 1",
            "CreateRestApi 1 3",
            "CreateVpcLink 1 15",
            "DeleteApiKey 5 1",
            "DeleteDomainName 1 30",
            "DeleteResource 5 1",
            "DeleteRestApi 1 30",
            "DeleteVpcLink 1 30",
            "GetResources 5 2",
            "ImportDocumentationParts 1 30",
            "ImportRestApi 1 3",
            "PutRestApi 1 1",
            "UpdateAccount 1 20",
            "UpdateDomainName 1 30",
            "UpdateUsagePlan 1 20",
        )
    )
}
"""Operations with a rate of their own, beside the total. Edge-optimised APIs are slower still (1 in 30 s): AWS says so itself."""

FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 8.0
READ_AGAIN = 0.2
"""Seconds before a read whose answer was lost is asked once more."""


@dataclass
class Bucket:
    """Tokens that refill evenly; below zero are those already promised to somebody who waits."""

    rate: Rate
    level: float
    at: float

    def refill(self, now: float) -> None:
        """Add what has come in since the last look."""
        self.level = min(self.rate.requests, self.level + (now - self.at) * self.rate.per_second)
        self.at = now

    def wait(self) -> float:
        """Seconds until a token is there."""
        return max(0.0, (1 - self.level) / self.rate.per_second)


_Key = tuple[Credentials, str, str, str]


@dataclass
class Budget:
    """The buckets of every account and region that this process talks to. ``clock`` and ``sleep`` are for tests to replace."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = lambda: random.uniform(1.0, 1.25)
    _buckets: dict[_Key, Bucket] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def send(
        self, target: Target, operation: str, send: Callable[[], dict[str, Any]], *, writes: bool
    ) -> dict[str, Any]:
        """Do the call once the rate allows it, and again while AWS throttles it, as long as patience lasts.

        AwsError(THROTTLED) with ``retry_after`` when our own rate leaves no room in time; otherwise what ``send`` raises.
        """
        waiting = _Waiting(self, target)
        attempt = 0
        while True:
            waiting.wait(self._reserve(target, operation, waiting))
            attempt += 1
            try:
                return send()
            except (ClientError, BotoCoreError) as error:
                failure = translate(error, "apigateway", operation, "")
                pause = self._pause(failure, attempt, writes)
                if pause is None or pause > waiting.left:
                    raise
                if failure.kind is Kind.THROTTLED:
                    self._drain(target, operation)
                waiting.wait(pause)

    def _pause(self, failure: AwsError, attempt: int, writes: bool) -> float | None:
        """Seconds until the call makes sense again, None when it does not."""
        if failure.kind is Kind.THROTTLED:
            backoff = min(FIRST_BACKOFF * 2.0 ** (attempt - 1), LONGEST_BACKOFF) * self.jitter()
            return max(failure.retry_after or 0.0, backoff)
        if not writes and attempt == 1 and failure.kind in (Kind.FAULT, Kind.UNREACHABLE):
            return READ_AGAIN
        return None

    def _reserve(self, target: Target, operation: str, waiting: _Waiting) -> float:
        """Take a token of every bucket the call falls under; seconds until it may go."""
        with self._lock:
            buckets = self._of(target, operation)
            wait = max(bucket.wait() for bucket in buckets)
            if wait <= waiting.left:
                for bucket in buckets:
                    bucket.level -= 1
                return wait
        seconds = max(1, math.ceil(wait))
        raise AwsError(
            "ControlPlaneRate",
            "Gatehouse keeps to the rate at which AWS answers for this account and region; "
            f"there is room for this call again in {seconds} s.",
            Kind.THROTTLED,
            permanent=False,
            retry_after=float(seconds),
        )

    def _of(self, target: Target, operation: str) -> list[Bucket]:
        rates = [("total", TOTAL)]
        if target.background:
            rates.append(("background", BACKGROUND))
        if operation in SLOWER:
            rates.append((operation, SLOWER[operation]))
        now, found = self.clock(), []
        for name, rate in rates:
            key = (target.credentials, target.endpoint, target.region, name)
            bucket = self._buckets.setdefault(key, Bucket(rate, rate.requests, now))
            bucket.refill(now)
            found.append(bucket)
        return found

    def _drain(self, target: Target, operation: str) -> None:
        """AWS says that the rate is used up, by others as well: count on no burst."""
        with self._lock:
            *_, narrowest = self._of(target, operation)
            narrowest.level = min(narrowest.level, 0.0)


class _Waiting:
    """How long one call has waited: a screen's calls wait together, a job's each for itself."""

    def __init__(self, budget: Budget, target: Target) -> None:
        chosen = options.current()
        self._budget = budget
        self._collector = None if target.background else calls.current()
        self._most = chosen.background_patience if target.background else chosen.patience
        self._waited = 0.0

    @property
    def left(self) -> float:
        """Seconds it may still wait."""
        return max(0.0, self._most - (self._collector.waited if self._collector else self._waited))

    def wait(self, seconds: float) -> None:
        """Stand still, and remember it."""
        if seconds <= 0:
            return
        self._waited += seconds
        if self._collector:
            self._collector.waited += seconds
        self._budget.sleep(seconds)


_budget = Budget()


def current() -> Budget:
    """The budget of this process."""
    return _budget


def forget() -> None:
    """Start anew with full buckets: after a fork (the lock may have been held), and between tests."""
    global _budget
    _budget = Budget()


os.register_at_fork(after_in_child=forget)
