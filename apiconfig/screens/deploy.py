"""Deploying: which stage, what it would change for the stage's callers, a note, and what it came to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apiconfig.core.views import Deployed, DeployPreview
from apiconfig.operations import catalogue, undeployed
from apiconfig.operations import deploy as operation
from apiconfig.screens.api import cards
from apiconfig.screens.shared import (
    Links,
    change_link,
    failed,
    page_context,
    short,
    undo_link,
    words_of,
)
from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError

TEMPLATE, DONE = "apis/deploy.html", "apis/deployed.html"
SEEN = "The stage or the API was changed since you opened this page. This is how it stands now."


@screen("deploy", "api:{api}")
def choose(request: HttpRequest, place: Place, api: str) -> HttpResponse:
    """The API's stages, each with what it serves and whether it can be deployed to. No AWS call while they are known."""
    links = Links(place, api)
    view = catalogue.api(place, api)
    context = page_context(request, links, view.api, f"Deploy {short(view.api.title)}", ("Deploy", None)) | {
        "view": view,
        "cards": cards(links, view, undeployed.counts(place, view)),
        "failure": view.failures.get("stages"),
    }
    return render(request, "apis/deploy_choose.html", context)


@screen("deploy", "api:{api}", post="deploy")
def deploy(request: HttpRequest, place: Place, api: str, stage: str) -> HttpResponse:
    """GET and POST ``preview``: the preview (REST 7 to 8 calls, HTTP 3, WebSocket 5). POST ``deploy``: those, and the writes."""
    links = Links(place, api, stage)
    if request.method != "POST":
        return _page(request, links, operation.preview(place, api, stage))
    return _post(request, links)


def _post(request: HttpRequest, links: Links) -> HttpResponse:
    if request.POST.get("step") == "preview":
        return _again(request, links)
    try:
        note = words_of(request, "note", "Note")
        shown = request.POST.get("fingerprint", "")
        result = operation.deploy(actor_of(request), links.place, links.api_id, links.stage_name, note, shown)
    except InputError as error:
        return _again(request, links, error)
    except AwsError as error:
        return failed(request, TEMPLATE, _frame(request, links), error)
    if isinstance(result, Deployed):
        return render(request, DONE, _frame(request, links) | done_context(result))
    return _page(request, links, result.preview, 409, moved=result.words)


def _again(request: HttpRequest, links: Links, wrong: InputError | None = None) -> HttpResponse:
    """The preview as it is now with what was typed; 409 when it is not the one that was shown."""
    try:
        now = operation.preview(links.place, links.api_id, links.stage_name)
    except AwsError as error:
        return failed(request, TEMPLATE, _frame(request, links) | {"wrong": wrong}, error)
    shown = request.POST.get("fingerprint", "")
    if shown and shown != now.fingerprint:
        return _page(request, links, now, 409, moved=SEEN, wrong=wrong)
    return _page(request, links, now, 400 if wrong else 200, wrong=wrong)


def _page(
    request: HttpRequest, links: Links, preview: DeployPreview, status: int = 200, **more: Any
) -> HttpResponse:
    undeployed.learn(links.place, preview)
    context = _frame(request, links) | {"preview": preview} | more
    return render(request, TEMPLATE, context, status=status)


def _frame(request: HttpRequest, links: Links) -> dict[str, Any]:
    found = catalogue.known(links.place, links.api_id)
    title = f"Deploy {short(found.title)} to {links.stage_name}"
    return page_context(request, links, found, title, ("Deploy", links.choose), (links.stage_name, None)) | {
        "text": request.POST.get("note", ""),
        "field": "note",
    }


def done_context(result: Deployed) -> dict[str, Any]:
    """What the page after a deployment or a return needs."""
    return {
        "result": result,
        "change_url": change_link(result.change_id),
        "undo_url": undo_link(result.change_id),
    }
