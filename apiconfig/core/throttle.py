"""Throttles: which limit decides for a route, what a change means, and the steps that make it and undo it.

Layers and their order: developer guide, "Throttle requests to your REST APIs". Each layer is a token bucket of its own and a call
needs a token of every one it falls under, so the smallest figure decides and no layer can raise another. A method with settings of
its own has a full copy of them, so the stage's default does not reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from apiconfig.core.limits import Limits, Parsed, figure, limits_of, parse_limits, words
from apiconfig.core.patch import DEFAULT, inverse, key_of, method_path, normal, same, text
from apiconfig.core.stage_steps import FRESH, SETTINGS
from dashboard.core.patches import Patch

__all__ = [
    "DEFAULT",
    "Effective",
    "Layer",
    "Limits",
    "Parsed",
    "V2Change",
    "effective",
    "figure",
    "freezes",
    "frozen",
    "frozen_routes",
    "inverse",
    "limits_of",
    "lost_settings",
    "parse_limits",
    "patches",
    "stage_limits",
    "v2_change",
    "v2_inverse",
    "v2_limits",
    "words",
]

Name = Literal["plan route", "plan", "route", "stage", "account"]
Json = dict[str, Any]
_REST = ("throttlingRateLimit", "throttlingBurstLimit")
_V2 = ("ThrottlingRateLimit", "ThrottlingBurstLimit")
_SHARED = {
    "plan route": "this route's limit in the usage plan, for each key by itself",
    "plan": "the usage plan's limit, for each key by itself over all of the plan's stages",
    "route": "this route's limit on the stage, shared by all callers",
    "stage": "the stage's default, shared by all callers of the route",
    "account": "the account's limit, shared by every API of the region",
}


@dataclass(frozen=True)
class Layer:
    """One bucket a call falls under. ``words`` says whose it is."""

    name: Name
    limits: Limits

    @property
    def words(self) -> str:
        """Whose bucket it is."""
        return _SHARED[self.name]


@dataclass(frozen=True)
class Effective:
    """What holds in the end: ``limits``, and which layer each figure comes from (None: no layer sets one).

    ``layers`` are all that a call falls under, the most specific first; ``notes`` are what the figures do not say.
    """

    limits: Limits
    rate_from: Layer | None
    burst_from: Layer | None
    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class V2Change:
    """What to send for a stage of an HTTP or WebSocket API: first DeleteRouteSettings for each of ``delete``, then UpdateStage."""

    update: Json = field(default_factory=dict)
    delete: tuple[str, ...] = ()


def effective(
    *,
    account: Limits,
    stage: Limits | None = None,
    route: Limits | None = None,
    plan: Limits | None = None,
    plan_route: Limits | None = None,
    key_required: bool = True,
) -> Effective:
    """What decides for a route. None: the layer says nothing of it. ``route`` takes the place of ``stage``, being a copy of it.

    A plan's limits act on routes that require a key only.
    """
    given: list[tuple[Name, Limits | None]] = [
        ("plan route", plan_route if key_required else None),
        ("plan", plan if key_required else None),
        ("route", route),
        ("stage", stage if route is None else None),
        ("account", account),
    ]
    layers = tuple(Layer(name, limits) for name, limits in given if limits is not None and not limits.empty)
    rates = [layer for layer in layers if layer.limits.rate is not None]
    bursts = [layer for layer in layers if layer.limits.burst is not None]
    rate_from = min(rates, key=lambda layer: layer.limits.rate or Decimal(0), default=None)
    burst_from = min(bursts, key=lambda layer: layer.limits.burst or 0, default=None)
    limits = Limits(
        rate_from.limits.rate if rate_from else None, burst_from.limits.burst if burst_from else None
    )
    planned = bool((plan and not plan.empty) or (plan_route and not plan_route.empty))
    return Effective(limits, rate_from, burst_from, layers, _notes(limits, planned and not key_required))


def _notes(limits: Limits, no_key: bool) -> tuple[str, ...]:
    found = []
    if limits.blocks:
        found.append("0 blocks every call.")
    if no_key:
        found.append("The route asks for no API key, so the limits of usage plans do not act on it.")
    return tuple(found)


def stage_limits(stage: Mapping[str, Any]) -> dict[str, Limits]:
    """The limits that a REST stage (GetStage) sets, by route: ``*/*`` is its default, else ``GET /pets/{id}``."""
    settings: Mapping[str, Json] = stage.get("methodSettings") or {}
    return {normal(key): limits_of(record, *_REST) for key, record in settings.items()}


def v2_limits(stage: Mapping[str, Any]) -> dict[str, Limits]:
    """The same of an HTTP or WebSocket API's stage; routes by their key, the default as ``*/*``."""
    default = limits_of(stage.get("DefaultRouteSettings"), *_V2)
    found = {DEFAULT: default} if not default.empty else {}
    routes = {key: limits_of(record, *_V2) for key, record in (stage.get("RouteSettings") or {}).items()}
    return found | {key: limits for key, limits in routes.items() if not limits.empty}


def frozen_routes(stage: Mapping[str, Any]) -> tuple[str, ...]:
    """The routes that have a copy of the settings, so that a change of the stage's default does not reach them."""
    return tuple(sorted(route for route in stage_limits(stage) if route != DEFAULT))


def frozen(stage: Mapping[str, Any], route: str) -> str:
    """Why the default does not act on a route that has settings of its own; empty when it has none."""
    limits = stage_limits(stage)
    if route == DEFAULT or route not in limits:
        return ""
    default = limits.get(DEFAULT, Limits())
    apart = "the same as" if default == limits[route] else "not"
    return (
        f"{route} has a copy of all settings, made when one of them was first set for it: {limits[route].words}, "
        f"{apart} the stage's default ({default.words}). A change of the default does not reach it."
    )


def freezes(stage: Mapping[str, Any], route: str) -> str:
    """What a first limit of a route brings with it; empty when it has settings of its own already."""
    if route == DEFAULT or route in stage_limits(stage):
        return ""
    return (
        f"This makes a copy of all of the stage's settings for {route} (logs, metrics and cache too): "
        "later changes of the stage's default do not reach it."
    )


def lost_settings(stage: Mapping[str, Any], route: str) -> tuple[str, ...]:
    """The other settings of a route that go with its record when the limit is removed: those that differ from the default's."""
    settings: Mapping[str, Json] = stage.get("methodSettings") or {}
    own = settings.get(key_of(settings, route))
    if own is None:
        return ()
    falls_to = FRESH if route == DEFAULT else {**FRESH, **settings.get(DEFAULT, {})}
    others = {member: setting for setting, member in SETTINGS.items() if member not in _REST}
    return tuple(
        f"{setting} is {text(own.get(member, FRESH[member]))} and becomes {text(falls_to[member])}"
        for member, setting in others.items()
        if not same(own.get(member, FRESH[member]), falls_to[member])
    )


def patches(stage: Mapping[str, Any], changes: Mapping[str, Limits]) -> tuple[Patch, ...]:
    """The steps that give a REST stage these limits by route. Empty limits remove the route's record, with all its settings.

    ``inverse(steps, stage)`` leads back. What already stands so needs no step.
    """
    settings: Mapping[str, Json] = stage.get("methodSettings") or {}
    standing = stage_limits(stage)
    found: list[Patch] = []
    for route, limits in changes.items():
        key = key_of(settings, route)
        if limits.empty:
            if route in standing:
                found.append(Patch("remove", method_path(key)))
        elif limits != standing.get(route):
            figures = {"throttling/rateLimit": limits.rate, "throttling/burstLimit": limits.burst}
            found += [
                Patch("replace", method_path(key, setting), text(value))
                for setting, value in figures.items()
                if value is not None
            ]
    return tuple(found)


def v2_change(stage: Mapping[str, Any], changes: Mapping[str, Limits]) -> V2Change:
    """What gives an HTTP or WebSocket stage these limits. A record's other settings are sent along as they are.

    Empty limits take the throttle out of a record; a route's record that holds nothing else is deleted.
    """
    update: Json = {}
    routes: Json = {}
    delete: list[str] = []
    for route, limits in changes.items():
        standing = _record(stage, route)
        others = {name: value for name, value in standing.items() if name not in _V2}
        wanted = others if limits.empty else {**others, **_members(limits)}
        if wanted == standing:
            continue
        if route == DEFAULT:
            update["DefaultRouteSettings"] = wanted
        elif not any(wanted.values()) and limits.empty:
            delete.append(route)
        else:
            routes[route] = wanted
            if limits.empty:
                delete.append(route)  # a member that is not sent might stay: the record is made anew
    if routes:
        update["RouteSettings"] = routes
    return V2Change(update, tuple(delete))


def v2_inverse(before: Mapping[str, Any], changes: Mapping[str, Limits]) -> dict[str, Limits]:
    """The limits that the changed routes had, to be given to ``v2_change`` of the stage as it stands by then."""
    standing = v2_limits(before)
    return {route: standing.get(route, Limits()) for route in changes}


def _record(stage: Mapping[str, Any], route: str) -> Json:
    if route == DEFAULT:
        return dict(stage.get("DefaultRouteSettings") or {})
    return dict((stage.get("RouteSettings") or {}).get(route) or {})


def _members(limits: Limits) -> Json:
    """Figures that are set; a 0 in place of one that is not would block every call."""
    stated = {_V2[0]: None if limits.rate is None else float(limits.rate), _V2[1]: limits.burst}
    return {name: value for name, value in stated.items() if value is not None}
