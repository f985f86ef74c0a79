"""The way back from a change of limits, and finding out how one ended that nobody saw the end of."""

from __future__ import annotations

from apiconfig.core import throttle as core
from apiconfig.core.throttle import Limits
from apiconfig.core.views import ThrottleMoved
from apiconfig.operations import catalogue, limit_writes, standing
from apiconfig.operations.throttle import (
    THROTTLE,
    changes_of,
    facts,
    fingerprint_of,
    limits_of,
    set_throttle,
)
from apiconfig.operations.undo import api_id, gone_place, link, settle
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import find_place
from dashboard.core.errors import InputError
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome


def handler() -> Handler:
    """For ``AppConfig.ready``."""
    return Handler(THROTTLE, "Limits changed", permission="write", undo=undo, reconcile=reconcile, link=link)


def undo(actor: Actor, change: Change, reason: str) -> Undone:
    """Give the routes their former limits again, if they still have those of this change."""
    place = find_place(change.connection, change.region)
    if place is None:
        return gone_place(change)
    former, given = changes_of(change.outcome.before), changes_of(change.outcome.after)
    api = catalogue.known(place, api_id(change))
    stage = standing.stage_now(place, api, change.subject)
    now = limits_of(api, stage)
    moved = [route for route, limits in given.items() if now.get(route, Limits()) != limits]
    if moved:
        return Undone(
            False, f"Not undone: the limits of {', '.join(moved)} were changed since. Nothing was changed."
        )
    if api.kind == "REST":
        lost = [
            f"{route}: {words}"
            for route, limits in former.items()
            if limits.empty and not given.get(route, Limits()).empty
            for words in core.lost_settings(stage.raw, route)
        ]
        if lost:
            return Undone(
                False,
                "Not undone: taking the limit away would take other settings of the route along that were set since "
                f"({'; '.join(lost)}). Nothing was changed.",
            )
    shown = fingerprint_of(api, stage)
    try:
        result = set_throttle(
            actor, place, api.id, stage.name, former, reason or "Undo", shown, undo_of=change
        )
    except InputError as error:
        return Undone(False, error.rule)
    if isinstance(result, ThrottleMoved):
        return Undone(False, f"Not undone. {result.words}")
    return Undone(True, f"The former limits stand again. {result.words}", result.change_id)


def reconcile(change: Change) -> bool:
    """Read the stage and write the missing outcome; False when it is neither as before nor as intended. Raises AwsError."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    api = catalogue.known(place, api_id(change))
    now = limits_of(api, standing.stage_now(place, api, change.subject))
    shown, intended = changes_of(change.shown), changes_of(change.intended)
    if limit_writes.holds(now, intended):
        after = facts(change.subject, now, intended)
        return settle(change, Outcome.Result.DONE, before=change.shown, after=after)
    if all(now.get(route, Limits()) == limits for route, limits in shown.items()):
        message = "The stage was read later and has its former limits: the change did not reach it."
        return settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)
    return False
