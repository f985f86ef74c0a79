"""Requests, errors and latency from CloudWatch, remembered for a minute: every figure asked for is billed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone

from apiconfig.core.apis import Api, Deployment, Stage
from apiconfig.core.health import Health, Mark, Subject, merge, queries
from apiconfig.models import Remembered, Snapshot
from apiconfig.operations import catalogue, memory, pages
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.aws import cloudwatch
from dashboard.core.errors import InputError, Kind
from dashboard.core.windows import WINDOWS, Window, axis

SECONDS = 60
PER_CALL = 500


def health(place: Place, window: str, api_id: str | None = None, *, fresh: bool = False) -> Health:
    """Of every API and stage of the region, or of one API; ``window`` is a name of ``core.health.WINDOWS`` (else InputError).

    One GetMetricData for each 500 figures, remembered for a minute. Of an API whose stages nobody has read yet, the region's page
    shows the API as a whole. Raises AwsError (NOT_FOUND: there is no such API).
    """
    chosen = WINDOWS.get(window)
    if chosen is None:
        raise InputError("window", f"Window: choose one of {', '.join(WINDOWS)}.")
    name = f"apiconfig:health:{place.connection.pk}:{place.region}:{window}:{api_id or ''}"
    kept: Health | None = None if fresh else cache.get(name)
    if kept is not None:
        return kept
    found = _of_region(place, chosen) if api_id is None else _of_api(place, chosen, api_id)
    cache.set(name, found, SECONDS)
    return found


def visible(user: User | AnonymousUser | None, place: Place, found: Health) -> Health:
    """The rows and marks of the APIs that ``user`` may read."""
    readable = {
        api
        for api in {row.api.id for row in found.rows} | {mark.api for mark in found.marks}
        if may(user, "read", place.resource(f"api:{api}"))
    }
    return replace(
        found,
        rows=tuple(row for row in found.rows if row.api.id in readable),
        marks=tuple(mark for mark in found.marks if mark.api in readable),
    )


def _of_region(place: Place, window: Window) -> Health:
    listing = catalogue.apis(place)
    known = [row.api for row in listing.rows if row.api.region == place.region]
    failures = [state.failure for state in listing.states if state.region == place.region and state.failure]
    if not known and failures and failures[0] is not None:
        raise failures[0]
    stages = _known_stages(place)
    subjects = [Subject(api, stage) for api in known for stage in stages.get(api.id) or ("",)]
    start = axis(window, timezone.now())[0]
    return _ask(place, window, subjects, known, _kept_marks(place, start))


def _of_api(place: Place, window: Window, api_id: str) -> Health:
    api = catalogue.known(place, api_id)
    reads = pages.reads(place.target, api)
    parts = memory.reading(
        place, f"api:{api.id}", {name: reads[name] for name in ("api", "stages", "deployments")}
    )
    failure = parts["api"].failure
    if failure is not None and failure.kind is Kind.NOT_FOUND:
        catalogue.forget(place, api_id)
        raise failure
    stages = pages.stages_of(api, parts["stages"].payload)
    subjects = [Subject(api, stage.name) for stage in stages] or [Subject(api)]
    deployments = pages.deployments_of(place, api, parts["deployments"].payload, stages)
    start = axis(window, timezone.now())[0]
    marks = _marks(api, deployments, stages, start)
    return _ask(place, window, subjects, catalogue.of_region(place), marks)


def _ask(
    place: Place,
    window: Window,
    subjects: list[Subject],
    known: tuple[Api, ...] | list[Api],
    marks: tuple[Mark, ...],
) -> Health:
    now = timezone.now()
    wanted = queries(subjects, window)
    answer = (
        cloudwatch.get_metric_data(
            place.target,
            wanted,
            axis(window, now)[0],
            now.replace(second=0, microsecond=0) + timedelta(minutes=1),
        )
        if wanted
        else {}
    )
    calls = -(-len(wanted) // PER_CALL)
    return merge(subjects, window, answer, now, known=known, marks=marks, calls=calls)


def _known_stages(place: Place) -> dict[str, tuple[str, ...]]:
    """API id → its stages, of those that somebody has read."""
    rows = Remembered.objects.filter(
        connection=place.connection, region=place.region, part="stages", payload__isnull=False
    )
    return {
        row.subject.removeprefix("api:"): tuple(
            str(entry.get("stageName", entry.get("StageName", ""))) for entry in row.payload
        )
        for row in rows
    }


def _marks(
    api: Api, deployments: tuple[Deployment, ...], stages: tuple[Stage, ...], start: datetime
) -> tuple[Mark, ...]:
    """The API's deployments since ``start``. AWS does not tell to which stage an old one went; those that serve now are told."""
    found = []
    for entry in deployments:
        made = _time(entry.created)
        if made is not None and made >= start:
            found.append(Mark(made, api.id, ", ".join(entry.stages), entry.description or entry.id))
    return tuple(sorted(found, key=lambda mark: mark.time))


def _kept_marks(place: Place, start: datetime) -> tuple[Mark, ...]:
    """The deployments made with Gatehouse since ``start``: the region's page asks AWS for no others."""
    rows = (
        Snapshot.objects.filter(connection=place.connection, region=place.region, made__gte=start)
        .exclude(deployment="")
        .exclude(change=None)
    )
    return tuple(Mark(row.made, row.api, row.stage, row.deployment) for row in rows.order_by("made")[:200])


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
