"""Usage plans and API keys, to read; values of keys never get here: the door takes them out of every answer.

These rows are shared by everybody: who shows them filters by ``may``, as ``visible_plans`` and ``visible_keys`` do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser

from apiconfig.core.plans import Key, Plan, key, matching
from apiconfig.core.plans import plan as plan_of
from apiconfig.core.views import Keys, Plans, PlanView
from apiconfig.models import Remembered
from apiconfig.operations import catalogue, memory
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.aws.apigateway import plans as door
from dashboard.core.errors import AwsError, Kind


def plans(place: Place, *, fresh: bool = False) -> Plans:
    """The plans of the region: no AWS call warm, one a page of 500 fresh. Raises nothing of AWS's: see ``failure``."""
    target = place.target
    part = memory.reading(place, "", {"plans": lambda: door.get_usage_plans(target)}, fresh=fresh)["plans"]
    names = _names(place)
    found = [plan_of(entry, names) for entry in part.payload or ()]
    return Plans(tuple(sorted(found, key=lambda entry: entry.title.casefold())), part.fetched, part.failure)


def plan(place: Place, plan_id: str, *, fresh: bool = False) -> PlanView:
    """One plan with its keys: two calls fresh. Kind.NOT_FOUND when there is none."""
    if not catalogue.is_id(plan_id):
        raise _no_plan(plan_id)
    target = place.target
    parts = memory.reading(
        place,
        f"plan:{plan_id}",
        {
            "plan": lambda: door.get_usage_plan(target, plan_id),
            "keys": lambda: door.get_usage_plan_keys(target, plan_id),
        },
        fresh=fresh,
    )
    part, members = parts["plan"], parts["keys"]
    if part.failure is not None and part.failure.kind is Kind.NOT_FOUND:
        forget(place, plan_id)
        raise part.failure
    if part.payload is None or part.fetched is None:
        raise part.failure or _nothing(plan_id)
    whole = {entry.id: entry for entry in keys(place).keys}
    found = plan_of(part.payload, _names(place))
    return PlanView(
        plan=found,
        keys=None
        if members.payload is None
        else tuple(_whole(key(entry), whole) for entry in members.payload),
        refreshed=part.fetched,
        keys_refreshed=members.fetched,
        failure=members.failure or part.failure,
    )


def keys(place: Place, text: str = "", *, fresh: bool = False) -> Keys:
    """The keys whose name, id, description or customer holds every word of ``text``. Raises nothing of AWS's: see ``failure``.

    No AWS call warm, one a page of 500 fresh. The plans of a key are those we know of without asking.
    """
    target = place.target
    part = memory.reading(place, "", {"keys": lambda: door.get_api_keys(target)}, fresh=fresh)["keys"]
    known = _plans_of_keys(place)
    everything = tuple(key(entry, tuple(known.get(str(entry["id"]), ()))) for entry in part.payload or ())
    found = matching(everything, text)
    return Keys(found, part.fetched, part.failure, len(everything))


def forget(place: Place, plan_id: str) -> None:
    """The plan is gone: neither its page nor its line of the list is used any more."""
    memory.forget(place, f"plan:{plan_id}")
    memory.forget(place, "", ("plans",))


def visible_plans(user: User | AnonymousUser | None, place: Place, found: Plans) -> Plans:
    """Those that ``user`` may read."""
    readable = tuple(entry for entry in found.plans if may(user, "read", place.resource(f"plan:{entry.id}")))
    return replace(found, plans=readable)


def visible_keys(user: User | AnonymousUser | None, place: Place, found: Keys) -> Keys:
    """Those that ``user`` may read."""
    readable = tuple(entry for entry in found.keys if may(user, "read", place.resource(f"key:{entry.id}")))
    return replace(
        found, keys=readable, total=len(readable) if len(readable) < len(found.keys) else found.total
    )


def _whole(member: Key, known: dict[str, Key]) -> Key:
    """GetUsagePlanKeys tells only id and name; the rest is in the list of keys."""
    return known.get(member.id, member)


def _names(place: Place) -> dict[str, str]:
    return {api.id: api.name for api in catalogue.of_region(place)}


def _plans_of_keys(place: Place) -> dict[str, list[tuple[str, str]]]:
    """Key id → the plans (id, name) whose keys somebody has read."""
    rows = Remembered.objects.filter(
        connection=place.connection, region=place.region, subject__startswith="plan:", payload__isnull=False
    )
    by_plan: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        by_plan[row.subject][row.part] = row.payload
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for subject, parts in sorted(by_plan.items()):
        entry: Plan | None = plan_of(parts["plan"]) if "plan" in parts else None
        plan_id = subject.removeprefix("plan:")
        for member in parts.get("keys") or ():
            found[str(member["id"])].append((plan_id, entry.title if entry else plan_id))
    return found


def _no_plan(plan_id: str) -> AwsError:
    return AwsError(
        "NotFoundException",
        "No usage plan can have this id.",
        Kind.NOT_FOUND,
        service="apigateway",
        operation="GetUsagePlan",
        resource=f"plan:{plan_id[:64]}",
        attempts=0,
    )


def _nothing(plan_id: str) -> AwsError:
    return AwsError("NotRead", "The usage plan could not be read.", Kind.FAULT, resource=f"plan:{plan_id}")
