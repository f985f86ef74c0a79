"""REST APIs: what GetRestApis, GetResources, GetStages and their like say, and the two writes of a deployment and a stage."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.aws.apigateway.sending import REST, Json, Request, call, document, every
from dashboard.aws.target import Target
from dashboard.core.patches import Patch


def get_rest_apis(target: Target) -> list[Json]:
    """Every REST API of the region."""
    return every(target, Request(REST, "GetRestApis"), {})


def get_rest_api(target: Target, api: str) -> Json:
    """One of them; Kind.NOT_FOUND when there is none of that id."""
    return call(target, _of("GetRestApi", api), {"restApiId": api})


def get_resources(target: Target, api: str) -> list[Json]:
    """The working copy's resources with their methods and integrations, not only what is deployed."""
    return every(target, _of("GetResources", api), {"restApiId": api, "embed": ["methods"]})


def get_stages(target: Target, api: str) -> list[Json]:
    """Every stage (AWS has no pages of them)."""
    return list(call(target, _of("GetStages", api), {"restApiId": api}).get("item", ()))


def get_stage(target: Target, api: str, stage: str) -> Json:
    """One stage as it stands now."""
    return call(target, _of("GetStage", api, "stageName"), {"restApiId": api, "stageName": stage})


def get_deployments(target: Target, api: str) -> list[Json]:
    """Every deployment: id, description and time."""
    return every(target, _of("GetDeployments", api), {"restApiId": api})


def get_deployment(target: Target, api: str, deployment: str) -> Json:
    """One deployment with ``apiSummary`` (path, method, authorization, key required): all that AWS tells of an old one."""
    arguments = {"restApiId": api, "deploymentId": deployment, "embed": ["apisummary"]}
    return call(target, _of("GetDeployment", api, "deploymentId"), arguments)


def get_models(target: Target, api: str) -> list[Json]:
    """The working copy's models; ``schema`` is JSON as text."""
    return every(target, _of("GetModels", api), {"restApiId": api})


def get_authorizers(target: Target, api: str) -> list[Json]:
    """The working copy's authorizers."""
    return every(target, _of("GetAuthorizers", api), {"restApiId": api})


def get_request_validators(target: Target, api: str) -> list[Json]:
    """The working copy's request validators."""
    return every(target, _of("GetRequestValidators", api), {"restApiId": api})


def get_gateway_responses(target: Target, api: str) -> list[Json]:
    """The working copy's gateway responses, AWS's own (``defaultResponse``) included."""
    return every(target, _of("GetGatewayResponses", api), {"restApiId": api})


def get_export(
    target: Target, api: str, stage: str, *, kind: str = "oas30", extensions: str = "apigateway"
) -> Json:
    """What the stage serves, as a definition: ``kind`` is ``oas30`` or ``swagger``.

    ``extensions`` is ``integrations``, ``apigateway`` (those and the rest), ``authorizers`` or ``postman``.
    """
    arguments = {
        "restApiId": api,
        "stageName": stage,
        "exportType": kind,
        "parameters": {"extensions": extensions},
        "accepts": "application/json",
    }
    request = _of("GetExport", api, "stageName", "exportType")
    return document(call(target, request, arguments).get("body"), request)


def get_account(target: Target) -> Json:
    """The account's own limits (``throttleSettings``) and the role it writes logs with."""
    return call(target, Request(REST, "GetAccount"), {})


def create_deployment(
    target: Target, api: str, description: str, *, change: str, stage: str | None = None
) -> Json:
    """Freeze the working copy as a deployment; with ``stage`` that stage serves it at once (and is made when missing).

    Kind.CONFLICT while another deployment is in progress; Kind.LOST when no answer came, and then it may exist.
    """
    arguments = {"restApiId": api, "description": description}
    if stage is not None:
        arguments["stageName"] = stage
    return call(target, _of("CreateDeployment", api, change=change), arguments)


def update_stage(target: Target, api: str, stage: str, patches: Sequence[Patch], *, change: str) -> Json:
    """Apply the steps, all or none; the stage as it stands afterwards."""
    steps = [patch.wire() for patch in patches]
    arguments = {"restApiId": api, "stageName": stage, "patchOperations": steps}
    return call(target, _of("UpdateStage", api, "stageName", change=change), arguments)


def _of(operation: str, api: str, *path: str, change: str = "") -> Request:
    return Request(REST, operation, f"api:{api}", ("restApiId", *path), change)
