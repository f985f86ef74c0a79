"""An API, whole: its routes as a tree, its stages and deployments, its limits; what could not be read says so in its own panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apiconfig.core.apis import Api, Deployment, Stage
from apiconfig.core.definition import Route
from apiconfig.core.tree import Node, flat
from apiconfig.core.views import ApiView
from apiconfig.operations import catalogue, undeployed
from apiconfig.screens.shared import Links, moment, page_context
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.screen import screen
from dashboard.core.errors import AwsError

MOST_DEPLOYMENTS = 50
"""Lines of deployments before the older ones are folded; AWS has no limit of them."""
DEEPEST = 8
"""The depth to which paths are indented."""
FEW_STAGES = 3
"""So many stages get a link each beside a deployment."""
PARTS = {
    "api": "the API itself",
    "resources": "its resources",
    "routes": "its routes",
    "integrations": "its integrations",
    "stages": "its stages",
    "deployments": "its deployments",
    "authorizers": "its authorizers",
    "models": "its models",
    "validators": "its request validators",
    "responses": "its gateway responses",
    "account": "the account's limits",
    "plans": "the usage plans",
}
IN_PANELS = frozenset({"resources", "routes", "stages", "deployments", "account", "plans"})


@dataclass(frozen=True)
class Line:
    """A line of the tree: a segment of a path with one of its routes, or without any."""

    node: Node
    route: Route | None
    first: bool

    @property
    def depth(self) -> int:
        """How far it is indented."""
        return min(self.node.depth, DEEPEST)


@dataclass(frozen=True)
class StageCard:
    """A stage with the deployment it serves (None: not in the list) and how many changes it lacks (None: not known)."""

    stage: Stage
    links: Links
    deployment: Deployment | None
    lacks: int | None

    @property
    def by_hand(self) -> bool:
        """Whether a deployment can be chosen for it."""
        return not self.stage.auto_deploy and self.stage.canary is None


@dataclass(frozen=True)
class DeploymentLine:
    """A deployment with the stages that could serve it instead, as (words, address)."""

    deployment: Deployment
    ways: tuple[tuple[str, str], ...]


@screen("read", "api:{api}", post="read")
def api(request: HttpRequest, place: Place, api: str) -> HttpResponse:
    """No AWS call while it is known; at most 10 when it is not, or when POST asks for it anew."""
    links = Links(place, api)
    if request.method == "POST":
        view = catalogue.api(place, api, fresh=True)
        if view.failures:
            messages.warning(request, "Some parts could not be read again; what was known before stands.")
        else:
            messages.success(request, "The API was read from AWS again.")
        return redirect(links.api)
    view = catalogue.api(place, api)
    return render(request, "apis/api.html", _context(request, links, view))


def _context(request: HttpRequest, links: Links, view: ApiView) -> dict[str, Any]:
    lacks = undeployed.counts(links.place, view)
    lines = tree_lines(view.tree)
    everything = "deployments" in request.GET
    shown = view.deployments if everything else view.deployments[:MOST_DEPLOYMENTS]
    frame = page_context(request, links, view.api, view.api.title)
    settings = view.definition.parts.get("settings", {}) if view.definition else {}
    return frame | {
        "view": view,
        "facts": facts(view.api, settings),
        "plans": [
            plan for plan in view.plans if may(request.user, "read", links.place.resource(f"plan:{plan.id}"))
        ],
        "lines": lines,
        "routes": len(view.definition.routes) if view.definition else 0,
        "routes_failure": view.failures.get("resources") or view.failures.get("routes"),
        "cards": cards(links, view, lacks),
        "deployments": [DeploymentLine(entry, ways_to(links, view, entry)) for entry in shown],
        "older": len(view.deployments) - len(shown),
        "other_failures": _other_failures(view.failures),
        "parts": len(view.ages),
        "timeout_limit": "30 s" if view.api.kind == "HTTP" else "29 s",
        "undeployed": any(lacks.values()),
        "can_deploy": frame["may_deploy"] and bool(view.stages),
    }


def tree_lines(tree: tuple[Node, ...]) -> list[Line]:
    """The tree as rows of a table: a path without routes still has its line."""
    found = []
    for node in flat(tree):
        found += [Line(node, route, number == 0) for number, route in enumerate(node.routes)] or [
            Line(node, None, True)
        ]
    return found


def cards(links: Links, view: ApiView, lacks: Mapping[str, int]) -> list[StageCard]:
    """The stages, each with what it serves."""
    known = {entry.id: entry for entry in view.deployments}
    return [
        StageCard(stage, links.at(stage.name), known.get(stage.deployment), lacks.get(stage.name))
        for stage in view.stages
    ]


def ways_to(links: Links, view: ApiView, deployment: Deployment) -> tuple[tuple[str, str], ...]:
    """The stages that could return to this deployment; none where there are many (each stage's own page asks which)."""
    made = {entry.id: entry.created for entry in view.deployments}
    if len(view.stages) > FEW_STAGES or deployment.status not in ("", "DEPLOYED"):
        return ()
    return tuple(
        (
            f"Take {stage.name} back…"
            if deployment.created <= made.get(stage.deployment, deployment.created)
            else f"Move {stage.name} here…",
            links.at(stage.name).take_back(deployment.id),
        )
        for stage in view.stages
        if stage.deployment not in ("", deployment.id) and not stage.auto_deploy and stage.canary is None
    )


def facts(api: Api, settings: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is said of the API itself, for the component ``facts``."""
    found: list[dict[str, Any]] = [{"label": "API id", "value": api.id, "mono": True, "copyable": True}]
    if api.description:
        found.append({"label": "Description", "value": api.description})
    if api.endpoint:
        found.append({"label": "Address", "value": api.endpoint, "mono": True, "copyable": True})
    found.append({"label": "Endpoint", "value": ", ".join(api.endpoint_types).capitalize() or "Regional"})
    if api.endpoint_disabled:
        found.append(
            {
                "label": "Default address",
                "value": "switched off",
                "help": "Only custom domain names lead to it.",
            }
        )
    if api.kind == "WEBSOCKET" and "route selection" in settings:
        found.append(
            {
                "label": "Route selection expression",
                "value": settings["route selection"],
                "mono": True,
                "help": "What of a message chooses its route; $default takes the rest.",
            }
        )
    if "API key selection" in settings:
        found.append(
            {"label": "API key selection expression", "value": settings["API key selection"], "mono": True}
        )
    if api.key_source:
        found.append({"label": "API key from", "value": _KEY_SOURCES.get(api.key_source, api.key_source)})
    if api.binary_types:
        found.append({"label": "Binary media types", "value": ", ".join(api.binary_types), "mono": True})
    if api.created:
        found.append({"label": "Made", "time": moment(api.created), "value": api.created})
    if api.version:
        found.append({"label": "Version", "value": api.version})
    found += [{"label": f"Tag {name}", "value": value} for name, value in api.tags]
    return found


_KEY_SOURCES = {"HEADER": "the header x-api-key", "AUTHORIZER": "the authorizer's answer"}


def _other_failures(failures: Mapping[str, AwsError]) -> list[tuple[str, AwsError]]:
    """The failures that have no panel of their own."""
    return [(PARTS.get(name, name), error) for name, error in failures.items() if name not in IN_PANELS]
