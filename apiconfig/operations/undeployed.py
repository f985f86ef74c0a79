"""Whether an API holds changes that a stage does not serve yet, as far as it is known without asking AWS.

Known is what a preview found (REST and HTTP APIs whose stages are read by their export), and what a comparison with the kept definition of
the stage's deployment shows (REST and WebSocket). It is as old as what it was made of, and void once the stage serves something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from apiconfig.core.apis import Stage
from apiconfig.core.definition import from_text
from apiconfig.core.diff import compare
from apiconfig.core.views import ApiView, DeployPreview
from apiconfig.models import Remembered, Snapshot
from apiconfig.operations import memory
from dashboard.accounts.place import Place

PART = "undeployed"
"""``{stage: {"deployment": id, "count": differences}}`` (count None: not known) and, under ``""``, ``{"deployed": ISO time}`` of the newest
deployment."""


class Known(NamedTuple):
    """What the list shows of an API. ``deployed`` is ISO 8601, empty for never; ``undeployed`` is None where it is not known."""

    deployed: str | None
    undeployed: bool | None


def learn(place: Place, preview: DeployPreview) -> None:
    """Keep what a preview of a new deployment found. No AWS call."""
    if preview.deployment is not None or not preview.diff.comparable:
        return
    kept = _kept(place, preview.api.id)
    found = {
        **kept,
        preview.stage.name: {"deployment": preview.stage.deployment, "count": preview.diff.count},
    }
    if found != kept:
        memory.keep(place, f"api:{preview.api.id}", PART, found)


def wrote(
    place: Place, api_id: str, stage: str, deployment: str = "", *, count: int | None = None, made: str = ""
) -> None:
    """A write reached the stage, or may have: it serves ``deployment`` and lacks ``count`` changes (None: not known).

    ``made`` is when a deployment was made for it (ISO 8601), if one was. What is known of the other stages stands.
    """
    kept = _kept(place, api_id)
    found = {**kept, stage: {"deployment": deployment, "count": count}}
    if made and "" in kept:
        found[""] = {"deployed": made}
    memory.keep(place, f"api:{api_id}", PART, found)


def counts(place: Place, view: ApiView) -> dict[str, int]:
    """Differences by stage, of the stages where they are known; kept for the list. No AWS call."""
    kept = _kept(place, view.api.id)
    found: dict[str, int | None] = {stage.name: _count(kept, stage) for stage in view.stages}
    found |= _compared(place, view)
    fresh: dict[str, Any] = {
        stage.name: {"deployment": stage.deployment, "count": found[stage.name]} for stage in view.stages
    }
    if "deployments" in view.ages:
        fresh[""] = {"deployed": max((entry.created for entry in view.deployments), default="")}
    elif "" in kept:
        fresh[""] = kept[""]
    if fresh != kept:
        memory.keep(place, f"api:{view.api.id}", PART, fresh)
    return {name: count for name, count in found.items() if count is not None}


def of_rows(place: Place) -> dict[tuple[str, str], Known]:
    """What is known of the APIs of the connection's regions, by region and id: one query."""
    rows = Remembered.objects.filter(
        connection=place.connection, region__in=place.connection.regions, part=PART, payload__isnull=False
    )
    return {(row.region, row.subject.removeprefix("api:")): _known(row.payload) for row in rows}


def _known(payload: Mapping[str, Any]) -> Known:
    counts = [entry["count"] for name, entry in payload.items() if name]
    deployed = payload.get("", {}).get("deployed")
    if any(counts):
        return Known(deployed, True)
    whole = (
        bool(counts) and "" in payload
    )  # a preview alone knows of its own stage, not which others there are
    return Known(deployed, False if whole and None not in counts else None)


def _kept(place: Place, api_id: str) -> dict[str, Any]:
    row = Remembered.objects.filter(
        connection=place.connection, region=place.region, subject=f"api:{api_id}", part=PART
    ).first()
    return dict(row.payload) if row is not None and row.payload else {}


def _count(kept: Mapping[str, Any], stage: Stage) -> int | None:
    if stage.auto_deploy:
        return 0
    entry = kept.get(stage.name)
    return entry["count"] if entry and entry["deployment"] == stage.deployment else None


def _compared(place: Place, view: ApiView) -> dict[str, int]:
    """By the definitions that we kept; an HTTP API's are exports, which its routes are not compared with."""
    if view.definition is None or view.api.kind == "HTTP":
        return {}
    serving = {stage.name: stage.deployment for stage in view.stages if stage.deployment}
    rows = Snapshot.objects.filter(
        connection=place.connection,
        region=place.region,
        api=view.api.id,
        deployment__in=set(serving.values()),
    )
    definitions = {row.deployment: from_text(row.definition) for row in rows}
    return {
        name: compare(definitions[deployment], view.definition).count
        for name, deployment in serving.items()
        if deployment in definitions
    }
