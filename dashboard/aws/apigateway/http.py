"""HTTP and WebSocket APIs (the second version of the service; its names are in PascalCase)."""

from __future__ import annotations

from typing import Any

from dashboard.aws.apigateway.sending import HTTP, Json, Request, call, document, every
from dashboard.aws.target import Target


def get_apis(target: Target) -> list[Json]:
    """Every HTTP and WebSocket API of the region."""
    return every(target, Request(HTTP, "GetApis"), {})


def get_api(target: Target, api: str) -> Json:
    """One of them; Kind.NOT_FOUND when there is none of that id."""
    return call(target, _of("GetApi", api), {"ApiId": api})


def get_routes(target: Target, api: str) -> list[Json]:
    """The routes as configured now, deployed or not."""
    return every(target, _of("GetRoutes", api), {"ApiId": api})


def get_integrations(target: Target, api: str) -> list[Json]:
    """The integrations that routes point to as ``integrations/<id>``."""
    return every(target, _of("GetIntegrations", api), {"ApiId": api})


def get_authorizers(target: Target, api: str) -> list[Json]:
    """The authorizers."""
    return every(target, _of("GetAuthorizers", api), {"ApiId": api})


def get_stages(target: Target, api: str) -> list[Json]:
    """Every stage."""
    return every(target, _of("GetStages", api), {"ApiId": api})


def get_stage(target: Target, api: str, stage: str) -> Json:
    """One stage as it stands now; ``$default`` is a name as any other."""
    return call(target, _of("GetStage", api, "StageName"), {"ApiId": api, "StageName": stage})


def get_deployments(target: Target, api: str) -> list[Json]:
    """Every deployment with its status: PENDING, FAILED or DEPLOYED."""
    return every(target, _of("GetDeployments", api), {"ApiId": api})


def export_api(target: Target, api: str, stage: str | None) -> Json:
    """The definition that ``stage`` serves, None for the latest configuration. AWS exports HTTP APIs only."""
    arguments: Json = {
        "ApiId": api,
        "Specification": "OAS30",
        "OutputType": "JSON",
        "IncludeExtensions": True,
    }
    if stage is not None:
        arguments["StageName"] = stage
    request = _of("ExportApi", api)
    return document(call(target, request, arguments).get("body"), request)


def create_deployment(target: Target, api: str, description: str, *, change: str) -> Json:
    """Freeze the configuration; no stage serves it yet. Kind.LOST when no answer came, and then it may exist."""
    return call(
        target, _of("CreateDeployment", api, change=change), {"ApiId": api, "Description": description}
    )


def update_stage(target: Target, api: str, stage: str, changes: dict[str, Any], *, change: str) -> Json:
    """Replace the named members (``DeploymentId``, ``DefaultRouteSettings``, ``RouteSettings`` ...); the stage afterwards.

    ``RouteSettings`` replaces the settings of the routes it names and leaves those of the others.
    """
    arguments = {**changes, "ApiId": api, "StageName": stage}
    return call(target, _of("UpdateStage", api, "StageName", change=change), arguments)


def delete_route_settings(target: Target, api: str, stage: str, route_key: str, *, change: str) -> None:
    """Let the stage's default hold for that route again."""
    arguments = {"ApiId": api, "StageName": stage, "RouteKey": route_key}
    call(target, _of("DeleteRouteSettings", api, "StageName", "RouteKey", change=change), arguments)


def _of(operation: str, api: str, *path: str, change: str = "") -> Request:
    return Request(HTTP, operation, f"api:{api}", ("ApiId", *path), change)
