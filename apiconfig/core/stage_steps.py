"""A REST stage as a value, and what each step of UpdateStage makes of it.

``stage`` is GetStage's answer. What a step does is UpdateStage's table in "API Gateway REST API Reference", "Patch operations",
and what AWS was seen to answer: the first setting of a method makes a full record, copied from the stage's default (``*/*``) or from
the account's; ``remove /{resource}/{method}`` drops the record; keys stay as they were addressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from dashboard.core.patches import Patch

Json = dict[str, Any]

DEFAULT = "*/*"
SETTINGS = {
    "metrics/enabled": "metricsEnabled",
    "logging/loglevel": "loggingLevel",
    "logging/dataTrace": "dataTraceEnabled",
    "throttling/burstLimit": "throttlingBurstLimit",
    "throttling/rateLimit": "throttlingRateLimit",
    "caching/enabled": "cachingEnabled",
    "caching/ttlInSeconds": "cacheTtlInSeconds",
    "caching/dataEncrypted": "cacheDataEncrypted",
    "caching/requireAuthorizationForCacheControl": "requireAuthorizationForCacheControl",
    "caching/unauthorizedCacheControlHeaderStrategy": "unauthorizedCacheControlHeaderStrategy",
}
"""A setting's path below ``/{resource}/{method}/`` and its member in ``methodSettings``."""
FRESH: Json = {
    "metricsEnabled": False,
    "loggingLevel": "OFF",
    "dataTraceEnabled": False,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000.0,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}
"""A method's settings where nobody set any; the throttle is the account's, by default this."""
CLEARABLE = ("description", "documentationVersion", "clientCertificateId")
SCALARS = ("deploymentId", *CLEARABLE, "cacheClusterEnabled", "cacheClusterSize", "tracingEnabled")
CANARY: Json = {"deploymentId": "", "percentTraffic": 0.0, "useStageCache": False}
"""A canary's members and what they are where AWS leaves them out."""
_WHOLE = frozenset({"throttlingBurstLimit", "cacheTtlInSeconds"})
_FIGURES = frozenset({"throttlingRateLimit", "percentTraffic"})
_SWITCHES = frozenset({name for name, value in FRESH.items() if isinstance(value, bool)}) | {
    "tracingEnabled",
    "cacheClusterEnabled",
    "useStageCache",
}


@dataclass
class PatchError(Exception):
    """A step that this model does not know or that cannot be undone; ``reason`` is the sentence shown."""

    path: str
    reason: str

    def __str__(self) -> str:
        """The sentence shown."""
        return self.reason


def escape(name: str) -> str:
    """A name as one segment of a path: ``/pets/{id}`` is ``~1pets~1{id}``."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    """The name that a segment stands for."""
    return segment.replace("~1", "/").replace("~0", "~")


def split(path: str) -> tuple[str, ...]:
    """The names of a path's segments; ValueError unless it begins with ``/``."""
    if not path.startswith("/"):
        raise ValueError("a path begins with /")
    return tuple(unescape(segment) for segment in path[1:].split("/"))


def normal(key: str) -> str:
    """A key of ``methodSettings`` as a route: ``~1pets~1{id}/GET`` and ``pets/{id}/GET`` are ``GET /pets/{id}``; ``*/*`` stays."""
    if key == DEFAULT:
        return key
    path, _, method = key.rpartition("/")
    return f"{method} /{unescape(path).lstrip('/')}"


def apply(stage: Mapping[str, Any], patches: Sequence[Patch]) -> Json:
    """The stage after the steps; the one given stays as it is. PatchError for a step outside the table."""
    after = deepcopy(dict(stage))
    for patch in patches:
        _step(after, patch)
    return after


def _step(stage: Json, patch: Patch) -> None:
    names = split(patch.path)
    if names[0] == "variables" or names[:2] == ("canarySettings", "stageVariableOverrides"):
        _variables(stage, patch, names)
    elif names[0] in ("accessLogSettings", "canarySettings"):
        _section(stage, patch, names)
    elif len(names) == 1 and names[0] in SCALARS:
        _scalar(stage, patch, names[0])
    elif len(names) in (2, 4):
        _setting(stage, patch)
    else:
        raise _unknown(patch)


def _variables(stage: Json, patch: Patch, names: tuple[str, ...]) -> None:
    """Steps on the stage's variables, or on those that its canary overrides."""
    of_canary = names[0] == "canarySettings"
    holder = {**(stage.get("canarySettings") or {})} if of_canary else stage
    member, rest = ("stageVariableOverrides", names[2:]) if of_canary else ("variables", names[1:])
    standing: dict[str, str] = dict(holder.get(member) or {})
    if patch.op == "copy" and patch.from_ == "/canarySettings/stageVariableOverrides" and not names[1:]:
        standing |= (stage.get("canarySettings") or {}).get("stageVariableOverrides") or {}
    elif patch.op == "remove" and not rest and not of_canary:
        standing = {}
    elif patch.op == "remove" and len(rest) == 1:
        standing.pop(rest[0], None)
    elif patch.op in ("add", "replace") and len(rest) == 1 and patch.value is not None:
        standing[rest[0]] = patch.value
    else:
        raise _unknown(patch)
    holder[member] = standing
    if of_canary:
        stage["canarySettings"] = holder


def _section(stage: Json, patch: Patch, names: tuple[str, ...]) -> None:
    section = names[0]
    known = CANARY if section == "canarySettings" else ("destinationArn", "format")
    if patch.op == "remove" and len(names) == 1:
        stage.pop(section, None)
    elif patch.op in ("add", "replace") and len(names) == 2 and names[1] in known and patch.value is not None:
        stage[section] = {**(stage.get(section) or {}), names[1]: _typed(names[1], patch)}
    else:
        raise _unknown(patch)


def _scalar(stage: Json, patch: Patch, member: str) -> None:
    if patch.op == "copy" and member == "deploymentId" and patch.from_ == "/canarySettings/deploymentId":
        if not stage.get("canarySettings"):
            raise PatchError(patch.path, "Promotion not available. Canary does not exist.")
        stage[member] = stage["canarySettings"].get("deploymentId", "")
    elif patch.op == "replace" and patch.value is not None:
        stage[member] = _typed(member, patch)
        if patch.value == "" and member in CLEARABLE:
            del stage[member]
    else:
        raise _unknown(patch)


def _setting(stage: Json, patch: Patch) -> None:
    resource, method, *setting = patch.path[1:].split("/")
    settings = stage["methodSettings"] = dict(stage.get("methodSettings") or {})
    addressed = f"{resource}/{method}"
    key = next((each for each in settings if normal(each) == normal(addressed)), addressed)
    if patch.op == "remove" and not setting:
        if key not in settings:
            words = (
                f"Cannot remove method setting {addressed} because there is no method setting for this method"
            )
            raise PatchError(patch.path, words)
        del settings[key]
        return
    member = SETTINGS.get("/".join(setting))
    if patch.op not in ("add", "replace") or member is None or patch.value is None:
        raise _unknown(patch)
    record = settings.get(key) or settings.get(DEFAULT) or FRESH
    settings[key] = {**record, member: _typed(member, patch)}


def _typed(member: str, patch: Patch) -> Any:
    """A step's text as the type that the member has in AWS's answer."""
    value = patch.value or ""
    try:
        if member in _WHOLE:
            return int(value)
        if member in _FIGURES:
            return float(value)
    except ValueError:
        raise PatchError(patch.path, f"{value!r} is not a number.") from None
    return value == "true" if member in _SWITCHES else value


def _unknown(patch: Patch) -> PatchError:
    return PatchError(patch.path, f"There is no step {patch.op} {patch.path} for a stage.")
