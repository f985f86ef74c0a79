"""An API's parts, how they are found, and what a deployment is."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError, bad_request, not_found
from dashboard.localaws.apigateway.paging import page
from dashboard.localaws.apigateway.routing import Reply, Request
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.environment import ACCOUNT

SNAPSHOT = (
    "info",
    "routes",
    "integrations",
    "authorizers",
    "models",
    "routeResponses",
    "integrationResponses",
)
"""What a deployment freezes."""
KEPT_AUTOMATIC = 20
"""Automatic deployments of an API that no stage serves and that are still kept."""
NO_ROUTES = "Unable to deploy API because no routes exist in this API"


def now() -> str:
    """The time as v2 answers give it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_api(info: Json) -> Json:
    """An empty API around what it answers about itself."""
    parts: Json = {name: {} for name in SNAPSHOT if name != "info"}
    return {"info": info, **parts, "deployments": {}, "stages": {}}


def api_of(request: Request, store: Store) -> Json:
    """The API that the path names; ApiError 404 when there is none."""
    api_id = request.params["api"]
    api: Json | None = request.of(store).v2.get(api_id)
    if api is None:
        raise not_found(f"Invalid API identifier specified {ACCOUNT}:{api_id}")
    return api


def part_of(request: Request, holder: Json, kind: str, place: str = "id") -> Json:
    """The part of a holder that the path names; ``kind`` is its name in the refusal."""
    part: Json | None = holder.get(request.params[place])
    if part is None:
        raise not_found(f"Invalid {kind} identifier specified {request.params[place]}")
    return part


def stage_of(request: Request, api: Json) -> Json:
    """The stage that the path names."""
    stage: Json | None = api["stages"].get(request.params["stage"])
    if stage is None:
        raise not_found("Invalid stage identifier specified")
    return stage


def listed(request: Request, items: Any) -> Reply:
    """One page of a list, by ``maxResults`` and ``nextToken``."""
    shown, following = page(list(items), request.query, limit="maxResults", position="nextToken")
    return 200, {"items": copy.deepcopy(shown)} | ({"nextToken": following} if following else {})


def is_http(api: Json) -> bool:
    """Whether it is an HTTP API; else it is a WebSocket API."""
    return bool(api["info"]["protocolType"] == "HTTP")


def deploy(api: Json, *, description: str = "", automatic: bool = False) -> Json:
    """A new deployment of what is configured now; ApiError 400 when there is no route."""
    if not api["routes"]:
        raise bad_request(NO_ROUTES)
    deployment: Json = {
        "autoDeployed": automatic,
        "createdDate": now(),
        "deploymentId": new_id(6),
        "deploymentStatus": "DEPLOYED",
    }
    if description:
        deployment["description"] = description
    deployment["snapshot"] = copy.deepcopy({name: api[name] for name in SNAPSHOT})
    api["deployments"][deployment["deploymentId"]] = deployment
    return deployment


def shown(deployment: Json) -> Json:
    """A deployment as it is answered."""
    return {name: value for name, value in deployment.items() if name != "snapshot"}


def serve(stage: Json, deployment: Json) -> None:
    """Let a stage serve a deployment."""
    stage["deploymentId"] = deployment["deploymentId"]
    stage["lastUpdatedDate"] = now()


def auto_deploy(api: Json, stage: Json) -> None:
    """Deploy a stage that deploys itself; a failure is said in the stage, which goes on serving what it served."""
    try:
        deployment = deploy(
            api,
            description="Automatic deployment triggered by changes to the Api configuration",
            automatic=True,
        )
    except ApiError as error:
        stage["lastDeploymentStatusMessage"] = f"Deployment attempt failed: {error.message}"
        return
    serve(stage, deployment)
    stage["lastDeploymentStatusMessage"] = (
        f"Successfully deployed stage with deployment ID '{deployment['deploymentId']}'"
    )


def changed(api: Json) -> None:
    """The configuration changed: stages that deploy themselves do so. Old automatic deployments go."""
    for stage in api["stages"].values():
        if stage.get("autoDeploy"):
            auto_deploy(api, stage)
    in_use = {stage.get("deploymentId") for stage in api["stages"].values()}
    idle = [name for name, each in api["deployments"].items() if each["autoDeployed"] and name not in in_use]
    for name in idle[:-KEPT_AUTOMATIC]:
        del api["deployments"][name]
