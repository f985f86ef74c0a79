"""How a search is carried out: GetItem, Query of the table or of which index, or Scan; why, what else there was, and the cost.

Pure. Rules it never breaks by itself: an index is used only when every item that can match is in it. An index holds only the items
that have all its key attributes, so the condition has to demand each of them (items written before the index was made, with a value
of the wrong type there, are missing from it too; AWS tells nobody). What the condition or the chosen fields name must be projected.
An index being made or deleted, and a strongly consistent read of a global one, are out. Among what is left: a key read before a Query
before a Scan, whole items before partial ones, more key attributes before fewer, less data before more.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import Condition, Path
from dashboard.core.wire import Item
from dashboard.tables.core import wording
from dashboard.tables.core.costs import About, Asked, Cost, get_cost, read_cost
from dashboard.tables.core.parts import conjuncts
from dashboard.tables.core.search import Search, check_via
from dashboard.tables.core.ways import Way, scan_way, ways_of


@dataclass(frozen=True)
class Option:
    """One way to read. ``name`` is what ``Search.via`` takes; ``usable`` says it finds every matching item, ``possible`` that it runs.

    ``reason`` is why it was chosen, why another was better, or what it would miss; ``absent`` names the attributes without which an item
    is missed, when nothing else is.
    """

    name: str
    title: str
    usable: bool
    reason: str
    cost: Cost | None
    possible: bool = True
    chosen: bool = False
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchPlan:
    """What is sent. ``way`` is get, query or scan; ``index`` is empty for the table itself.

    ``keys`` are the key conditions, one call or chain each (``key_condition`` is the first); ``gets`` the keys of GetItem (``key`` the
    first). ``filter`` is sent with a Query or Scan, ``after`` is evaluated by us on what comes back: key condition, filter and after
    together say what the search's condition says. ``partial`` marks items that lack attributes of the table's.
    """

    way: str
    index: str
    keys: tuple[Condition, ...]
    gets: tuple[Item, ...]
    filter: Condition | None
    after: Condition | None
    fields: tuple[Path, ...]
    backward: bool
    consistent: bool
    why: str
    options: tuple[Option, ...]
    cost: Cost
    warnings: tuple[str, ...]
    partial: bool

    @property
    def key_condition(self) -> Condition | None:
        """The first key condition; None for a Scan or GetItem."""
        return self.keys[0] if self.keys else None

    @property
    def key(self) -> Item | None:
        """The first key of GetItem."""
        return self.gets[0] if self.gets else None

    @property
    def filtered(self) -> bool:
        """Whether a call can read items that do not match."""
        return self.filter is not None or (self.after is not None and self.way != "get")

    @property
    def name(self) -> str:
        """The chosen way as ``Search.via`` writes it."""
        if self.way == "scan":
            return f"scan:{self.index}" if self.index else "scan"
        return f"index:{self.index}" if self.index else "table"


def plan(table: Table, search: Search, about: About | None = None) -> SearchPlan:
    """The plan for ``search``, whose condition has been checked; InputError (``via``) when the way asked for cannot be gone."""
    about = about or About()
    check_via(table, search.via)
    conditions = conjuncts(search.where)
    ways = ways_of(table, search, conditions)
    chosen = (
        _overridden(table, search, ways)
        if search.via
        else min((way for way in ways if way.complete), key=lambda way: way.rank)
    )
    options = tuple(_option(table, search, way, chosen, about) for way in _shown(ways, chosen))
    return SearchPlan(
        way=chosen.way,
        index=chosen.index.name if chosen.index else "",
        keys=chosen.keys,
        gets=chosen.gets,
        filter=chosen.filter,
        after=chosen.after,
        fields=chosen.fields,
        backward=search.backward and chosen.way == "query",
        consistent=search.consistent,
        why=wording.why(table, search, chosen),
        options=options,
        cost=_cost(table, search, chosen, about),
        warnings=wording.warnings(search, chosen),
        partial=chosen.partial,
    )


def _overridden(table: Table, search: Search, ways: tuple[Way, ...]) -> Way:
    """The way that ``via`` names, even if it misses items; InputError when it cannot be gone at all."""
    way = next((way for way in ways if way.name == search.via), None)
    if way is None:  # a scan of an index is only made up when asked for
        way = scan_way(table, search, conjuncts(search.where), table.index(search.via.partition(":")[2]))
    if way.impossible:
        raise InputError("via", f"{wording.title(way)} is not possible. {way.impossible}")
    return way


def _shown(ways: tuple[Way, ...], chosen: Way) -> tuple[Way, ...]:
    """The chosen way first, then by rank; scans of indexes only where they are a sensible choice."""
    others = [way for way in ways if way.name != chosen.name and (way.complete or not way.index_scan)]
    return (chosen, *sorted(others, key=lambda way: (bool(way.impossible), not way.complete, way.rank)))


def _option(table: Table, search: Search, way: Way, chosen: Way, about: About) -> Option:
    mine = way is chosen
    cost = None if way.impossible else _cost(table, search, way, about if mine else About(about.fetched))
    reason = wording.why(table, search, way) if mine else wording.why_not(search, way, chosen)
    return Option(
        way.name, wording.title(way), way.complete, reason, cost, not way.impossible, mine, way.absent
    )


def _cost(table: Table, search: Search, way: Way, about: About) -> Cost:
    if way.way == "get":
        return get_cost(table, len(way.gets), search.consistent, about)
    filtered = way.filter is not None or way.after is not None
    asked = Asked(filtered, search.limit, search.consistent, whole=way.way == "scan")
    return read_cost(table, way.index or table, asked, max(1, len(way.keys)), about)
