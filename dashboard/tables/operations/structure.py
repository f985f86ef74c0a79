"""Reading how a table is made, and changing one part of it.

DynamoDB has no condition for changes of a table. So the table is described once more just before, and a change is refused when
anything about it is other than what was shown (``fingerprint``); between the two calls no other change of Gatehouse's is sent (``alone``).

What can come of a change: AWS takes it (done; the table may be UPDATING for a while). AWS refuses (failed, nothing was changed). No answer
came: the table is read, and the part is either as intended (done) or as before (failed), or nobody can tell and the change stays *unknown*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws.calling import Answer
from dashboard.aws.dynamodb import tables as door
from dashboard.core.dynamodb import Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.models import Change
from dashboard.history.record import Recording, recording
from dashboard.tables.core import structure_rules
from dashboard.tables.core.structure import (
    MANAGED,
    Definition,
    definition_of,
    fingerprint,
    section,
    with_section,
)
from dashboard.tables.core.structure_steps import Step, diff
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.alone import alone

ALTER = "table.alter."
CHANGING = "DynamoDB is still busy with the last change of this table. Come back in a minute, or when its status is ACTIVE again."


@dataclass(frozen=True)
class Shown:
    """A table as AWS describes it now. ``definition`` has TTL and tags only where they were asked for."""

    table: Table
    definition: Definition
    fingerprint: str


@dataclass(frozen=True)
class Moved:
    """Nothing was sent: the table is made otherwise than was shown. ``now`` is how."""

    now: Shown


@dataclass(frozen=True)
class Altered:
    """AWS took the change; one record a call. With ``failure`` it took only these ``steps``, the first ones, and refused the next."""

    change_ids: tuple[str, ...]
    steps: tuple[Step, ...]
    failure: AwsError | None = None


def look(place: Place, name: str, part: str = "") -> Shown:
    """Describe the table now: one call, and one more for the parts ``ttl`` and ``tags``. The screen or operation has asked ``require``."""
    table = catalogue.facts(place, name, fresh=True).table
    ttl = ""
    if part == "ttl":
        status, attribute = door.time_to_live_state(place.target, name)
        ttl = attribute if status in ("ENABLED", "ENABLING") else ""
    tags = door.list_tags(place.target, name, table.arn) if part == "tags" else ()
    definition = definition_of(table, ttl, tags)
    return Shown(table, definition, fingerprint(table, definition))


def plan(shown: Shown, part: str, value: dict[str, Any]) -> tuple[Step, ...]:
    """The calls that give ``part`` the value ``value`` (both of ``structure.section``). InputError for what cannot be."""
    after = with_section(shown.definition, part, value)
    problems = structure_rules.check(after, new=False)
    if problems:
        raise problems[0]
    steps = diff(shown.definition, after, shown.table)
    if not steps:
        raise InputError("form", "Nothing would change: this is how the table is now.")
    for step in steps:
        check_state(shown.table, step)
    return steps


def check_state(table: Table, step: Step) -> None:
    """InputError while DynamoDB would refuse the step because of what the table is busy with."""
    if step.operation in ("UpdateTimeToLive", "TagResource", "UntagResource"):
        allowed = table.status in ("ACTIVE", "UPDATING")
    else:
        allowed = table.status == "ACTIVE"
    busy = [index for index in table.indexes if index.status != "ACTIVE"]
    if step.kind in ("index-add", "index-drop") and busy and not _drops_filling(step, busy):
        names = " and ".join(f"{index.name} is {index.status}" for index in busy)
        raise InputError(
            "state",
            f"One index at a time can be added or dropped, and {names}. Come back when it is done: the Structure page shows how far it is.",
        )
    if not allowed and not _drops_filling(step, busy):
        raise InputError("state", f"The table is {table.status}. {CHANGING}")


def _drops_filling(step: Step, busy: list[Any]) -> bool:
    """An index that is being filled may be dropped (Developer Guide, "Managing Global Secondary Indexes")."""
    return step.kind == "index-drop" and [(index.backfilling, f"index:{index.name}") for index in busy] == [
        (True, step.part)
    ]


def alter(
    actor: Actor,
    place: Place,
    name: str,
    part: str,
    value: dict[str, Any],
    shown: str,
    reason: str,
    undo_of: Change | None = None,
) -> Altered | Moved:
    """Give ``part`` of the table another value, if the table still is as its fingerprint ``shown`` says. Raises AwsError, InputError."""
    require(actor.user, "administer", place.resource(f"table:{name}"))
    with alone(place, name):
        now = look(place, name, part)
        if now.fingerprint != shown:
            return Moved(now)
        steps = plan(now, part, value)
        done: list[str] = []
        try:
            for step in steps:
                done.append(_carry_out(actor, place, now.table, step, reason, undo_of))
        except AwsError as error:
            if not done:
                raise
            return Altered(tuple(done), steps[: len(done)], error)
        finally:
            catalogue.forget_facts(place, name)
    return Altered(tuple(done), steps)


def _carry_out(
    actor: Actor, place: Place, table: Table, step: Step, reason: str, undo_of: Change | None
) -> str:
    """Send one step and record it; the change's id."""
    with recording(
        actor,
        place.resource(f"table:{table.name}"),
        ALTER + step.kind,
        label=step.title,
        subject=step.part,
        reason=reason,
        shown=step.before,
        intended=step.after,
        undo_of=undo_of,
    ) as change:
        try:
            answer = _send(place, table, step, change.id)
        except AwsError as error:
            if error.kind is not Kind.LOST:
                raise
            _lost(place, table.name, step, change, error)
        else:
            change.done(before=step.before, after=step.after, request_id=answer.request_id)
        return change.id


def _send(place: Place, table: Table, step: Step, change: str) -> Answer:
    target, name = place.target, table.name
    if step.operation == "UpdateTable":
        return door.update_table(target, name, step.arguments, change=change)
    if step.operation == "UpdateTimeToLive":
        asked = step.arguments["TimeToLiveSpecification"]
        return door.update_time_to_live(target, name, asked["AttributeName"], asked["Enabled"], change=change)
    if step.operation == "TagResource":
        tags = {tag["Key"]: tag["Value"] for tag in step.arguments["Tags"]}
        return door.tag_table(target, name, table.arn, tags, change=change)
    return door.untag_table(target, name, table.arn, step.arguments["TagKeys"], change=change)


def _lost(place: Place, name: str, step: Step, change: Recording, error: AwsError) -> None:
    """Read what stands there. When that fails too, or tells nothing, the error leaves and the change stays unknown."""
    try:
        held = recorded(look(place, name, step.part).definition, step.part, step.after)
    except AwsError as unread:
        raise error from unread
    if held == step.after:
        change.done(before=step.before, after=step.after, request_id=error.request_id)
        return
    if held != step.before:
        raise error
    known = error.known_unchanged(
        "No answer came, and reading the table showed that nothing was changed. You can send it again."
    )
    change.failed(known)
    raise known from error


def recorded(definition: Definition, part: str, like: dict[str, Any]) -> dict[str, Any]:
    """The part as it stands, cut down to what ``like`` recorded of it: capacities of the indexes that both have."""
    held = section(definition, part)
    if part == "capacity":
        held["indexes"] = {name: units for name, units in held["indexes"].items() if name in like["indexes"]}
    if part == "encryption" and held["encryption"] and _may_be(held["encryption"], like["encryption"]):
        return like
    return held


def _may_be(arn: str, asked: str) -> bool:
    """Whether the key of that ARN can be the one asked for: AWS tells its ARN only, whatever name it was asked for by."""
    return asked == MANAGED or asked.startswith("alias/") or arn.endswith(f"/{asked}")
