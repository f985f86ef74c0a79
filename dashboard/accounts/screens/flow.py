"""One way to change a row on screen: the form, what would change with the reason, then the operation; and what to do when it went stale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.accounts.forms.rows import ReasonForm, RowForm, seal, unseal
from dashboard.accounts.operations import rows as operations
from dashboard.accounts.operations.rows import M, Rows, Stale
from dashboard.accounts.policy import Refused
from dashboard.accounts.rules import Values
from dashboard.console.screen import actor_of
from dashboard.core.diff import AttributeChange, diff_items
from dashboard.core.errors import InputError
from dashboard.history.shape import as_item

Crumbs = Sequence[tuple[str, str | None]]


@dataclass(frozen=True)
class Flow(Generic[M]):
    """What is particular to a kind of row: its form, where its pages lead, and a sentence about the values under review."""

    rows: Rows[M]
    form: type[RowForm]
    done: Callable[[M], str]
    back: str
    crumbs: Crumbs
    title: str
    explain: Callable[[Values], str] = lambda values: ""


def change(request: HttpRequest, flow: Flow[M], row: M | None, preset: Values | None = None) -> HttpResponse:
    """Create (``row`` is None) or change a row: GET shows the form, POST reviews or saves. No AWS call."""
    now = flow.rows.values(row) if row is not None else None
    shown, posted = now, request.method == "POST"
    if posted and row is not None:
        shown = unseal(flow.rows.noun, request.POST.get("shown", ""))
    form = flow.form(
        request.POST if posted else None,
        rows=flow.rows,
        actor=actor_of(request),
        row=row,
        before=shown if shown is not None else now,
        preset=preset,
    )
    if not posted or request.POST.get("step") == "edit":
        return _form(request, flow, form, shown, 200)
    if not form.is_valid():
        return _form(request, flow, form, shown, 403 if form.refused else 400)
    if shown != now:
        return _stale(request, flow, form, shown, now)
    if form.values == now:
        form.add_error(None, "Nothing is different from what is stored, so there is nothing to save.")
        return _form(request, flow, form, shown, 400)
    saving = request.POST.get("step") == "save"
    reason = ReasonForm(request.POST if saving else None, label_suffix="")
    if not saving or not reason.is_valid():
        return _review(request, flow, form, shown, reason)
    return _save(request, flow, form, shown, reason.cleaned_data["reason"])


def _save(
    request: HttpRequest, flow: Flow[M], form: RowForm, shown: Values | None, reason: str
) -> HttpResponse:
    actor = actor_of(request)
    try:
        if shown is None:
            saved = operations.create(flow.rows, actor, form.values, reason)
        else:
            saved = operations.update(flow.rows, actor, shown, form.values, reason)
    except Stale as error:
        return _stale(request, flow, form, shown, error.theirs)
    except InputError as error:
        form.add_error(error.field if error.field in form.fields else None, error.rule)
        return _form(request, flow, form, shown, 400)
    except Refused as error:
        form.add_error(None, error.reason)
        return _form(request, flow, form, shown, 403)
    messages.success(request, f"{flow.rows.label(form.values)} was saved.")
    return redirect(flow.done(saved.row))


def _form(
    request: HttpRequest, flow: Flow[M], form: RowForm, shown: Values | None, status: int
) -> HttpResponse:
    return render(request, "accounts/edit.html", _context(flow, form, shown), status=status)


def _review(
    request: HttpRequest, flow: Flow[M], form: RowForm, shown: Values | None, reason: ReasonForm
) -> HttpResponse:
    context = _context(flow, form, shown) | {
        "changes": difference(shown, form.values),
        "reason_form": reason,
        "explained": flow.explain(form.values),
    }
    return render(request, "accounts/review.html", context, status=400 if reason.is_bound else 200)


def _stale(
    request: HttpRequest, flow: Flow[M], form: RowForm, shown: Values | None, theirs: Values | None
) -> HttpResponse:
    """409: what somebody else changed, what is still wanted on top of it, and the way on. Nothing typed is lost."""
    yours = form.values
    if theirs is not None and shown is not None:  # a field that was not touched takes their value
        yours = theirs | {name: value for name, value in yours.items() if value != shown.get(name)}
    again = flow.form(None, rows=flow.rows, actor=form.actor, row=form.row, before=theirs, draft=yours)
    context = _context(flow, again, theirs) | {
        "gone": theirs is None,
        "theirs": difference(shown, theirs) if shown and theirs else (),
        "yours": difference(theirs, yours),
    }
    return render(request, "accounts/stale.html", context, status=409)


def _context(flow: Flow[M], form: RowForm, shown: Values | None) -> dict[str, Any]:
    return {
        "title": flow.title,
        "crumbs": flow.crumbs,
        "back": flow.back,
        "noun": flow.rows.noun,
        "form": form,
        "sealed": seal(flow.rows.noun, shown) if shown is not None else "",
        "is_new": shown is None,
    }


@dataclass(frozen=True)
class Removal(Generic[M]):
    """What is particular to deleting a kind of row: the name to type, and what else the person should know, as sentences."""

    rows: Rows[M]
    name: str
    done: str
    back: str
    crumbs: Crumbs
    consequences: Sequence[str] = ()


def remove(request: HttpRequest, removal: Removal[M], row: M) -> HttpResponse:
    """Ask for the name and the reason, then delete the row if it still is what was shown. No AWS call."""
    now = removal.rows.values(row)
    if request.method != "POST":
        return _ask(request, removal, now, ReasonForm(label_suffix=""), "", 200)
    shown, reason = (
        unseal(removal.rows.noun, request.POST.get("shown", "")),
        ReasonForm(request.POST, label_suffix=""),
    )
    if shown is None or shown != now:
        return _ask(
            request,
            removal,
            now,
            reason,
            "It changed since this page was opened. Look again, then delete it.",
            409,
        )
    if request.POST.get("name", "") != removal.name:
        return _ask(
            request,
            removal,
            now,
            reason,
            f"Name: type {removal.name} exactly, to show that you mean this one.",
            400,
        )
    if not reason.is_valid():
        return _ask(request, removal, now, reason, "", 400)
    try:
        operations.delete(removal.rows, actor_of(request), shown, reason.cleaned_data["reason"])
    except Stale as error:
        return _ask(request, removal, error.theirs or now, reason, str(error), 409)
    except InputError as error:
        return _ask(request, removal, now, reason, error.rule, 400)
    except Refused as error:
        return _ask(request, removal, now, reason, error.reason, 403)
    messages.success(
        request, f"{removal.rows.label(shown)} was deleted. The record holds it, and Undo brings it back."
    )
    return redirect(removal.done)


def _ask(
    request: HttpRequest, removal: Removal[M], values: Values, reason: ReasonForm, problem: str, status: int
) -> HttpResponse:
    context = {
        "title": f"Delete {removal.rows.noun} {removal.name}",
        "crumbs": removal.crumbs,
        "back": removal.back,
        "noun": removal.rows.noun,
        "name": removal.name,
        "typed": request.POST.get("name", ""),
        "consequences": removal.consequences,
        "reason_form": reason,
        "problem": problem,
        "changes": difference(values, None),
        "sealed": seal(removal.rows.noun, values),
    }
    return render(request, "accounts/delete.html", context, status=status)


def difference(before: Values | None, after: Values | None) -> tuple[AttributeChange, ...]:
    """What differs, for the diff component, lists in one line; empty fields of a new or deleted row are left out."""
    if before is None or after is None:
        before, after = _filled(before), _filled(after)
    return diff_items(as_item(_in_lines(before)), as_item(_in_lines(after)))


def _in_lines(values: Values | None) -> Values | None:
    if values is None:
        return None
    return {name: ", ".join(value) if isinstance(value, list) else value for name, value in values.items()}


def _filled(values: Values | None) -> Values | None:
    return (
        None if values is None else {name: value for name, value in values.items() if value not in ("", [])}
    )
