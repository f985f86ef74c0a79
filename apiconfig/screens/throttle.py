"""A stage's limits: what holds for each route and which layer decides; a change with its preview in words, a reason, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from apiconfig.core.limits import Limits
from apiconfig.core.throttle import DEFAULT
from apiconfig.core.views import Throttled, ThrottlePreview
from apiconfig.operations import catalogue
from apiconfig.operations import throttle as operation
from apiconfig.screens import throttle_form as form
from apiconfig.screens.shared import Links, failed, page_context, short, undo_link, words_of
from apiconfig.screens.throttle_form import Row
from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError

FORM, PREVIEW = "apis/throttle.html", "apis/throttle_preview.html"
SEEN = "The stage's settings were changed since you opened this page. Your entries are kept; this is how the limits stand now."


@screen("read", "api:{api}", post="write")
def throttle(request: HttpRequest, place: Place, api: str, stage: str) -> HttpResponse:
    """GET: one GetStage. POST ``preview`` and ``edit``: two at most. POST ``save``: GetStage, the write, and GetStage to verify."""
    links = Links(place, api, stage)
    if request.method != "POST":
        shown = operation.limits(place, api, stage)
        return _form(request, links, shown, form.standing(shown))
    try:
        if request.POST.get("step") == "save":
            return _save(request, links)
        return _preview(request, links)
    except AwsError as error:
        return failed(request, FORM, _frame(request, links) | {"rows": _kept(request)}, error)


def _preview(request: HttpRequest, links: Links) -> HttpResponse:
    """The entries checked and in words; the form again when they cannot be used."""
    now = operation.limits(links.place, links.api_id, links.stage_name)
    try:
        rows = form.checked(_whole(form.posted(request.POST, now), now))
    except InputError as error:
        return _form(request, links, now, form.standing(now), 400, wrong=error)
    if request.POST.get("step") == "edit":
        return _form(request, links, now, rows)
    if request.POST.get("fingerprint", "") != now.fingerprint:
        return _form(request, links, now, rows, 409, moved=SEEN)
    if any(row.errors for row in rows):
        return _form(request, links, now, rows, 400)
    wanted = form.changes(rows)
    if not wanted:
        wrong = InputError("form", "Nothing is changed yet: enter another rate or burst.")
        return _form(request, links, now, rows, 400, wrong=wrong)
    try:
        preview = operation.preview_throttle(links.place, links.api_id, links.stage_name, wanted)
    except InputError as error:
        return _form(request, links, now, rows, 400, wrong=error)
    return _shown(request, links, preview)


def _save(request: HttpRequest, links: Links) -> HttpResponse:
    """The write. Whatever keeps it from being done, the page that follows holds what was typed."""
    try:
        wanted = form.carried(request.POST)
    except InputError as error:
        now = operation.limits(links.place, links.api_id, links.stage_name)
        return _form(request, links, now, form.standing(now), 400, wrong=error)
    try:
        reason = words_of(request, "reason", "Reason")
        result = operation.set_throttle(
            actor_of(request),
            links.place,
            links.api_id,
            links.stage_name,
            wanted,
            reason,
            request.POST.get("fingerprint", ""),
        )
    except InputError as error:
        return _refused(request, links, wanted, error)
    if isinstance(result, Throttled):
        return _done(request, links, result)
    return _shown(request, links, result.preview, 409, moved=result.words)


def _refused(
    request: HttpRequest, links: Links, wanted: dict[str, Limits], error: InputError
) -> HttpResponse:
    """The preview again with a sentence at the reason; the form when a route is not the API's."""
    if error.field != "reason":
        now = operation.limits(links.place, links.api_id, links.stage_name)
        return _form(request, links, now, form.standing(now), 400, wrong=error)
    preview = operation.preview_throttle(links.place, links.api_id, links.stage_name, wanted)
    if preview.fingerprint != request.POST.get("fingerprint", ""):
        return _shown(request, links, preview, 409, moved=SEEN, wrong=error)
    return _shown(request, links, preview, 400, wrong=error)


def _done(request: HttpRequest, links: Links, result: Throttled) -> HttpResponse:
    tell = messages.success if result.verified else messages.warning
    tell(
        request,
        format_html('{} <a class="button" href="{}">Undo…</a>', result.words, undo_link(result.change_id)),
    )
    return redirect(links.throttle)


def _shown(
    request: HttpRequest, links: Links, preview: ThrottlePreview, status: int = 200, **more: Any
) -> HttpResponse:
    """What the change means."""
    carried = [(change.route, *form.texts(change.after)) for change in preview.changes]
    context = _frame(request, links) | {"preview": preview, "carried": carried} | more
    return render(request, PREVIEW, context, status=status)


def _form(
    request: HttpRequest,
    links: Links,
    shown: ThrottlePreview,
    rows: list[Row],
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """How the limits stand, and the entries."""
    own = {DEFAULT, *shown.limits}
    context = _frame(request, links) | {
        "shown": shown,
        "rows": rows,
        "free": [route for route in shown.routes if route not in own],
        "decided": [
            (route, shown.limits.get(route), shown.effective[route], shown.frozen.get(route, ""))
            for route in shown.routes
        ],
    }
    return render(request, FORM, context | more, status=status)


def _whole(rows: list[Row], now: ThrottlePreview) -> list[Row]:
    """The rows of a form, or of a preview that carries only what changes: then the others stand as they are."""
    sent = {row.route: row for row in rows}
    own = [sent.pop(row.route, row) for row in form.standing(now) if not row.new]
    return [*own, *(sent.values() or [Row("", new=True)])]


def _kept(request: HttpRequest) -> list[Row]:
    """What was typed, where nothing could be read to hold it against."""
    try:
        return form.posted(request.POST, None)
    except InputError:
        return []


def _frame(request: HttpRequest, links: Links) -> dict[str, Any]:
    found = catalogue.known(links.place, links.api_id)
    title = f"Throttle of {links.stage_name}, {short(found.title)}"
    return page_context(request, links, found, title, (links.stage_name, links.stage), ("Throttle", None)) | {
        "text": request.POST.get("reason", ""),
        "field": "reason",
    }
