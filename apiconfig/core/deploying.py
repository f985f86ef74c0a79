"""What a deployment, or going back to one, would mean: refusals and warnings in words, and the fingerprint a write is conditional on."""

from __future__ import annotations

from hashlib import sha256

from apiconfig.core.apis import Deployment, Stage
from apiconfig.core.definition import Definition, canonical, to_text
from apiconfig.core.diff import RouteDiff

LONGEST_NOTE = 1000


def fingerprint(stage: Stage, working: Definition | None = None, deployment: str = "") -> str:
    """What was shown: the stage's deployment, time, canary and auto-deploy, what would be deployed or gone back to."""
    canary = stage.canary
    shown = {
        "stage": stage.name,
        "deployment": stage.deployment,
        "updated": stage.updated,
        "automatic": stage.auto_deploy,
        "canary": [canary.deployment, str(canary.percent), canary.overrides] if canary else None,
        "working": to_text(working) if working else None,
        "target": deployment,
    }
    return sha256(canonical(shown).encode()).hexdigest()[:32]


def stage_refusals(stage: Stage) -> tuple[str, ...]:
    """Why no deployment can be put on this stage by hand."""
    found = []
    if stage.canary is not None:
        found.append(
            f"The stage has a canary: {stage.canary.percent} % of its requests go to deployment {stage.canary.deployment}. While "
            "it stands, the stage takes no other deployment. Promote or remove the canary first, for example in the AWS console."
        )
    if stage.auto_deploy:
        said = f" Its last deployment said: {stage.deploy_message}" if stage.deploy_message else ""
        found.append(
            "The stage deploys by itself (auto-deploy): every change of the API is served a moment after it is made, and AWS "
            f"refuses a deployment chosen by hand. Switch auto-deploy off on the stage to deploy here.{said}"
        )
    return tuple(found)


def deploy_refusals(stage: Stage, working: Definition) -> tuple[str, ...]:
    """Why the API as it stands cannot be deployed to ``stage``."""
    found = list(stage_refusals(stage))
    if not working.routes:
        found.append("The API has no routes, and AWS deploys none without.")
    missing = [route.key for route in working.routes if route.integration is None]
    if missing and working.source == "resources":
        names = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        found.append(f"AWS refuses to deploy a method without an integration: {names}.")
    return tuple(found)


def take_back_refusals(stage: Stage, deployment: Deployment) -> tuple[str, ...]:
    """Why the stage cannot go back to ``deployment``."""
    found = list(stage_refusals(stage))
    if stage.deployment == deployment.id:
        found.append("The stage serves this deployment already.")
    if deployment.status and deployment.status != "DEPLOYED":
        said = f": {deployment.message}" if deployment.message else ""
        found.append(f"This deployment's status is {deployment.status}{said}. No stage can serve it.")
    return tuple(found)


def deploy_warnings(diff: RouteDiff) -> tuple[str, ...]:
    """Worth reading before a deployment."""
    found = []
    if diff.same:
        found.append("Nothing that can be compared differs: the stage serves all of this already.")
    return (*found, *_callers(diff))


def take_back_warnings(diff: RouteDiff) -> tuple[str, ...]:
    """Worth reading before going back."""
    return (
        "Only the deployment goes back. The stage's variables, limits, cache, logs and access settings stay as they are, and the API "
        "as it stands is not touched: the next deployment brings its changes to the stage again.",
        *_callers(diff),
    )


def _callers(diff: RouteDiff) -> tuple[str, ...]:
    found = []
    if diff.removed:
        count = len(diff.removed)
        found.append(
            f"{count} {'route goes' if count == 1 else 'routes go'} away: their callers will be refused as for an unknown address."
        )
    opened = [
        change.key
        for change in diff.changed
        for field in change.fields
        if (field.name == "authorization" and field.after == "NONE")
        or (field.name == "API key required" and field.after == "no")
    ]
    if opened:
        found.append(f"Callers need less than before on: {', '.join(dict.fromkeys(opened))}.")
    return tuple(found)
