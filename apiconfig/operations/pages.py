"""An API's page out of its parts, read side by side, each of which may fail alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from apiconfig.core import apis, quotas
from apiconfig.core.apis import Api, Deployment, Stage
from apiconfig.core.definition import Definition
from apiconfig.core.plans import Plan, plan
from apiconfig.core.resources import from_resources
from apiconfig.core.tree import tree
from apiconfig.core.v2 import from_routes
from apiconfig.core.views import AccountLimits, ApiView
from apiconfig.models import Snapshot
from apiconfig.operations import memory
from apiconfig.operations.memory import Part, Read
from dashboard.accounts.place import Place
from dashboard.aws.apigateway import http, plans, rest
from dashboard.aws.target import Target

ACCOUNT_LAST = timedelta(hours=1)
_REST: dict[str, Callable[[Target, str], Any]] = {
    "api": rest.get_rest_api,
    "resources": rest.get_resources,
    "stages": rest.get_stages,
    "deployments": rest.get_deployments,
    "authorizers": rest.get_authorizers,
    "models": rest.get_models,
    "validators": rest.get_request_validators,
    "responses": rest.get_gateway_responses,
}
_V2: dict[str, Callable[[Target, str], Any]] = {
    "api": http.get_api,
    "routes": http.get_routes,
    "integrations": http.get_integrations,
    "stages": http.get_stages,
    "deployments": http.get_deployments,
    "authorizers": http.get_authorizers,
}


def reads(target: Target, api: Api) -> dict[str, Read]:
    """What reads each part of an API of this kind."""
    chosen = _REST if api.kind == "REST" else _V2
    return {name: partial(function, target, api.id) for name, function in chosen.items()}


def view(place: Place, known: Api, *, fresh: bool) -> ApiView:
    """The page of an API; what failed is in ``failures``."""
    parts = memory.reading(place, f"api:{known.id}", reads(place.target, known), fresh=fresh)
    region = region_parts(place, known.kind, fresh=fresh)
    stages = stages_of(known, parts["stages"].payload)
    resources = parts["resources" if known.kind == "REST" else "routes"].payload
    definition = definition_of(known, {name: part.payload for name, part in parts.items()})
    everything = {**parts, **region}
    return ApiView(
        api=_api(known, parts["api"].payload),
        definition=definition,
        tree=tree(definition.routes, _paths(known, resources)) if definition else (),
        stages=stages,
        deployments=deployments_of(place, known, parts["deployments"].payload, stages),
        authorizers=tuple(
            (apis.rest_authorizer if known.kind == "REST" else apis.v2_authorizer)(entry)
            for entry in parts["authorizers"].payload or ()
        ),
        account=account_limits(place, region.get("account")),
        plans=_plans_of(known, region.get("plans")),
        facts=quotas.api_facts(
            known,
            resources=None if resources is None else len(resources),
            stages=None if parts["stages"].payload is None else len(stages),
        ),
        failures={name: part.failure for name, part in everything.items() if part.failure is not None},
        ages={name: part.fetched for name, part in everything.items() if part.fetched is not None},
    )


def region_parts(place: Place, kind: str, *, fresh: bool = False) -> dict[str, Part]:
    """The account's limits and, for a REST API, the usage plans: they belong to the region and all its pages share them."""
    target = place.target
    wanted: dict[str, Read] = {"account": lambda: rest.get_account(target)}
    if kind == "REST":
        wanted["plans"] = lambda: plans.get_usage_plans(target)
    return memory.reading(place, "", wanted, last=ACCOUNT_LAST, fresh=fresh)


def account_limits(place: Place, part: Part | None) -> AccountLimits:
    """What GetAccount said; the default of the region, marked as assumed, where it did not."""
    stated = ((part.payload if part else None) or {}).get("throttleSettings") or {}
    rate, burst = quotas.account_default(place.region)
    if stated.get("rateLimit") is None:
        return AccountLimits(Decimal(rate), burst, assumed=True)
    return AccountLimits(apis.plain(stated["rateLimit"]), int(stated.get("burstLimit", burst)))


def definition_of(api: Api, answers: Mapping[str, Any]) -> Definition | None:
    """The working copy out of the parts' answers (None or missing: not readable); None without its resources or routes."""
    if api.kind == "REST":
        if answers.get("resources") is None:
            return None
        return from_resources(
            answers["resources"],
            api=answers.get("api"),
            authorizers=answers.get("authorizers"),
            validators=answers.get("validators"),
            models=answers.get("models"),
            responses=answers.get("responses"),
        )
    if answers.get("routes") is None:
        return None
    return from_routes(
        answers["routes"],
        integrations=answers.get("integrations"),
        authorizers=answers.get("authorizers"),
        api=answers.get("api"),
    )


def stages_of(api: Api, answer: Any) -> tuple[Stage, ...]:
    """GetStages as stages, by name."""
    make = apis.rest_stage if api.kind == "REST" else apis.v2_stage
    return tuple(sorted((make(entry) for entry in answer or ()), key=lambda stage: stage.name))


def _api(known: Api, answer: Any) -> Api:
    if answer is None:
        return known
    return (apis.rest_api if known.kind == "REST" else apis.v2_api)(answer, known.region)


def _paths(api: Api, resources: Any) -> list[str]:
    """Resources may have no method; routes always do."""
    return [str(entry.get("path", "/")) for entry in resources or ()] if api.kind == "REST" else []


def deployments_of(place: Place, api: Api, answer: Any, stages: tuple[Stage, ...]) -> tuple[Deployment, ...]:
    """Newest first, with the stages that serve each and whether we kept what it holds."""
    serving: dict[str, list[str]] = defaultdict(list)
    for stage in stages:
        serving[stage.deployment].append(stage.name)
    kept = set(
        Snapshot.objects.filter(connection=place.connection, region=place.region, api=api.id).values_list(
            "deployment", flat=True
        )
    )
    make = apis.rest_deployment if api.kind == "REST" else apis.v2_deployment
    found = [make(entry) for entry in answer or ()]
    return tuple(
        replace(entry, stages=tuple(serving[entry.id]), snapshot=entry.id in kept)
        for entry in sorted(found, key=lambda entry: entry.created, reverse=True)
    )


def _plans_of(api: Api, part: Part | None) -> tuple[Plan, ...]:
    found = [plan(entry, {api.id: api.name}) for entry in (part.payload if part else None) or ()]
    return tuple(entry for entry in found if any(stage.api == api.id for stage in entry.stages))
