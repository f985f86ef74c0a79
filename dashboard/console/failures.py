"""Designed pages for what goes wrong: refused by us, refused by AWS, not there, failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from dashboard.accounts.policy import Refused
from dashboard.console.advice import state_of
from dashboard.console.context import theme_of
from dashboard.core.errors import AwsError, Kind

STATUS = {
    Kind.NOT_FOUND: 404,
    Kind.CONDITION: 409,
    Kind.CONFLICT: 409,
    Kind.VALIDATION: 400,
    Kind.THROTTLED: 503,
    Kind.QUOTA: 503,
}
STATE = "console/components/state.html"


def aws_failure(request: HttpRequest, error: AwsError) -> HttpResponse:
    """The page of an AWS failure, with the request id and the next step; 502 where no better status fits.

    A part of a page (htmx) gets the same state as a part.
    """
    error = told(request, error)
    context: dict[str, Any] = {"error": error, "state": state_of(error)}
    if request.method == "GET":
        context["retry"] = request.get_full_path()
    status = STATUS.get(error.kind, 502)
    if is_part(request):
        context |= vars(context["state"])
        response = render(request, STATE, context, status=status)
    else:
        response = render(request, "console/aws_failure.html", context, status=status)
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def told(request: HttpRequest, error: AwsError) -> AwsError:
    """The error as it is told after this request: one that only reads has changed nothing, however it failed."""
    read = request.method == "GET" and error.kind is Kind.FAULT
    return replace(error, unchanged=True) if read else error


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """403 with the reason, for somebody who may read the resource."""
    context = {
        "refused": error,
        "kind": "denied",
        "reason": error.reason,
        "text": error.reason,
        "steps": (
            "Nothing was changed.",
            "An administrator of this console can give a group of yours the grant.",
        ),
        "links": [("What may I do?", "/why/")],
    }
    return render(request, STATE if is_part(request) else "403.html", context, status=403)


def is_part(request: HttpRequest) -> bool:
    """Whether the answer goes into a part of a page, not a page of its own."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: Django found the request suspicious; what it found is in the log, not on the page."""
    steps = ("Go back and try again from the page before.",)
    return render(request, "400.html", {"steps": steps}, status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``: a page of a library refused (the admin's, for example)."""
    context = {
        "reason": str(exception) or "No grant of your groups allows this.",
        "links": [("What may I do?", "/why/")],
    }
    return render(request, "403.html", context, status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``: not there or not for this viewer; the sentence of an Http404 of ours is shown."""
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    reason = said or "This address does not exist, or what it shows is not for you."
    user = getattr(request, "user", None)
    steps = ["Check the address for a typing error."]
    if user is not None and user.is_authenticated:
        steps.append("If you were sent this link, ask its sender or an administrator which grant it needs.")
    context = {"reason": reason, "steps": steps, "links": [("Home", "/"), ("What may I do?", "/why/")]}
    return render(request, "404.html", context, status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: an error of ours, drawn without the database, the session or a context processor."""
    request_id = str(getattr(request, "request_id", ""))
    context = {
        "theme": theme_of(request),
        "page_request": request_id,
        "steps": (
            "Nothing further was done. If this was a change, open Changes to see whether it is recorded.",
            "Tell the person who runs this console the request id: the log has the details.",
        ),
    }
    return HttpResponse(render_to_string("500.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: the form's token does not fit the session, mostly because somebody signed out or in meanwhile."""
    context = {
        "reason": "The form does not belong to your present session. Nothing was changed.",
        "steps": ("Go back, reload the page, and send it again.",),
    }
    return render(request, "403.html", context, status=403)
