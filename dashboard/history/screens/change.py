"""One change: what it was, what it came to, and the way back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.accounts.policy import decide, may, require
from dashboard.console.failures import STATUS
from dashboard.console.screen import actor_of, screen
from dashboard.core.diff import diff_items
from dashboard.core.errors import AwsError
from dashboard.history.handlers import handler_of
from dashboard.history.models import Change
from dashboard.history.operations.reading import siblings, undone_by, visible
from dashboard.history.operations.undo import reconcile, undo, why_not_undo
from dashboard.history.shape import as_item


class ReasonForm(forms.Form):
    """Why the change is taken back."""

    reason = forms.CharField(
        max_length=1000,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Say in the field Reason why this change is undone: it goes into the record."
        },
    )


@screen("read", "console:home")
def show(request: HttpRequest, change_id: uuid.UUID) -> HttpResponse:
    """The whole of one change. No AWS call."""
    change = _get(request, change_id)
    return render(request, "history/change.html", _context(request, change))


@screen("read", "console:home", post="read")
def take_back(request: HttpRequest, change_id: uuid.UUID) -> HttpResponse:
    """What an undo would do (GET, no AWS call), and doing it (POST, the calls of the module's handler: one write).

    What AWS refuses stands on the page, beside the reason that was typed.
    """
    change = _get(request, change_id)
    require(request.user, handler_of(change.action).permission, change.place)
    form = ReasonForm(request.POST or None)
    refusal, failure = why_not_undo(change), None
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            undone = undo(actor_of(request), change, form.cleaned_data["reason"])
        except AwsError as error:
            failure = error
        else:
            if undone.done:
                messages.success(request, undone.message)
                return redirect("history:change", change_id=undone.change_id or change.pk)
            refusal = undone.message
    context = _context(request, change) | {
        "reason_form": form,
        "refusal": refusal,
        "failure": failure,
        "title": "Undo this change",
    }
    context["reverse"] = _changes(context["after"], context["before"])
    context["parts"] = [(part, _reverse(part), hidden) for part, _, hidden in context["parts"]]
    context["crumbs"] = [("Changes", "/changes/"), (context["name"], context["url"]), ("Undo", None)]
    if failure is not None:
        return _failed(request, context, failure)
    status = 409 if request.method == "POST" and refusal else 400 if request.method == "POST" else 200
    return render(request, "history/undo.html", context, status=status)


@screen("read", "console:home", post="read")
def find_out(request: HttpRequest, change_id: uuid.UUID) -> HttpResponse:
    """Read AWS to learn how an unknown change ended: one read, by POST; a GET leads back to the change."""
    change = _get(request, change_id)
    if request.method == "POST":
        messages.info(request, reconcile(change))
    return redirect("history:change", change_id=change.pk)


def _failed(request: HttpRequest, context: dict[str, Any], error: AwsError) -> HttpResponse:
    """The page of the undo with AWS's refusal, and the status that fits."""
    response = render(request, "history/undo.html", context, status=STATUS.get(error.kind, 502))
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def _get(request: HttpRequest, change_id: uuid.UUID) -> Change:
    change = visible(request.user, change_id)
    if change is None:
        raise Http404("There is no such change that you may see.")
    return change


def _changes(before: Any, after: Any) -> tuple[Any, ...]:
    return diff_items(as_item(before), as_item(after))


def _values(change: Change) -> tuple[Any, Any]:
    """What was there and what is there now; while that is not known, what was shown and what was asked for."""
    outcome = getattr(change, "outcome", None)
    if outcome is not None and outcome.result == "done":
        return outcome.before, outcome.after
    return change.shown, change.intended


def _reverse(change: Change) -> tuple[Any, ...]:
    before, after = _values(change)
    return _changes(after, before)


def _parts(request: HttpRequest, change: Change) -> list[tuple[Change, tuple[Any, ...], int]]:
    """The changes that this one holds and what each changed; beside each, how many the viewer may not see."""
    handler = handler_of(change.action)
    held = tuple(handler.parts(change)) if handler.parts else ()
    seen = [part for part in held if may(request.user, "read", part.place)]
    return [(part, _changes(*_values(part)), len(held) - len(seen)) for part in seen]


def _name(change: Change) -> str:
    return f"{handler_of(change.action).title}: {(change.label or change.resource)[:60]}"


def _context(request: HttpRequest, change: Change) -> dict[str, Any]:
    handler = handler_of(change.action)
    outcome = getattr(change, "outcome", None)
    before, after = _values(change)
    decision = decide(request.user, handler.permission, change.place)
    name = _name(change)
    return {
        "title": handler.title,
        "name": name,
        "crumbs": [("Changes", "/changes/"), (name, None)],
        "url": f"/changes/{change.pk}/",
        "change": change,
        "outcome": outcome,
        "before": before,
        "after": after,
        "changes": _changes(before, after),
        "parts": _parts(request, change),
        "siblings": siblings(request.user, change),
        "undone_by": undone_by(change),
        "undoes": f"{_name(change.undo_of)}, by {change.undo_of.user_name}" if change.undo_of else "",
        "no_undo": why_not_undo(change),
        # A template would call the handler's function, so it gets the answer only.
        "can_find_out": change.state == "unknown" and handler.reconcile is not None,
        "may_undo": decision.allowed,
        "may_not": decision.reason,
        "resource_link": handler.link(change) if handler.link else "",
    }
