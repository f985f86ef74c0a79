"""Stages: create, get, list, delete, update; their caches are flushed."""

from __future__ import annotations

import re

from dashboard.localaws.apigateway.errors import bad_request, conflict, limit_exceeded, not_found
from dashboard.localaws.apigateway.rest.certificates import known
from dashboard.localaws.apigateway.rest.checks import api_of, body, number, said, truth, with_tags
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations
from dashboard.localaws.apigateway.rest.stage_patches import apply
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store, now

router = Router()
MOST = 10
_PATH = "/restapis/{api}/stages/{stage}"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
NO_DEPLOYMENT = "Deployment id does not exist"


def stage_of(request: Request, store: Store) -> Json:
    """The stage that the path names."""
    found: Json | None = api_of(request, store)["stages"].get(request.params["stage"])
    if found is None:
        raise not_found("Invalid stage identifier specified")
    return found


def answer(stage: Json) -> Json:
    """A stage as answered: without tags when there are none."""
    return with_tags(stage, always=False)


def make(api: Json, name: str, given: Json) -> Json:
    """Put a new stage into an API; ApiError for a wrong member."""
    if not _NAME.fullmatch(name):
        raise bad_request("Stage name only allows a-zA-Z0-9_-")
    if name in api["stages"]:
        raise conflict("Stage already exists")
    if given.get("deploymentId") not in api["deployments"]:
        raise bad_request(NO_DEPLOYMENT)
    version = given.get("documentationVersion")
    if version and version not in api["documentationVersions"]:
        raise not_found("Invalid Documentation version specified")
    if len(api["stages"]) >= MOST:
        raise limit_exceeded(
            "Maximum number of stages for this API has been reached. Please contact AWS if you need additional stages."
        )
    cached = truth(given.get("cacheClusterEnabled"))
    stage: Json = {"deploymentId": given["deploymentId"], "stageName": name}
    stage |= said(given, "description", "documentationVersion")
    stage["cacheClusterEnabled"] = cached
    if cached or given.get("cacheClusterSize"):
        stage["cacheClusterSize"] = str(given.get("cacheClusterSize") or "0.5")
    stage |= {"cacheClusterStatus": "AVAILABLE" if cached else "NOT_AVAILABLE", "methodSettings": {}}
    if given.get("variables"):
        stage["variables"] = dict(given["variables"])
    if given.get("canarySettings"):
        stage["canarySettings"] = canary(api, stage, given["canarySettings"])
    stage |= {"tracingEnabled": truth(given.get("tracingEnabled")), "createdDate": now()}
    stage["lastUpdatedDate"] = stage["createdDate"]
    if given.get("tags"):
        stage["tags"] = dict(given["tags"])
    api["stages"][name] = stage
    return stage


def canary(api: Json, stage: Json, given: Json) -> Json:
    """A stage's canary settings with their defaults; the deployment must be there."""
    deployment = given.get("deploymentId") or stage["deploymentId"]
    if deployment not in api["deployments"]:
        raise bad_request(NO_DEPLOYMENT)
    settings: Json = {
        "percentTraffic": float(number(given.get("percentTraffic") or 0, "percentTraffic", float)),
        "deploymentId": deployment,
    }
    if given.get("stageVariableOverrides"):
        settings["stageVariableOverrides"] = dict(given["stageVariableOverrides"])
    return settings | {"useStageCache": truth(given.get("useStageCache"))}


@router.on("POST", "/restapis/{api}/stages")
def create(request: Request, store: Store) -> Reply:
    """CreateStage."""
    given = body(request)
    return 201, answer(make(api_of(request, store), str(given.get("stageName") or ""), given))


@router.on("GET", "/restapis/{api}/stages")
def list_all(request: Request, store: Store) -> Reply:
    """GetStages, by name; it has no pages."""
    stages = api_of(request, store)["stages"]
    wanted = request.query.get("deploymentId")
    found = [stages[name] for name in sorted(stages) if not wanted or stages[name]["deploymentId"] == wanted]
    return 200, {"item": [answer(stage) for stage in found]}


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetStage."""
    return 200, answer(stage_of(request, store))


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteStage; usage plans lose it, and get it back only when somebody adds it."""
    stage_of(request, store)
    del api_of(request, store)["stages"][request.params["stage"]]
    detach(request.of(store), request.params["api"], request.params["stage"])
    return 202, None


def detach(region: Region, api_id: str, stage: str) -> None:
    """Take a stage out of every usage plan."""
    for plan in region.plans.values():
        plan["apiStages"] = [
            each for each in plan["apiStages"] if (each["apiId"], each["stage"]) != (api_id, stage)
        ]


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateStage."""
    wanted = operations(request, "updateStageInput")
    stage = stage_of(request, store)
    api = api_of(request, store)
    with all_or_nothing(stage) as draft:
        for operation in wanted:
            apply(api, draft, operation)
            known(request.of(store), operation)
        draft["lastUpdatedDate"] = now()
    return 200, answer(stage)


@router.on("DELETE", _PATH + "/cache/data", changes=False)
def flush(request: Request, store: Store) -> Reply:
    """FlushStageCache: no response is cached, so nothing is left to flush."""
    stage_of(request, store)
    return 202, None


@router.on("DELETE", _PATH + "/cache/authorizers", changes=False)
def flush_authorizers(request: Request, store: Store) -> Reply:
    """FlushStageAuthorizersCache: the stage's callers are asked about again."""
    store.flush(request.params["api"], stage_of(request, store)["stageName"])
    return 202, None
