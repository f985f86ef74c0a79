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
