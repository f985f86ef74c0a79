"""One API key with the plans it is in; its value is never asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apiconfig.core.plans import Key, Plan
from apiconfig.core.plans import plan as plan_of
from apiconfig.operations import catalogue, memory, plans
from dashboard.accounts.place import Place
from dashboard.aws.apigateway import plans as door
from dashboard.core.errors import AwsError, Kind

MOST_PLANS = 10
"""Usage plans whose keys a list of keys reads, each by a call, so that it can name them."""


@dataclass(frozen=True)
class KeyView:
    """A key out of the list of keys (read at ``refreshed``) and its plans (read at ``plans_refreshed``; None: not readable).

    ``failure`` is why the list, ``plans_failure`` why the plans could not be read again.
    """

    key: Key
    refreshed: datetime | None
    plans: tuple[Plan, ...] | None = None
    plans_refreshed: datetime | None = None
    failure: AwsError | None = None
    plans_failure: AwsError | None = None


def key(place: Place, key_id: str, *, fresh: bool = False) -> KeyView:
    """Two calls fresh (the list of keys by pages of 500, and the key's plans), none warm.

    AwsError: Kind.NOT_FOUND when the list has no such key, and whatever kept the list from being read at all.
    """
    listing = plans.keys(place, fresh=fresh)
    found = next((entry for entry in listing.keys if entry.id == key_id), None)
    if found is None:
        memory.forget(place, f"key:{key_id}")
        if listing.refreshed is None and listing.failure is not None:
            raise listing.failure
        raise _gone(key_id)
    target = place.target
    reads = {"plans": lambda: door.get_usage_plans(target, key=key_id)}
    part = memory.reading(place, f"key:{key_id}", reads, fresh=fresh)["plans"]
    names = {api.id: api.name for api in catalogue.of_region(place)}
    return KeyView(
        key=found,
        refreshed=listing.refreshed,
        plans=None if part.payload is None else tuple(plan_of(entry, names) for entry in part.payload),
        plans_refreshed=part.fetched,
        failure=listing.failure,
        plans_failure=part.failure,
    )


def read_members(place: Place) -> tuple[bool, AwsError | None]:
    """See that the keys of every usage plan are known, so that a list of keys can name their plans: a call a plan, none warm.

    Whether they are: not where there are more than MOST_PLANS, which would cost too many calls. And why one could not be read.
    """
    listing = plans.plans(place)
    if listing.failure is not None or len(listing.plans) > MOST_PLANS:
        return False, listing.failure
    target, failure = place.target, None
    for entry in listing.plans:
        reads = {"keys": lambda plan=entry.id: door.get_usage_plan_keys(target, plan)}
        failure = memory.reading(place, f"plan:{entry.id}", reads)["keys"].failure or failure
    return failure is None, failure


def _gone(key_id: str) -> AwsError:
    return AwsError(
        "NotFoundException",
        "The list of this region's API keys has none of this id.",
        Kind.NOT_FOUND,
        service="apigateway",
        operation="GetApiKeys",
        resource=f"key:{key_id}",
        attempts=0,
    )
