"""Deployments: deep copies of an API's configuration, which stages serve."""

from __future__ import annotations

import copy

from dashboard.localaws.apigateway.errors import bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest import stages
from dashboard.localaws.apigateway.rest.checks import api_of, body, listing, number, said, truth
from dashboard.localaws.apigateway.rest.patching import all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id, now, snapshot

router = Router()
_PATH = "/restapis/{api}/deployments/{deployment}"
_CANARY = "Invalid deployment content specified."


def deployment_of(request: Request, store: Store) -> Json:
    """The deployment that the path names."""
    found: Json | None = api_of(request, store)["deployments"].get(request.params["deployment"])
    if found is None:
        raise not_found("Invalid Deployment identifier specified")
    return found


def answer(deployment: Json, *, summary: bool = False) -> Json:
    """A deployment as answered; ``summary`` adds which methods it has, and how they are guarded."""
    value = said(deployment, "id", "description", "createdDate")
    if summary:
        value["apiSummary"] = {
            resource["path"]: {
                verb: said(method, "authorizationType", "apiKeyRequired")
                for verb, method in resource["resourceMethods"].items()
            }
            for resource in deployment["snapshot"]["resources"].values()
            if resource["resourceMethods"]
        }
    return value


@router.on("POST", "/restapis/{api}/deployments")
def create(request: Request, store: Store) -> Reply:
    """CreateDeployment: a snapshot, and with a stage name the stage that serves it (or its canary)."""
    api = api_of(request, store)
    given = body(request)
    name = given.get("stageName")
    _check(api, given)
    deployment: Json = {"id": new_id(6)} | said(given, "description")
    deployment |= {"createdDate": now(), "snapshot": snapshot(api)}
    held = copy.copy(api["deployments"])
    api["deployments"][deployment["id"]] = deployment
    try:
        if name:
            _stage(api, str(name), given, deployment["id"])
    except Exception:
        api["deployments"] = held
        raise
    return 201, answer(deployment)


def _check(api: Json, given: Json) -> None:
    name, stage = given.get("stageName"), api["stages"].get(given.get("stageName") or "")
    if given.get("canarySettings") is not None:
        if not name:
            shown = "null" if name is None else name
            raise bad_request(
                f"{_CANARY}Non null and non empty stageName must be provided for canary deployment. "
                f"Provided value is {shown}"
            )
        if stage is None:
            raise bad_request(
                f"{_CANARY}Stage {name} must already be created before making a canary release deployment"
            )
    elif stage and stage.get("canarySettings"):
        raise conflict(
            f"Stage {name} has a canary. Promote or remove it before you deploy to the stage itself."
        )
    methods = [
        method for resource in api["resources"].values() for method in resource["resourceMethods"].values()
    ]
    if not methods:
        raise bad_request("The REST API doesn't contain any methods")
    if any("methodIntegration" not in method for method in methods):
        raise bad_request("No integration defined for method")


def _stage(api: Json, name: str, given: Json, deployment: str) -> None:
    stage = api["stages"].get(name)
    if given.get("canarySettings") is not None:
        wanted = {**given["canarySettings"], "deploymentId": deployment}
        stage["canarySettings"] = stages.canary(api, stage, wanted)
        stage["canarySettings"]["percentTraffic"] = float(
            number(given["canarySettings"].get("percentTraffic", 0), "percentTraffic", float)
        )
    elif stage is None:
        new = {**given, "deploymentId": deployment}
        new.pop("description", None)
        if given.get("stageDescription"):
            new["description"] = given["stageDescription"]
        stages.make(api, name, new)
        return
    else:
        stage["deploymentId"] = deployment
        if given.get("stageDescription"):
            stage["description"] = given["stageDescription"]
        if given.get("variables"):
            stage["variables"] = dict(given["variables"])
        if given.get("tracingEnabled") is not None:
            stage["tracingEnabled"] = truth(given["tracingEnabled"])
    stage["lastUpdatedDate"] = now()


@router.on("GET", "/restapis/{api}/deployments")
def list_all(request: Request, store: Store) -> Reply:
    """GetDeployments."""
    return listing([answer(each) for each in api_of(request, store)["deployments"].values()], request)


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetDeployment; ``embed=apisummary`` is all that AWS tells of what it holds."""
    summary = any("apisummary" in each.lower() for each in request.lists.get("embed", ()))
    return 200, answer(deployment_of(request, store), summary=summary)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteDeployment, unless a stage or a canary serves it."""
    deployment = deployment_of(request, store)
    api = api_of(request, store)
    for stage in api["stages"].values():
        serving = (stage["deploymentId"], stage.get("canarySettings", {}).get("deploymentId"))
        if deployment["id"] in serving:
            raise bad_request("Active stages pointing to this deployment must be moved or deleted")
    del api["deployments"][deployment["id"]]
    return 202, None


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateDeployment: its description."""
    wanted = operations(request, "updateDeploymentInput")
    deployment = deployment_of(request, store)
    with all_or_nothing(deployment) as draft:
        for operation in wanted:
            strict(operation, {"/description": "r"})
            draft["description"] = operation.value or ""
    return 200, answer(deployment)
