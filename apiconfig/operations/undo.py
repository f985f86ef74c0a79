"""The way back from each write of this module, and finding out how one ended that nobody saw the end of."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from apiconfig.core import deploying
from apiconfig.core.views import Moved
from apiconfig.operations import catalogue, standing
from apiconfig.operations.deploy import DEPLOY, TAKE_BACK, take_back
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place, find_place
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.history.handlers import Handler, Undone
from dashboard.history.models import Change, Outcome


def handlers() -> tuple[Handler, ...]:
    """One for each action of this module, for ``AppConfig.ready``."""
    titles = {DEPLOY: "API deployed", TAKE_BACK: "Stage taken back"}
    return tuple(
        Handler(action, title, permission="deploy", undo=undo, reconcile=reconcile, link=link)
        for action, title in titles.items()
    )


def undo(actor: Actor, change: Change, reason: str) -> Undone:
    """Point the stage to the deployment it served before, if it still serves the one this change gave it."""
    place = find_place(change.connection, change.region)
    if place is None:
        return gone_place(change)
    former = str((change.outcome.before or {}).get("deployment", ""))
    given = str((change.outcome.after or {}).get("deployment", ""))
    if not former:
        return Undone(
            False, "The stage served nothing before this change, so there is no deployment to go back to."
        )
    api = catalogue.known(place, api_id(change))
    stage = standing.stage_now(place, api, change.subject)
    if stage.deployment != given:
        return Undone(
            False,
            f"Not undone: the stage serves deployment {stage.deployment or 'none'} now, not {given} of this change. Nothing was changed.",
        )
    shown = deploying.fingerprint(stage, deployment=former)
    try:
        result = take_back(actor, place, api.id, stage.name, former, reason or "Undo", shown, undo_of=change)
    except InputError as error:
        return Undone(False, error.rule)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        return Undone(False, f"Not undone: {error.message} Nothing was changed.")
    if isinstance(result, Moved):
        return Undone(False, f"Not undone. {result.words}")
    return Undone(True, result.words, result.change_id)


def reconcile(change: Change) -> bool:
    """Read the stage and write the missing outcome; False when that does not tell. Raises AwsError."""
    place = find_place(change.connection, change.region)
    if place is None:
        return False
    api = catalogue.known(place, api_id(change))
    now = standing.stage_now(place, api, change.subject)
    facts = {"stage": now.name, "deployment": now.deployment}
    if now.deployment == str((change.shown or {}).get("deployment", "")):
        message = "The stage was read later and serves what it did before: the change did not reach it."
        return settle(change, Outcome.Result.FAILED, code="NotCarriedOut", message=message)
    if _is_intended(place, change, now.deployment):
        return settle(change, Outcome.Result.DONE, before=change.shown, after=facts)
    return False


def link(change: Change) -> str:
    """The API's page."""
    from django.urls import reverse

    return reverse("apis:api", args=[change.connection, change.region, api_id(change)])


def api_id(change: Change) -> str:
    """The API that was changed."""
    return change.resource.removeprefix("api:")


def gone_place(change: Change) -> Undone:
    """The place of the change does not exist any more."""
    return Undone(
        False, f"There is no connection {change.connection} with the region {change.region} any more."
    )


def settle(change: Change, result: str, **fields: object) -> bool:
    """Write the outcome; somebody who settled it in the same moment has said the same."""
    try:
        with transaction.atomic():
            Outcome.objects.create(change=change, result=result, reconciled=True, **fields)
    except IntegrityError:
        return Outcome.objects.filter(change=change).exists()
    return True


def _is_intended(place: Place, change: Change, deployment: str) -> bool:
    """Whether ``deployment`` is the one the change was to bring: named, or made by it with its note as description."""
    intended = change.intended or {}
    if change.action == TAKE_BACK:
        return bool(deployment == intended.get("deployment"))
    api = catalogue.known(place, api_id(change))
    found = standing.deployment_now(place, api, deployment)
    return bool(found.description == intended.get("description"))
