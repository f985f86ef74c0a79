"""What the panels of a table's Structure page show, each by its own calls, so that one that is denied harms itself alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import autoscaling, cloudwatch, dynamodb
from dashboard.aws.dynamodb import tables as door
from dashboard.core.dynamodb import ReadRequest
from dashboard.core.errors import InputError
from dashboard.core.metrics import MetricQuery
from dashboard.core.scaling import ScalableTarget
from dashboard.core.wire import Item
from dashboard.tables.operations import catalogue

SAMPLE = 300
"""Items that the preview of time to live reads: one Scan, of at most 1 MB."""
OLDEST = timedelta(days=5 * 365)
"""A time longer ago than this is left alone (Developer Guide, "Using time to live")."""


def time_to_live(actor: Actor, place: Place, name: str) -> tuple[str, str]:
    """``(status, attribute)``: one DescribeTimeToLive."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    return door.time_to_live_state(place.target, name)


def tags(actor: Actor, place: Place, name: str) -> tuple[tuple[str, str], ...]:
    """The tags: one ListTagsOfResource."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    return door.list_tags(place.target, name, catalogue.facts(place, name).table.arn)


def limits(actor: Actor, place: Place, name: str) -> dict[str, int]:
    """What the account may provision here: one DescribeLimits, which AWS takes rarely (about once a minute)."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    return door.describe_limits(place.target)


def scaling(actor: Actor, place: Place, name: str) -> tuple[ScalableTarget, ...]:
    """What is scaled, with its aims: one DescribeScalableTargets and one DescribeScalingPolicies for each capacity that is scaled."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    table = catalogue.facts(place, name).table
    indexes = [index.name for index in table.indexes if index.is_global]
    found = autoscaling.describe_targets(place.target, name, indexes)
    return tuple(autoscaling.with_policy(place.target, name, one) for one in found)


def filled(actor: Actor, place: Place, name: str, index: str) -> float | None:
    """How many per cent of a new index are filled, as CloudWatch last heard; None while it has heard nothing. One GetMetricData."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    query = MetricQuery(
        id="filled",
        namespace="AWS/DynamoDB",
        metric="OnlineIndexPercentageProgress",
        dimensions={"TableName": name, "GlobalSecondaryIndexName": index},
        period=60,
        statistic="Maximum",
    )
    end = timezone.now() + timedelta(minutes=1)
    series = cloudwatch.get_metric_data(place.target, [query], end - timedelta(hours=3), end)["filled"]
    return series.values[-1] if series.values else None


@dataclass(frozen=True)
class Expiring:
    """A sample of items by what time to live would do with them. ``next`` is the earliest time still to come."""

    attribute: str
    read: int
    expired: int
    later: int
    without: int
    other_type: int
    too_old: int
    units: float
    next: datetime | None = None

    @property
    def all(self) -> bool:
        """Whether the sample was the whole table."""
        return self.read < SAMPLE


def expiring(actor: Actor, place: Place, name: str, attribute: str) -> Expiring:
    """What would expire now of the first items of the table: one Scan of SAMPLE items."""
    require(actor.user, "read", place.resource(f"table:{name}"))
    if not attribute:
        raise InputError("ttl", "Name the attribute that holds the time of expiry.")
    page = dynamodb.read(place.target, ReadRequest(name, fields=((attribute,),), limit=SAMPLE))
    return sampled(attribute, page.items, page.scanned, page.units, timezone.now())


def sampled(attribute: str, items: tuple[Item, ...], read: int, units: float, now: datetime) -> Expiring:
    """The sample counted; pure."""
    counted = {"expired": 0, "later": 0, "without": read - len(items), "other_type": 0, "too_old": 0}
    soonest: datetime | None = None
    for item in items:
        kind = _fate(item, attribute, now)
        if isinstance(kind, datetime):
            soonest = kind if soonest is None else min(soonest, kind)
            kind = "later"
        counted[kind] += 1
    return Expiring(attribute, read, **counted, units=units, next=soonest)


def _fate(item: Item, attribute: str, now: datetime) -> str | datetime:
    value = item.get(attribute)
    if value is None:
        return "without"
    if "N" not in value:
        return "other_type"
    try:
        seconds = Decimal(value["N"])
        if seconds > Decimal(now.timestamp()):
            return datetime.fromtimestamp(int(min(seconds, Decimal(253402300799))), UTC)
    except InvalidOperation:
        return "other_type"
    return "too_old" if seconds < Decimal((now - OLDEST).timestamp()) else "expired"
