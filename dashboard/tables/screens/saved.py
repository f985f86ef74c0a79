"""Saved queries of a table: the list, running one from a link, keeping, changing and deleting one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from dashboard.accounts.actor import as_user
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import InputError
from dashboard.tables.core.parameters import TAGS
from dashboard.tables.models import Page, SavedQuery
from dashboard.tables.operations import catalogue, runs, saved
from dashboard.tables.screens.saved_form import (
    Form,
    asked,
    check,
    from_address,
    from_row,
    kept_words,
    posted,
    with_parameters,
)
from dashboard.tables.screens.shared import Links, page_context, undo_link

TITLE = "Saved queries"


@screen("read", "table:{table}")
def listing(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """The queries of a table that the viewer may run, and their own last ones. No AWS call."""
    links, user = Links(place, table), _user(request)
    context = page_context(request, links, table, (TITLE, None), tab="saved") | {
        "queries": [_row(links, user, row) for row in saved.seen_by(user, place, table)],
        "runs": [_run(links, row) for row in runs.recent(user, place, table)],
        "kept": runs.KEPT,
        "held": runs.count(user, place, table),
        "forget_url": links.to("tables:saved-forget"),
    }
    return render(request, "tables/saved.html", context)


@screen("read")
def everywhere(request: HttpRequest, place: Place) -> HttpResponse:
    """The same for every table of the place. No AWS call."""
    user = _user(request)
    context = {
        "title": TITLE,
        "crumbs": [
            ("Tables", reverse("tables:list", args=[place.connection.slug, place.region])),
            (TITLE, None),
        ],
        "queries": [_row(Links(place, row.table), user, row) for row in saved.seen_by(user, place)],
        "runs": [_run(Links(place, row.table), row) for row in runs.recent(user, place)],
        "everywhere": True,
        "kept": runs.KEPT,
    }
    return render(request, "tables/saved.html", context)


@screen("read", "table:{table}")
def run(request: HttpRequest, place: Place, table: str, query_id: UUID) -> HttpResponse:
    """Ask for the parameters, or go to the page when all are given (``?customer=17``). No AWS call; the page shows the plan."""
    links, row = Links(place, table), _find(request, place, table, query_id)
    parameters = saved.parameters_of(row)
    values = {each.name: request.GET.get(each.name, each.default) for each in parameters}
    asked = any(each.name in request.GET for each in parameters)
    wrong = None
    if asked or not parameters:
        try:
            return redirect(f"{_page_url(links, row)}?{saved.address(row.query, parameters, values)}")
        except InputError as error:
            wrong = error
    context = page_context(
        request, links, row.name, (TITLE, links.to("tables:saved")), (row.name, None), tab="saved"
    )
    context |= {
        "query": row,
        "fields": [(each, TAGS[each.tag], values[each.name]) for each in parameters],
        "wrong": wrong,
        "text": _text(row.query),
        "mine": saved.may_change(_user(request), row),
    }
    return render(request, "tables/saved_run.html", context, status=400 if wrong else 200)


@screen("read", "table:{table}", post="read")
def new(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """Keep the query whose address this page got. No AWS call once the table is known."""
    return _form_page(request, Links(place, table), None)


@screen("read", "table:{table}", post="read")
def edit(request: HttpRequest, place: Place, table: str, query_id: UUID) -> HttpResponse:
    """Change or share one's query. No AWS call once the table is known."""
    return _form_page(request, Links(place, table), _own(request, place, table, query_id))


@screen("read", "table:{table}", post="read")
def delete(request: HttpRequest, place: Place, table: str, query_id: UUID) -> HttpResponse:
    """Delete one's query, after a look at it. No AWS call."""
    links, row = Links(place, table), _own(request, place, table, query_id)
    stored = saved.values_of(row)
    status = 200
    if request.method == "POST":
        try:
            change = saved.delete(actor_of(request), place, row, _shown(request.POST.get("shown", "")))
        except saved.Stale:
            status = 409
        else:
            messages.success(request, _undoable(f"{row.name} was deleted.", change))
            return redirect(links.to("tables:saved"))
    crumbs = (
        (TITLE, links.to("tables:saved")),
        (row.name, links.to("tables:saved-query", str(row.pk))),
        ("Delete", None),
    )
    context = page_context(request, links, f"Delete {row.name}", *crumbs, tab="saved") | {
        "query": row,
        "shown": json.dumps(stored),
        "text": _text(row.query),
        "stale": status == 409,
    }
    return render(request, "tables/saved_delete.html", context, status=status)


@screen("read", "table:{table}", post="read")
def forget(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """Forget one's own history on this table (POST). No AWS call."""
    if request.method == "POST":
        count = runs.forget(_user(request), place, table)
        messages.success(request, f"{count} quer{'y was' if count == 1 else 'ies were'} forgotten.")
    return redirect(Links(place, table).to("tables:saved"))


def _form_page(request: HttpRequest, links: Links, row: SavedQuery | None) -> HttpResponse:
    table = catalogue.facts(links.place, links.table).table
    wrong: InputError | None = None
    status = 200
    if request.method == "POST":
        form = posted(request.POST, table)
        form = asked(form, table) if request.POST.get("step") == "ask" else form
        try:
            check(form, table)
            if request.POST.get("step") == "save":
                return _save(request, links, row, form)
        except InputError as error:
            wrong, status = error, 400
        except saved.Stale:
            status = 409
    else:
        form = from_row(row) if row is not None else with_parameters(from_address(request.GET), table)
    title = f"Change {row.name}" if row is not None else "Save a query"
    context = page_context(
        request, links, title, (TITLE, links.to("tables:saved")), (title, None), tab="saved"
    ) | {
        "form": form,
        "wrong": wrong,
        "wrong_elsewhere": wrong is not None and wrong.field not in _fields(form),
        "stale": status == 409,
        "tags": TAGS,
        "groups": saved.groups_of(_user(request)),
        "is_new": row is None,
    }
    return render(request, "tables/saved_form.html", context, status=status)


def _fields(form: Form) -> set[str]:
    """The fields at which a sentence can stand."""
    return {"name", "text", "query", "note", "group", *(each.name for each in form.parameters)}


def _save(request: HttpRequest, links: Links, row: SavedQuery | None, form: Form) -> HttpResponse:
    actor = actor_of(request)
    if row is None:
        row = saved.create(actor, links.place, links.table, form.draft)
        others = (
            f"Members of {row.group.name} can run it from its link." if row.group else "It is for you alone."
        )
        messages.success(request, f"{row.name} was saved. {others}")
    else:
        change = saved.update(actor, links.place, row, _shown(form.shown), form.draft)
        messages.success(request, _undoable(f"{row.name} was changed.", change))
    return redirect(links.to("tables:saved"))


def _shown(text: str) -> dict[str, object]:
    try:
        shown = json.loads(text)
    except ValueError:
        shown = None
    if not isinstance(shown, dict):
        raise saved.Stale("What was shown did not come along.")
    return shown


def _undoable(sentence: str, change_id: str) -> str:
    return format_html('{} <a class="button" href="{}">Undo…</a>', sentence, undo_link(change_id))


def _user(request: HttpRequest) -> User:
    user = as_user(request.user)
    if user is None:
        raise Http404
    return user


def _find(request: HttpRequest, place: Place, table: str, query_id: UUID) -> SavedQuery:
    row = saved.find(_user(request), place, table, query_id)
    if row is None:
        raise Http404("There is no such query, or it is not shared with you.")
    return row


def _own(request: HttpRequest, place: Place, table: str, query_id: UUID) -> SavedQuery:
    row = _find(request, place, table, query_id)
    if not saved.may_change(_user(request), row):
        raise Http404("The query belongs to somebody else.")
    return row


def _page_url(links: Links, row: Any) -> str:
    return links.to("tables:partiql") if row.page == Page.PARTIQL else links.browse


def _text(query: Any) -> str:
    """The query for a person: its text, then what else the address says."""
    texts = [value for name, value in query if name in ("where", "statement")]
    rest = kept_words([(name, value) for name, value in query if name not in ("where", "statement")])
    return " · ".join(part for part in (*texts, rest) if part) or "every item"


def _row(links: Links, user: User, row: SavedQuery) -> dict[str, Any]:
    return {
        "query": row,
        "url": links.to("tables:saved-query", str(row.pk)),
        "edit_url": links.to("tables:saved-edit", str(row.pk)),
        "delete_url": links.to("tables:saved-delete", str(row.pk)),
        "mine": saved.may_change(user, row),
        "owner": "you" if row.owner_id == user.pk else row.owner.get_username(),
        "text": _text(row.query),
        "parameters": [each.name for each in saved.parameters_of(row)],
    }


def _run(links: Links, row: Any) -> dict[str, Any]:
    query = urlencode([tuple(pair) for pair in row.query])
    return {
        "run": row,
        "text": _text(row.query),
        "url": f"{_page_url(links, row)}?{query}",
        "save_url": f"{links.to('tables:saved-new')}?{query}&page={row.page}",
    }
