"""Stages of an API: what they serve, their limits, variables and access log."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from dashboard.localaws.apigateway.errors import bad_request, conflict, not_found
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store
from dashboard.localaws.apigateway.v2 import fields, state, tags

router = Router()
FIELDS = {
    "accessLogSettings": "map",
    "autoDeploy": "flag",
    "clientCertificateId": "text",
    "defaultRouteSettings": "map",
    "deploymentId": "text",
    "description": "text",
    "routeSettings": "map",
    "stageVariables": "map",
}
SETTINGS = {
    "dataTraceEnabled": "flag",
    "detailedMetricsEnabled": "flag",
    "loggingLevel": "text",
    "throttlingBurstLimit": "whole",
    "throttlingRateLimit": "number",
}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_VARIABLE = re.compile(r"[A-Za-z0-9_]{1,64}")
_VALUE = re.compile(r"[A-Za-z0-9\-._~:/?#&=,]{0,512}")


@router.on("POST", "/v2/apis/{api}/stages")
def create(request: Request, store: Store) -> Reply:
    """CreateStage."""
    api = state.api_of(request, store)
    given = fields.take(request.body, FIELDS | {"stageName": "text"})
    given_tags = tags.taken(request.body)
    fields.required(given, "stageName")
    name = given["stageName"]
    if not (_NAME.fullmatch(name) or (name == "$default" and state.is_http(api))):
        raise bad_request(
            "Stage name only allows a-zA-Z0-9_- characters"
            + (" or the name $default" if state.is_http(api) else "")
        )
    if name in api["stages"]:
        raise conflict("Stage already exists")
    stage: Json = {
        "createdDate": state.now(),
        "defaultRouteSettings": {},
        "lastUpdatedDate": state.now(),
        "routeSettings": {},
        "stageName": name,
        "stageVariables": {},
        "tags": given_tags,
    }
    stage = _changed(api, stage, given)
    api["stages"][name] = stage
    if stage.get("autoDeploy") and api["routes"]:
        state.auto_deploy(api, stage)
    return 201, copy.deepcopy(stage)


@router.on("GET", "/v2/apis/{api}/stages")
def get_all(request: Request, store: Store) -> Reply:
    """GetStages."""
    return state.listed(request, state.api_of(request, store)["stages"].values())


@router.on("GET", "/v2/apis/{api}/stages/{stage}")
def get(request: Request, store: Store) -> Reply:
    """GetStage."""
    return 200, copy.deepcopy(state.stage_of(request, state.api_of(request, store)))


@router.on("PATCH", "/v2/apis/{api}/stages/{stage}")
def update(request: Request, store: Store) -> Reply:
    """UpdateStage. ``routeSettings`` replaces the settings of the routes it names, ``defaultRouteSettings`` all."""
    api = state.api_of(request, store)
    before = state.stage_of(request, api)
    given = fields.take(request.body, FIELDS)
    stage = _changed(api, before, given) | {"lastUpdatedDate": state.now()}
    api["stages"][stage["stageName"]] = stage
    if stage.get("autoDeploy") and not before.get("autoDeploy") and api["routes"]:
        state.auto_deploy(api, stage)
    return 200, copy.deepcopy(stage)


@router.on("DELETE", "/v2/apis/{api}/stages/{stage}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteStage."""
    api = state.api_of(request, store)
    del api["stages"][state.stage_of(request, api)["stageName"]]
    return 204, None


@router.on("DELETE", "/v2/apis/{api}/stages/{stage}/routesettings/{key}")
def delete_route_settings(request: Request, store: Store) -> Reply:
    """DeleteRouteSettings: the stage's default holds for the route again."""
    stage = state.stage_of(request, state.api_of(request, store))
    if request.params["key"] not in stage["routeSettings"]:
        raise not_found(f"Unable to find RouteSettings by key {request.params['key']}")
    del stage["routeSettings"][request.params["key"]]
    stage["lastUpdatedDate"] = state.now()
    return 204, None


@router.on("DELETE", "/v2/apis/{api}/stages/{stage}/accesslogsettings")
def delete_access_log_settings(request: Request, store: Store) -> Reply:
    """DeleteAccessLogSettings."""
    stage = state.stage_of(request, state.api_of(request, store))
    stage.pop("accessLogSettings", None)
    stage["lastUpdatedDate"] = state.now()
    return 204, None


@router.on("DELETE", "/v2/apis/{api}/stages/{stage}/cache/authorizers", changes=False)
def reset_authorizers_cache(request: Request, store: Store) -> Reply:
    """ResetAuthorizersCache: the stage's callers are asked about again."""
    stage = state.stage_of(request, state.api_of(request, store))
    store.flush(request.params["api"], stage["stageName"])
    return 204, None


def _changed(api: Json, before: Json, given: Json) -> Json:
    """The stage with what is given; ApiError for what AWS would not take."""
    stage = fields.merged(before, given, "stageVariables")
    _check_variables(stage["stageVariables"])
    stage["defaultRouteSettings"] = settings(api, stage["defaultRouteSettings"])
    new = {key: settings(api, each) for key, each in given.get("routeSettings", {}).items()}
    keys = {route["routeKey"] for route in api["routes"].values()}
    if missing := next((key for key in new if key not in keys), None):
        raise not_found(f"Unable to find Route by key {missing} within the provided RouteSettings")
    stage["routeSettings"] = before["routeSettings"] | new
    if "accessLogSettings" in given:
        stage["accessLogSettings"] = _access_log(before.get("accessLogSettings", {}), given)
    if "deploymentId" in given:
        _check_deployment(api, stage, given["deploymentId"])
    return stage


def _check_deployment(api: Json, stage: Json, deployment: str) -> None:
    if stage.get("autoDeploy"):
        raise bad_request(
            f"Deployment ID cannot be set on this stage {stage['stageName']} because AutoDeploy is enabled"
        )
    if deployment not in api["deployments"]:
        raise not_found(f"Invalid Deployment identifier specified {deployment}")


def settings(api: Json, given: Json) -> Json:
    """Route settings with what AWS fills in."""
    found = fields.take(given, SETTINGS)
    fields.one_of(found, "loggingLevel", ("ERROR", "INFO", "OFF"))
    if state.is_http(api):
        if found.get("loggingLevel", "OFF") != "OFF" or found.get("dataTraceEnabled"):
            raise bad_request("Execution logs are not supported on protocolType HTTP")
        found = {
            name: value for name, value in found.items() if name not in ("loggingLevel", "dataTraceEnabled")
        }
        filled: Json = {"detailedMetricsEnabled": False}
    else:
        filled = {"dataTraceEnabled": False, "detailedMetricsEnabled": False, "loggingLevel": "OFF"}
    for name in ("throttlingBurstLimit", "throttlingRateLimit"):
        if found.get(name, 0) < 0 or found.get(name, 0) > 2_147_483_647:
            raise bad_request(f"Invalid {name} specified: it must be between 0 and 2147483647")
    if "throttlingRateLimit" in found:
        found["throttlingRateLimit"] = float(found["throttlingRateLimit"])
    return filled | found


def _check_variables(variables: Mapping[str, object]) -> None:
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name):
            raise bad_request("Stage variable names must have 1 to 64 alphanumeric characters or _")
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            raise bad_request(f"Stage variable value for {name} is not valid: A-Za-z0-9-._~:/?#&=, up to 512")
    if len(variables) > 100:
        raise bad_request("A stage must not have more than 100 variables")


def _access_log(before: Json, given: Json) -> Json:
    found = before | fields.take(given["accessLogSettings"], {"destinationArn": "text", "format": "text"})
    fields.required(found, "destinationArn", "format")
    if not re.fullmatch(
        r"arn:[^:]+:(logs:[^:]*:[^:]*:log-group:[^:]+(:\*)?|firehose:.+)", found["destinationArn"]
    ):
        raise bad_request(
            "Invalid ARN specified in the request. ARN must be of a log group or a delivery stream"
        )
    if not any(name in found["format"] for name in ("$context.requestId", "$context.extendedRequestId")):
        raise bad_request("Access log format must contain $context.requestId or $context.extendedRequestId")
    if len(found["format"].encode()) > 3072 or "\n" in found["format"]:
        raise bad_request("Access log format must be a single line of at most 3 KB")
    return found
