"""Reading the items of one page in a few calls.

A search without a filter is one call with a limit. One with a filter has no limit, so that 1 MB comes with each call and all of a table
takes no more calls than it has megabytes; where matches lie dense, the next call reads only as many items as it takes. When one call
found more than the page shows, the run goes on behind the last item shown. It stops after a few calls, so that the browser asks
again and can stop in between, and before a call that would cost more than is allowed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import ceil

from dashboard.aws import dynamodb
from dashboard.aws.target import Target
from dashboard.core.dynamodb import ReadPage, ReadRequest, Table
from dashboard.core.errors import AwsError
from dashboard.core.wire import Item
from dashboard.tables.core.evaluate import holds
from dashboard.tables.core.planner import SearchPlan
from dashboard.tables.operations.tokens import Position

MOST_CALLS = 4
"""Of one browser request; GetItem calls are small, so there may be more of them."""
MOST_GETS = 25
MOST_SECONDS = 1.0
"""After which no further call begins."""
_SPARE = 1.25
"""How many more items are read than the density says are needed."""


@dataclass(frozen=True)
class Stretch:
    """What one browser request read. ``state``: page (full), end (nothing is left), more (go on at once), budget (ask first)."""

    items: tuple[Item, ...]
    at: Position
    state: str
    read: int
    units: float
    calls: int
    request_id: str


class Chain:
    """A run from ``at`` on. ``allowed`` is the units it may have spent in all, None where one call is all it does."""

    def __init__(
        self,
        target: Target,
        table: Table,
        plan: SearchPlan,
        limit: int,
        at: Position,
        allowed: float | None,
    ) -> None:
        self._target, self._table, self._plan, self._limit = target, table, plan, limit
        self._began, self._at, self._allowed = at, at, allowed
        self._parts = len(plan.gets) if plan.way == "get" else max(1, len(plan.keys))
        self._items: list[Item] = []
        self._request_id = ""

    def run(self) -> Stretch:
        """Read until the page is full, nothing is left, or this request has done enough. AwsError when the first call fails.

        A failure after that ends the stretch with what there is; the next one meets it again, or goes on where it went.
        """
        began = time.monotonic()
        most = MOST_GETS if self._plan.way == "get" else MOST_CALLS
        while True:
            if not self._affordable():
                return self._stretch("budget")
            try:
                self._step()
            except AwsError:
                if self._at.calls == self._began.calls:
                    raise
                return self._stretch("more")
            if self._at.have >= self._limit:
                return self._stretch("end" if self._done else "page")
            if self._done:
                return self._stretch("end")
            if self._allowed is None:
                return self._stretch("page")
            if self._at.calls - self._began.calls >= most or time.monotonic() - began > MOST_SECONDS:
                return self._stretch("more")

    @property
    def _done(self) -> bool:
        return self._at.part >= self._parts

    def _affordable(self) -> bool:
        """Whether the next call, taken to cost what the last one did, stays within what is allowed; the first one always."""
        if self._allowed is None or self._at.fresh:
            return True
        return self._at.units + self._at.last_units <= self._allowed

    def _stretch(self, state: str) -> Stretch:
        at = self._at if state != "page" else replace(self._at, have=0)
        began = self._began
        return Stretch(
            tuple(self._items),
            at,
            state,
            at.read - began.read,
            at.units - began.units,
            at.calls - began.calls,
            self._request_id,
        )

    def _step(self) -> None:
        if self._plan.way == "get":
            self._get()
        else:
            limit = self._call_limit()
            self._take(self._read(limit), limit)

    def _get(self) -> None:
        plan, at = self._plan, self._at
        answer = dynamodb.get_item(
            self._target,
            self._table.name,
            plan.gets[at.part],
            consistent=plan.consistent,
            fields=plan.fields,
        )
        found = [answer.item] if answer.item is not None and holds(plan.after, answer.item) else []
        self._count(found, 1 if answer.item is not None else 0, answer.units, answer.request_id)
        self._at = replace(self._at, part=at.part + 1)

    def _read(self, limit: int | None) -> ReadPage:
        plan, at = self._plan, self._at
        request = ReadRequest(
            table=self._table.name,
            index=plan.index,
            key_condition=plan.keys[at.part] if plan.keys else None,
            filter=plan.filter,
            fields=plan.fields,
            limit=limit,
            start=at.key,
            backward=plan.backward,
            consistent=plan.consistent,
        )
        return dynamodb.read(self._target, request)

    def _call_limit(self) -> int | None:
        """How many items the next call reads at most; None for what 1 MB holds."""
        wanted = self._limit - self._at.have
        if not self._plan.filtered:
            return wanted
        density, pageful = self._at.density, self._at.pageful
        if not density or not pageful:
            return None
        enough = ceil(wanted / density * _SPARE)
        return enough if enough * 2 <= pageful else None

    def _take(self, page: ReadPage, limit: int | None) -> None:
        matches = [item for item in page.items if holds(self._plan.after, item)]
        wanted = self._limit - self._at.have
        cut = len(matches) > wanted
        self._count(matches[:wanted], page.scanned, page.units, page.request_id)
        if page.scanned:
            pageful = max(page.scanned, self._at.pageful or 0) if limit is None else self._at.pageful
            self._at = replace(self._at, density=len(matches) / page.scanned, pageful=pageful)
        if cut:
            self._at = replace(self._at, key=self._key_of(matches[wanted - 1]))
        elif page.next is None:
            self._at = replace(self._at, part=self._at.part + 1, key=None)
        else:
            self._at = replace(self._at, key=page.next)

    def _count(self, items: list[Item], read: int, units: float, request_id: str) -> None:
        self._items += items
        self._request_id = request_id
        at, found = self._at, len(items)
        self._at = replace(
            at,
            have=at.have + found,
            matched=at.matched + found,
            read=at.read + read,
            units=at.units + units,
            calls=at.calls + 1,
            last_units=units,
        )

    def _key_of(self, item: Item) -> Item:
        """Where a call begins that goes on behind ``item``: its key, and that of the index."""
        names = list(self._table.key_names)
        index = self._table.index(self._plan.index) if self._plan.index else None
        if index is not None:
            names += [part.name for part in (*index.partition, *index.sort) if part.name not in names]
        return {name: item[name] for name in names}
