"""What belongs to a table beside its definition: resource policy, replicas, Contributor Insights, Kinesis destinations."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws.dynamodb import extras as door
from dashboard.aws.target import Target
from dashboard.core.backups import Destination, Insights, Replica
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import Handler
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.altering import Altered, Aspect, Changed, State, alter, handler

MOST_POLICY = 20 * 1024
"""Bytes of a resource policy, white space included (DynamoDB, "Quotas")."""
MODES = {
    "ACCESSED_AND_THROTTLED_KEYS": "keys accessed and keys throttled",
    "THROTTLED_KEYS": "throttled keys only",
}
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
NONE: State = {"policy": None, "revision": door.NO_POLICY}


def policy(actor: Actor, place: Place, table: str) -> State:
    """The table's resource policy as ``{"policy": the document or None, "revision": text}``: one call."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return _read_policy(place.target, table, catalogue.facts(place, table).table.arn)


def _read_policy(target: Target, table: str, arn: str) -> State:
    found = door.get_policy(target, table, arn)
    return NONE if found is None else {"policy": json.loads(found.text), "revision": found.revision}


def _write_policy(target: Target, table: str, arn: str, wanted: State, current: State, change: str) -> str:
    if wanted["policy"] is None:
        return door.delete_policy(target, table, arn, revision=current["revision"], change=change).request_id
    text = json.dumps(wanted["policy"], ensure_ascii=False)
    revision, request_id = door.put_policy(
        target, table, arn, text, revision=current["revision"], change=change
    )
    wanted["revision"] = revision
    return request_id


POLICY = Aspect(
    "policy.set",
    "Resource policy changed",
    _read_policy,
    _write_policy,
    ("policy",),
    back="The resource policy is the former one again.",
    link="tables:structure",
)


def example(arn: str) -> dict[str, Any]:
    """A policy that lets a role of another account read the table and its indexes."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadFromAnotherAccount",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:role/reporting"},
                "Action": ["dynamodb:GetItem", "dynamodb:Query"],
                "Resource": [arn, f"{arn}/index/*"],
            }
        ],
    }


def read_document(text: str) -> dict[str, Any]:
    """The policy that was typed; InputError (``policy``) for what IAM could not read."""
    if len(text.encode()) > MOST_POLICY:
        raise InputError("policy", "The field Policy takes at most 20 KB, white space included.")
    try:
        document = json.loads(
            text, object_pairs_hook=_once, parse_float=_exact, parse_int=_exact, parse_constant=_no_constant
        )
        json.dumps(document, ensure_ascii=False).encode()
    except RecursionError as error:
        raise InputError("policy", "The field Policy is nested too deeply for any policy.") from error
    except UnicodeEncodeError as error:
        raise InputError(
            "policy",
            "The field Policy holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.",
        ) from error
    except ValueError as error:
        where = (
            f" at line {error.lineno}, column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else ""
        )
        raise InputError("policy", f"The field Policy does not hold JSON: it breaks off{where}.") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise InputError(
            "policy", "A policy is a JSON object with a Statement; see the example below the field."
        )
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that stands in it twice would lose the first of its values without a word."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(
            "policy", f"The field Policy holds {twice[:80]!r} twice in one object. Keep one of them."
        )
    return found


def _exact(text: str) -> int | float:
    """A number as JSON is read and written again; InputError for one that would come out as another."""
    number = float(text) if len(text) > 15 or not text.lstrip("-").isdecimal() else int(text)
    if not math.isfinite(number) or Decimal(text) != Decimal(repr(number)):
        raise InputError(
            "policy",
            f"The field Policy holds the number {text[:40]}. Put it into quotes to keep it as it is.",
        )
    return number


def _no_constant(text: str) -> Any:
    raise InputError(
        "policy", f"The field Policy holds {text}, which is no JSON. Put it into quotes if it is a text."
    )


def set_policy(
    actor: Actor, place: Place, table: str, shown: State, document: dict[str, Any] | None, reason: str
) -> Altered | Changed:
    """Attach, replace or (None) take away the policy, if its revision is the one that was shown. Raises Refused, AwsError."""
    require(actor.user, "administer", place.resource(f"table:{table}"))
    arn = catalogue.facts(place, table).table.arn
    current = _read_policy(place.target, table, arn)
    if current["revision"] != shown["revision"]:
        return Changed(current)
    return alter(actor, place, table, POLICY, shown, {"policy": document}, reason, subject=arn)


def replicas(actor: Actor, place: Place, table: str) -> tuple[Replica, ...]:
    """The table's copies in other regions: one call."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return tuple(row for row in door.describe_replicas(place.target, table) if row.region != place.region)


def _read_replica(target: Target, table: str, region: str) -> State:
    rows = door.describe_replicas(target, table)
    there = any(row.region == region and row.status != "DELETING" for row in rows)
    return {"replica": there}


def _write_replica(target: Target, table: str, region: str, wanted: State, _: State, change: str) -> str:
    act = door.create_replica if wanted["replica"] else door.delete_replica
    return act(target, table, region, change=change).request_id


ADDED = Aspect(
    "replica.add",
    "Replica added",
    _read_replica,
    _write_replica,
    ("replica",),
    no_undo="Remove the replica on its own page, which asks for the region: it deletes the table there.",
    link="tables:structure",
)
REMOVED = Aspect(
    "replica.remove",
    "Replica removed",
    _read_replica,
    _write_replica,
    ("replica",),
    back="AWS is making the replica anew, as a copy of this table; settings that it alone had do not come back.",
    link="tables:structure",
)


def check_region(place: Place, region: str) -> str:
    """The region, trimmed; InputError (``region``) for what can be none, and for the table's own."""
    region = region.strip()
    if not REGION.fullmatch(region):
        raise InputError("region", "Enter a region by its code, eu-west-1 for one.")
    if region == place.region:
        raise InputError("region", f"The table is in {region} already; a replica is in another region.")
    return region


def set_replica(
    actor: Actor, place: Place, table: str, region: str, *, wanted: bool, reason: str
) -> Altered | Changed:
    """Add or remove the copy in ``region``: one read, one UpdateTable. Raises Refused, AwsError, InputError (``region``)."""
    require(actor.user, "administer", place.resource(f"table:{table}"))
    region = check_region(place, region)
    result = alter(
        actor,
        place,
        table,
        ADDED if wanted else REMOVED,
        {"replica": not wanted},
        {"replica": wanted},
        reason,
        subject=region,
    )
    catalogue.forget_facts(place, table)
    return result


def insights(actor: Actor, place: Place, table: str) -> tuple[Insights | AwsError, ...]:
    """Contributor Insights of the table and of each global index: one call each; what AWS refuses stands in its place."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    known = catalogue.facts(place, table).table
    found: list[Insights | AwsError] = []
    for index in ("", *(one.name for one in known.indexes if one.is_global)):
        try:
            found.append(door.describe_insights(place.target, table, index))
        except AwsError as error:
            if not found and error.kind in (Kind.DENIED, Kind.EXPIRED, Kind.UNREACHABLE):
                raise
            found.append(error)
    return tuple(found)


def _read_insights(target: Target, table: str, index: str) -> State:
    found = door.describe_insights(target, table, index)
    return {"enabled": found.enabled, "mode": found.mode if found.enabled else ""}


def _write_insights(target: Target, table: str, index: str, wanted: State, _: State, change: str) -> str:
    return door.update_insights(
        target, table, index, enable=wanted["enabled"], mode=wanted["mode"], change=change
    ).request_id


INSIGHTS = Aspect(
    "insights.set",
    "Contributor Insights turned on or off",
    _read_insights,
    _write_insights,
    ("enabled", "mode"),
    back="Contributor Insights is as it was; what it counted before it was turned off does not come back.",
    link="tables:structure",
)


def set_insights(
    actor: Actor, place: Place, table: str, index: str, shown: State, wanted: State, reason: str
) -> Altered | Changed:
    """Turn it on or off for the table or an index, if it still is as shown. Raises Refused, AwsError, InputError (``mode``)."""
    require(actor.user, "administer", place.resource(f"table:{table}"))
    if wanted["enabled"] and wanted["mode"] not in MODES:
        raise InputError("mode", "Choose what is counted: " + ", or ".join(MODES.values()) + ".")
    if INSIGHTS.alike(shown, wanted):
        raise InputError("mode", "Nothing would change: it is like that already.")
    return alter(actor, place, table, INSIGHTS, shown, wanted, reason, subject=index)


def insights_state(actor: Actor, place: Place, table: str, index: str) -> State:
    """How it stands, as ``set_insights`` compares it: one call."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return _read_insights(place.target, table, index)


def destinations(actor: Actor, place: Place, table: str) -> tuple[Destination, ...]:
    """The Kinesis data streams that the table's changes go to: one call."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    return door.describe_destinations(place.target, table)


def handlers() -> tuple[Handler, ...]:
    """For the area's ``ready``."""
    return tuple(handler(aspect) for aspect in (POLICY, ADDED, REMOVED, INSIGHTS))
