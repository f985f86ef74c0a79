"""Sending a change of a stage's limits, whatever becomes of the answers, and saying beforehand what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiconfig.core import apis, patch
from apiconfig.core import throttle as core
from apiconfig.core.apis import Api, Stage
from apiconfig.core.definition import canonical
from apiconfig.core.throttle import Limits
from apiconfig.operations import standing
from apiconfig.operations.stage_writes import in_words
from dashboard.accounts.place import Place
from dashboard.aws.apigateway import http, rest
from dashboard.core.errors import AwsError, Kind
from dashboard.core.patches import Patch
from dashboard.history.record import Recording

Changes = Mapping[str, Limits]


def steps(api: Api, stage: Stage, changes: Changes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is sent and what would lead back, a line each."""
    if not changes:
        return (), ()
    if api.kind == "REST":
        sent = core.patches(stage.raw, changes)
        return _lines(sent), _lines(patch.inverse(sent, stage.raw))
    there = core.v2_change(stage.raw, changes)
    former = core.v2_inverse(stage.raw, changes)
    return _v2_lines(there), tuple(f"{route}: {limits.words}" for route, limits in former.items())


def send(place: Place, api: Api, stage: Stage, changes: Changes, change: Recording) -> Stage:
    """Send it; the stage afterwards. Raises AwsError: LOST only when reading the stage did not tell either.

    HTTP and WebSocket stages may need two calls; when the second fails after the first, ``change`` is ended as partly done.
    """
    try:
        if api.kind == "REST":
            sent = core.patches(stage.raw, changes)
            answer = rest.update_stage(place.target, api.id, stage.name, sent, change=change.id)
            return apis.rest_stage(answer)
        return _send_v2(place, api, stage, core.v2_change(stage.raw, changes), change)
    except AwsError as error:
        if error.kind is Kind.LOST:
            return _looked_at(place, api, stage, changes, error)
        raise in_words(error) from error


def holds(now: Changes, wanted: Changes) -> bool:
    """Whether every figure that was to be set is so, and every limit that was to go is gone."""
    for route, limits in wanted.items():
        found = now.get(route, Limits())
        if limits.empty and not found.empty:
            return False
        if limits.rate is not None and found.rate != limits.rate:
            return False
        if limits.burst is not None and found.burst != limits.burst:
            return False
    return True


def _send_v2(place: Place, api: Api, stage: Stage, wanted: core.V2Change, change: Recording) -> Stage:
    removed = []
    try:
        for route in wanted.delete:
            http.delete_route_settings(place.target, api.id, stage.name, route, change=change.id)
            removed.append(route)
        if wanted.update:
            answer = http.update_stage(place.target, api.id, stage.name, wanted.update, change=change.id)
            return apis.v2_stage(answer)
    except AwsError as error:
        if removed and error.kind is not Kind.LOST:
            names = ", ".join(removed)
            error.message += f" The settings of {names} had been removed by then; look at the stage's limits."
            change.partial(error, before={"stage": stage.name}, after={"removed": names})
        raise
    return standing.stage_now(place, api, stage.name)


def _looked_at(place: Place, api: Api, before: Stage, changes: Changes, lost: AwsError) -> Stage:
    """After a lost answer: as intended is done, as before is failed, anything else nobody can tell."""
    try:
        now = standing.stage_now(place, api, before.name)
    except AwsError as unread:
        raise lost from unread
    read = core.stage_limits if api.kind == "REST" else core.v2_limits
    if holds(read(now.raw), changes):
        return now
    if read(now.raw) != read(before.raw):
        raise lost
    raise lost.known_unchanged(
        "No answer came, and reading the stage showed that its limits are as they were. You can send it again."
    ) from lost


def _lines(sent: tuple[Patch, ...]) -> tuple[str, ...]:
    return tuple(" ".join(text for text in (step.op, step.path, step.value) if text) for step in sent)


def _v2_lines(change: core.V2Change) -> tuple[str, ...]:
    update: dict[str, Any] = change.update
    return (
        *(f"DeleteRouteSettings {route}" for route in change.delete),
        *(f"UpdateStage {name} {canonical(value)}" for name, value in update.items()),
    )
