"""Token buckets: one starts full, holds ``burst`` tokens and gains ``rate`` a second; a request takes one.

Pure but for the clock, which is given. AWS says no more than this of its buckets, and calls them best effort.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

ACCOUNT_RATE = 10_000.0
ACCOUNT_BURST = 5_000
_NEARLY = 1e-9
"""What rounding may take off a whole token."""


@dataclass(frozen=True)
class Limit:
    """Requests a second and the bucket's size. 0 and 0 let nothing pass."""

    rate: float
    burst: int


@dataclass(frozen=True)
class Claim:
    """A request needs a token of the bucket that ``name`` names, whose limit is this just now."""

    name: Hashable
    limit: Limit


class Bucket:
    """One bucket. A changed limit acts at once; what is in the bucket stays, up to the new size."""

    def __init__(self, limit: Limit, now: float) -> None:
        self.limit = limit
        self._tokens = float(limit.burst)
        self._filled = now

    def fill(self, limit: Limit, now: float) -> None:
        """Bring the level up to ``now`` (seconds); the old limit's rate counts until now."""
        grown = self._tokens + max(0.0, now - self._filled) * self.limit.rate
        self._tokens = min(grown, float(self.limit.burst))
        if limit != self.limit:
            raised = limit.burst - self.limit.burst
            self._tokens = min(self._tokens + max(0, raised), float(limit.burst))
            self.limit = limit
        self._filled = now

    @property
    def ready(self) -> bool:
        """Whether there is a token. Call ``fill`` before."""
        return self._tokens >= 1 - _NEARLY

    def take(self) -> None:
        """Take one token."""
        self._tokens -= 1


class Buckets:
    """All buckets of a gateway, by name. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[Hashable, Bucket] = {}

    def take(self, claims: Sequence[Claim]) -> Claim | None:
        """Take one token of every bucket, or of none: then the first claim that found its bucket empty."""
        now = self._clock()
        found = []
        for claim in claims:
            bucket = self._buckets.get(claim.name)
            if bucket is None:
                bucket = self._buckets[claim.name] = Bucket(claim.limit, now)
            bucket.fill(claim.limit, now)
            if not bucket.ready:
                return claim
            found.append(bucket)
        for bucket in found:
            bucket.take()
        return None

    def clear(self) -> None:
        """Forget every bucket: the next request finds them full."""
        self._buckets.clear()
