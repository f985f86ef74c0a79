"""The generated past of a stage: requests, errors and latencies slot by slot. The same day gives the same past."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.localaws.world.apis.shape import incident, per_second, slots

_QUANTILES = (
    (-1.6, 10),
    (-0.85, 15),
    (-0.4, 15),
    (0.0, 15),
    (0.4, 15),
    (0.85, 12),
    (1.3, 9),
    (1.75, 6),
    (2.4, 3),
)
"""Standard deviations from the median, and how many of a hundred requests are there."""
_QUICK = (1.0, 2.0, 2.0, 3.0)
"""Milliseconds of a mock."""
Values = dict[float, int]


@dataclass(frozen=True)
class Source:
    """A stage's share of all traffic and how it behaves. ``quick`` is the part of its requests that mocks answer; ``median`` and
    ``spread`` (a standard deviation of the logarithm) are of the others' latency in milliseconds; ``hurt`` is the share of its
    requests that failed in the incident.
    """

    name: str
    share: float
    client_errors: float = 0.025
    server_errors: float = 0.0015
    median: float = 42.0
    spread: float = 0.6
    quick: float = 0.0
    hurt: float = 0.0


@dataclass(frozen=True)
class Slot:
    """Some minutes of a stage. ``latencies`` are milliseconds → requests."""

    when: datetime
    requests: int
    client_errors: int
    server_errors: int
    latencies: Values


def past(source: Source, today: datetime, now: datetime) -> list[Slot]:
    """Every slot until ``now``; ``today`` is midnight UTC."""
    return list(_past(source, today, slots(today, now)))


def _past(source: Source, today: datetime, spans: Sequence[tuple[datetime, int]]) -> Iterator[Slot]:
    dice = random.Random(source.name)
    trouble = incident(today)
    for when, seconds in spans:
        bad = trouble.on(when) and source.hurt > 0
        mean = per_second(when) * seconds * source.share * (1.12 if bad else 1.0)
        requests = max(0, round(dice.gauss(mean, 1.2 * math.sqrt(mean))))
        failed = source.hurt * dice.uniform(0.85, 1.15) if bad else source.server_errors
        server_errors = _some(dice, requests, failed)
        client_errors = min(requests - server_errors, _some(dice, requests, source.client_errors))
        slow = dice.uniform(0.93, 1.09) * (dice.uniform(9.0, 14.0) if bad else 1.0)
        yield Slot(when, requests, client_errors, server_errors, _latencies(requests, source, slow))


def _some(dice: random.Random, requests: int, share: float) -> int:
    """About ``share`` of them, whole."""
    mean = requests * share
    return min(requests, int(mean) + (dice.random() < mean % 1) + (dice.random() < 0.08 and requests > 4))


def _latencies(requests: int, source: Source, slow: float) -> Values:
    """How the requests spread over the distribution's quantiles; they add up to ``requests``."""
    quick = round(requests * source.quick)
    found = Counter[float]()
    for milliseconds, count in zip(_QUICK, _parted(quick, [1] * len(_QUICK)), strict=True):
        found[milliseconds] += count
    shares = _parted(requests - quick, [hundredths for _, hundredths in _QUANTILES])
    for (away, _), count in zip(_QUANTILES, shares, strict=True):
        found[min(29_000.0, round(source.median * math.exp(away * source.spread) * slow))] += count
    return {value: count for value, count in found.items() if count}


def _parted(whole: int, shares: Sequence[int]) -> list[int]:
    """Whole numbers that add up to ``whole``, in about these shares."""
    passed, given, found = 0, 0, []
    for share in shares:
        passed += share
        upto = round(whole * passed / sum(shares))
        found.append(upto - given)
        given = upto
    return found


def added(slots_of: Sequence[Sequence[Slot]]) -> list[Slot]:
    """Stages of one API together; all have the same slots."""
    return [
        Slot(
            together[0].when,
            sum(slot.requests for slot in together),
            sum(slot.client_errors for slot in together),
            sum(slot.server_errors for slot in together),
            dict(sum((Counter(slot.latencies) for slot in together), Counter())),
        )
        for together in zip(*slots_of, strict=True)
    ]
