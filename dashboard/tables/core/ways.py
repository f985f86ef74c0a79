"""Each way of reading a table for a search, with what it would send, what it would miss and how it compares with the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.core.dynamodb import Index, Table
from dashboard.core.expressions import Compare, Condition, In, Path, Size, TypeIs
from dashboard.core.wire import Item, tag_of
from dashboard.tables.core.binding import Bound, Unbound, bind
from dashboard.tables.core.itemkeys import MAX_PARTITION_BYTES, MAX_SORT_BYTES, key_problem
from dashboard.tables.core.language import path_words
from dashboard.tables.core.parts import attributes, implied, joined, simples, subject, values
from dashboard.tables.core.search import Search

READABLE = ("ACTIVE", "UPDATING")
"""States in which an index answers; UPDATING is a change of its capacity."""
Rank = tuple[int, ...]


@dataclass(frozen=True)
class Way:
    """One way. ``impossible`` is why DynamoDB would refuse it, ``missing`` what it would not find, each a sentence or empty.

    ``absent`` are the index's key attributes that the condition does not demand, when items without them are all that is missed.
    ``partial`` means that its items lack attributes of the table's. ``rank``: the smallest is the best.
    """

    way: str
    index: Index | None
    keys: tuple[Condition, ...] = ()
    gets: tuple[Item, ...] = ()
    filter: Condition | None = None
    after: Condition | None = None
    fields: tuple[Path, ...] = ()
    impossible: str = ""
    missing: str = ""
    absent: tuple[str, ...] = ()
    partial: bool = False
    rank: Rank = ()
    bound: Bound | None = None

    @property
    def name(self) -> str:
        """As ``Search.via`` writes it."""
        if self.way == "scan":
            return f"scan:{self.index.name}" if self.index else "scan"
        return f"index:{self.index.name}" if self.index else "table"

    @property
    def complete(self) -> bool:
        """Whether it runs and finds every item that matches."""
        return not self.impossible and not self.missing

    @property
    def index_scan(self) -> bool:
        """Whether it reads all of an index."""
        return self.way == "scan" and self.index is not None


def ways_of(table: Table, search: Search, conditions: Sequence[Condition]) -> tuple[Way, ...]:
    """Every way that can be named: the table by its key, each index by its own, all of the table, all of a smaller index."""
    queries = [_query_way(table, search, conditions, index) for index in (None, *table.indexes)]
    scans = [scan_way(table, search, conditions, None)]
    scans += [
        scan_way(table, search, conditions, index)
        for index in table.indexes
        if _smaller(index, table) and (search.fields or index.projection == "ALL")
    ]
    return (*queries, *scans)


def scan_way(table: Table, search: Search, conditions: Sequence[Condition], index: Index | None) -> Way:
    """Reading all of the table, or of ``index``."""
    found = joined(conditions)
    size = (index or table).size_bytes or 0
    if index is None:
        fields = _fields(table, search, None, frozenset())
        return Way("scan", None, filter=found, fields=fields, rank=(2, 0, 0, 0, 0, size))
    return Way(
        "scan",
        index,
        filter=found,
        fields=_fields(table, search, index, frozenset()),
        impossible=_unreadable(index, search),
        missing=_missing(table, search, index, conditions),
        partial=index.projection != "ALL",
        rank=(2, 0, 0, 0, 0, size),
    )


def _query_way(table: Table, search: Search, conditions: Sequence[Condition], index: Index | None) -> Way:
    partition = index.partition if index else (table.partition,)
    sort = index.sort if index else ((table.sort,) if table.sort else ())
    bound = bind(partition, sort, conditions)
    if isinstance(bound, Unbound):
        impossible = (_unreadable(index, search) if index else "") or bound.reason
        return Way("query", index, impossible=impossible, rank=(1, 9, 0, 0, 0, 0))
    if index is None and bound.equal == len(table.key_names):
        return _get_way(table, search, bound)
    keys = frozenset(part.name for part in (*partition, *sort))
    after = tuple(one for one in bound.rest if attributes(one) & keys)
    sent = tuple(one for one in bound.rest if not attributes(one) & keys)
    partial = index is not None and index.projection != "ALL"
    absent = _absent(table, index, conditions) if index else ()
    return Way(
        "query",
        index,
        keys=bound.keys,
        filter=joined(sent),
        after=joined(after),
        fields=_fields(table, search, index, attributes(joined(after))),
        impossible=_unreadable(index, search) if index else "",
        missing=_missing(table, search, index, conditions) if index else "",
        absent=absent if index and not _withheld(table, search, index, conditions) else (),
        partial=partial,
        rank=_query_rank(table, index, bound, partial),
        bound=bound,
    )


def _query_rank(table: Table, index: Index | None, bound: Bound, partial: bool) -> Rank:
    """Whole items first, then the narrowest key, then the fewest Queries; of equals the table, then the smaller index."""
    narrow = bound.equal * 2 + bound.ranged
    size = 0 if index is None else 1 + (index.size_bytes or table.size_bytes or 0)
    return (1, int(partial), -narrow, len(bound.keys), len(bound.rest), size)


def _get_way(table: Table, search: Search, bound: Bound) -> Way:
    """The whole key is known; what is left of the condition is evaluated on the item, GetItem takes no filter."""
    gets = tuple({name: values[name] for name in table.key_names} for values in bound.values)
    after = joined(bound.rest)
    fields = _fields(table, search, None, attributes(after))
    return Way("get", None, gets=gets, after=after, fields=fields, rank=(0, 0, 0, 0, 0, 0), bound=bound)


def _unreadable(index: Index, search: Search) -> str:
    if index.status not in READABLE:
        state = {"CREATING": "being made", "DELETING": "being deleted"}.get(
            index.status, index.status.lower()
        )
        return f"The index is {state} and cannot be read."
    if search.consistent and index.is_global:
        return "A global index cannot be read strongly consistent."
    return ""


def _missing(table: Table, search: Search, index: Index, conditions: Sequence[Condition]) -> str:
    """What reading ``index`` would not find or show, a sentence or empty."""
    if absent := _absent(table, index, conditions):
        return (
            f"It holds only items that have {_names(absent)}, and the condition also fits items without. "
            f"Add {' AND '.join(f'attribute_exists({path_words((name,))})' for name in absent)} if you mean only those."
        )
    return _withheld(table, search, index, conditions)


def _absent(table: Table, index: Index, conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The key attributes of ``index`` that an item may lack and yet match."""
    demanded = frozenset(table.key_names).union(*(implied(one) for one in conditions))
    return tuple(part.name for part in (*index.partition, *index.sort) if part.name not in demanded)


def _withheld(table: Table, search: Search, index: Index, conditions: Sequence[Condition]) -> str:
    """What ``index`` does not hold of the items that are in it, or which of them cannot be in it; a sentence or empty."""
    if strange := _of_another_type(index, conditions):
        return f"It holds only items whose {strange} can be its key, and the condition asks for others."
    named = frozenset().union(*(attributes(one) for one in conditions))
    if lacking := [name for name in sorted(named) if not _projected(table, index, name)]:
        return f"It does not hold {_names(lacking)}, which the condition names (its projection is {index.projection})."
    fields = dict.fromkeys(str(path[0]) for path in search.fields)
    if lacking := [name for name in fields if not _projected(table, index, name)]:
        return f"It does not hold {_names(lacking)}, which you want to see (its projection is {index.projection})."
    return ""


def _of_another_type(index: Index, conditions: Sequence[Condition]) -> str:
    """The first key attribute that the condition compares with what no key can be: such items are older than the index, and not in it."""
    parts = {part.name: part for part in (*index.partition, *index.sort)}
    for simple in (one for condition in conditions for one in simples(condition)):
        path = subject(simple)
        part = parts.get(str(path[0]))
        if part is None or isinstance(getattr(simple, "left", None), Size):
            continue
        strange = isinstance(simple, TypeIs) and simple.tag != part.tag
        exact = isinstance(simple, In) or (isinstance(simple, Compare) and simple.op == "=")
        limit = MAX_PARTITION_BYTES if part in index.partition else MAX_SORT_BYTES
        for value in values(simple):
            strange |= tag_of(value) != part.tag or (exact and bool(key_problem(part, value, limit)))
        if strange or len(path) > 1:
            return path_words((part.name,))
    return ""


def _projected(table: Table, index: Index, name: str) -> bool:
    keys = {part.name for part in (*index.partition, *index.sort)} | set(table.key_names)
    return index.projection == "ALL" or name in keys or name in index.included


def _smaller(index: Index, table: Table) -> bool:
    """By AWS's figures; an index of size 0 may be only new."""
    return bool(index.size_bytes and table.size_bytes and index.size_bytes < table.size_bytes)


def _fields(table: Table, search: Search, index: Index | None, also: frozenset[str]) -> tuple[Path, ...]:
    """What is asked for when only some fields are wanted: they, the keys (links and cursors need them) and what we evaluate.

    No path may lie inside another one: DynamoDB refuses that.
    """
    if not search.fields:
        return ()
    keys = (
        [*table.key_names, *(part.name for part in (*index.partition, *index.sort))]
        if index
        else table.key_names
    )
    wanted: dict[Path, None] = dict.fromkeys((name,) for name in (*keys, *sorted(also)))
    wanted |= dict.fromkeys(search.fields)
    return tuple(
        path for path in wanted if not any(path[:length] in wanted for length in range(1, len(path)))
    )


def _names(names: Sequence[str]) -> str:
    shown = [path_words((name,)) for name in names[:4]]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
