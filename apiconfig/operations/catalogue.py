"""Which APIs there are and how each is made, from our rows where they are fresh enough.

These rows are shared by everybody: who shows them filters by ``may``, as ``visible`` does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apiconfig.core import quotas
from apiconfig.core.apis import Api, rest_api, v2_api
from apiconfig.core.views import ApiRow, ApiView, Listing, ServiceState
from apiconfig.models import Remembered
from apiconfig.operations import memory, pages, undeployed
from apiconfig.operations.memory import FAILURE_LAST, Part
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may, reaches
from dashboard.aws.apigateway import http, rest
from dashboard.aws.target import Target
from dashboard.core.errors import AwsError, Kind

SERVICES: dict[str, Callable[[Target], Any]] = {"rest": rest.get_rest_apis, "v2": http.get_apis}
_MAKE: dict[str, Callable[[dict[str, Any], str], Api]] = {"rest": rest_api, "v2": v2_api}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


def apis(place: Place) -> Listing:
    """All APIs of the connection's regions: no AWS call, but for a region's first visit ever. Raises nothing of AWS's."""
    kept = _kept(place)
    missing = [
        (region, service)
        for region in place.connection.regions
        for service in SERVICES
        if _never_read(kept.get((region, service)))
    ]
    return _listing(place, {**kept, **_read(place, missing)})


def refresh(place: Place, *, regions: Iterable[str] | None = None, background: bool = False) -> Listing:
    """Read the lists of ``regions`` (None: all of the connection) anew; failures are in ``states``. Two calls a region."""
    wanted = [(region, service) for region in regions or place.connection.regions for service in SERVICES]
    return _listing(place, {**_kept(place), **_read(place, wanted, background=background)})


def visible(user: User | AnonymousUser | None, place: Place, listing: Listing) -> Listing:
    """What ``user`` may read of it; how many APIs a region has is for those who may read them all."""
    slug = place.connection.slug
    rows = tuple(
        row
        for row in listing.rows
        if may(user, "read", Place(place.connection, row.api.region).resource(f"api:{row.api.id}"))
    )
    hidden = Counter(row.api.region for row in listing.rows) - Counter(row.api.region for row in rows)
    return replace(
        listing,
        rows=rows,
        states=tuple(state for state in listing.states if reaches(user, slug, state.region)),
        facts=tuple(
            fact for fact in listing.facts if reaches(user, slug, fact.region) and not hidden[fact.region]
        ),
        twins=quotas.twins([row.api for row in rows]),
    )


def api(place: Place, api_id: str, *, fresh: bool = False) -> ApiView:
    """An API's page; Kind.NOT_FOUND when there is none. At most 10 calls fresh, none warm; each other part fails alone."""
    found = known(place, api_id)
    view = pages.view(place, found, fresh=fresh)
    failure = view.failures.get("api")
    if failure is not None and failure.kind is Kind.NOT_FOUND:
        forget(place, api_id)
        raise failure
    return view


def is_id(text: str) -> bool:
    """Whether AWS can have given this id to an API, a plan or a key."""
    return _ID.fullmatch(text) is not None


def known(place: Place, api_id: str) -> Api:
    """The API as the list or its page last knew it, else asked for: one call, two for an id that is new here. Raises AwsError."""
    if not is_id(api_id):
        raise AwsError(
            "NotFoundException",
            "No API can have this id.",
            Kind.NOT_FOUND,
            service="apigateway",
            operation="GetRestApi",
            resource=f"api:{api_id[:64]}",
            attempts=0,
        )
    for part in ("api", "rest", "v2"):
        subject = f"api:{api_id}" if part == "api" else ""
        row = Remembered.objects.filter(
            connection=place.connection, region=place.region, subject=subject, part=part
        ).first()
        for entry in _entries(row, part):
            made = _made(entry, place.region)
            if made.id == api_id:
                return made
    return _asked(place, api_id)


def of_region(place: Place) -> tuple[Api, ...]:
    """The APIs of the region that we know. No AWS call."""
    kept = memory.recall(place, "")
    return tuple(
        _MAKE[service](entry, place.region)
        for service in SERVICES
        for entry in (kept[service].payload if service in kept else None) or ()
    )


def forget(place: Place, api_id: str) -> None:
    """The API is gone: neither its parts nor its line of the list is used any more."""
    memory.forget(place, f"api:{api_id}")
    rows = Remembered.objects.filter(
        connection=place.connection, region=place.region, subject="", part__in=SERVICES
    )
    for row in rows:
        left = [entry for entry in row.payload or () if entry.get("id", entry.get("ApiId")) != api_id]
        if row.payload is not None and len(left) != len(row.payload):
            row.payload = left
            row.save(update_fields=["payload"])


def _asked(place: Place, api_id: str) -> Api:
    try:
        answer = rest.get_rest_api(place.target, api_id)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        answer = http.get_api(place.target, api_id)
    memory.keep(place, f"api:{api_id}", "api", answer)
    return _made(answer, place.region)


def _made(answer: dict[str, Any], region: str) -> Api:
    return (v2_api if "ApiId" in answer else rest_api)(answer, region)


def _entries(row: Remembered | None, part: str) -> list[dict[str, Any]]:
    if row is None or row.payload is None:
        return []
    return [row.payload] if part == "api" else list(row.payload)


def _kept(place: Place) -> dict[tuple[str, str], Part]:
    rows = Remembered.objects.filter(
        connection=place.connection, region__in=place.connection.regions, subject="", part__in=SERVICES
    )
    return {(row.region, row.part): memory.part_of(row) for row in rows if not _due(row)}


def _due(row: Remembered) -> bool:
    """Whether the list was never read and the last try is long enough ago for another."""
    return row.fetched is None and (row.tried is None or timezone.now() - row.tried >= FAILURE_LAST)


def _never_read(part: Part | None) -> bool:
    return part is None or (part.fetched is None and part.failure is None)


def _read(
    place: Place, wanted: list[tuple[str, str]], *, background: bool = False
) -> dict[tuple[str, str], Part]:
    places = {region: Place(place.connection, region) for region, _ in wanted}
    targets = {region: there.background if background else there.target for region, there in places.items()}
    answers = memory.together(
        {f"{region} {service}": partial(SERVICES[service], targets[region]) for region, service in wanted}
    )
    found = {}
    for region, service in wanted:
        older = Remembered.objects.filter(
            connection=place.connection, region=region, subject="", part=service
        ).first()
        answer = answers[f"{region} {service}"]
        found[region, service] = memory.keep(places[region], "", service, answer, older)
    return found


def _listing(place: Place, kept: dict[tuple[str, str], Part]) -> Listing:
    stages, known = _stage_names(place), undeployed.of_rows(place)
    found = [
        _MAKE[service](entry, region)
        for (region, service), part in kept.items()
        for entry in part.payload or ()
    ]
    found.sort(key=lambda entry: (entry.title.casefold(), entry.region, entry.id))
    return Listing(
        rows=tuple(
            ApiRow(
                entry,
                stages.get((entry.region, entry.id)),
                *known.get((entry.region, entry.id), (None, None)),
            )
            for entry in found
        ),
        states=tuple(
            ServiceState(region, service, part.fetched, _sentence(part.failure), part.failure)
            for (region, service), part in sorted(kept.items())
        ),
        facts=tuple(fact for region in place.connection.regions for fact in quotas.list_facts(found, region)),
        twins=quotas.twins(found),
    )


def _stage_names(place: Place) -> dict[tuple[str, str], tuple[str, ...]]:
    """The stages of the APIs whose page somebody opened."""
    rows = Remembered.objects.filter(
        connection=place.connection, region__in=place.connection.regions, part="stages", payload__isnull=False
    )
    return {
        (row.region, row.subject.removeprefix("api:")): tuple(
            str(entry.get("stageName", entry.get("StageName", ""))) for entry in row.payload or ()
        )
        for row in rows
    }


def _sentence(error: AwsError | None) -> str:
    """AWS's words with its request id; empty when there is no error."""
    if error is None:
        return ""
    request = f" (request {error.request_id})" if error.request_id else ""
    return f"{error.code}: {error.message}{request}"
