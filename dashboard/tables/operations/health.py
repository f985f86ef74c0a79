"""How a table is doing: figures of CloudWatch, remembered for a while because each is billed, and a sample of its items."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import cloudwatch, dax, dynamodb
from dashboard.aws.dynamodb.extras import describe_insights
from dashboard.core.backups import Insights
from dashboard.core.dax import Cluster
from dashboard.core.dynamodb import ReadRequest, Table
from dashboard.core.errors import InputError
from dashboard.core.metrics import Contributor, MetricQuery
from dashboard.core.windows import WINDOWS, Window, axis
from dashboard.core.wire import Item
from dashboard.tables.core import health as core
from dashboard.tables.core.health import TableHealth
from dashboard.tables.core.size import item_size

SECONDS, MONTH_SECONDS = 60, 3600
SEGMENTS = 1000
"""A sample begins in one of so many parts of the table, at random: the first page of a table is always the same one."""
LARGEST = 10
HOT_FOR = timedelta(hours=3)


@dataclass(frozen=True)
class Sample:
    """Items of one page from somewhere in the table: how many were read, what that cost, the largest and the middle of their sizes.

    ``largest`` are (bytes, item), the largest first; sizes are in bytes by AWS's rule.
    """

    count: int
    units: float
    largest: tuple[tuple[int, Item], ...]
    median: int
    mean: int
    at: datetime


@dataclass(frozen=True)
class HotKeys:
    """What Contributor Insights counted: for each rule its words and the keys with most, since ``start``."""

    insights: Insights
    rules: tuple[tuple[str, tuple[Contributor, ...]], ...]
    start: datetime


def health(actor: Actor, place: Place, table: Table, window: str, *, fresh: bool = False) -> TableHealth:
    """The table's figures: one GetMetricData for each 500, remembered for a minute. Raises Refused, InputError (window), AwsError."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    chosen = WINDOWS.get(window)
    if chosen is None:
        known = ", ".join(entry.title for entry in WINDOWS.values())
        raise InputError("window", f"Window: choose one of {known}.")
    name = _cache_name(place, table, window)
    kept: TableHealth | None = None if fresh else cache.get(name)
    if kept is not None:
        return kept
    found = _asked(place, table, chosen, core.queries(table, chosen))
    cache.set(name, found, SECONDS)
    return found


def month(actor: Actor, place: Place, table: Table) -> TableHealth:
    """What was consumed of the table and its indexes in 30 days: one GetMetricData, remembered for an hour. Raises Refused, AwsError."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    name = _cache_name(place, table, "month")
    kept: TableHealth | None = cache.get(name)
    if kept is not None:
        return kept
    window = WINDOWS["30d"]
    wanted = tuple(query for query in core.queries(table, window) if query.metric in core.CONSUMED)
    found = _asked(place, table, window, wanted)
    cache.set(name, found, MONTH_SECONDS)
    return found


def known_month(place: Place, table: Table) -> TableHealth | None:
    """The same if it is remembered: no call."""
    kept: TableHealth | None = cache.get(_cache_name(place, table, "month"))
    return kept


def sample(actor: Actor, place: Place, table: Table) -> Sample:
    """One Scan page (at most 1 MB, 128 units) from a place of the table chosen at random; a second one when that part is empty."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    segments = SEGMENTS if (table.size_bytes or 0) > SEGMENTS * 2**20 else 1
    page = dynamodb.read(
        place.target,
        ReadRequest(table.name, limit=None, segment=(secrets.randbelow(segments), segments)),
    )
    units = page.units
    if not page.items and segments > 1:
        page = dynamodb.read(place.target, ReadRequest(table.name, limit=None))
        units += page.units
    sized = sorted(((item_size(item), item) for item in page.items), key=lambda pair: -pair[0])
    sizes = [size for size, _ in sized]
    return Sample(
        count=len(sizes),
        units=units,
        largest=tuple(sized[:LARGEST]),
        median=sizes[len(sizes) // 2] if sizes else 0,
        mean=sum(sizes) // len(sizes) if sizes else 0,
        at=timezone.now(),
    )


def hot_keys(actor: Actor, place: Place, table: Table, index: str = "") -> HotKeys:
    """The keys with most traffic in the last hours: one DescribeContributorInsights, and a report of each of at most four rules."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    insights = describe_insights(place.target, table.name, index)
    end = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)  # with the minute that runs
    start = end - HOT_FOR
    rules = tuple(
        (rule_words(rule), cloudwatch.get_insight_rule_report(place.target, rule, start, end))
        for rule in insights.rules[:4]
    )
    return HotKeys(insights, rules, start)


def clusters(actor: Actor, place: Place, table: Table) -> tuple[Cluster, ...]:
    """The DAX clusters of the region: one DescribeClusters. AWS does not tell which of them serve this table."""
    require(actor.user, "read", place.resource(f"table:{table.name}"))
    return dax.describe_clusters(place.target)


def rule_words(rule: str) -> str:
    """What a rule counts, from the kind in its name (``DynamoDBContributorInsights-PKC-…``)."""
    kind = rule.removeprefix("DynamoDBContributorInsights-")[:3]
    keys = {"PK": "partition keys", "SK": "partition and sort keys"}.get(kind[:2], "keys")
    verb = {"C": "most used", "T": "most throttled"}.get(kind[2:], "counted")
    return f"{verb} {keys}".capitalize()


def _asked(place: Place, table: Table, window: Window, wanted: tuple[MetricQuery, ...]) -> TableHealth:
    now = timezone.now()
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    answer = cloudwatch.get_metric_data(place.target, wanted, axis(window, now)[0], end)
    return core.merge(table, window, answer, now)


def _cache_name(place: Place, table: Table, window: str) -> str:
    since = int(place.connection.leads_since.timestamp())
    return f"tables:health:{place.connection.pk}:{since}:{place.region}:{table.name}:{window}"
