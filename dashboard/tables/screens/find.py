"""The builder's buttons: rows come and go, become text and rows again, and at last the address of a page. No AWS call."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from dashboard.accounts.place import Place
from dashboard.console.failures import is_part
from dashboard.console.screen import actor_of, screen
from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.tables.core.builder import ROOT, acted
from dashboard.tables.core.predicates import check
from dashboard.tables.core.rows import condition_of, rows_of
from dashboard.tables.core.search import Search, params_of, parse_where, search_from_params, where_text
from dashboard.tables.operations import catalogue, reading
from dashboard.tables.operations.catalogue import Facts
from dashboard.tables.screens.browse import TEMPLATE, base_context
from dashboard.tables.screens.builder import Draft, builder_context, declared_types, draft_sent
from dashboard.tables.screens.planned import plan_context
from dashboard.tables.screens.shared import Links

LONGEST = 6000
"""Characters of a search in an address: with a cursor after it, it still fits the 8,190 bytes of a request's first line."""
_BETWEEN_COMMAS = re.compile(r'(?:[^,"]|"(?:[^"]|"")*"?)+')


@screen("read", "table:{table}", post="read")
def find(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """POST: the button ``do`` of the builder; without one the reader goes to the page that the form means."""
    links = Links(place, table)
    if request.method != "POST":
        return redirect(links.browse)
    facts = catalogue.facts(place, table)
    known = facts.table
    draft = draft_sent(request.POST)
    action = request.POST.get("do", "")
    try:
        if action == "plan":
            return _planned(request, links, facts, draft)
        if action in ("text", "rows"):
            draft = _turned(known, draft, action)
        elif ":" in action:
            draft = replace(draft, group=acted(draft.group, action))
        else:
            return redirect(_address(request, links, known, draft))
    except InputError as error:
        return _drawn(request, links, facts, draft, error)
    return _drawn(request, links, facts, draft)


def search_of(table: Table, draft: Draft) -> Search:
    """What the form looks for; InputError names the row and its input, ``where`` for the text, or the field under "More"."""
    if draft.text is not None:
        where = parse_where(draft.text) if draft.text.strip() else None
    else:
        where = condition_of(draft.group, declared_types(table))
    params = QueryDict(mutable=True)
    params["via"], params["order"], params["limit"] = draft.via, draft.order, draft.limit
    params["consistent"] = "1" if draft.consistent else ""
    params.setlist("field", _BETWEEN_COMMAS.findall(draft.fields))
    search = replace(search_from_params(table, params), where=where)
    check(table, where)
    return search


def _turned(table: Table, draft: Draft, action: str) -> Draft:
    """The same condition as text or as rows; what is no condition yet is refused and stays."""
    if action == "text":
        condition = condition_of(draft.group, declared_types(table))
        text = where_text(condition) if condition is not None else ""
        if "\r" in text:
            raise InputError(
                ROOT,
                "The condition holds a carriage return, which a box for text would lose. Change it here.",
            )
        return replace(draft, text=text)
    text = draft.text or ""
    condition = parse_where(text) if text.strip() else None
    group = rows_of(condition, declared_types(table))
    if not group.drawable:
        raise InputError("where", "This condition is too large or too deep for rows. It can be changed here.")
    return replace(draft, group=group, text=None)


def _address(request: HttpRequest, links: Links, table: Table, draft: Draft) -> str:
    """The page of the form; InputError when no address can hold it."""
    params = params_of(search_of(table, draft))
    length = len(urlencode(params))
    if length > LONGEST:
        raise InputError(
            "where",
            f"The search takes {length:,} characters of the page's address and {LONGEST:,} fit. Search in several steps.",
        )
    params += [("col", name) for name in request.POST.getlist("col")]
    if draft.text is not None:
        params.append(("as", "text"))
    return f"{links.browse}?{urlencode(params)}" if params else links.browse


def _planned(request: HttpRequest, links: Links, facts: Facts, draft: Draft) -> HttpResponse:
    """The plan of what stands in the form right now; a form half filled in says what is missing, quietly."""
    try:
        search = search_of(facts.table, draft)
        prepared = reading.prepare(actor_of(request), links.place, links.table, search, known=facts)
        context = plan_context(links, search, prepared)
    except InputError as error:
        context = {"unplanned": error}
    return render(
        request,
        "tables/plan.html",
        context | {"find_url": links.to("tables:find"), "plan_open": "open" in request.POST},
    )


def _drawn(
    request: HttpRequest, links: Links, facts: Facts, draft: Draft, wrong: InputError | None = None
) -> HttpResponse:
    """The builder alone for htmx, else the whole page with nothing read."""
    context = builder_context(facts.table, draft, wrong)
    status = 400 if wrong else 200
    if is_part(request):
        return render(
            request, "tables/builder.html", context | {"find_url": links.to("tables:find")}, status=status
        )
    return render(request, TEMPLATE, context | base_context(request, links, facts), status=status)
