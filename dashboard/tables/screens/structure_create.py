"""Making a table: a form that is short until more is asked for, or a pasted definition; a preview, a reason, and the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused, decide, grants_of
from dashboard.console.failures import STATUS
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import KeyPart
from dashboard.core.errors import AwsError, InputError
from dashboard.core.resources import matches
from dashboard.tables.core import structure_json
from dashboard.tables.core.structure import (
    SECTIONS,
    Definition,
    IndexDefinition,
    completed,
    definition_of,
    section,
)
from dashboard.tables.core.structure_rows import Line, lines
from dashboard.tables.core.structure_rules import check
from dashboard.tables.operations import catalogue, structure_whole
from dashboard.tables.screens.drafts import Draft, check_reason
from dashboard.tables.screens.shared import Links, is_table_name, undo_link
from dashboard.tables.screens.structure_create_form import form_of
from dashboard.tables.screens.structure_fields import (
    MOST_INDEXES,
    index_count,
    read_definition,
    said,
    without_empty_rows,
    wrong_of,
)

FORM = "tables/structure_create.html"
PREVIEW = "tables/structure_create_preview.html"
PASTE = "tables/structure_paste.html"
EMPTY = Definition("", KeyPart("", "S"))


def may_make(request: HttpRequest, place: Place) -> bool:
    """Whether the viewer may make a table of some name here: whether of that name, the operation decides."""
    if decide(request.user, "administer", place.resource("table:*")).allowed:
        return True
    user = request.user
    if not user.is_authenticated or place.connection.read_only:
        return False
    return any(
        "administer" in grant.actions
        and matches(grant.connection, place.connection.slug)
        and matches(grant.region, place.region)
        and grant.resource.startswith("table:")
        for grant in grants_of(user)
    )


@screen("read", "console:home", post="read")
def create(request: HttpRequest, place: Place) -> HttpResponse:
    """GET: no AWS call, or with ``like`` one DescribeTable. POST ``step=save``: one CreateTable; who may, the operation decides."""
    if request.method != "POST":
        return _opened(request, place)
    step = request.POST.get("step", "preview")
    if step == "paste":
        return _pasted(request, place)
    made, problems = read_definition(without_empty_rows(request.POST))
    if step in ("index", "tags", "edit"):
        return _form(request, place, made, rows=index_count(request.POST) + (step == "index"))
    unread = {problem.field for problem in problems}
    problems = (*problems, *(problem for problem in check(made) if problem.field not in unread))
    if problems:
        return _form(request, place, made, problems, rows=index_count(request.POST))
    if step != "save":
        return _preview(request, place, made)
    return _save(request, place, made)


def _opened(request: HttpRequest, place: Place) -> HttpResponse:
    like = request.GET.get("like", "")
    if "paste" in request.GET:
        return _paste_form(request, place, "")
    if like and is_table_name(like) and like in catalogue.visible(request.user, place, (like,)):
        made = definition_of(catalogue.facts(place, like, fresh=True).table)
        # A copy never takes over who owns what: tags are told by a call of their own, a name is given anew.
        return _form(request, place, replace(made, name=""), like=like)
    return _form(request, place, EMPTY)


def _pasted(request: HttpRequest, place: Place) -> HttpResponse:
    text = request.POST.get("definition", "")
    try:
        made, passed_over = structure_json.read_text(text)
    except InputError as error:
        return _paste_form(request, place, text, error)
    if passed_over:
        messages.warning(
            request, f"Not taken over, because it is set elsewhere: {', '.join(passed_over)[:500]}."
        )
    return _form(request, place, made)


def _paste_form(
    request: HttpRequest, place: Place, text: str, wrong: InputError | None = None
) -> HttpResponse:
    context = _frame(place, "New table from a definition") | {"text": text, "wrong": wrong}
    return render(request, PASTE, context, status=400 if wrong else 200)


def _frame(place: Place, title: str) -> dict[str, Any]:
    where = [place.connection.slug, place.region]
    return {
        "title": title,
        "crumbs": [("Tables", reverse("tables:list", args=where)), (title, None)],
        "place": place,
        "list_url": reverse("tables:list", args=where),
        "here": reverse("tables:table-new", args=where),
    }


def _form(
    request: HttpRequest,
    place: Place,
    made: Definition,
    problems: Sequence[InputError] = (),
    *,
    rows: int = 0,
    like: str = "",
    status: int = 0,
) -> HttpResponse:
    spare = max(0, min(rows, MOST_INDEXES) - len(made.indexes))
    padded = replace(made, indexes=(*made.indexes, *([IndexDefinition("", ())] * spare)))
    data: QueryDict | None = (
        without_empty_rows(request.POST)
        if request.method == "POST" and request.POST.get("step") != "paste"
        else None
    )
    context = _frame(place, "New table") | form_of(padded, wrong_of(problems), data)
    context |= {
        "problems": said(problems, made.indexes),
        "like": like,
        "may_make": may_make(request, place),
    }
    return render(request, FORM, context, status=status or (400 if problems else 200))


def _preview(
    request: HttpRequest,
    place: Place,
    made: Definition,
    *,
    wrong: InputError | None = None,
    failure: AwsError | None = None,
    status: int = 200,
) -> HttpResponse:
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "step", "reason")
        for value in values
    ]
    whole = completed(made)
    context = _frame(place, f"New table {made.name}") | {
        "made": whole,
        "parts": _parts(whole),
        "carried": carried,
        "draft": Draft("", reason=request.POST.get("reason", "").strip()),
        "wrong": wrong,
        "failure": failure,
    }
    return render(request, PREVIEW, context, status=status)


def _parts(made: Definition) -> list[Line]:
    """What will be made, in words."""
    found: list[Line] = []
    for name in SECTIONS:
        if name != "tags" or made.tags:
            held = section(made, name)
            found += lines({}, held | ({"indexes": {}} if name == "capacity" else {}))
    return found


def _save(request: HttpRequest, place: Place, made: Definition) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    try:
        check_reason(Draft("", reason=reason))
        result = structure_whole.create(actor_of(request), place, made, reason)
    except Refused as error:
        sentence = InputError("name", f"You may not make a table of this name. {error.reason}")
        return _form(request, place, made, (sentence,), status=403)
    except InputError as error:
        if error.field == "name":
            return _form(request, place, made, (error,))
        return _preview(request, place, made, wrong=error, status=400)
    except AwsError as error:
        return _preview(request, place, made, failure=error, status=STATUS.get(error.kind, 502))
    messages.success(
        request,
        format_html(
            'The table {} is being made. <a class="button" href="{}">Undo…</a>',
            made.name,
            undo_link(result.change_id),
        ),
    )
    there = Links(place, made.name).to("tables:structure")
    return redirect(f"{there}?{urlencode({'ttl': made.ttl})}" if made.ttl else there)
