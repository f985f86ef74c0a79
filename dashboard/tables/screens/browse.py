"""A table's items, page by page: the URL is the search, the plan says how it is read, and a run finds the items of a page.

Every page and every turn of an unfiltered search is one AWS call; a filtered one goes on in steps of a few calls that the browser asks
for, until the page is full, the reader stops, or what the budget allows is spent.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from dashboard.accounts.actor import as_user
from dashboard.accounts.place import Place
from dashboard.accounts.policy import may
from dashboard.console.failures import is_part
from dashboard.console.screen import actor_of, screen
from dashboard.core.errors import AwsError, InputError
from dashboard.tables.core.builder import Group
from dashboard.tables.core.predicates import check
from dashboard.tables.core.search import Search, params_of, search_from_params
from dashboard.tables.models import Page
from dashboard.tables.operations import catalogue, reading, runs
from dashboard.tables.operations.catalogue import Facts
from dashboard.tables.operations.reading import Found, Prepared
from dashboard.tables.screens.builder import Draft, builder_context, draft_of, draft_refused
from dashboard.tables.screens.planned import address, plan_context
from dashboard.tables.screens.running import (
    KEPT,
    SHOWN,
    Run,
    ask_before,
    found_context,
    step_context,
    waiting,
)
from dashboard.tables.screens.shared import Links, failed, page_context

TEMPLATE = "tables/browse.html"
PART = "tables/run.html"
UNREAD = ("Nothing was read yet", "Enter a key and press Find, or choose under More to scan.")
_OLD = {"partition": "c.0.v", "sort_op": "c.1.op", "sort": "c.1.v", "sort_to": "c.1.to", "index": "via"}
"""Where the parameters of an address of the older form stand in the builder."""
PLANNED = ("Nothing was read yet", "The plan above says how it would be read and what that costs.")


@screen("read", "table:{table}")
def browse(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """A page of items, or the part that htmx asks for: ``results`` (another page or order), ``run`` (a step), ``plan`` (a probe)."""
    links = Links(place, table)
    facts = catalogue.facts(place, table)
    part = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") == "true" else ""
    try:
        search = search_from_params(facts.table, request.GET)
        if _unfinished(request.GET, search):
            return _page(request, links, facts, search, {"unread": UNREAD})
        probe = request.GET.get("step") == "probe"
        prepared = reading.prepare(actor_of(request), place, table, search, known=facts, probe=probe)
        if part == "plan":
            return _probed(request, links, search, prepared)
        found = None if "step" in request.GET else _found(request, place, table, search, prepared)
    except InputError as error:
        return _refused(request, links, facts, error, part)
    if part == "run" and found is not None:
        return _step(request, links, search, prepared, found)
    context = plan_context(links, search, prepared)
    context |= _outcome(request, links, search, prepared, found)
    if part == "results":
        return _part(request, links, facts, search, context)
    return _page(request, links, facts, search, context)


def _unfinished(data: QueryDict, search: Search) -> bool:
    """Whether a key is asked for and none was given, as in an address of the older form that only chose an index."""
    old = "where" not in data and (
        "choose" in data or (data.get("mode") == "query" and "partition" not in data)
    )
    return old or (search.where is None and search.via.partition(":")[0] in ("table", "index"))


def _found(
    request: HttpRequest, place: Place, table: str, search: Search, prepared: Prepared
) -> Found | AwsError:
    """What one request finds; an approval that is not the reader's, or too old, is as good as none."""
    run = partial(
        reading.run_page,
        actor_of(request),
        place,
        table,
        search,
        request.GET.get("cursor"),
        prepared=prepared,
    )
    try:
        try:
            return run(approved=request.GET.get("approved"))
        except InputError as error:
            if error.field != "approved":
                raise
            return run()
    except AwsError as error:
        return error


def _outcome(
    request: HttpRequest, links: Links, search: Search, prepared: Prepared, found: Found | AwsError | None
) -> dict[str, Any]:
    """What stands below the plan: items, the question before a dear run, AWS's refusal, or that nothing was read."""
    if found is None and not prepared.asks:
        return {"unread": PLANNED, "run_url": address(links, search), "plan_open": True}
    if found is None or (isinstance(found, Found) and found.state == "budget" and not found.read_so_far):
        return ask_before(request, links, search, prepared) | {"plan_open": found is None}
    if isinstance(found, AwsError):
        return {"failure": found, "again": request.get_full_path()}
    return found_context(request, links, search, prepared, found)


def _page(
    request: HttpRequest,
    links: Links,
    facts: Facts,
    search: Search,
    context: dict[str, Any],
) -> HttpResponse:
    """The whole page."""
    if "found" in context and search.where is not None and "cursor" not in request.GET:
        user = as_user(request.user)
        if user is not None:
            runs.note(user, links.place, links.table, Page.BROWSE, params_of(search))
    draft = draft_of(facts.table, request.GET, search.where)
    seen = context["grid"].names if "grid" in context else ()
    context = base_context(request, links, facts) | builder_context(facts.table, draft, None, seen) | context
    return _answer(request, TEMPLATE, context)


def base_context(request: HttpRequest, links: Links, facts: Facts) -> dict[str, Any]:
    """What the page shows whatever is looked for."""
    return page_context(request, links, links.table) | {
        "table": facts.table,
        "facts": facts,
        "find_url": links.to("tables:find"),
        "columns": (request.POST if request.method == "POST" else request.GET).getlist("col"),
    }


def _part(
    request: HttpRequest, links: Links, facts: Facts, search: Search, context: dict[str, Any]
) -> HttpResponse:
    """The results alone, with the order that they have for the form."""
    resource = links.place.resource(f"table:{links.table}")
    context |= {
        "links": links,
        "may_write": may(request.user, "write", resource),
        "may_delete": may(request.user, "delete", resource),
        "draft": Draft(Group(), order="desc" if search.backward else ""),
        "swapped": True,
    }
    return _answer(request, PART, context)


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if "failure" in context:
        return failed(request, template, context, context["failure"])
    return render(request, template, context)


def _probed(request: HttpRequest, links: Links, search: Search, prepared: Prepared) -> HttpResponse:
    """The plan alone, with what a page really cost."""
    more = {"plan_open": True, "find_url": links.to("tables:find")}
    return render(request, "tables/plan.html", plan_context(links, search, prepared) | more)


def _step(
    request: HttpRequest, links: Links, search: Search, prepared: Prepared, found: Found | AwsError
) -> HttpResponse:
    """A further step of a run; AWS's refusal keeps the place, so that the reader can go on from there."""
    if isinstance(found, AwsError):
        context: dict[str, Any] = {"run": waiting(request), "failure": found}
        return failed(request, "tables/run_next.html", context, found)
    context = step_context(request, links, search, prepared, found)
    response = render(request, "tables/run_step.html", context)
    if context["last"]:
        response["HX-Retarget"] = "#run-bar"
    return response


def _refused(request: HttpRequest, links: Links, facts: Facts, error: InputError, part: str) -> HttpResponse:
    """400: the form with what was entered and the sentence at its place; in a part of the page the sentence alone."""
    if part == "plan":
        return render(request, "tables/plan.html", {"unplanned": error, "find_url": links.to("tables:find")})
    if part in ("results", "run"):
        context = {"refused": error, "restart": _restart(request) or links.browse}
        if part == "run":
            return render(request, "tables/run_next.html", context, status=400)
        response = render(request, PART, context, status=400)
        response["HX-Retarget"] = "#results"
        return response
    if "where" not in request.GET:
        error = InputError(_OLD.get(error.field, error.field), error.rule)
    draft = draft_refused(facts.table, request.GET)
    context = base_context(request, links, facts) | builder_context(facts.table, draft, error)
    if error.field == "cursor":
        context["restart"] = _restart(request)
    return render(request, TEMPLATE, context, status=400)


def _restart(request: HttpRequest) -> str:
    """The first page of the same search, when this address is of another page of it."""
    params = request.GET.copy()
    if not params.pop("cursor", None):
        return ""
    params.pop(SHOWN, None)
    return f"?{params.urlencode()}"


@screen("read", "table:{table}", post="read")
def approve(request: HttpRequest, place: Place, table: str) -> HttpResponse:
    """POST: the reader lets a search spend ``units`` in all. To its page, or (htmx, amid a run) to its next step. No AWS call."""
    links = Links(place, table)
    if request.method != "POST":
        return redirect(links.browse)
    facts = catalogue.facts(place, table)
    data = request.POST
    try:
        search = search_from_params(facts.table, data)
        check(facts.table, search.where)
        token = reading.approve(actor_of(request), place, table, search, _units(data.get("units", "")))
    except InputError as error:
        return _refused(request, links, facts, error, "results" if is_part(request) else "")
    pairs = [*params_of(search), *((name, value) for name in KEPT for value in data.getlist(name))]
    pairs += [("approved", token), *((name, data[name]) for name in ("cursor",) if data.get(name))]
    if not is_part(request):
        return redirect(f"{links.browse}?{urlencode(pairs)}")
    pairs += [(SHOWN, name) for name in data.getlist(SHOWN)]
    run = Run(True, f"?{urlencode(pairs)}", "", "", search.limit)
    return render(request, "tables/run_bar.html", {"run": run})


def _units(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError("units", "Approve a number of read capacity units above zero.") from error
