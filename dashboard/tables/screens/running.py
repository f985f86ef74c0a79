"""What a run shows: its rows, its figures, the addresses that go on, and the question before it spends more than the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpRequest

from dashboard.core.dynamodb import Table
from dashboard.tables.core.planner import SearchPlan
from dashboard.tables.core.search import Search, params_of
from dashboard.tables.models import Page
from dashboard.tables.operations import reading
from dashboard.tables.operations.reading import Found, Prepared
from dashboard.tables.screens.columns import grid_context, several_url
from dashboard.tables.screens.grid import Order, grid
from dashboard.tables.screens.nothing import empty_of
from dashboard.tables.screens.planned import address, units_text
from dashboard.tables.screens.shared import Links

KEPT = ("col", "as", "columns")
"""Parameters of the page that are not of the search and stay with it."""
SHOWN = "shown"
"""In a step's address: a column of the grid that is there already, repeated."""


@dataclass(frozen=True)
class Run:
    """How it goes on. ``more_url`` is the next step of a run that ``goes_on``; ``done`` of ``total`` items were read (total 0: unknown)."""

    goes_on: bool
    more_url: str
    next_url: str
    first_url: str
    limit: int
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Ask:
    """The question before units are spent. ``continues``: a run that stands here goes on, instead of a page that begins."""

    title: str
    text: str
    button: str
    fields: tuple[tuple[str, str], ...]
    probe_url: str = ""
    continues: bool = False


def found_context(
    request: HttpRequest, links: Links, search: Search, prepared: Prepared, found: Found
) -> dict[str, Any]:
    """What ``tables/run.html`` shows of the first step of a page."""
    plan, table = found.plan, found.table
    context = _figures(plan, found) | grid_context(
        request,
        links,
        found.items,
        table.key_names,
        index_keys(table, plan),
        partial=plan.partial,
        order=_order(request, table, search, plan),
    )
    shown = [column.name for column in context["grid"].columns] if found.items else []
    if search.where is not None:
        query = urlencode([*params_of(search), ("page", Page.BROWSE)])
        context["save_url"] = f"{links.to('tables:saved-new')}?{query}"
    return context | _going(request, links, search, prepared, found, shown) | _columns(request, search)


def step_context(
    request: HttpRequest, links: Links, search: Search, prepared: Prepared, found: Found
) -> dict[str, Any]:
    """What ``tables/run_step.html`` shows of a further step: rows for the columns that are there, or the whole grid when none is."""
    shown = request.GET.getlist(SHOWN)
    last = found.state != "more"
    if not shown and (found.items or last):
        return found_context(request, links, search, prepared, found) | {"whole": True, "last": last}
    laid = grid(
        found.items,
        found.table.key_names,
        index_keys(found.table, found.plan),
        chosen=shown,
        partial=found.plan.partial,
        folding=True,
    )
    rows = {
        "grid": laid,
        "item_base": f"{links.browse}item/",
        "selectable": bool(several_url(request, links)),
        "last": last,
    }
    return _figures(found.plan, found) | rows | _going(request, links, search, prepared, found, shown)


def _figures(plan: SearchPlan, found: Found) -> dict[str, Any]:
    return {
        "found": found,
        "filtered": plan.filtered,
        "spent": units_text(found.units_so_far),
        "spent_here": units_text(found.units),
    }


def _going(
    request: HttpRequest,
    links: Links,
    search: Search,
    prepared: Prepared,
    found: Found,
    shown: Sequence[str],
) -> dict[str, Any]:
    """How it goes on: by itself, after a question, by the next page; or why nothing was found."""
    context: dict[str, Any] = {
        "run": Run(
            found.state == "more",
            _step_url(request, search, found.next, shown) if found.next else "",
            page_url(request, search, cursor=found.next) if found.next else "",
            page_url(request, search) if _later(request) else "",
            search.limit,
            *_progress(found),
        )
    }
    if found.state == "budget":
        return context | asked_again(request, links, search, prepared, found, shown)
    if found.state != "more" and not found.items and not shown:
        context["empty"] = empty_of(links, search, found)
    return context


def _later(request: HttpRequest) -> bool:
    """Whether the page began behind a cursor. A step of a run has one of its own; where its page began says the page's address."""
    if request.headers.get("HX-Target") != "run":
        return bool(request.GET.get("cursor"))
    return "cursor" in parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)


def _progress(found: Found) -> tuple[int, int]:
    """Items read and, for a scan, how many there are by AWS's figure while that is not passed."""
    table, plan = found.table, found.plan
    source = (table.index(plan.index) if plan.index else None) or table
    total = source.item_count or 0
    return (found.read_so_far, total) if plan.way == "scan" and total > found.read_so_far else (0, 0)


def index_keys(table: Table, plan: SearchPlan) -> tuple[str, ...]:
    """The key attributes of the index that is read."""
    index = table.index(plan.index) if plan.index else None
    return tuple(part.name for part in (*index.partition, *index.sort)) if index else ()


def _order(request: HttpRequest, table: Table, search: Search, plan: SearchPlan) -> Order | None:
    """The head that turns a Query's order."""
    index = table.index(plan.index) if plan.index else None
    sort = index.sort if index else ((table.sort,) if table.sort else ())
    if plan.way != "query" or not sort:
        return None
    turned = page_url(request, replace(search, backward=not search.backward))
    return Order(sort[0].name, search.backward, turned)


def page_url(request: HttpRequest, search: Search, **more: str | None) -> str:
    """The address of a page of the search, with what the page keeps: columns, form, approval; relative to the table's page."""
    pairs = params_of(search)
    pairs += [(name, value) for name in (*KEPT, "approved") for value in request.GET.getlist(name)]
    pairs += [(name, value) for name, value in more.items() if value]
    return f"?{urlencode(pairs)}"


def _step_url(request: HttpRequest, search: Search, cursor: str | None, shown: Sequence[str]) -> str:
    pairs = [(SHOWN, name) for name in shown]
    url = page_url(request, search, cursor=cursor)
    return f"{url}&{urlencode(pairs)}" if pairs else url


def _columns(request: HttpRequest, search: Search) -> dict[str, Any]:
    """The link that unfolds the columns, or folds them again."""
    unfolded = request.GET.get("columns") == "all"
    kept = [(name, request.GET[name]) for name in ("cursor", "approved") if request.GET.get(name)]
    pairs = [*params_of(search), *kept]
    pairs += [] if unfolded else [("columns", "all")]
    return {"all_columns": unfolded, "columns_url": f"?{urlencode(pairs)}"}


def waiting(request: HttpRequest) -> Run:
    """The step of this request once more, for when AWS refused it."""
    return Run(True, request.get_full_path(), "", "", 0)


def ask_before(request: HttpRequest, links: Links, search: Search, prepared: Prepared) -> dict[str, Any]:
    """The question instead of a run whose estimate is above the budget."""
    cost = prepared.plan.cost.units
    most = reading.allowance(prepared)
    upto = "an unknown number of units" if cost.high is None else f"up to {units_text(cost.high)} units"
    probe = "" if prepared.probe is not None else address(links, search, step="probe")
    return {
        "asking": True,
        "approve_url": links.to("tables:approve"),
        "ask": Ask(
            f"This may read {upto}; your budget is {units_text(prepared.budget)}.",
            "Nothing was read yet. A condition on a partition key, of the table or of an index, would read less.",
            f"Read, up to {units_text(most)} units",
            _fields(request, search, most),
            probe,
        ),
    }


def asked_again(
    request: HttpRequest, links: Links, search: Search, prepared: Prepared, found: Found, shown: Sequence[str]
) -> dict[str, Any]:
    """The question when a run has spent what was approved: what was found stays."""
    units = reading.allowance(prepared, found.units_so_far)
    more = [("cursor", found.next or ""), *((SHOWN, name) for name in shown)]
    so_far = f"{found.matched_so_far:,} of {found.read_so_far:,} items read match so far."
    unread = (
        not found.calls and request.headers.get("HX-Target") != "run"
    )  # a later page, loaded when the approval is gone
    return {
        "asking": True,
        "approve_url": links.to("tables:approve"),
        "ask": Ask(
            f"{units_text(found.units_so_far)} units are spent, which is what this search may spend without asking.",
            f"{so_far} This page was not read yet." if unread else f"{so_far} What was found stays.",
            f"Go on, up to {units_text(units)} units in all",
            _fields(request, search, units, more),
            continues=True,
        ),
    }


def _fields(
    request: HttpRequest, search: Search, units: int, more: Sequence[tuple[str, str]] = ()
) -> tuple[tuple[str, str], ...]:
    kept = [(name, value) for name in KEPT for value in request.GET.getlist(name)]
    return (*params_of(search), *kept, ("units", str(units)), *more)
