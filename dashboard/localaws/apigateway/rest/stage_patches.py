"""UpdateStage's operations, with the refusals that were recorded from AWS."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request
from dashboard.localaws.apigateway.rest.checks import number, truth
from dashboard.localaws.apigateway.rest.patching import Operation
from dashboard.localaws.apigateway.rest.settings import frozen, key_in
from dashboard.localaws.apigateway.store import Json

_ONE = "/{resourcePath}/{httpMethod}"
_ALLOWED = (
    "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, "
    "/accessLogSettings/destinationArn, /accessLogSettings/format, "
    f"{_ONE}/metrics/enabled, {_ONE}/logging/dataTrace, {_ONE}/logging/loglevel, "
    f"{_ONE}/throttling/burstLimit{_ONE}/throttling/rateLimit{_ONE}/caching/ttlInSeconds, "
    f"{_ONE}/caching/enabled, {_ONE}/caching/dataEncrypted, {_ONE}/caching/requireAuthorizationForCacheControl, "
    f"{_ONE}/caching/unauthorizedCacheControlHeaderStrategy, "
    "/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit "
    "/*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, "
    "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, "
    "/variables/{variable_name}, /tracingEnabled"
)
"""AWS's own words, two missing commas included."""
_ACCESS_LOG = ("/accessLogSettings/destinationArn", "/accessLogSettings/format")
_SETTING = re.compile(r"/(.+)/(\*|GET|PUT|POST|DELETE|PATCH|OPTIONS|HEAD|ANY)/(\w+/\w+)")
_WHOLE = re.compile(r"/(.+/(?:\*|GET|PUT|POST|DELETE|PATCH|OPTIONS|HEAD|ANY))")
_COPY_TO = ("/deploymentId", "/variables")
_COPY_FROM = ("/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides")
_LEVELS = ("OFF", "ERROR", "INFO")
_VARIABLE = re.compile(r"[A-Za-z0-9_]{1,64}")
_VALUE = re.compile(r"[A-Za-z0-9._~:/?#&=,\- ]{0,512}")


def _whole(value: str | None) -> int:
    return int(number(value, "value"))


def _rate(value: str | None) -> float:
    return float(number(value, "value", float))


def _level(value: str | None) -> str:
    if value not in _LEVELS:
        raise bad_request(f"Invalid logging level specified: {value}. Must be one of: [OFF, ERROR, INFO]")
    return value


def _strategy(value: str | None) -> str:
    allowed = (
        "FAIL_WITH_403",
        "SUCCEED_WITH_RESPONSE_HEADER",
        "SUCCEED_WITHOUT_RESPONSE_HEADER",
    )
    if value not in allowed:
        raise bad_request(
            f"Invalid unauthorized cache control header strategy specified. Must be one of: [{', '.join(allowed)}]"
        )
    return value


_SETTINGS: dict[str, tuple[str, Callable[[str | None], Any]]] = {
    "metrics/enabled": ("metricsEnabled", truth),
    "logging/dataTrace": ("dataTraceEnabled", truth),
    "logging/loglevel": ("loggingLevel", _level),
    "throttling/burstLimit": ("throttlingBurstLimit", _whole),
    "throttling/rateLimit": ("throttlingRateLimit", _rate),
    "caching/enabled": ("cachingEnabled", truth),
    "caching/dataEncrypted": ("cacheDataEncrypted", truth),
    "caching/ttlInSeconds": ("cacheTtlInSeconds", _whole),
    "caching/requireAuthorizationForCacheControl": ("requireAuthorizationForCacheControl", truth),
    "caching/unauthorizedCacheControlHeaderStrategy": (
        "unauthorizedCacheControlHeaderStrategy",
        _strategy,
    ),
}
_SIMPLE = ("description", "cacheClusterSize", "clientCertificateId", "documentationVersion")
_FLAGS = ("cacheClusterEnabled", "tracingEnabled")


def _unknown(operation: Operation) -> ApiError:
    return bad_request(f"Invalid method setting path: {operation.path}. Must be one of: [{_ALLOWED}]")


def apply(api: Json, stage: Json, operation: Operation) -> None:
    """One operation on a draft of the stage; ApiError as AWS words it."""
    path = operation.path or ""
    if operation.op == "copy":
        _copy(api, stage, operation)
    elif operation.op == "remove":
        _remove(stage, path)
    elif path.startswith("/accessLogSettings"):
        _access_log(stage, operation)
    elif operation.op == "add" and not path.startswith("/variables/"):
        raise bad_request(f"Invalid add operation with path: {path}")
    elif operation.op not in ("add", "replace"):
        raise bad_request(f"Invalid {operation.op} operation with path: {path}")
    elif path.startswith("/canarySettings/"):
        _canary(api, stage, operation)
    elif path.startswith("/variables"):
        _variable(stage, operation)
    else:
        _replace(api, stage, operation)


def _replace(api: Json, stage: Json, operation: Operation) -> None:
    path, value = operation.path or "", operation.value
    if path == "/deploymentId":
        if value not in api["deployments"]:
            raise bad_request("Deployment id does not exist")
        stage["deploymentId"] = value
    elif path[1:] in _SIMPLE:
        if value:
            stage[path[1:]] = value
        else:
            stage.pop(path[1:], None)
    elif path[1:] in _FLAGS:
        stage[path[1:]] = truth(value)
        if path == "/cacheClusterEnabled":
            stage["cacheClusterStatus"] = "AVAILABLE" if truth(value) else "NOT_AVAILABLE"
            stage.setdefault("cacheClusterSize", "0.5")
    elif (found := _SETTING.fullmatch(path)) and found[3] in _SETTINGS:
        member, convert = _SETTINGS[found[3]]
        frozen(stage, f"{found[1]}/{found[2]}")[member] = convert(value)
    else:
        raise _unknown(operation)


def _remove(stage: Json, path: str) -> None:
    parts = path[1:].split("/", 1)
    if path in ("/accessLogSettings", "/canarySettings", "/variables"):
        stage.pop(parts[0], None)
        return
    if parts[0] == "variables" and len(parts) == 2 and parts[1] in stage.get("variables", {}):
        del stage["variables"][parts[1]]
        if not stage["variables"]:
            del stage["variables"]
        return
    overrides = "canarySettings/stageVariableOverrides/"
    holder = stage.get("canarySettings", {}).get("stageVariableOverrides", {})
    if path[1:].startswith(overrides) and path[1:].removeprefix(overrides) in holder:
        del holder[path[1:].removeprefix(overrides)]
        return
    found = _WHOLE.fullmatch(path)
    key = key_in(stage, found[1]) if found else None
    if key is None:
        raise bad_request(
            f"Cannot remove method setting {path[1:]} because there is no method setting for this method "
        )
    del stage["methodSettings"][key]


def _access_log(stage: Json, operation: Operation) -> None:
    if operation.path not in _ACCESS_LOG:
        raise bad_request(f"Invalid accessLogSettings path. Must be one of : [{', '.join(_ACCESS_LOG)}]")
    if not operation.value:
        raise bad_request("Access Log value must not be empty")
    stage.setdefault("accessLogSettings", {})[operation.path.rpartition("/")[2]] = operation.value


def _variable(stage: Json, operation: Operation) -> None:
    path, value = operation.path or "", operation.value or ""
    if path == "/variables":
        stage["variables"] = _map(value)
        return
    if len(operation.parts) != 2 or not _VARIABLE.fullmatch(operation.parts[1]):
        raise bad_request("Stage variable name only allows a-zA-Z0-9_ and at most 64 characters")
    if not _VALUE.fullmatch(value):
        raise bad_request("Stage variable value only allows A-Za-z0-9-._~:/?#&=, and at most 512 characters")
    stage.setdefault("variables", {})[operation.parts[1]] = value


def _map(text: str) -> dict[str, str]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_request("Invalid map specified: a JSON object is wanted")
    return {str(name): str(each) for name, each in value.items()}


def _canary(api: Json, stage: Json, operation: Operation) -> None:
    member, rest = operation.parts[1], operation.parts[2:]
    overriding = member == "stageVariableOverrides"
    if member not in ("deploymentId", "percentTraffic", "useStageCache") and not overriding:
        raise _unknown(operation)
    if rest and not (overriding and len(rest) == 1):
        raise _unknown(operation)
    settings = stage.setdefault(
        "canarySettings",
        {"percentTraffic": 0.0, "deploymentId": stage["deploymentId"], "useStageCache": False},
    )
    if member == "deploymentId":
        if operation.value not in api["deployments"]:
            raise bad_request("Deployment id does not exist")
        settings["deploymentId"] = operation.value
    elif member == "percentTraffic":
        settings[member] = _percent(operation.value)
    elif member == "useStageCache":
        settings[member] = truth(operation.value)
    elif rest:
        settings.setdefault(member, {})[rest[0]] = operation.value or ""
    else:
        settings[member] = _map(operation.value or "")


def _percent(value: str | None) -> float:
    percent = float(number(value, "percentTraffic", float))
    if not 0 <= percent <= 100:
        raise bad_request("Canary percent traffic must be between 0 and 100")
    return percent


def _copy(api: Json, stage: Json, operation: Operation) -> None:
    if operation.path not in _COPY_TO or operation.source not in _COPY_FROM:
        raise bad_request(
            f"Invalid copy operation with path: {operation.path} and from {operation.source}. "
            f"Valid copy:path are [{', '.join(_COPY_TO)}] and valid copy:from are [{', '.join(_COPY_FROM)}]"
        )
    settings = stage.get("canarySettings")
    if settings is None:
        raise bad_request("Promotion not available. Canary does not exist.")
    if operation.path == "/deploymentId":
        if settings["deploymentId"] not in api["deployments"]:
            raise bad_request("Deployment id does not exist")
        stage["deploymentId"] = settings["deploymentId"]
    elif settings.get("stageVariableOverrides"):
        stage["variables"] = stage.get("variables", {}) | settings["stageVariableOverrides"]
