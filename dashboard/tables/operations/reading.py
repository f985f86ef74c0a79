"""Finding items: the plan of a search with its cost and the reader's budget, and its pages, each a few calls at most."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import ceil

from dashboard.accounts.actor import Actor
from dashboard.accounts.budget import read_budget
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import require
from dashboard.aws import dynamodb
from dashboard.core.dynamodb import ReadRequest, Table
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.wire import Item
from dashboard.tables.core.costs import About, Probe
from dashboard.tables.core.evaluate import holds
from dashboard.tables.core.planner import SearchPlan, plan
from dashboard.tables.core.predicates import check
from dashboard.tables.core.search import LIMIT, Search, index_of
from dashboard.tables.operations import catalogue
from dashboard.tables.operations.catalogue import Facts
from dashboard.tables.operations.chain import Chain
from dashboard.tables.operations.tokens import (
    Position,
    binding,
    open_approval,
    open_cursor,
    sign_approval,
    sign_cursor,
)

__all__ = ["Found", "Prepared", "allowance", "approve", "prepare", "read_budget", "run_page"]

_PAGE_UNITS = 128
"""Of 1 MB, eventually consistent."""


@dataclass(frozen=True)
class Prepared:
    """How a search is read and what that costs, before it is, for ``user``.

    ``asks`` says that the run needs an approval first. ``table`` is the description that the plan rests on.
    """

    plan: SearchPlan
    asks: bool
    probe: Probe | None
    table: Table
    user: User | None

    @property
    def budget(self) -> int:
        """The units that the reader may spend unasked; looked up when a page needs to know, which one call without a filter does not."""
        return read_budget(self.user)


@dataclass(frozen=True)
class Found:
    """What one browser request found, in the order of the table or index.

    ``items`` are new since the cursor; ``read``, ``units`` and ``calls`` are of this request, ``…_so_far`` of the whole run.
    ``state``: page (full; ``next`` is the page after), end (nothing is left), more (go on with ``next`` at once), budget (the run
    asks before it goes on with ``next``, which is None when nothing was read yet).
    """

    items: tuple[Item, ...]
    read: int
    matched_so_far: int
    read_so_far: int
    units: float
    units_so_far: float
    calls: int
    next: str | None
    state: str
    request_id: str
    plan: SearchPlan
    table: Table


def prepare(
    actor: Actor,
    place: Place,
    table: str,
    search: Search,
    *,
    known: Table | Facts | None = None,
    probe: bool = False,
) -> Prepared:
    """The plan of ``search``. No AWS call but for a table nobody has opened, an index we do not know, or ``probe``: then one page is read.

    InputError names what of the search cannot be. Raises Refused, AwsError.
    """
    require(actor.user, "read", place.resource(f"table:{table}"))
    found, about = _described(place, table, known, search)
    check(found, search.where)
    planned = plan(found, search, about)
    made = _probe(place, found, planned, search) if probe and planned.way != "get" else None
    if made is not None:
        planned = plan(found, search, replace(about, probe=made))
    return Prepared(planned, _asks(planned, search, actor.user, made), made, found, actor.user)


def run_page(
    actor: Actor,
    place: Place,
    table: str,
    search: Search,
    cursor: str | None = None,
    *,
    known: Table | Facts | None = None,
    approved: str | None = None,
    prepared: Prepared | None = None,
) -> Found:
    """The next items of ``search``: one call without a filter, a few with one. ``prepared`` is the plan if the caller has it already.

    Nothing is read when the plan asks for an approval that is not there. InputError names the part of the search, ``cursor`` or
    ``approved`` that cannot be used. Raises Refused, AwsError.
    """
    require(actor.user, "read", place.resource(f"table:{table}"))
    bound = binding(actor, place, table, search)
    prepared = prepared or prepare(actor, place, table, search, known=known)
    at = open_cursor(cursor, bound) if cursor else Position(prepared.plan.name)
    allowed = open_approval(approved, bound, begins=at.fresh) if approved else None
    if prepared.asks and allowed is None and (at.fresh or not _chained(prepared.plan)):
        return _asking(prepared, at, cursor)
    try:
        return _run(place, prepared, search, at, allowed, bound)
    except AwsError as error:
        if error.kind not in (Kind.NOT_FOUND, Kind.VALIDATION):
            raise
        again = _made_anew(actor, place, table, search, prepared, error)
        if again is not None and not at.fresh:
            _plan_at(again, search, at)  # says so when what the run reads is gone
        if again is None or not at.fresh:
            catalogue.forget_facts(place, table)  # what we know of it is in doubt
            raise
    if again.asks and allowed is None:
        return _asking(again, Position(again.plan.name), None)
    return _run(place, again, search, Position(again.plan.name), allowed, bound)


def approve(actor: Actor, place: Place, table: str, search: Search, units: float) -> str:
    """A signed text that lets a run of this search by this person spend ``units`` in all, those already spent included."""
    require(actor.user, "read", place.resource(f"table:{table}"))
    if not 0 < units < 1e12:
        raise InputError("units", "Approve a number of read capacity units above zero.")
    return sign_approval(units, binding(actor, place, table, search))


def allowance(prepared: Prepared, spent: float = 0.0) -> int:
    """How many units in all to ask for, when ``spent`` are gone: what the plan may cost at most, and a little for old figures."""
    high = prepared.plan.cost.units.high
    wanted = prepared.budget * 10 if high is None else high * 1.1 + _PAGE_UNITS
    return ceil(max(wanted, spent + max(prepared.budget, _PAGE_UNITS)))


def _run(
    place: Place, prepared: Prepared, search: Search, at: Position, allowed: float | None, bound: str
) -> Found:
    table, planned = prepared.table, _plan_at(prepared, search, at)
    limit = max(float(prepared.budget), allowed or 0.0) if _chained(planned) else None
    read = Chain(place.target, table, planned, search.limit, at, limit).run()
    following = None if read.state == "end" else sign_cursor(read.at, bound)
    return Found(
        items=read.items,
        read=read.read,
        matched_so_far=read.at.matched,
        read_so_far=read.at.read,
        units=read.units,
        units_so_far=read.at.units,
        calls=read.calls,
        next=following,
        state=read.state,
        request_id=read.request_id,
        plan=planned,
        table=table,
    )


def _asking(prepared: Prepared, at: Position, cursor: str | None) -> Found:
    """Nothing is read before it is approved."""
    return Found(
        (), 0, at.matched, at.read, 0.0, at.units, 0, cursor, "budget", "", prepared.plan, prepared.table
    )


def _chained(planned: SearchPlan) -> bool:
    """Whether a page may take several calls."""
    return planned.filtered or len(planned.keys) > 1 or len(planned.gets) > 1


def _plan_at(prepared: Prepared, search: Search, at: Position) -> SearchPlan:
    """The plan that the cursor belongs to: a run goes on as it began, even if another index has become the better one since."""
    if at.way == prepared.plan.name:
        return prepared.plan
    try:
        return plan(prepared.table, replace(search, via=at.way))
    except InputError as error:
        raise InputError(
            "cursor",
            "What this page was read from is not there any more or has changed. Start again at the first page.",
        ) from error


def _described(place: Place, name: str, known: Table | Facts | None, search: Search) -> tuple[Table, About]:
    """The table; an index that we do not know may be new, so then it is described once more."""
    if known is None:
        known = catalogue.facts(place, name)
    table, about = (known.table, About(known.fetched)) if isinstance(known, Facts) else (known, About())
    index = index_of(search.via)
    if index and table.index(index) is None:
        fresh = catalogue.facts(place, name, fresh=True)
        return fresh.table, About(fresh.fetched)
    return table, about


def _made_anew(
    actor: Actor, place: Place, name: str, search: Search, prepared: Prepared, error: AwsError
) -> Prepared | None:
    """A plan by what AWS says of the table now, None when that is nothing new. AwsError when it is gone."""
    if error.kind is Kind.NOT_FOUND:
        catalogue.forget(place, name)
    fresh = catalogue.facts(place, name, fresh=True)
    if fresh.table == prepared.table:
        return None
    return prepare(actor, place, name, search, known=fresh)


def _asks(planned: SearchPlan, search: Search, user: User | None, probe: Probe | None) -> bool:
    """Whether the run asks before it begins.

    A page without a filter is one call; only somebody who wants longer pages than usual is asked. A Query with a filter reads one
    partition, whose size nobody knows: it begins, and asks when the budget is spent, unless a probe says more. A Scan with a
    filter reads everything if it finds little.
    """
    units = planned.cost.units
    if not _chained(planned):
        return planned.way != "get" and search.limit > LIMIT and units.low > read_budget(user)
    if planned.way == "get":
        return units.low > read_budget(user)
    if planned.way == "query" and probe is None:
        return False
    return units.high is not None and units.high > read_budget(user)


def _probe(place: Place, table: Table, planned: SearchPlan, search: Search) -> Probe:
    """One page of the run, as its first call would read it."""
    request = ReadRequest(
        table=table.name,
        index=planned.index,
        key_condition=planned.key_condition,
        filter=planned.filter,
        fields=planned.fields,
        limit=None if planned.filtered else search.limit,
        backward=planned.backward,
        consistent=planned.consistent,
    )
    began = time.perf_counter()
    page = dynamodb.read(place.target, request)
    taken = (time.perf_counter() - began) * 1000
    matched = sum(holds(planned.after, item) for item in page.items)
    whole = page.next is None and len(planned.keys) < 2
    return Probe(page.scanned, matched, page.units, taken, whole)
