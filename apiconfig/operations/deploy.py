"""Deploying an API to a stage and taking the stage back to a former deployment."""

from __future__ import annotations

from apiconfig.core.views import Deployed, DeployPreview, Moved
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place


def preview(place: Place, api_id: str, stage: str) -> DeployPreview:
    """What deploying the API as it stands would change for the stage's callers. Raises AwsError (NOT_FOUND: API or stage is gone)."""
    raise NotImplementedError


def preview_take_back(place: Place, api_id: str, stage: str, deployment: str) -> DeployPreview:
    """The same for going back to ``deployment``."""
    raise NotImplementedError


def deploy(
    actor: Actor, place: Place, api_id: str, stage: str, note: str, fingerprint: str
) -> Deployed | Moved:
    """Deploy; needs ``deploy`` on ``api:<id>``. Raises Refused, InputError (field ``note``), AwsError."""
    raise NotImplementedError


def take_back(
    actor: Actor, place: Place, api_id: str, stage: str, deployment: str, reason: str, fingerprint: str
) -> Deployed | Moved:
    """Point the stage to ``deployment``; needs ``deploy`` on ``api:<id>``. Raises Refused, InputError (field ``reason``), AwsError."""
    raise NotImplementedError
