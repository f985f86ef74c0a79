"""Steps that change a REST stage, and the steps back: their paths, their text, and what leads from one stage to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from apiconfig.core.stage_steps import (
    CANARY,
    CLEARABLE,
    DEFAULT,
    FRESH,
    SCALARS,
    SETTINGS,
    Json,
    PatchError,
    apply,
    escape,
    normal,
    split,
    unescape,
)
from dashboard.core.patches import Patch

__all__ = [
    "DEFAULT",
    "PatchError",
    "apply",
    "between",
    "escape",
    "inverse",
    "key_of",
    "method_path",
    "normal",
    "same",
    "split",
    "text",
    "unescape",
]


def key_of(settings: Mapping[str, Any], route: str) -> str:
    """The key under which a route's settings are, or would be made; ``route`` is ``GET /pets/{id}`` or ``*/*``."""
    found = next((key for key in settings if normal(key) == route), None)
    if found is not None:
        return found
    if route == DEFAULT:
        return DEFAULT
    method, _, path = route.partition(" ")
    return f"{escape(path)}/{method}"


def method_path(key: str, setting: str = "") -> str:
    """The path of a record of ``methodSettings``, or of one of its settings (``throttling/rateLimit``)."""
    path, _, method = key.rpartition("/")
    whole = f"/{path.replace('/', '~1')}/{method}"
    return f"{whole}/{setting}" if setting else whole


def text(value: Any) -> str:
    """A member's value as a step has it: always text, a figure without exponent or needless zeros."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        figure = Decimal(str(value))
        plain = f"{figure:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(value)


def inverse(patches: Sequence[Patch], before: Mapping[str, Any]) -> tuple[Patch, ...]:
    """The steps that bring a stage back to ``before`` after ``patches``; they touch nothing else. PatchError where none do."""
    return tuple(between(apply(before, patches), before))


def between(start: Mapping[str, Any], end: Mapping[str, Any]) -> Iterator[Patch]:
    """The steps that make ``end`` of ``start``, in an order that AWS takes."""
    yield from _method_steps(start.get("methodSettings") or {}, end.get("methodSettings") or {})
    yield from _variable_steps("/variables", start.get("variables") or {}, end.get("variables") or {})
    yield from _scalar_steps(start, end)
    yield from _log_steps(start.get("accessLogSettings") or {}, end.get("accessLogSettings") or {})
    yield from _canary_steps(start.get("canarySettings"), end.get("canarySettings"))


def same(one: Any, other: Any) -> bool:
    """Whether two values of a member are the same to AWS: figures by their size, no log level is ``OFF``."""
    return text(one) == text(other)


def _method_steps(start: Mapping[str, Json], end: Mapping[str, Json]) -> Iterator[Patch]:
    for key in start:
        if key not in end:
            yield Patch("remove", method_path(key))
    for key, wanted in end.items():
        standing = start.get(key)
        for setting, member in SETTINGS.items():
            value = wanted.get(member, FRESH[member])
            if standing is None or not same(standing.get(member, FRESH[member]), value):
                yield Patch("replace", method_path(key, setting), text(value))


def _variable_steps(root: str, start: Mapping[str, str], end: Mapping[str, str]) -> Iterator[Patch]:
    for name in start:
        if name not in end:
            yield Patch("remove", f"{root}/{escape(name)}")
    for name, value in end.items():
        if start.get(name) != value:
            yield Patch("replace", f"{root}/{escape(name)}", value)


def _scalar_steps(start: Mapping[str, Any], end: Mapping[str, Any]) -> Iterator[Patch]:
    for member in SCALARS:
        standing, wanted = start.get(member), end.get(member)
        if wanted is None and member in CLEARABLE:
            wanted = ""
        if text(standing if standing is not None else "") == text(wanted if wanted is not None else ""):
            continue
        if wanted is None:
            if member == "cacheClusterSize" and not end.get("cacheClusterEnabled"):
                continue  # a cache that is off has no size that matters
            raise PatchError(f"/{member}", f"A stage's {member} cannot be taken away again once it is set.")
        yield Patch("replace", f"/{member}", text(wanted))


def _log_steps(start: Mapping[str, str], end: Mapping[str, str]) -> Iterator[Patch]:
    standing = dict(start)
    if set(standing) - set(end):  # removing one member alone is refused, whatever the table says
        yield Patch("remove", "/accessLogSettings")
        standing = {}
    for member in ("destinationArn", "format"):
        if member in end and standing.get(member) != end[member]:
            yield Patch("replace", f"/accessLogSettings/{member}", end[member])


def _canary_steps(start: Mapping[str, Any] | None, end: Mapping[str, Any] | None) -> Iterator[Patch]:
    if not end:
        if start:
            yield Patch("remove", "/canarySettings")
        return
    standing = start or {}
    for member in CANARY:
        wanted = end.get(member, CANARY[member])
        if not start or not same(standing.get(member, CANARY[member]), wanted):
            yield Patch("replace", f"/canarySettings/{member}", text(wanted))
    root, overrides = "/canarySettings/stageVariableOverrides", "stageVariableOverrides"
    yield from _variable_steps(root, standing.get(overrides) or {}, end.get(overrides) or {})
