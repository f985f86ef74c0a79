"""Deploying an API to a stage and taking the stage back to a former deployment.

API Gateway has no conditional writes: the API's lock is taken, everything that was shown is read again, and the write happens only when it
is still as the preview showed it. The window between that reading and the write is small, not nil.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apiconfig.core import deploying
from apiconfig.core.apis import Api, Stage
from apiconfig.core.definition import Definition, to_text
from apiconfig.core.diff import RouteDiff, compare
from apiconfig.core.views import Deployed, DeployPreview, Moved
from apiconfig.models import Snapshot
from apiconfig.operations import catalogue, memory, stage_writes, standing, undeployed
from apiconfig.operations.locking import one_change
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.core.errors import AwsError, InputError
from dashboard.history.models import Change
from dashboard.history.record import recording

DEPLOY, TAKE_BACK = "api.deploy", "api.take-back"
NOT_AS_SHOWN = (
    "Nothing was changed: the stage or the API is not as the preview showed it any more. Somebody deployed or edited in between. "
    "This is how it stands now."
)
PARTLY_READ = (
    "Nothing was changed: what was read just now is not what the preview showed. Not everything could be read this time, which may be all "
    "that differs; else somebody deployed or edited in between. This is how it stands now, and what of it is not known."
)


@dataclass(frozen=True)
class _Draft:
    """A preview with the definition that would be deployed, or is in the deployment that is gone back to (None: not known).

    ``former`` is what the stage serves, as far as it is known.
    """

    preview: DeployPreview
    definition: Definition | None
    former: Definition | None


def preview(place: Place, api_id: str, stage: str) -> DeployPreview:
    """What deploying the API as it stands would change for the stage's callers. Raises AwsError (NOT_FOUND: API or stage is gone).

    REST 7 to 8 calls, HTTP 3, WebSocket 5.
    """
    return _draft(place, catalogue.known(place, api_id), stage).preview


def preview_take_back(place: Place, api_id: str, stage: str, deployment: str) -> DeployPreview:
    """The same for going back to ``deployment``; 2 to 4 calls."""
    return _draft_back(place, catalogue.known(place, api_id), stage, deployment).preview


def deploy(
    actor: Actor, place: Place, api_id: str, stage: str, note: str, fingerprint: str
) -> Deployed | Moved:
    """Deploy; needs ``deploy`` on ``api:<id>``. Raises Refused, InputError (field ``note``), AwsError."""
    resource = place.resource(f"api:{api_id}")
    require(actor.user, "deploy", resource)
    note = checked(note, "note", "Note")
    api = catalogue.known(place, api_id)
    with one_change(place, api_id):
        draft = _draft(place, api, stage)
        if moved := _moved(draft, fingerprint):
            _record_refusal(actor, place, api, DEPLOY, note, moved)
            return moved
        return _deploy(actor, place, api, draft, note)


def take_back(
    actor: Actor,
    place: Place,
    api_id: str,
    stage: str,
    deployment: str,
    reason: str,
    fingerprint: str,
    *,
    undo_of: Change | None = None,
) -> Deployed | Moved:
    """Point the stage to ``deployment``; needs ``deploy`` on ``api:<id>``. Raises Refused, InputError (field ``reason``), AwsError."""
    require(actor.user, "deploy", place.resource(f"api:{api_id}"))
    reason = checked(reason, "reason", "Reason")
    api = catalogue.known(place, api_id)
    with one_change(place, api_id):
        draft = _draft_back(place, api, stage, deployment)
        if moved := _moved(draft, fingerprint):
            _record_refusal(actor, place, api, TAKE_BACK, reason, moved)
            return moved
        return _take_back(actor, place, api, draft, deployment, reason, undo_of)


def checked(text: str, field: str, title: str) -> str:
    """The note or reason without blanks around it, on one line; InputError when it is empty or too long."""
    found = " ".join(text.replace("\0", "").split())
    if not found:
        raise InputError(field, f"{title}: say in a few words why; it is kept with the change.")
    if len(found) > deploying.LONGEST_NOTE:
        raise InputError(
            field, f"{title}: at most {deploying.LONGEST_NOTE:,} characters; this has {len(found):,}."
        )
    return found


def _draft(place: Place, api: Api, stage: str) -> _Draft:
    now = standing.stage_now(place, api, stage)
    working = standing.working(place, api)
    known = standing.served(place, api, now)
    diff = compare(known.definition, working, why=known.words)
    shown = DeployPreview(
        api=api,
        stage=now,
        diff=diff,
        fingerprint=deploying.fingerprint(now, working),
        served_words=known.words,
        refusals=deploying.deploy_refusals(now, working),
        warnings=deploying.deploy_warnings(diff),
    )
    return _Draft(shown, working, known.definition)


def _draft_back(place: Place, api: Api, stage: str, deployment: str) -> _Draft:
    now = standing.stage_now(place, api, stage)
    wanted = standing.deployment_now(place, api, deployment)
    held = standing.of_deployment(place, api, wanted)
    known = standing.served(place, api, now)
    why = known.words if known.definition is None else held.words
    diff = compare(known.definition, held.definition, why=why)
    shown = DeployPreview(
        api=api,
        stage=now,
        diff=diff,
        fingerprint=deploying.fingerprint(now, deployment=deployment),
        served_words=f"{known.words} {held.words}" if diff.comparable else why,
        refusals=deploying.take_back_refusals(now, wanted),
        warnings=deploying.take_back_warnings(diff),
        deployment=wanted,
    )
    return _Draft(shown, held.definition, known.definition)


def _moved(draft: _Draft, fingerprint: str) -> Moved | None:
    """Why nothing may be written: a refusal, or something is not as it was shown."""
    now = draft.preview
    if now.refusals:
        return Moved(f"Nothing was changed. {' '.join(now.refusals)}", now)
    if now.fingerprint == fingerprint:
        return None
    blind = now.deployment is None and draft.definition is not None and draft.definition.blind
    return Moved(PARTLY_READ if blind else NOT_AS_SHOWN, now)


def _record_refusal(actor: Actor, place: Place, api: Api, action: str, why: str, moved: Moved) -> None:
    stage = moved.preview.stage
    with recording(
        actor,
        place.resource(f"api:{api.id}"),
        action,
        label=f"{api.title}: stage {stage.name}",
        subject=stage.name,
        reason=why,
        intended={"stage": stage.name},
    ) as change:
        change.refused("NotAsShown", moved.words, before=_facts(stage))


def _deploy(actor: Actor, place: Place, api: Api, draft: _Draft, note: str) -> Deployed:
    stage, definition = draft.preview.stage, draft.definition
    if definition is None:
        raise AssertionError("what is deployed was read")
    started = timezone.now()
    with recording(
        actor,
        place.resource(f"api:{api.id}"),
        DEPLOY,
        label=f"{api.title}: stage {stage.name}",
        subject=stage.name,
        reason=note,
        shown=_facts(stage),
        intended={"stage": stage.name, "deployment": "new", "description": note},
    ) as change:
        _keep_former(place, api, draft)
        kept = _keep(place, api, stage, definition, change.id)
        try:
            made = stage_writes.make(place, api, note, change.id, started)
            kept.deployment = made.id
            kept.save(update_fields=["deployment"])
            now = _point(place, api, stage, made.id, change.id, made=True)
        finally:
            _in_doubt(place, api, stage)
        undeployed.wrote(place, api.id, stage.name, now.deployment, count=0, made=made.created)
        change.done(before=_facts(stage), after=_facts(now))
    return _verified(place, api, now, definition, change.id)


def _take_back(
    actor: Actor,
    place: Place,
    api: Api,
    draft: _Draft,
    deployment: str,
    reason: str,
    undo_of: Change | None,
) -> Deployed:
    stage = draft.preview.stage
    with recording(
        actor,
        place.resource(f"api:{api.id}"),
        TAKE_BACK,
        label=f"{api.title}: stage {stage.name}",
        subject=stage.name,
        reason=reason,
        shown=_facts(stage),
        intended={"stage": stage.name, "deployment": deployment},
        undo_of=undo_of,
    ) as change:
        _keep_former(place, api, draft)
        try:
            now = _point(place, api, stage, deployment, change.id, made=False)
        finally:
            _in_doubt(place, api, stage)
        change.done(before=_facts(stage), after=_facts(now))
    known = draft.definition if draft.definition and draft.definition.source != "summary" else None
    return _verified(place, api, now, known, change.id)


def _point(place: Place, api: Api, stage: Stage, deployment: str, change: str, *, made: bool) -> Stage:
    """Point the stage to the deployment; a failure says that one was made, when it was."""
    try:
        return stage_writes.point(place, api, stage, deployment, change)
    except AwsError as error:
        if made:
            error.message += f" Deployment {deployment} was made; the stage served {stage.deployment or 'none'} when it was last read."
            error.unchanged = False
        raise


def _in_doubt(place: Place, api: Api, stage: Stage) -> None:
    """A write was sent, whatever became of it: what is known of the stage is read at the next look."""
    memory.doubt(place, f"api:{api.id}", ("stages", "deployments"))
    undeployed.wrote(place, api.id, stage.name)


def _keep_former(place: Place, api: Api, draft: _Draft) -> None:
    """Once the stage serves another deployment, nobody can export this one: its export is kept, so that the way back is known."""
    stage, former = draft.preview.stage, draft.former
    if former is None or former.source != "export" or not stage.deployment:
        return
    if standing.snapshot(place, api.id, stage.deployment) is None:
        kept = _keep(place, api, stage, former, None)
        kept.deployment = stage.deployment
        kept.save(update_fields=["deployment"])


def _keep(place: Place, api: Api, stage: Stage, definition: Definition, change: str | None) -> Snapshot:
    fields: dict[str, Any] = {
        "region": place.region,
        "api": api.id,
        "stage": stage.name,
        "definition": to_text(definition),
        "stage_before": dict(stage.raw),
        "change": change,
    }
    return Snapshot.objects.create(connection=place.connection, **fields)


def _verified(
    place: Place, api: Api, stage: Stage, definition: Definition | None, change_id: str
) -> Deployed:
    """Read the stage back and compare it with what it is to serve."""
    serves = f"The stage {stage.name} serves deployment {stage.deployment}."
    if api.kind == "WEBSOCKET":
        words = f"{serves} AWS exports no WebSocket API, so its routes were not read back."
        return Deployed(change_id, stage.deployment, None, words)
    if definition is None:
        words = f"{serves} What that deployment holds was not kept, so there is nothing to compare its export with."
        return Deployed(change_id, stage.deployment, None, words)
    try:
        found: RouteDiff = compare(definition, standing.read_export(place, api, stage.name))
    except AwsError as error:
        words = f"{serves} Its export could not be read to verify it: {standing.sentence(error)}"
        return Deployed(change_id, stage.deployment, None, words)
    if found.same:
        words = f"{serves} Its export was read back and holds what was kept."
        return Deployed(change_id, stage.deployment, True, words, found)
    points = "1 point" if found.count == 1 else f"{found.count} points"
    words = (
        f"{serves} Its export was read back and differs in {points} from what was kept. Look at them below."
    )
    return Deployed(change_id, stage.deployment, False, words, found)


def _facts(stage: Stage) -> dict[str, str]:
    return {"stage": stage.name, "deployment": stage.deployment}
