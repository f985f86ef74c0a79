"""What a reader looks for in a table, as a value and as the parameters of a page's address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import Condition, Path
from dashboard.tables.core.language import parse_path, parse_where, path_words, where_text
from dashboard.tables.core.queries import MAX_LIMIT, Query, plan_read

__all__ = [
    "Params",
    "Search",
    "check_via",
    "index_of",
    "params_of",
    "parse_path",
    "parse_where",
    "path_words",
    "search_from_params",
    "where_text",
]

LIMIT = 100


@dataclass(frozen=True)
class Search:
    """What is looked for. ``limit`` counts the items shown on a page, 1 to 1000; ``fields`` are read alone when there are any.

    ``via`` is how: empty (the planner decides), ``scan`` or ``scan:<index>`` (read all of it), ``table`` (Query or GetItem of the
    table) or ``index:<name>`` (Query of the index). ``backward`` and ``consistent`` are DynamoDB's own.
    """

    where: Condition | None = None
    via: str = ""
    backward: bool = False
    fields: tuple[Path, ...] = ()
    limit: int = LIMIT
    consistent: bool = False

    def fingerprint(self) -> str:
        """One text for one search, to which a cursor and an approval are bound."""
        return json.dumps(params_of(self))


class Params(Protocol):
    """The parameters of an address, each with all its values: Django's QueryDict is one."""

    def getlist(self, key: str, /) -> list[str]:
        """Every value of that name, none when it is not there."""
        ...


def search_from_params(table: Table, params: Params) -> Search:
    """The search that an address is; InputError names the parameter that cannot be used.

    Whether the index that ``via`` names is there is for the plan to say: it may be newer than ``table``.

    Addresses of the older form (``mode``, ``index``, ``partition``, ``sort_op``, ``sort``, ``sort_to``) still mean what they meant.
    """
    where = _one(params, "where").strip()
    via = _one(params, "via")
    condition = parse_where(where) if where else None
    if not where and not via:
        condition, via = _legacy(table, params)
    _check_form(via)
    return Search(
        where=condition,
        via=via,
        backward=_order(params) == "desc",
        fields=tuple(dict.fromkeys(parse_path(text) for text in params.getlist("field") if text.strip())),
        limit=_limit(params),
        consistent=_one(params, "consistent") not in ("", "0"),
    )


def params_of(search: Search) -> list[tuple[str, str]]:
    """The parameters of the address of ``search``, what is as usual left out."""
    params = []
    if search.where is not None:
        params.append(("where", where_text(search.where)))
    if search.via:
        params.append(("via", search.via))
    if search.backward:
        params.append(("order", "desc"))
    params += [("field", path_words(path)) for path in search.fields]
    if search.limit != LIMIT:
        params.append(("limit", str(search.limit)))
    if search.consistent:
        params.append(("consistent", "1"))
    return params


def check_via(table: Table, via: str) -> None:
    """InputError unless ``via`` is a way of reading ``table``."""
    _check_form(via)
    name = via.partition(":")[2]
    if name and table.index(name) is None:
        known = ", ".join(sorted(index.name for index in table.indexes)) or "none"
        raise InputError("via", f"The table has no index of that name; it has: {known}.")


def index_of(via: str) -> str:
    """The index that ``via`` names, empty for none."""
    return via.partition(":")[2]


def _check_form(via: str) -> None:
    how, colon, name = via.partition(":")
    if via not in ("", "scan", "table") and (how not in ("index", "scan") or not colon or not name):
        raise InputError(
            "via", "Choose how to read: automatically, the table, one of its indexes, or a scan."
        )


def _one(params: Params, name: str) -> str:
    values = params.getlist(name)
    return values[-1] if values else ""


def _order(params: Params) -> str:
    order = _one(params, "order")
    if order not in ("", "asc", "desc"):
        raise InputError("order", "The order is asc (ascending) or desc (descending).")
    return order


def _limit(params: Params) -> int:
    text = _one(params, "limit")
    if not text:
        return LIMIT
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise InputError("limit", f"The number of items on a page is a whole number from 1 to {MAX_LIMIT}.")
    return limit


def _legacy(table: Table, params: Params) -> tuple[Condition | None, str]:
    """Condition and way of an address of the older form; nothing and no way when it is none."""
    mode, index = _one(params, "mode"), _one(params, "index")
    query = Query(
        index=index,
        partition=_one(params, "partition"),
        sort_op=_one(params, "sort_op"),
        sort=_one(params, "sort"),
        sort_to=_one(params, "sort_to"),
        mode="query" if mode == "query" else "scan",
    )
    if query.mode == "scan":
        plan_read(table, query)
        return None, f"scan:{index}" if index else ("scan" if mode else "")
    via = f"index:{index}" if index else "table"
    if not params.getlist("partition"):
        return None, via
    return plan_read(table, query).key_condition, via
