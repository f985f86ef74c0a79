"""The two writes of a deployment, whatever becomes of the answers: making it, and pointing the stage to it.

REST and HTTP alike, a deployment is made without a stage first, and the stage is pointed to it by a second call. So an answer that is lost
while it is made leaves the stage untouched, and what was made is looked for before anything is sent again.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta

from apiconfig.core import apis
from apiconfig.core.apis import Api, Deployment, Stage
from apiconfig.operations import standing
from dashboard.accounts.place import Place
from dashboard.aws.apigateway import http, rest
from dashboard.core.errors import AwsError, Kind
from dashboard.core.patches import Patch

CLOCKS = timedelta(minutes=2)
"""How far AWS's clock and ours may be apart."""
SETTLE_LOOKS, SETTLE_PAUSE = 6, 0.5
"""How often, and after how many seconds each, a v2 deployment that is PENDING is looked at."""


def make(place: Place, api: Api, note: str, change: str, started: datetime) -> Deployment:
    """CreateDeployment, without a stage. Raises AwsError; LOST only when looking did not tell either."""
    try:
        if api.kind == "REST":
            return apis.rest_deployment(rest.create_deployment(place.target, api.id, note, change=change))
        return _settled(
            place, api, apis.v2_deployment(http.create_deployment(place.target, api.id, note, change=change))
        )
    except AwsError as error:
        if error.kind is Kind.LOST:
            return _settled(place, api, _look_for(place, api, note, started, error))
        raise in_words(error) from error


def point(place: Place, api: Api, before: Stage, deployment: str, change: str) -> Stage:
    """Have the stage serve ``deployment``; the stage afterwards. LOST only when looking did not tell either."""
    try:
        return _send(place, api, before.name, deployment, change)
    except AwsError as error:
        if error.kind is not Kind.LOST:
            raise in_words(error) from error
        return _landed(place, api, before, deployment, error)


def in_words(error: AwsError) -> AwsError:
    """The same failure with the next step in its message."""
    if error.kind is Kind.CONFLICT:
        return replace(
            error,
            message=f"{error.message} Another deployment or change of this API is in progress at AWS. The stage serves what it did; "
            "wait some seconds, look at the preview again and repeat.",
            retry_after=error.retry_after or 5.0,
        )
    return error


def _send(place: Place, api: Api, stage: str, deployment: str, change: str) -> Stage:
    if api.kind == "REST":
        patches = [Patch("replace", "/deploymentId", deployment)]
        return apis.rest_stage(rest.update_stage(place.target, api.id, stage, patches, change=change))
    changes = {"DeploymentId": deployment}
    return apis.v2_stage(http.update_stage(place.target, api.id, stage, changes, change=change))


def _look_for(place: Place, api: Api, note: str, started: datetime, lost: AwsError) -> Deployment:
    """The deployment whose answer was lost: made since, with this description, served by nobody we know of."""
    try:
        found = [
            entry
            for entry in standing.deployments_now(place, api)
            if entry.description == note
            and not entry.automatic
            and (made := _time(entry.created)) is not None
            and made >= started - CLOCKS
            and standing.snapshot(place, api.id, entry.id) is None
        ]
    except AwsError as unread:
        raise lost from unread
    if len(found) == 1:
        return found[0]
    if found:
        raise lost
    raise lost.known_unchanged(
        "No answer came to the deployment, and looking showed that none was made. The stage was not touched; you can "
        "deploy again."
    ) from lost


def _landed(place: Place, api: Api, before: Stage, deployment: str, lost: AwsError) -> Stage:
    try:
        now = standing.stage_now(place, api, before.name)
    except AwsError as unread:
        raise lost from unread
    if now.deployment == deployment:
        return now
    if now.deployment != before.deployment:
        raise lost
    raise lost.known_unchanged(
        "No answer came, and reading the stage showed that it serves what it did before. You can send it again."
    ) from lost


def _settled(place: Place, api: Api, deployment: Deployment) -> Deployment:
    """A v2 deployment is made in the background; AwsError when it failed or is not done in time."""
    for _ in range(SETTLE_LOOKS):
        if deployment.status != "PENDING":
            break
        time.sleep(SETTLE_PAUSE)
        deployment = standing.deployment_now(place, api, deployment.id)
    if deployment.status in ("", "DEPLOYED"):
        return deployment
    said = f": {deployment.message}" if deployment.message else "."
    raise AwsError(
        f"Deployment{deployment.status.capitalize()}",
        f"AWS made deployment {deployment.id}, and its status is {deployment.status}{said} The stage was not touched.",
        Kind.FAULT if deployment.status == "PENDING" else Kind.VALIDATION,
        permanent=deployment.status != "PENDING",
        service="apigatewayv2",
        operation="CreateDeployment",
        resource=f"api:{api.id}",
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
