"""UpdateUsagePlan's operations."""

from __future__ import annotations

import json
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request, not_found
from dashboard.localaws.apigateway.rest.checks import number
from dashboard.localaws.apigateway.rest.patching import Operation
from dashboard.localaws.apigateway.store import Json, Region

PERIODS = ("DAY", "WEEK", "MONTH")
_STAGE = "/apiStages/<apidId:stageName>/throttle"
_METHOD = f"{_STAGE}/<resourcePath>/<httpMethod>"
_ALLOWED = {
    "add": (
        "/apiStages",
        "/quota/limit",
        "/quota/offset",
        "/quota/period",
        "/throttle/burstLimit",
        "/throttle/rateLimit",
        "/productCode",
        f"{_METHOD}/rateLimit",
        f"{_METHOD}/burstLimit",
        _STAGE,
    ),
    "replace": (
        "/name",
        "/description",
        "/quota/limit",
        "/quota/offset",
        "/quota/period",
        "/throttle/burstLimit",
        "/throttle/rateLimit",
        "/productCode",
        f"{_METHOD}/rateLimit",
        f"{_METHOD}/burstLimit",
        _STAGE,
    ),
    "remove": ("/apiStages", "/quota", "/throttle", "/productCode", _METHOD, _STAGE),
}
_MOST_METHODS = 20


def period(value: object) -> str:
    """A quota's period."""
    if value not in PERIODS:
        raise bad_request("Invalid Usage Plan quota period specified. Valid options are DAY,WEEK,MONTH")
    return str(value)


def check_stage(region: Region, plan_id: str, text: str) -> Json:
    """The entry for ``apiId:stage``; ApiError when it is not written so, or is not there."""
    api_id, colon, stage = text.partition(":")
    if not colon or not api_id or not stage:
        raise bad_request("Invalid API Stage specified")
    api = region.rest.get(api_id) or region.v2.get(api_id)
    if api is None or stage not in api["stages"]:
        raise not_found(
            f"Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan_id}"
        )
    return {"apiId": api_id, "stage": stage}


def _refused(operation: Operation) -> ApiError:
    start = f"Invalid patch path  '{operation.path}' specified for op '{operation.op}'. "
    allowed = _ALLOWED.get(operation.op)
    if not allowed:
        return bad_request(start + "Please choose supported operations")
    return bad_request(start + f"Must be one of: [{', '.join(allowed)}]")


def apply(region: Region, plan: Json, operation: Operation) -> None:
    """One operation on a draft of the plan; ApiError as AWS words it."""
    path = operation.path or ""
    if path == "/apiStages":
        _stages(region, plan, operation)
    elif path.startswith("/apiStages/"):
        _stage_throttle(plan, operation)
    elif operation.op == "remove" and path in ("/quota", "/throttle", "/productCode"):
        plan.pop(path[1:], None)
    elif operation.op not in ("add", "replace") or path not in _ALLOWED[operation.op]:
        raise _refused(operation)
    elif path.startswith("/quota/"):
        _quota(plan, path.rpartition("/")[2], operation.value)
    elif path.startswith("/throttle/"):
        name = path.rpartition("/")[2]
        plan.setdefault("throttle", {})[name] = _limit(name, operation.value)
    elif path == "/name" and not operation.value:
        raise bad_request("Usage Plan name cannot be empty")
    elif operation.value:
        plan[path[1:]] = operation.value
    else:
        plan.pop(path[1:], None)


def _limit(name: str, value: object) -> Any:
    limit = number(value, name, int if name == "burstLimit" else float)
    if limit < 0:
        raise bad_request(f"Usage Plan {name} must not be negative")
    return limit


def _quota(plan: Json, name: str, value: str | None) -> None:
    quota = plan.setdefault("quota", {"offset": 0})
    if name == "period":
        quota[name] = period(value)
        return
    quota[name] = int(number(value, f"quota {name}"))
    if quota[name] < 0:
        raise bad_request(f"Usage Plan quota {name} must not be negative")


def _stages(region: Region, plan: Json, operation: Operation) -> None:
    if operation.op not in ("add", "remove"):
        raise _refused(operation) if operation.value else bad_request("Invalid API Stage specified")
    if operation.op == "remove":
        held = [f"{each['apiId']}:{each['stage']}" for each in plan["apiStages"]]
        if operation.value not in held:
            check_stage(region, plan["id"], operation.value or "")
            raise bad_request("Invalid API Stage specified")
        del plan["apiStages"][held.index(operation.value)]
        return
    entry = check_stage(region, plan["id"], operation.value or "")
    if not any(
        (each["apiId"], each["stage"]) == (entry["apiId"], entry["stage"]) for each in plan["apiStages"]
    ):
        plan["apiStages"].append(entry)


def _stage_throttle(plan: Json, operation: Operation) -> None:
    """``/apiStages/api:stage/throttle`` and below it ``/{resourcePath}/{httpMethod}`` and its limits."""
    parts = operation.parts[1:]
    if len(parts) < 2 or parts[1] != "throttle":
        raise _refused(operation)
    entry = next((each for each in plan["apiStages"] if f"{each['apiId']}:{each['stage']}" == parts[0]), None)
    if entry is None:
        raise not_found(f"Invalid API Stage specified: {parts[0]}")
    rest = parts[2:]
    if not rest:
        _whole_throttle(entry, operation)
    elif operation.op == "remove" and len(rest) == 2:
        if entry.get("throttle", {}).pop(_method(rest), None) is None:
            raise not_found(f"Invalid method throttle specified: {_method(rest)}")
        if not entry["throttle"]:
            del entry["throttle"]
    elif operation.op in ("add", "replace") and len(rest) == 3 and rest[2] in ("rateLimit", "burstLimit"):
        throttle = entry.setdefault("throttle", {})
        throttle.setdefault(_method(rest), {})[rest[2]] = _limit(rest[2], operation.value)
        if len(throttle) > _MOST_METHODS:
            raise bad_request(f"A usage plan may throttle at most {_MOST_METHODS} methods of a stage")
    else:
        raise _refused(operation)


def _method(parts: tuple[str, ...]) -> str:
    return f"/{parts[0].lstrip('/')}/{parts[1]}"


def _whole_throttle(entry: Json, operation: Operation) -> None:
    if operation.op == "remove":
        entry.pop("throttle", None)
        return
    if operation.op not in ("add", "replace"):
        raise _refused(operation)
    try:
        given = json.loads(operation.value or "")
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise bad_request("Invalid throttle specified: a JSON object of methods is wanted")
    entry["throttle"] = {
        path: {name: _limit(name, each[name]) for name in ("burstLimit", "rateLimit") if name in each}
        for path, each in given.items()
    }
