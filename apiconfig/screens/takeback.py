"""Taking back: which former deployment, what returns and what does not, a reason, and what it came to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apiconfig.core.views import Deployed, DeployPreview
from apiconfig.operations import catalogue
from apiconfig.operations import deploy as operation
from apiconfig.screens.deploy import DONE, SEEN, done_context
from apiconfig.screens.shared import Links, failed, page_context, short, words_of
from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError

TEMPLATE = "apis/take_back.html"
MOST = 200
"""Deployments that are offered, the newest."""


@screen("deploy", "api:{api}")
def choose(request: HttpRequest, place: Place, api: str, stage: str) -> HttpResponse:
    """The former deployments. No AWS call while they are known; 404 when there is no such stage."""
    links = Links(place, api, stage)
    view = catalogue.api(place, api)
    found = view.stage(stage)
    context = page_context(
        request, links, view.api, f"Take {stage} back", (stage, links.stage), ("Take back", None)
    )
    failure = view.failures.get("stages") or view.failures.get("deployments")
    if found is None and failure is None:
        return render(request, "apis/no_stage.html", context, status=404)
    former = [
        (entry, links.take_back(entry.id))
        for entry in view.deployments
        if found is None or entry.id != found.deployment
    ]
    more = {
        "view": view,
        "stage": found,
        "former": former[:MOST],
        "older": max(0, len(former) - MOST),
        "serving": next(
            (entry for entry in view.deployments if found and entry.id == found.deployment), None
        ),
        "failure": failure,
        "again": request.get_full_path(),
    }
    return render(request, "apis/take_back_choose.html", context | more)


@screen("deploy", "api:{api}", post="deploy")
def take_back(request: HttpRequest, place: Place, api: str, stage: str, deployment: str) -> HttpResponse:
    """GET and POST ``preview``: the preview (2 to 4 calls). POST ``take-back``: those, and one write."""
    links = Links(place, api, stage)
    if request.method != "POST":
        return _page(request, links, operation.preview_take_back(place, api, stage, deployment))
    return _post(request, links, deployment)


def _post(request: HttpRequest, links: Links, deployment: str) -> HttpResponse:
    if request.POST.get("step") == "preview":
        return _again(request, links, deployment)
    try:
        reason = words_of(request, "reason", "Reason")
        result = operation.take_back(
            actor_of(request),
            links.place,
            links.api_id,
            links.stage_name,
            deployment,
            reason,
            request.POST.get("fingerprint", ""),
        )
    except InputError as error:
        return _again(request, links, deployment, error)
    except AwsError as error:
        return failed(request, TEMPLATE, _frame(request, links, deployment), error)
    if isinstance(result, Deployed):
        context = _frame(request, links, deployment) | done_context(result) | {"back": True}
        return render(request, DONE, context)
    return _page(request, links, result.preview, 409, moved=result.words)


def _again(
    request: HttpRequest, links: Links, deployment: str, wrong: InputError | None = None
) -> HttpResponse:
    """The preview as it is now with what was typed; 409 when it is not the one that was shown."""
    try:
        now = operation.preview_take_back(links.place, links.api_id, links.stage_name, deployment)
    except AwsError as error:
        return failed(request, TEMPLATE, _frame(request, links, deployment) | {"wrong": wrong}, error)
    shown = request.POST.get("fingerprint", "")
    if shown and shown != now.fingerprint:
        return _page(request, links, now, 409, moved=SEEN, wrong=wrong)
    return _page(request, links, now, 400 if wrong else 200, wrong=wrong)


def _page(
    request: HttpRequest, links: Links, preview: DeployPreview, status: int = 200, **more: Any
) -> HttpResponse:
    deployment = preview.deployment.id if preview.deployment else ""
    context = _frame(request, links, deployment) | {"preview": preview} | more
    return render(request, TEMPLATE, context, status=status)


def _frame(request: HttpRequest, links: Links, deployment: str) -> dict[str, Any]:
    found = catalogue.known(links.place, links.api_id)
    title = f"Take {links.stage_name} of {short(found.title)} back"
    crumbs = ((links.stage_name, links.stage), ("Take back", links.former), (deployment, None))
    return page_context(request, links, found, title, *crumbs) | {
        "text": request.POST.get("reason", ""),
        "field": "reason",
        "deployment_id": deployment,
    }
