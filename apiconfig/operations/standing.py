"""How a stage and its API stand at this moment, read from AWS and from what we kept: what a deployment's preview is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apiconfig.core import apis
from apiconfig.core.apis import Api, Deployment, Stage
from apiconfig.core.definition import Definition, Source, from_text
from apiconfig.core.exports import from_export
from apiconfig.core.summary import from_summary
from apiconfig.core.v2 import TIMEOUT_MS
from apiconfig.models import Snapshot
from apiconfig.operations import catalogue, memory, pages
from dashboard.accounts.place import Place
from dashboard.aws.apigateway import http, rest
from dashboard.core.errors import AwsError, Kind

WORKING_SOURCE: dict[str, Source] = {"REST": "resources", "HTTP": "export", "WEBSOCKET": "routes"}


@dataclass(frozen=True)
class Known:
    """A definition and where it comes from, in words; ``definition`` is None when there is none to be had, ``words`` says why."""

    definition: Definition | None
    words: str


def stage_now(place: Place, api: Api, stage: str) -> Stage:
    """One GetStage. NOT_FOUND: it is gone, and the API's stages are read again at the next look; the API may be gone too."""
    try:
        if api.kind == "REST":
            return apis.rest_stage(rest.get_stage(place.target, api.id, stage))
        return apis.v2_stage(http.get_stage(place.target, api.id, stage))
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            memory.forget(place, f"api:{api.id}", ("api", "stages"))
        raise


def working(place: Place, api: Api) -> Definition:
    """The API as it stands: REST 6 calls, HTTP 1, WebSocket 4. Raises AwsError when it cannot be read; evicts an API that is gone."""
    try:
        return _working(place, api)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            catalogue.forget(place, api.id)
        raise


def _working(place: Place, api: Api) -> Definition:
    if api.kind == "HTTP":
        return exported(api, http.export_api(place.target, api.id, None))
    reads = pages.reads(place.target, api)
    answers = memory.together(
        {name: read for name, read in reads.items() if name not in ("stages", "deployments")}
    )
    main = answers["resources" if api.kind == "REST" else "routes"]
    if isinstance(main, AwsError):
        raise main
    readable = {name: answer for name, answer in answers.items() if not isinstance(answer, AwsError)}
    definition = pages.definition_of(api, readable)
    if definition is None:
        raise AssertionError("the resources were read, so there is a definition")
    return definition


def exported(api: Api, document: apis.Json) -> Definition:
    """An export as a definition."""
    return from_export(document, timeout_ms=TIMEOUT_MS["HTTP"] if api.kind == "HTTP" else 29_000)


def served(place: Place, api: Api, stage: Stage) -> Known:
    """What the stage serves: what we kept when it was deployed, else its export; nothing of AWS's is raised."""
    if not stage.deployment:
        nothing = Definition(WORKING_SOURCE[api.kind])
        return Known(nothing, "Nothing was ever deployed to this stage, so everything is new.")
    if api.kind == "HTTP":
        return _exported_stage(place, api, stage)
    kept = snapshot(place, api.id, stage.deployment)
    if kept is not None:
        return Known(
            kept,
            f"Compared with what Gatehouse kept of deployment {stage.deployment}, which the stage serves.",
        )
    if api.kind == "REST":
        return _exported_stage(place, api, stage)
    return Known(
        None,
        "AWS exports no WebSocket API, and the stage's deployment was not made with Gatehouse, so what it serves cannot be known. "
        "What is deployed now will be kept, so the next preview can compare.",
    )


def of_deployment(place: Place, api: Api, deployment: Deployment) -> Known:
    """What an old deployment holds: what we kept, else the little AWS tells (REST), else nothing."""
    kept = snapshot(place, api.id, deployment.id)
    if kept is not None:
        return Known(kept, f"Gatehouse kept what deployment {deployment.id} holds.")
    if api.kind != "REST":
        return Known(
            None,
            f"AWS does not show what deployment {deployment.id} holds, and it was not made with Gatehouse, so what changes for "
            "callers cannot be known.",
        )
    try:
        answer = rest.get_deployment(place.target, api.id, deployment.id)
    except AwsError as error:
        return Known(None, f"What deployment {deployment.id} holds could not be read: {sentence(error)}")
    return Known(from_summary(answer), f"AWS tells only the routes of deployment {deployment.id}.")


def deployment_now(place: Place, api: Api, deployment: str) -> Deployment:
    """The deployment of that id; NOT_FOUND when there is none (any more)."""
    for entry in deployments_now(place, api):
        if entry.id == deployment:
            return entry
    memory.forget(place, f"api:{api.id}", ("deployments",))
    raise AwsError(
        "NotFoundException",
        "There is no such deployment of this API any more.",
        Kind.NOT_FOUND,
        service="apigateway",
        operation="GetDeployments",
        resource=f"api:{api.id}",
    )


def deployments_now(place: Place, api: Api) -> Iterable[Deployment]:
    """All of them, read now."""
    if api.kind == "REST":
        return [apis.rest_deployment(entry) for entry in rest.get_deployments(place.target, api.id)]
    return [apis.v2_deployment(entry) for entry in http.get_deployments(place.target, api.id)]


def snapshot(place: Place, api_id: str, deployment: str) -> Definition | None:
    """What we kept of a deployment; AWS never changes one."""
    row = (
        Snapshot.objects.filter(
            connection=place.connection, region=place.region, api=api_id, deployment=deployment
        )
        .exclude(deployment="")
        .first()
    )
    return from_text(row.definition) if row is not None else None


def sentence(error: AwsError) -> str:
    """AWS's words with its request id."""
    request = f" (request {error.request_id})" if error.request_id else ""
    return f"{error.code}: {error.message}{request}"


def read_export(place: Place, api: Api, stage: str) -> Definition:
    """The stage's export (REST and HTTP). Raises AwsError."""
    if api.kind == "HTTP":
        return exported(api, http.export_api(place.target, api.id, stage))
    return exported(api, rest.get_export(place.target, api.id, stage))


def _exported_stage(place: Place, api: Api, stage: Stage) -> Known:
    try:
        definition = read_export(place, api, stage.name)
    except AwsError as error:
        return Known(None, f"What the stage serves could not be read: {sentence(error)}")
    return Known(
        definition, f"Compared with the stage's export, read just now (deployment {stage.deployment})."
    )
