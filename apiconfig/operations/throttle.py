"""A stage's limits: how they stand, what a change would mean, and the change, conditional on what was shown."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from apiconfig.core import patch
from apiconfig.core import throttle as core
from apiconfig.core.apis import Api, Stage, plain
from apiconfig.core.definition import canonical
from apiconfig.core.throttle import DEFAULT, Limits
from apiconfig.core.views import (
    AccountLimits,
    ThrottleChange,
    Throttled,
    ThrottleMoved,
    ThrottlePreview,
)
from apiconfig.operations import catalogue, limit_writes, memory, pages, standing
from apiconfig.operations.deploy import checked
from apiconfig.operations.locking import one_change
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.core.errors import AwsError, InputError
from dashboard.history.models import Change
from dashboard.history.record import recording

THROTTLE = "api.throttle"
Changes = Mapping[str, Limits]
"""Route (``*/*``, ``GET /pets/{id}`` or a v2 route key) → the limits it is to have; empty ones remove its own."""


def limits(place: Place, api_id: str, stage: str) -> ThrottlePreview:
    """How the stage's limits stand now: GetStage, the rest from what is kept. Raises AwsError (NOT_FOUND: it is gone)."""
    return preview_throttle(place, api_id, stage, {})


def preview_throttle(place: Place, api_id: str, stage: str, changes: Changes) -> ThrottlePreview:
    """What the change would mean, in words, with its steps. InputError (field ``route``) for a route the API does not have."""
    api = catalogue.known(place, api_id)
    return _preview(place, api, standing.stage_now(place, api, stage), changes)


def set_throttle(
    actor: Actor,
    place: Place,
    api_id: str,
    stage: str,
    changes: Changes,
    reason: str,
    fingerprint: str,
    *,
    undo_of: Change | None = None,
) -> Throttled | ThrottleMoved:
    """Change the limits; needs ``write`` on ``api:<id>``. Raises Refused, InputError (``reason``, ``route``), AwsError."""
    require(actor.user, "write", place.resource(f"api:{api_id}"))
    reason = checked(reason, "reason", "Reason")
    api = catalogue.known(place, api_id)
    with one_change(place, api_id):
        now = _preview(place, api, standing.stage_now(place, api, stage), changes)
        words = _why_not(now, fingerprint)
        with recording(
            actor,
            place.resource(f"api:{api_id}"),
            THROTTLE,
            label=f"{api.title}: limits of stage {stage}",
            subject=stage,
            reason=reason,
            shown=facts(stage, now.limits, changes),
            intended=facts(stage, changes, changes),
            undo_of=undo_of,
        ) as change:
            if words:
                change.refused("NotAsShown", words, before=facts(stage, now.limits, changes))
                return ThrottleMoved(words, now)
            try:
                after = limit_writes.send(place, api, now.stage, changes, change)
            finally:
                memory.doubt(place, f"api:{api_id}", ("stages",))
            change.done(
                before=facts(stage, now.limits, changes), after=facts(stage, limits_of(api, after), changes)
            )
    return _verified(place, api, stage, changes, change.id)


def limits_of(api: Api, stage: Stage) -> dict[str, Limits]:
    """The limits that the stage sets itself, by route."""
    return core.stage_limits(stage.raw) if api.kind == "REST" else core.v2_limits(stage.raw)


def facts(stage: str, found: Changes, changes: Changes) -> dict[str, Any]:
    """What the record keeps: the limits of the routes that are changed, each as text."""
    shown = {route: found.get(route, Limits()) for route in changes}
    return {
        "stage": stage,
        "limits": {
            route: {
                "rate": None if entry.rate is None else patch.text(entry.rate),
                "burst": entry.burst,
            }
            for route, entry in shown.items()
        },
    }


def changes_of(recorded: Mapping[str, Any] | None) -> dict[str, Limits]:
    """What ``facts`` wrote, as limits again."""
    return {
        str(route): Limits(
            None if entry.get("rate") is None else plain(entry["rate"]),
            None if entry.get("burst") is None else int(entry["burst"]),
        )
        for route, entry in ((recorded or {}).get("limits") or {}).items()
    }


def fingerprint_of(api: Api, stage: Stage) -> str:
    """What a change of limits is conditional on: every setting of the stage's routes (not its deployment)."""
    names = ("methodSettings",) if api.kind == "REST" else ("DefaultRouteSettings", "RouteSettings")
    shown = {name: stage.raw.get(name) or {} for name in names}
    return sha256(canonical({"stage": stage.name, **shown}).encode()).hexdigest()[:32]


def _preview(place: Place, api: Api, stage: Stage, changes: Changes) -> ThrottlePreview:
    account = pages.account_limits(place, pages.region_parts(place, api.kind).get("account"))
    stated = limits_of(api, stage)
    routes = _routes(place, api, stated)
    _check(changes, routes)
    found = tuple(
        _change(api, stage, account, route, stated, wanted)
        for route, wanted in changes.items()
        if stated.get(route, Limits()) != wanted
    )
    steps, back = limit_writes.steps(api, stage, changes)
    names = (DEFAULT, *(route for route in routes if route != DEFAULT))
    return ThrottlePreview(
        api=api,
        stage=stage,
        account=account,
        limits=stated,
        routes=names,
        fingerprint=fingerprint_of(api, stage),
        effective={route: _effective(stated, account, route) for route in names},
        frozen=_frozen(api, stage, stated),
        changes=found,
        steps=steps,
        way_back=back,
        refusals=("Nothing changes: these limits are set already.",) if changes and not found else (),
    )


def _routes(place: Place, api: Api, stated: Changes) -> tuple[str, ...]:
    """The routes of the API as we know it, and those that have limits."""
    kept = {name: part.payload for name, part in memory.recall(place, f"api:{api.id}").items()}
    main = "resources" if api.kind == "REST" else "routes"
    if kept.get(main) is None:
        read = memory.reading(place, f"api:{api.id}", {main: pages.reads(place.target, api)[main]})[main]
        kept[main] = read.payload
    definition = pages.definition_of(api, kept)
    known = [route.key for route in definition.routes] if definition else []
    return tuple(dict.fromkeys([*known, *sorted(stated)]))


def _check(changes: Changes, routes: tuple[str, ...]) -> None:
    for route in changes:
        if route != DEFAULT and route not in routes:
            raise InputError("route", f"Route: this API has no route {route}.")


def _change(
    api: Api, stage: Stage, account: AccountLimits, route: str, stated: Changes, after: Limits
) -> ThrottleChange:
    before = stated.get(route, Limits())
    acted = stated.get(DEFAULT, Limits()) if before.empty else before
    above = "the account's limits" if route == DEFAULT else "the stage's default and the account's limits"
    words = core.words(acted, after, account=Limits(account.rate, account.burst), above=above)
    if acted == after:
        words = ("The figures are those of the stage's default; they become the route's own.",)
    notes: list[str] = []
    if api.kind == "REST":
        if after.empty:
            notes += [f"Goes with it: {lost}." for lost in core.lost_settings(stage.raw, route)]
        elif freezes := core.freezes(stage.raw, route):
            notes.append(freezes)
        if route == DEFAULT and (apart := core.frozen_routes(stage.raw)):
            notes.append(f"Does not reach the routes with settings of their own: {', '.join(apart)}.")
    return ThrottleChange(route, before, after, words, tuple(notes))


def _effective(stated: Changes, account: AccountLimits, route: str) -> core.Effective:
    return core.effective(
        account=Limits(account.rate, account.burst),
        stage=stated.get(DEFAULT),
        route=stated.get(route) if route != DEFAULT else None,
    )


def _frozen(api: Api, stage: Stage, stated: Changes) -> dict[str, str]:
    if api.kind != "REST":
        return {}
    found = {route: core.frozen(stage.raw, route) for route in stated if route != DEFAULT}
    return {route: words for route, words in found.items() if words}


def _why_not(now: ThrottlePreview, fingerprint: str) -> str:
    """Why nothing may be written; empty when it may."""
    if now.fingerprint != fingerprint:
        return (
            "Nothing was changed: the stage's settings are not as they were shown any more. Somebody changed them in between. "
            "This is how they stand now."
        )
    if not now.changes:
        return "Nothing was changed: these limits are set already."
    return ""


def _verified(place: Place, api: Api, stage: str, changes: Changes, change_id: str) -> Throttled:
    """Read the stage again and compare its limits with what was meant."""
    try:
        now = limits_of(api, standing.stage_now(place, api, stage))
    except AwsError as error:
        words = f"The limits were set. The stage could not be read again to verify them: {standing.sentence(error)}"
        return Throttled(change_id, None, words)
    if limit_writes.holds(now, changes):
        return Throttled(change_id, True, "The limits were set; the stage was read again and holds them.")
    wrong = [route for route in changes if not limit_writes.holds(now, {route: changes[route]})]
    words = (
        f"The limits were sent, but the stage that was read again does not hold them for: {', '.join(wrong)}."
    )
    return Throttled(change_id, False, words)
