"""Deployments of an API: frozen copies, which stages serve."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Store
from dashboard.localaws.apigateway.v2 import fields, state

router = Router()


@router.on("POST", "/v2/apis/{api}/deployments")
def create(request: Request, store: Store) -> Reply:
    """CreateDeployment; with a stage's name that stage serves it at once."""
    api = state.api_of(request, store)
    given = fields.take(request.body, {"description": "text", "stageName": "text"})
    fields.short(given, "description", 1024)
    stage = None
    if "stageName" in given:
        stage = api["stages"].get(given["stageName"])
        if stage is None:
            raise not_found("Invalid stage identifier specified")
        if stage.get("autoDeploy"):
            raise bad_request(
                f"Deployment ID cannot be set on this stage {stage['stageName']} because AutoDeploy is enabled"
            )
    deployment = state.deploy(api, description=given.get("description", ""))
    if stage is not None:
        state.serve(stage, deployment)
    return 201, state.shown(deployment)


@router.on("GET", "/v2/apis/{api}/deployments")
def get_all(request: Request, store: Store) -> Reply:
    """GetDeployments, newest first."""
    deployments = state.api_of(request, store)["deployments"].values()
    return state.listed(request, [state.shown(each) for each in reversed(deployments)])


@router.on("GET", "/v2/apis/{api}/deployments/{id}")
def get(request: Request, store: Store) -> Reply:
    """GetDeployment."""
    deployments = state.api_of(request, store)["deployments"]
    return 200, state.shown(state.part_of(request, deployments, "Deployment"))


@router.on("PATCH", "/v2/apis/{api}/deployments/{id}")
def update(request: Request, store: Store) -> Reply:
    """UpdateDeployment: its description."""
    deployments = state.api_of(request, store)["deployments"]
    deployment = state.part_of(request, deployments, "Deployment")
    given = fields.take(request.body, {"description": "text"})
    fields.short(given, "description", 1024)
    deployment |= given
    return 200, state.shown(deployment)


@router.on("DELETE", "/v2/apis/{api}/deployments/{id}")
def delete(request: Request, store: Store) -> Reply:
    """DeleteDeployment, refused while a stage serves it."""
    api = state.api_of(request, store)
    deployment = state.part_of(request, api["deployments"], "Deployment")["deploymentId"]
    if any(stage.get("deploymentId") == deployment for stage in api["stages"].values()):
        raise bad_request("Active stages pointing to this deployment must be moved or deleted")
    del api["deployments"][deployment]
    return 204, None
